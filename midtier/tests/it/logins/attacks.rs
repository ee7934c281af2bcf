//! Login CSRF, open redirects, fixed sessions, replays, pages of others. None of them comes by anything.

use std::time::Duration;

use leat_midtier::store::{AccountChange, AccountKind, Accounts};
use reqwest::Method;
use serde_json::json;

use super::provider::person;
use super::{Browser, account, server};
use crate::support::ADMIN;

#[tokio::test]
async fn a_login_that_another_browser_began_is_refused() {
    let (server, _) = server().await;
    let (eve, victim) = (Browser::new(&server), Browser::new(&server));
    let state = eve.begin("/login/corp").await;
    let refused = victim.get(&format!("/login/corp/callback?code=eve&state={state}")).await;
    assert!(refused.refused(403, "login-refused").contains("another browser"));
    assert_eq!(victim.cookie("leat"), None);
    // Not even with a login of one's own under way.
    let state = eve.begin("/login/corp").await;
    victim.begin("/login/corp").await;
    victim.get(&format!("/login/corp/callback?code=eve&state={state}")).await.refused(403, "login-refused");
    assert_eq!(victim.cookie("leat"), None);
}

#[tokio::test]
async fn a_state_is_good_once_for_its_provider_and_for_ten_minutes() {
    let (server, _) = server().await;
    let browser = Browser::new(&server);
    let state = browser.begin("/login/corp").await;
    let path = format!("/login/corp/callback?code=ada&state={state}");
    let cookie = browser.cookie("leat-login").unwrap();
    assert_eq!(browser.get(&path).await.status, 303);
    browser.set("leat-login", &cookie);
    assert!(browser.get(&path).await.refused(403, "login-refused").contains("already"));

    let browser = Browser::new(&server);
    let state = browser.begin("/login/corp").await;
    browser.get(&format!("/login/hub/callback?code=ada&state={state}")).await.refused(403, "login-refused");
    let state = browser.begin("/login/corp").await;
    server.clock.turn(Duration::from_secs(601));
    browser.get(&format!("/login/corp/callback?code=ada&state={state}")).await.refused(403, "login-refused");
    for forged in ["x", "", "%00", "leat"] {
        let answer = browser.get(&format!("/login/corp/callback?code=ada&state={forged}")).await;
        answer.refused(403, "login-refused");
    }
    browser.get("/login/corp/callback?code=ada").await.refused(422, "invalid-request");
    assert_eq!(browser.cookie("leat"), None);
}

#[tokio::test]
async fn nobody_is_sent_elsewhere_after_a_login() {
    let (server, _) = server().await;
    let browser = Browser::new(&server);
    for elsewhere in [
        "https://evil.example",
        "//evil.example",
        "/%5Cevil.example",
        "/%09/evil.example",
        "/a%0D%0Aset-cookie:x",
        "javascript:alert(1)",
        "evil",
        "",
    ] {
        let answer = browser.get(&format!("/login/corp?return_to={elsewhere}")).await;
        answer.refused(422, "invalid-request");
    }
    let challenge = "ab".repeat(32);
    for odd in [
        format!("port=80&challenge={challenge}&state=a"),
        "port=7000&challenge=ab&state=a".to_owned(),
        format!("port=7000&challenge={challenge}&state=a%26b"),
        format!("port=7000&challenge={challenge}&state=a&return_to=/"),
        "port=7000".to_owned(),
    ] {
        browser.get(&format!("/login/corp?{odd}")).await.refused(422, "invalid-request");
    }
    browser.get("/login/corp?port=evil.example").await.refused(400, "malformed-request");
}

#[tokio::test]
async fn a_login_gives_a_token_of_its_own_and_ends_the_one_before() {
    let (server, _) = server().await;
    let browser = Browser::new(&server);
    browser.login("eve").await;
    let fixed = browser.cookie("leat").unwrap();
    browser.login("ada").await;
    let fresh = browser.cookie("leat").unwrap();
    assert_ne!(fixed, fresh);
    server.api(&fixed).get("/whoami").await.refused(401, "unauthenticated");
    assert_eq!(browser.whoami().await.of_status(200)["user"], "ada");
    // Two cookies of one name: somebody has slipped one in.
    browser.set("leat", &fixed);
    browser.whoami().await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_page_of_others_changes_nothing_with_a_cookie() {
    let (server, _) = server().await;
    let browser = Browser::new(&server);
    browser.login("ada").await;
    let own = format!("http://{}", server.address);
    let csrf = browser.cookie("leat-csrf").unwrap();
    let bad: [&[(&str, &str)]; 6] = [
        &[],
        &[("origin", &own)],
        &[("x-leat-csrf", &csrf)],
        &[("origin", "https://evil.example"), ("x-leat-csrf", &csrf)],
        &[("origin", "null"), ("x-leat-csrf", &csrf)],
        &[("origin", &own), ("x-leat-csrf", "0")],
    ];
    for headers in bad {
        let answer = browser.go(Method::POST, "/api/v1/tokens", headers).await;
        assert!(answer.refused(403, "forbidden").contains("Origin"), "{headers:?}");
    }
    for origin in ["https://evil.example", "null", ""] {
        browser.go(Method::POST, "/logout", &[("origin", origin)]).await.refused(403, "forbidden");
    }
    let good = [("origin", own.as_str()), ("x-leat-csrf", csrf.as_str())];
    let answer = browser.go(Method::POST, "/api/v1/tokens", &good).await;
    assert_eq!(answer.refused(415, "unsupported-media-type"), "the body must be application/json");
    browser.whoami().await.of_status(200);
}

#[tokio::test]
async fn a_token_that_is_shown_counts_and_no_cookie_beside_it() {
    let (server, _) = server().await;
    let browser = Browser::new(&server);
    browser.login("ada").await;
    for wrong in ["Bearer leat_x", "Basic YWRhOmFkYQ==", "x"] {
        let answer = browser.go(Method::GET, "/api/v1/whoami", &[("authorization", wrong)]).await;
        answer.refused(401, "unauthenticated");
    }
}

#[tokio::test]
async fn nobody_logs_in_to_an_account_that_is_another_s_a_program_s_or_disabled() {
    let (server, corp) = server().await;
    account(&server, "nightly", AccountKind::Service).await;
    assert_eq!(Browser::new(&server).login("ada").await.status, 303);
    corp.set(|people| {
        people.insert("mallory".to_owned(), person("mallory", "ada", &["risk"]));
        people.insert("robot".to_owned(), person("robot", "nightly", &[]));
    });
    for who in ["mallory", "robot"] {
        let browser = Browser::new(&server);
        assert!(browser.login(who).await.refused(403, "login-refused").contains("is another's"), "{who}");
        assert_eq!(browser.cookie("leat"), None);
    }
    // Another provider's ada is somebody else.
    let browser = Browser::new(&server);
    let state = browser.begin("/login/hub").await;
    browser.get(&format!("/login/hub/callback?code=ada&state={state}")).await.refused(403, "login-refused");

    let change = AccountChange { is_disabled: Some(true), ..AccountChange::default() };
    server.store.change_account("ada", &change).await.unwrap();
    assert!(Browser::new(&server).login("ada").await.refused(403, "login-refused").contains("disabled"));
}

#[tokio::test]
async fn names_of_providers_pass_the_rule_that_all_names_do() {
    let (server, corp) = server().await;
    for bad in ["-eve", ".eve", "a/b", "a b"] {
        corp.set(|people| people.insert("eve".to_owned(), person("eve", bad, &[])));
        let refused = Browser::new(&server).login("eve").await.refused(403, "login-refused");
        assert!(refused.contains("`corp` says") && refused.contains(&format!("{bad:?}")), "{refused}");
        assert_eq!(server.store.standing(bad).await.unwrap(), None);
    }
    let groups = ["acme/risk", "Risk Team", "a,b", "quants"];
    corp.set(|people| people.insert("ada".to_owned(), person("ada", "ada", &groups)));
    Browser::new(&server).login("ada").await;
    let ada = server.store.standing("ada").await.unwrap().unwrap().account;
    assert_eq!(ada.groups, ["acme/risk", "quants"], "no role could be given to the others");
    let to = json!({ "group": "acme/risk", "playpen": "risk" });
    assert_eq!(server.api(ADMIN).post("/roles/submitter/grant", &to).await.status, 201);
    let many: Vec<String> = (0..501).map(|number| format!("g{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    corp.set(|people| people.insert("ada".to_owned(), person("ada", "ada", &many)));
    let refused = Browser::new(&server).login("ada").await.refused(403, "login-refused");
    assert!(refused.contains("501 groups"), "{refused}");
}

#[tokio::test]
async fn one_address_cannot_take_the_room_of_everybody_else_s_logins() {
    let (server, _) = server().await;
    let browser = Browser::new(&server);
    let mut statuses = Vec::new();
    for _ in 0..450 {
        statuses.push(browser.get("/login/corp").await.status);
    }
    assert!(statuses[..300].iter().all(|status| *status == 303) && statuses.contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn what_a_provider_says_is_shown_as_text_and_breaks_no_line() {
    let (server, _) = server().await;
    let browser = Browser::new(&server);
    let page = browser.get("/login").await.text();
    assert!(page.contains("&lt;b&gt;The &amp; Provider&lt;/b&gt;"), "{page}");
    let state = browser.begin("/login/corp").await;
    let refused = browser.get(&format!("/login/corp/callback?state={state}&error=a%0Ab%1B")).await;
    let said = refused.refused(403, "login-refused");
    assert!(said.ends_with("says: ab"), "{said:?}");
}

#[tokio::test]
async fn logins_end_with_their_life() {
    let (server, _) = server().await;
    let browser = Browser::new(&server);
    browser.login("ada").await;
    server.clock.turn(Duration::from_secs(12 * 3600 + 1));
    browser.whoami().await.refused(401, "unauthenticated");
}
