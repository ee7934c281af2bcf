//! Accounts and roles through the API: made, given, and never more than whoever gives has.

use leat_midtier::audit::Outcome;
use serde_json::{Value, json};

use super::{account, text};
use crate::support::{ADA, ADMIN, Api, Server};

#[tokio::test]
async fn an_account_is_made_given_a_role_and_disabled() {
    let server = Server::start().await;
    let root = server.api(ADMIN);
    let wish = json!({ "name": "nightly", "kind": "service", "playpen": "risk", "groups": ["quants"] });
    let made = root.post("/accounts", &wish).await.of_status(201);
    assert_eq!(
        (&made["playpen"], &made["groups"], &made["disabled"]),
        (&json!("risk"), &json!(["quants"]), &json!(false))
    );
    root.post("/accounts", &wish).await.refused(409, "already-there");
    let secret = text(&server, "nightly", json!({})).await;
    server.api(&secret).get("/runs").await.refused(403, "forbidden");
    let to = json!({ "group": "quants", "playpen": "risk" });
    assert_eq!(root.post("/roles/submitter/grant", &to).await.status, 201);
    assert_eq!(root.post("/roles/submitter/grant", &to).await.status, 200);
    server.api(&secret).run("price").await;
    assert_eq!(root.post("/roles/submitter/revoke", &to).await.status, 204);
    root.post("/roles/submitter/revoke", &to).await.refused(404, "not-found");
    server.api(&secret).get("/runs").await.refused(403, "forbidden");
    let patch = root.request(reqwest::Method::PATCH, "/accounts/nightly").json(&json!({ "disabled": true }));
    assert_eq!(root.send(patch).await.of_status(200)["disabled"], json!(true));
    server.api(&secret).get("/whoami").await.refused(401, "unauthenticated");
    assert_eq!(root.get("/accounts").await.of_status(200)["items"].as_array().unwrap().len(), 1);
    for path in ["/accounts", "/accounts/nightly", "/roles"] {
        server.api(ADA).get(path).await.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn rows_say_what_was_given_to_whom_and_where() {
    let server = Server::start().await;
    let root = server.api(ADMIN);
    let wish = json!({ "name": "nightly", "kind": "service", "playpen": "risk", "groups": ["quants", "acme/risk"] });
    root.post("/accounts", &wish).await.of_status(201);
    root.post("/accounts", &json!({ "name": "nightly", "kind": "person" })).await.refused(409, "already-there");
    let patch = async |patch: Value| {
        root.send(root.request(reqwest::Method::PATCH, "/accounts/nightly").json(&patch)).await.of_status(200)
    };
    patch(json!({ "disabled": true, "groups": ["quants", "desk"] })).await;
    patch(json!({ "playpen": "fx", "groups": ["desk", "quants"] })).await;
    let own = json!({ "name": "desk-head", "permissions": ["runs.read", "hosts.read"] });
    root.post("/roles", &own).await.of_status(201);
    root.post("/roles", &own).await.refused(409, "already-there");
    root.post("/roles/desk-head/grant", &json!({ "group": "acme/risk", "playpen": "fx" })).await;
    root.post("/roles/desk-head/revoke", &json!({ "account": "nightly" })).await.refused(404, "not-found");
    let wish = json!({ "account": "nightly", "label": "x", "permissions": ["runs.read"], "playpens": ["fx"] });
    root.post("/tokens", &wish).await.of_status(201);
    root.post("/tokens", &json!({ "account": "nobody", "label": "x" })).await.refused(404, "not-found");
    let rows = server.store.audit();
    let told: Vec<_> = rows.iter().map(|row| (row.entry.action.as_str(), row.entry.note.as_str())).collect();
    let (token, rest) = (told[8], [&told[..8], &told[9..]].concat());
    assert_eq!(
        rest,
        [
            ("account.create", "service; playpen risk; groups acme/risk quants"),
            ("account.create", "person"),
            ("account.change", "disabled true; groups +desk -acme/risk"),
            ("account.change", "playpen fx; groups as they were"),
            ("role.create", "permissions runs.read, hosts.read"),
            ("role.create", "permissions runs.read, hosts.read"),
            ("role.grant", "group acme/risk, in the playpen fx"),
            ("role.revoke", "account nightly, everywhere"),
            ("token.create", "for nobody"),
        ]
    );
    // What came to nothing says what it was on, too.
    let of_names: Vec<_> = rows.iter().map(|row| (row.entry.on.as_str(), row.entry.outcome)).collect();
    assert_eq!(of_names[..2], [("account nightly", Outcome::Done), ("account nightly", Outcome::Failed)]);
    assert_eq!(of_names[4..6], [("role desk-head", Outcome::Done), ("role desk-head", Outcome::Failed)]);
    let (until, rest) = token.1.split_once("; ").unwrap();
    assert!(until.starts_with("until 2026-"), "{until}");
    assert_eq!(rest, "permissions runs.read; playpens fx");
}

#[tokio::test]
async fn an_account_that_may_not_be_called_so_any_more_can_still_be_disabled() {
    let server = Server::start().await;
    account(&server, "-eve", &[]).await;
    let root = server.api(ADMIN);
    let patch = root.request(reqwest::Method::PATCH, "/accounts/-eve").json(&json!({ "disabled": true }));
    assert_eq!(root.send(patch).await.of_status(200)["disabled"], json!(true));
}

#[tokio::test]
async fn a_role_of_the_installations_own_stands_beside_the_built_in_ones() {
    let server = Server::start().await;
    let root = server.api(ADMIN);
    let wish = |name: &str| json!({ "name": name, "permissions": ["runs.read", "hosts.read"] });
    root.post("/roles", &wish("desk-head")).await.of_status(201);
    for taken in ["desk-head", "reader", "leat-anything"] {
        root.post("/roles", &wish(taken)).await.refused(409, "already-there");
    }
    for bad in ["", "A b", "../x"] {
        root.post("/roles", &wish(bad)).await.refused(422, "invalid-request");
    }
    let names = root.get("/roles").await.of_status(200)["items"].as_array().unwrap().len();
    assert_eq!(names, 6);
    let remove =
        async |name: &str| root.send(root.request(reqwest::Method::DELETE, &format!("/roles/{name}"))).await.status;
    assert_eq!((remove("desk-head").await, remove("desk-head").await, remove("reader").await), (204, 404, 404));
}

#[tokio::test]
async fn nobody_gives_what_they_do_not_have() {
    let server = Server::start().await;
    let root = server.api(ADMIN);
    account(&server, "clerk", &[("submitter", "risk"), ("auditor", "")]).await;
    let wish = json!({ "name": "clerks", "permissions": ["accounts.manage", "roles.manage"] });
    root.post("/roles", &wish).await.of_status(201);
    assert_eq!(root.post("/roles/clerks/grant", &json!({ "account": "clerk" })).await.status, 201);
    assert_eq!(root.post("/roles/administrator/grant", &json!({ "group": "bosses" })).await.status, 201);
    let clerk = server.api(&text(&server, "clerk", json!({})).await);
    let own = json!({ "account": "clerk" });
    for role in ["administrator", "operator", "submitter"] {
        clerk.post(&format!("/roles/{role}/grant"), &own).await.refused(403, "forbidden");
    }
    // Nor by a role of their own making, nor by the way through a group.
    let mine = |permissions: &[&str]| json!({ "name": "mine", "permissions": permissions });
    let detail = clerk.post("/roles", &mine(&["runs.read", "tokens.manage"])).await.refused(403, "forbidden");
    assert!(detail.ends_with("nowhere: tokens.manage"), "{detail}");
    clerk.post("/roles", &mine(&["runs.submit"])).await.of_status(201);
    clerk.post("/roles/mine/grant", &own).await.refused(403, "forbidden");
    let patch = clerk.request(reqwest::Method::PATCH, "/accounts/clerk").json(&json!({ "groups": ["bosses"] }));
    clerk.send(patch).await.refused(403, "forbidden");
    let wish = json!({ "name": "other", "kind": "person", "groups": ["bosses"] });
    clerk.post("/accounts", &wish).await.refused(403, "forbidden");
    // Nor by letting the tokens of somebody who has it be valid again.
    account(&server, "boss", &[("administrator", "")]).await;
    let disabled = async |whose: &Api, name: &str, disabled: bool| {
        let patch = whose.request(reqwest::Method::PATCH, &format!("/accounts/{name}"));
        whose.send(patch.json(&json!({ "disabled": disabled }))).await
    };
    disabled(&clerk, "boss", true).await.of_status(200);
    disabled(&clerk, "boss", false).await.refused(403, "forbidden");
    disabled(&clerk, "boss", true).await.of_status(200);
    disabled(&root, "boss", false).await.of_status(200);
    account(&server, "junior", &[("auditor", "")]).await;
    for is_disabled in [true, false] {
        disabled(&clerk, "junior", is_disabled).await.of_status(200);
    }
    // What they have in a playpen they may give there.
    let there = json!({ "account": "clerk", "playpen": "risk" });
    assert_ne!(clerk.post("/roles/submitter/grant", &there).await.status, 403);
    clerk
        .post("/roles/submitter/grant", &json!({ "account": "clerk", "playpen": "desk" }))
        .await
        .refused(403, "forbidden");
    for odd in [json!({}), json!({ "account": "a", "group": "b" }), json!({ "account": "../a" })] {
        clerk.post("/roles/reader/grant", &odd).await.refused(422, "invalid-request");
    }
    clerk.post("/roles/none/grant", &Value::Null).await.refused(422, "invalid-request");
}
