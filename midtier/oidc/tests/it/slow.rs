//! Providers that are slow, endless, elsewhere, or answer garbage: each request is over soon, and says who was to blame.

use std::time::Duration;

use leat_midtier::logins::{Provider, ProviderError};
use leat_oidc::{Limits, Oidc, OidcConfig};
use serde_json::{Value, json};

use crate::fake::{Canned, Fake, nobody};

const PATHS: [&str; 4] = ["/.well-known/openid-configuration", "/keys", "/token", "/userinfo"];

/// One whose every answer is needed.
async fn fake() -> Fake {
    let fake = Fake::new().await;
    fake.ways(|ways| ways.twist = Box::new(|claims| drop(claims.as_object_mut().unwrap().remove("groups"))));
    fake
}

async fn refused(canned: &Canned, path: &str, limits: Limits) -> ProviderError {
    let fake = fake().await;
    let provider = Oidc::new(OidcConfig { limits, ..fake.config() }, nobody()).unwrap();
    fake.ways(|ways| ways.canned.insert(path.to_owned(), canned.clone()));
    let refused = fake.login(&provider).await.expect_err(path);
    assert!(refused.to_string().contains("`corp`"), "{refused}");
    refused
}

#[tokio::test]
async fn a_silent_provider_is_given_up_on() {
    for path in PATHS {
        let limits = Limits { answer_within: Duration::from_millis(200), ..Limits::default() };
        let refused = refused(&Canned::Silent, path, limits).await;
        assert!(refused.is_retryable() && refused.to_string().contains("no whole answer in time"), "{refused}");
        assert!(refused.to_string().contains(path), "{refused}");
    }
}

#[tokio::test]
async fn an_endless_answer_is_given_up_on() {
    for path in PATHS {
        let refused = refused(&Canned::Endless, path, Limits::default()).await;
        assert!(refused.to_string().contains("more than 1048576 bytes"), "{refused}");
    }
}

#[tokio::test]
async fn nobody_is_followed_elsewhere() {
    for path in PATHS {
        let refused = refused(&Canned::Elsewhere, path, Limits::default()).await;
        assert!(refused.to_string().contains("redirects are not followed"), "{refused}");
    }
}

#[tokio::test]
async fn garbage_is_said_to_be_garbage() {
    for path in PATHS {
        for garbage in ["", "{", "[]", "null", "<html>", "\u{1b}[2J\nerror: fine"] {
            let refused = refused(&Canned::Text(200, garbage.to_owned()), path, Limits::default()).await;
            assert!(matches!(refused, ProviderError::Garbled { .. }), "{path} {garbage:?}: {refused}");
            assert!(!refused.to_string().chars().any(char::is_control), "{refused:?}");
        }
        let refused = refused(&Canned::Text(503, String::new()), path, Limits::default()).await;
        assert!(refused.is_retryable(), "{path}: {refused}");
    }
}

#[tokio::test]
async fn a_provider_that_is_another_or_has_no_safe_ways_is_not_spoken_to() {
    let bad: [(&str, Value, &str); 6] = [
        ("issuer", json!("https://evil.example"), "exactly so"),
        ("token_endpoint", json!("http://id.example.com/token"), "token_endpoint"),
        ("jwks_uri", json!("file:///etc/passwd"), "jwks_uri"),
        ("authorization_endpoint", json!("javascript:alert(1)"), "authorization_endpoint"),
        ("end_session_endpoint", json!("nowhere"), "end_session_endpoint"),
        ("code_challenge_methods_supported", json!(["plain"]), "PKCE"),
    ];
    for (key, value, words) in bad {
        let fake = Fake::new().await;
        fake.ways(|ways| ways.document[key] = value);
        let refused = fake.login(&fake.provider()).await.expect_err(key).to_string();
        assert!(refused.contains(words), "{refused}");
    }
    let fake = Fake::new().await;
    fake.ways(|ways| ways.document["issuer"] = json!(format!("http://{}/", fake.address)));
    let refused = fake.login(&fake.provider()).await.unwrap_err().to_string();
    assert!(refused.contains("exactly so"), "a slash more is another issuer: {refused}");
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let fake = Fake::new().await;
    let provider = Oidc::new(OidcConfig { issuer, ..fake.config() }, nobody()).unwrap();
    let refused = provider.begin("http://127.0.0.1/", "state").await.unwrap_err();
    assert!(refused.is_retryable() && refused.to_string().contains("`corp` cannot be reached"), "{refused}");
}
