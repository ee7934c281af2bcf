//! Programs that log somebody in: through a browser on their machine, or a code on another device.

use leat_bundle::Digest;
use leat_midtier::logins::Polled;
use reqwest::Method;
use serde_json::{Value, json};

use super::provider::person;
use super::{Browser, server};
use crate::support::Server;

/// A login of a program's that a browser has gone through: what it brings to the program.
async fn code(server: &Server, verifier: &str) -> String {
    let browser = Browser::new(server);
    let challenge = Digest::of(verifier.as_bytes());
    let state = browser.begin(&format!("/login/corp?port=7000&challenge={challenge}&state=mine")).await;
    asked(&browser, &state, &challenge.to_string()).await;
    let landed = allow(&browser, server, true).await;
    assert_eq!(browser.cookie("leat"), None, "the browser itself is not logged in");
    assert_eq!(browser.cookie("leat-login"), None);
    let location = landed.header("location").to_owned();
    let (code, state) = location.strip_prefix("http://127.0.0.1:7000/?code=").unwrap().split_once("&state=").unwrap();
    assert_eq!(state, "mine");
    code.to_owned()
}

/// Comes back from the provider, and sees what is asked there: nobody is sent anywhere before they have allowed it.
async fn asked(browser: &Browser, state: &str, challenge: &str) {
    let page = browser.get(&format!("/login/corp/callback?code=ada&state={state}")).await;
    assert_eq!((page.status, page.headers.get("location")), (200, None), "{}", page.text());
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(page.header("referrer-policy"), "same-origin", "without the Origin of its form nothing is allowed");
    let code = format!("{}-{}", &challenge[..4], &challenge[4..8]).to_uppercase();
    for part in ["(port 7000)", "<b>ada</b>", code.as_str(), "action=/login/corp/allow"] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
}

async fn allow(browser: &Browser, server: &Server, is_own: bool) -> crate::support::Answered {
    let own = format!("http://{}", server.address);
    let origin = if is_own { own.as_str() } else { "http://evil.example" };
    browser.go(Method::POST, "/login/corp/allow", &[("origin", origin)]).await
}

#[tokio::test]
async fn no_program_gets_a_token_that_nobody_has_allowed_it() {
    let (server, _) = server().await;
    let (victim, other) = (Browser::new(&server), Browser::new(&server));
    let challenge = Digest::of(b"verifier").to_string();
    let path = format!("/login/corp?port=7000&challenge={challenge}&state=mine");
    allow(&victim, &server, true).await.refused(422, "invalid-request");
    let state = victim.begin(&path).await;
    allow(&victim, &server, true).await.refused(403, "login-refused");
    asked(&victim, &state, &challenge).await;
    // Not by a page of somebody else's, nor without saying whose it is, nor in another browser, nor by the link alone.
    allow(&victim, &server, false).await.refused(403, "login-refused");
    victim.go(Method::POST, "/login/corp/allow", &[]).await.refused(403, "login-refused");
    other.begin(&path).await;
    allow(&other, &server, true).await.refused(403, "login-refused");
    assert_eq!(victim.get("/login/corp/allow").await.status, 405);
    let cookie = victim.cookie("leat-login").unwrap();
    assert_eq!(allow(&victim, &server, true).await.status, 303);
    // And once.
    victim.set("leat-login", &cookie);
    allow(&victim, &server, true).await.refused(403, "login-refused");
    let late = Browser::new(&server);
    let state = late.begin(&path).await;
    asked(&late, &state, &challenge).await;
    server.clock.turn(std::time::Duration::from_secs(301));
    allow(&late, &server, true).await.refused(403, "login-refused");
}

async fn redeem(server: &Server, code: &str, verifier: &str) -> crate::support::Answered {
    server.api("").post("/login/token", &json!({ "code": code, "verifier": verifier })).await
}

#[tokio::test]
async fn a_program_gets_its_token_once_by_what_only_it_knows() {
    let (server, _) = server().await;
    let code1 = code(&server, "verifier").await;
    let told = redeem(&server, &code1, "verifier").await;
    assert_eq!(told.header("cache-control"), "no-store");
    let told = told.of_status(201);
    assert_eq!(told["account"], "ada");
    assert!((43_100..=43_200).contains(&told["life_seconds"].as_u64().unwrap()), "{told}");
    let token = told["token"].as_str().unwrap();
    assert_eq!(server.api(token).get("/whoami").await.of_status(200)["user"], "ada");
    redeem(&server, &code1, "verifier").await.refused(403, "login-refused");

    let stolen = code(&server, "verifier").await;
    redeem(&server, &stolen, "another").await.refused(403, "login-refused");
    redeem(&server, &stolen, "verifier").await.refused(403, "login-refused");
    let late = code(&server, "verifier").await;
    server.clock.turn(std::time::Duration::from_secs(61));
    redeem(&server, &late, "verifier").await.refused(403, "login-refused");
}

#[tokio::test]
async fn a_program_logs_out_with_its_token() {
    let (server, _) = server().await;
    let code = code(&server, "verifier").await;
    let told = redeem(&server, &code, "verifier").await.of_status(201);
    let token = told["token"].as_str().unwrap();
    let shown = format!("Bearer {token}");
    let out = Browser::new(&server).go(Method::POST, "/logout", &[("authorization", &shown)]).await;
    assert_eq!(out.status, 303, "{}", out.text());
    server.api(token).get("/whoami").await.refused(401, "unauthenticated");
    server.api(crate::support::ADMIN).post("//logout", &Value::Null).await.refused(422, "invalid-request");
}

#[tokio::test]
async fn a_code_on_another_device_ends_in_a_token() {
    let (server, corp) = server().await;
    let api = server.api("");
    let begun = api.post("/login/device", &json!({ "provider": "corp" })).await.of_status(201);
    assert_eq!((&begun["user_code"], &begun["every_seconds"]), (&json!("WDJB-MJHT"), &json!(5)));
    let asks = json!({ "device": begun["device"] });
    *corp.polls.lock().unwrap() = vec![Polled::Here(person("ada", "ada", &[])), Polled::TooOften, Polled::Waiting];
    for too_often in [false, true] {
        let waits = api.post("/login/device/token", &asks).await.of_status(202);
        assert_eq!(waits, json!({ "too_often": too_often }));
    }
    let told = api.post("/login/device/token", &asks).await.of_status(201);
    assert_eq!(server.api(told["token"].as_str().unwrap()).get("/whoami").await.of_status(200)["user"], "ada");
    api.post("/login/device/token", &asks).await.refused(403, "login-refused");
    api.post("/login/device/token", &json!({ "device": begun["user_code"] })).await.refused(403, "login-refused");
}

#[tokio::test]
async fn who_gives_up_on_a_device_begins_again() {
    let (server, _) = server().await;
    let api = server.api("");
    let begun = api.post("/login/device", &json!({ "provider": "corp" })).await.of_status(201);
    let asks = json!({ "device": begun["device"] });
    assert!(api.post("/login/device/token", &asks).await.refused(403, "login-refused").contains("access_denied"));
    assert!(api.post("/login/device/token", &asks).await.refused(403, "login-refused").contains("begin again"));
    let refused = api.post("/login/device", &json!({ "provider": "hub" })).await.refused(422, "invalid-request");
    assert!(refused.contains("log in with a browser"), "{refused}");
}

#[tokio::test]
async fn programs_are_told_how_somebody_can_log_in() {
    let (server, _) = server().await;
    let told = server.api("").get("/login").await.of_status(200);
    assert_eq!(told["url"], json!(format!("http://{}", server.address)));
    assert_eq!(told["items"][0]["name"], "corp");
    let none = Server::start().await;
    assert_eq!(none.api("").get("/login").await.of_status(200), json!({ "url": "", "items": [] }));
}
