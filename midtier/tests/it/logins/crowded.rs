//! Logins to an account that has as many tokens as it may have.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Browser, server};

#[tokio::test]
async fn tokens_of_an_account_keep_its_owner_out_of_no_login() {
    let (server, _) = server().await;
    let first = Browser::new(&server);
    first.login("ada").await;
    let shown = first.cookie("leat").unwrap();
    let wish = json!({ "label": "narrow", "permissions": ["runs.read"] });
    let made = server.api(&shown).post("/tokens", &wish).await.of_status(201);
    // Whoever comes by a narrow token makes as many as there may be.
    let narrow = server.api(made["token"].as_str().unwrap());
    let wish = json!({ "label": "mine" });
    let mut count = 2;
    while narrow.post("/tokens", &wish).await.status == 201 {
        count += 1;
    }
    assert_eq!(count, 100);
    narrow.post("/tokens", &wish).await.refused(409, "too-many");
    let mut last = Browser::new(&server);
    for number in 0..21 {
        assert_eq!(first.whoami().await.status, 200, "before login {number}");
        last = Browser::new(&server);
        assert_eq!(last.login("ada").await.status, 303, "login {number}");
    }
    // The oldest login made room, and none of the tokens that were made did.
    assert_eq!((first.whoami().await.status, last.whoami().await.status), (401, 200));
    narrow.get("/whoami").await.of_status(200);
    let secret = last.cookie("leat").unwrap();
    let path = format!("/tokens/{}/revoke", made["id"].as_str().unwrap());
    server.api(&secret).post(&path, &Value::Null).await.of_status(200);
    narrow.get("/whoami").await.refused(401, "unauthenticated");
    let out = last.go(Method::POST, "/logout", &[("origin", &format!("http://{}", server.address))]).await;
    assert_eq!(out.status, 303, "{}", out.text());
}
