//! Tokens of accounts: valid, and no longer.

use std::time::Duration;

use leat_midtier::access::Permission;
use leat_midtier::store::{AccountChange, Accounts};
use leat_midtier::{Config, Rate, TokenLimits};
use serde_json::{Value, json};

use super::{account, digest, scope, text, token};
use crate::support::{ADA, ADMIN, Server, until};

#[tokio::test]
async fn a_token_is_told_once_and_kept_by_its_digest_alone() {
    let server = Server::start().await;
    account(&server, "eve", &[("submitter", "risk")]).await;
    let made = token(&server, "eve", json!({ "label": "nightly" })).await;
    let secret = made["token"].as_str().unwrap();
    assert!(secret.starts_with("leat_") && secret.len() == 54, "{secret}");
    let (kept, _) = server.store.token(digest(secret)).await.unwrap().unwrap();
    assert_eq!((kept.label.as_str(), kept.created_by.as_str()), ("nightly", "root"));
    let listed = server.api(secret).get("/tokens").await;
    assert_eq!(listed.of_status(200)["items"][0]["id"], made["id"]);
    assert!(!listed.text().contains(secret) && !format!("{kept:?}").contains(secret));
    let who = server.api(secret).get("/whoami").await.of_status(200);
    assert_eq!((&who["user"], &who["identified_by"], &who["kind"]), (&json!("eve"), &json!("token"), &json!("person")));
    assert_eq!((&who["group"], &who["token"], &who["until"]), (&json!("risk"), &made["id"], &made["expires"]));
    assert_eq!(who["roles"], json!([{ "role": "submitter", "playpen": "risk" }]));
    assert_eq!(who["permissions"], json!([]));
    assert_eq!(
        who["playpens"],
        json!({ "risk": ["runs.read", "runs.submit", "runs.control", "outputs.read", "secrets.use"] })
    );
}

#[tokio::test]
async fn forged_and_truncated_tokens_and_those_of_another_kind_are_refused_without_the_store() {
    let server = Server::start().await;
    account(&server, "eve", &[("submitter", "risk")]).await;
    let secret = text(&server, "eve", json!({})).await;
    let before = server.store.asked_about_tokens();
    let forged = ["leat_", &secret[..53], &secret[1..], &format!("{secret}0"), &secret.to_uppercase(), "ghp_abc"];
    let swapped = secret.replace(&secret[10..11], if &secret[10..11] == "x" { "y" } else { "x" });
    let digest = digest(&secret).to_string();
    for wrong in forged.into_iter().chain([swapped.as_str(), digest.as_str()]) {
        assert!(server.api(wrong).get("/runs").await.refused(401, "unauthenticated").contains("not valid"), "{wrong}");
    }
    assert_eq!(server.store.asked_about_tokens(), before);
    // In an address a token counts for nothing.
    for path in [format!("/runs?token={secret}"), format!("/runs?access_token={secret}")] {
        let answer = server.api("").get(&path).await;
        answer.refused(401, "unauthenticated");
        assert!(!answer.text().contains(&secret));
    }
    server.api(&secret).get("/runs").await.of_status(200);
}

#[tokio::test]
async fn a_token_is_valid_until_it_expires() {
    let server = Server::start().await;
    account(&server, "eve", &[("submitter", "risk")]).await;
    let secret = text(&server, "eve", json!({ "life_seconds": 60 })).await;
    server.api(&secret).get("/runs").await.of_status(200);
    server.clock.turn(Duration::from_secs(61));
    // Though the service still has it in mind.
    server.api(&secret).get("/runs").await.refused(401, "unauthenticated");
    let calls = server.calls(&secret).await;
    let refused = calls.raw("/leat.api.v1.Runs/List", leat_wire::api_v1::ListRunsRequest::default()).await.unwrap_err();
    assert_eq!(crate::support::refusal(&refused), (tonic::Code::Unauthenticated, "unauthenticated"));
}

#[tokio::test]
async fn a_revoked_token_is_refused_at_once_here_and_within_a_second_elsewhere() {
    let server = Server::start().await;
    let other = server.another(Config::default()).await;
    account(&server, "eve", &[("submitter", "risk")]).await;
    let made = token(&server, "eve", json!({})).await;
    let secret = made["token"].as_str().unwrap();
    for server in [&server, &other] {
        server.api(secret).get("/runs").await.of_status(200);
    }
    let path = format!("/tokens/{}/revoke", made["id"].as_str().unwrap());
    let revoked = server.api(secret).post(&path, &Value::Null).await.of_status(200);
    assert!(revoked["revoked"].is_string(), "{revoked}");
    server.api(secret).get("/runs").await.refused(401, "unauthenticated");
    let refused = async || (other.api(secret).get("/runs").await.status == 401).then_some(());
    until("the other midtier refuses it", refused).await;
    // Revoked is revoked: the second time changes nothing.
    let again = server.api(ADMIN).post(&path, &Value::Null).await.of_status(200);
    assert_eq!(again["revoked"], revoked["revoked"]);
}

#[tokio::test]
async fn tokens_of_a_disabled_account_are_refused() {
    let server = Server::start().await;
    account(&server, "eve", &[("administrator", "")]).await;
    let secret = text(&server, "eve", json!({})).await;
    server.api(&secret).get("/runs").await.of_status(200);
    let change = AccountChange { is_disabled: Some(true), ..AccountChange::default() };
    assert!(server.store.change_account("eve", &change).await.unwrap());
    let refused = async || (server.api(&secret).get("/runs").await.status == 401).then_some(());
    until("it is refused", refused).await;
}

#[tokio::test]
async fn the_store_is_asked_once_a_second_at_most_and_the_use_noted_once_a_minute() {
    let server = Server::start().await;
    account(&server, "eve", &[("submitter", "risk")]).await;
    let secret = text(&server, "eve", json!({})).await;
    let before = server.store.asked_about_tokens();
    let began = std::time::Instant::now();
    for _ in 0..50 {
        server.api(&secret).get("/runs").await.of_status(200);
    }
    let seconds = began.elapsed().as_secs() + 1;
    assert!(server.store.asked_about_tokens() - before <= seconds, "in {seconds} s");
    let last_used = async || server.store.token(digest(&secret)).await.unwrap().unwrap().0.last_used;
    let first = until("its use is noted", last_used).await;
    server.api(&secret).get("/runs").await.of_status(200);
    assert_eq!(last_used().await, Some(first));
}

#[tokio::test]
async fn a_token_does_what_its_scope_says_and_no_more() {
    let server = Server::start().await;
    account(&server, "eve", &[("administrator", "")]).await;
    let more = json!({ "permissions": ["runs.read", "runs.submit"], "playpens": ["desk"] });
    let secret = text(&server, "eve", more).await;
    let api = server.api(&secret);
    let (kept, _) = server.store.token(digest(&secret)).await.unwrap().unwrap();
    assert_eq!(kept.scope, scope(&[Permission::RunsRead, Permission::RunsSubmit], &["desk"]));
    let run = api.run("price").await;
    assert_eq!(api.get(&format!("/runs/{run}")).await.of_status(200)["group"], "desk");
    let detail = api.post(&format!("/runs/{run}/cancel"), &Value::Null).await.refused(403, "forbidden");
    assert!(detail.contains("runs.control"), "{detail}");
    for path in ["/hosts", "/risk"] {
        api.get(path).await.refused(403, "forbidden");
    }
    let elsewhere = server.api(ADA).run("price").await;
    api.get(&format!("/runs/{elsewhere}")).await.refused(404, "not-found");
    let bundle = api.bundle("price").await;
    let wish = json!({ "bundle": bundle, "group": "risk" });
    assert!(api.post("/runs", &wish).await.refused(403, "forbidden").contains("\"risk\""));
    // One for a playpen, of which nothing else is said, is for nothing of the installation.
    let secret = text(&server, "eve", json!({ "playpens": ["risk"] })).await;
    let who = server.api(&secret).get("/whoami").await.of_status(200);
    assert_eq!(who["permissions"], json!([]));
    server.api(&secret).get("/hosts").await.refused(403, "forbidden");
}

#[tokio::test]
async fn no_token_makes_a_wider_or_a_longer_one() {
    let server = Server::start().await;
    account(&server, "eve", &[("administrator", "")]).await;
    account(&server, "boss", &[("administrator", "")]).await;
    account(&server, "clerk", &[("submitter", "risk")]).await;
    let more = json!({ "permissions": ["runs.read", "tokens.manage"], "life_seconds": 3_600 });
    let narrow = server.api(&text(&server, "eve", more).await);
    // For oneself: what is left out is as with the token that asks, and what is beyond it is refused.
    let own = narrow.post("/tokens", &json!({ "label": "x" })).await.of_status(201);
    assert_eq!(own["permissions"], json!(["runs.read", "tokens.manage"]));
    for wider in [json!(["runs.submit"]), json!(["runs.read", "accounts.manage"])] {
        let wish = json!({ "label": "x", "permissions": wider });
        narrow.post("/tokens", &wish).await.refused(403, "forbidden");
    }
    // For somebody who may do more: refused, unless the token may do no more than the one that asks.
    let whole = narrow.post("/tokens", &json!({ "label": "x", "account": "boss" })).await;
    assert!(whole.refused(403, "forbidden").contains("accounts.manage"), "{}", whole.text());
    let wish = json!({ "label": "x", "account": "boss", "permissions": ["runs.read"] });
    narrow.post("/tokens", &wish).await.of_status(201);
    // Who makes no tokens for others makes none that outlives theirs.
    let more = json!({ "permissions": ["runs.read"], "playpens": ["risk"], "life_seconds": 3_600 });
    let made = token(&server, "clerk", more).await;
    let clerk = server.api(made["token"].as_str().unwrap());
    let own = clerk.post("/tokens", &json!({ "label": "x", "life_seconds": 86_400 })).await.of_status(201);
    assert_eq!((&own["expires"], &own["playpens"]), (&made["expires"], &json!(["risk"])));
    // It ends itself and what is no wider, and nothing else.
    let wider = token(&server, "clerk", json!({ "permissions": ["runs.read", "runs.submit"] })).await;
    let revoke = async |made: &Value| {
        clerk.post(&format!("/tokens/{}/revoke", made["id"].as_str().unwrap()), &Value::Null).await
    };
    assert!(revoke(&wider).await.refused(403, "forbidden").contains("beyond"));
    revoke(&own).await.of_status(200);
    clerk.post("/tokens", &json!({ "label": "x", "account": "boss" })).await.refused(403, "forbidden");
    clerk.post("/tokens", &json!({ "label": "x", "playpens": ["desk"] })).await.refused(403, "forbidden");
    server.api(ADA).post("/tokens", &json!({ "label": "x" })).await.refused(422, "invalid-request");
}

#[tokio::test]
async fn tokens_of_others_are_not_there_for_who_may_not_see_them() {
    let server = Server::start().await;
    for name in ["eve", "bob"] {
        account(&server, name, &[("submitter", "risk")]).await;
    }
    account(&server, "watch", &[("auditor", "")]).await;
    let made = token(&server, "bob", json!({})).await;
    let id = made["id"].as_str().unwrap();
    let eve = server.api(&text(&server, "eve", json!({})).await);
    let refused = async |id: &str| {
        let detail = eve.post(&format!("/tokens/{id}/revoke"), &Value::Null).await.refused(404, "not-found");
        detail.replace(id, "ID")
    };
    assert_eq!(refused(id).await, refused("01234567-0000-7000-8000-000000000000").await);
    assert_eq!(eve.get("/tokens?account=bob").await.of_status(200)["items"], json!([]));
    assert_eq!(eve.get("/tokens").await.of_status(200)["items"].as_array().unwrap().len(), 1);
    let watch = server.api(&text(&server, "watch", json!({})).await);
    assert_eq!(watch.get("/tokens").await.of_status(200)["items"].as_array().unwrap().len(), 3);
    watch.post(&format!("/tokens/{id}/revoke"), &Value::Null).await.refused(403, "forbidden");
    server.api(made["token"].as_str().unwrap()).get("/runs").await.of_status(200);
}

#[tokio::test]
async fn what_a_token_may_be_is_bounded() {
    let limits = TokenLimits { life: Duration::from_secs(50), life_max: Duration::from_secs(100), per_account_max: 2 };
    let server = Server::with(Config { tokens: limits, ..Config::default() }).await;
    account(&server, "eve", &[]).await;
    let root = server.api(ADMIN);
    let wish = |more: Value| {
        let mut wish = json!({ "account": "eve", "label": "x" });
        wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        wish
    };
    let names: Vec<String> = (0..101).map(|number| format!("p{number}")).collect();
    let bad = [
        json!({ "life_seconds": 101 }),
        json!({ "life_seconds": 0 }),
        json!({ "label": "" }),
        json!({ "label": "a\nb" }),
        json!({ "permissions": [] }),
        json!({ "permissions": ["runs.*"] }),
        json!({ "playpens": [] }),
        json!({ "playpens": ["a\u{0}b"] }),
        json!({ "playpens": names }),
        json!({ "scope": "all" }),
    ];
    for more in bad {
        root.post("/tokens", &wish(more)).await.refused(422, "invalid-request");
    }
    for name in ["nobody", "../eve", "eve\u{0}", "eve%00", " eve"] {
        root.post("/tokens", &wish(json!({ "account": name }))).await.refused(404, "not-found");
    }
    let made = [json!({}), json!({ "life_seconds": 100 })];
    for more in made {
        root.post("/tokens", &wish(more)).await.of_status(201);
    }
    root.post("/tokens", &wish(json!({}))).await.refused(409, "too-many");
    // Where nothing is said, it lives half as long here as it may.
    server.clock.turn(Duration::from_secs(51));
    root.post("/tokens", &wish(json!({}))).await.of_status(201);
    root.post("/tokens", &wish(json!({}))).await.refused(409, "too-many");
    server.clock.turn(Duration::from_secs(50));
    root.post("/tokens", &wish(json!({}))).await.of_status(201);
}

#[tokio::test]
async fn a_flood_of_guesses_is_no_flood_of_questions_to_the_store() {
    let config = Config { rate: Rate { per_second: 1, burst: 5 }, ..Config::default() };
    let server = Server::with(config).await;
    account(&server, "eve", &[]).await;
    // Well formed, so that only the store can tell; each is another one.
    let (root, mut guesses) = (server.api(ADMIN), Vec::new());
    for _ in 0..4 {
        let made = root.post("/tokens", &json!({ "account": "eve", "label": "x" })).await.of_status(201);
        guesses.push(made["token"].as_str().unwrap().to_owned());
    }
    server.clock.turn(Duration::from_secs(40 * 86_400));
    let before = server.store.asked_about_tokens();
    let mut statuses = Vec::new();
    for guess in guesses.iter().cycle().take(40) {
        statuses.push(server.api(guess).get("/runs").await.status);
    }
    assert!(statuses.contains(&401) && statuses.ends_with(&[429]), "{statuses:?}");
    assert!(server.store.asked_about_tokens() - before <= 15, "{}", server.store.asked_about_tokens() - before);
}

#[tokio::test]
async fn a_store_that_is_away_is_told_as_such_and_lets_nobody_in() {
    let server = Server::start().await;
    account(&server, "eve", &[("submitter", "risk")]).await;
    let secret = text(&server, "eve", json!({})).await;
    server.store.set_away(true);
    let answer = server.api(&secret).get("/whoami").await;
    let detail = answer.refused(503, "unavailable");
    assert!(!detail.contains("postgres://"), "{detail}");
    // Tokens of the configuration need no store.
    server.api(ADMIN).get("/whoami").await.of_status(200);
    server.store.set_away(false);
    server.api(&secret).get("/whoami").await.of_status(200);
}
