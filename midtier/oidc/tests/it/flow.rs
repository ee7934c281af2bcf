//! Logins that go well, and how often a provider is asked for them.

use std::collections::HashMap;

use leat_midtier::logins::{Answered, Person, Provider, ProviderError};
use leat_oidc::{ClaimRules, Limits, Oidc, OidcConfig};
use reqwest::Url;
use serde_json::json;

use crate::fake::{Fake, REDIRECT, nobody};
use crate::token::{NOW, Signer};

fn ada(groups: &[&str]) -> Person {
    Person {
        subject: "subject-1".to_owned(),
        account: "ada".to_owned(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        called: Some("Ada L.".to_owned()),
    }
}

#[tokio::test]
async fn whoever_comes_back_with_a_code_is_who_the_provider_says() {
    let fake = Fake::new().await;
    let provider = fake.provider();
    assert_eq!((provider.name(), provider.title()), ("corp", "The Corporation"));
    for signer in [Signer::Rsa, Signer::Pss, Signer::Ed25519] {
        fake.ways(|ways| ways.signer = signer);
        assert_eq!(fake.login(&provider).await, Ok(ada(&["risk"])), "{signer:?}");
    }
    assert_eq!((fake.asked("/keys"), fake.asked("/.well-known/openid-configuration")), (1, 1));
    assert_eq!(fake.asked("/userinfo"), 0, "nothing is missing in the ID token");
}

#[tokio::test]
async fn a_login_asks_for_a_code_with_pkce_and_a_nonce_of_its_own() {
    let fake = Fake::new().await;
    let provider = fake.provider();
    let mut seen = Vec::new();
    for state in ["one", "two"] {
        let begun = provider.begin(REDIRECT, state).await.unwrap();
        let url = Url::parse(&begun.url).unwrap();
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(query["response_type"], "code");
        assert_eq!((query["scope"].as_str(), query["state"].as_str()), ("openid groups profile", state));
        assert_eq!((query["redirect_uri"].as_str(), query["code_challenge_method"].as_str()), (REDIRECT, "S256"));
        assert!(query["nonce"].len() >= 22 && query["code_challenge"].len() == 43);
        assert!(!begun.url.contains("verifier") && !format!("{begun:?}").contains("verifier"));
        seen.push((query["nonce"].clone(), query["code_challenge"].clone()));
    }
    assert!(seen[0].0 != seen[1].0 && seen[0].1 != seen[1].1);
}

#[tokio::test]
async fn what_is_missing_in_the_id_token_is_asked_for_and_what_is_signed_counts_more() {
    let fake = Fake::new().await;
    fake.ways(|ways| ways.twist = Box::new(|claims| drop(claims.as_object_mut().unwrap().remove("groups"))));
    assert_eq!(fake.login(&fake.provider()).await, Ok(ada(&["from-userinfo"])));
    fake.ways(|ways| ways.userinfo = json!({ "sub": "subject-2", "groups": ["root"] }));
    let refused = fake.login(&fake.provider()).await.unwrap_err();
    assert!(refused.to_string().contains("of somebody else"), "{refused}");
}

#[tokio::test]
async fn a_key_that_is_new_is_fetched_once_and_one_that_there_is_not_is_not_asked_for_again_at_once() {
    let fake = Fake::new().await;
    let provider = Oidc::new(
        OidcConfig {
            limits: Limits { keys_again_after: std::time::Duration::ZERO, ..Limits::default() },
            ..fake.config()
        },
        nobody(),
    );
    let provider = provider.unwrap();
    assert!(fake.login(&provider).await.is_ok());
    fake.ways(|ways| (ways.signer, ways.newer_keys) = (Signer::Newer, true));
    assert!(fake.login(&provider).await.is_ok(), "the provider has a new key");
    assert!(fake.login(&provider).await.is_ok());
    assert_eq!(fake.asked("/keys"), 2);

    let patient = fake.provider();
    fake.ways(|ways| ways.newer_keys = false);
    for _ in 0..5 {
        let refused = fake.login(&patient).await.unwrap_err();
        assert!(refused.to_string().contains("none of the provider's"), "{refused}");
    }
    assert_eq!(fake.asked("/keys"), 3, "asked for with the first login, and not again for each forged one");
}

#[tokio::test]
async fn a_client_without_a_secret_and_one_that_tells_it_in_the_form_are_known() {
    let fake = Fake::new().await;
    let open = Oidc::new(OidcConfig { client_secret: None, ..fake.config() }, nobody()).unwrap();
    let refused = fake.login(&open).await.unwrap_err();
    assert!(
        matches!(refused, ProviderError::Garbled { .. }) && refused.to_string().contains("does not know this client"),
        "{refused}"
    );
    fake.ways(|ways| ways.document["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]));
    let refused = fake.login(&fake.provider()).await.unwrap_err();
    assert!(refused.to_string().contains("invalid_client"), "the secret is in the form: {refused}");
}

#[tokio::test]
async fn rules_for_claims_hold() {
    let fake = Fake::new().await;
    let claims = ClaimRules {
        account_prefix: "corp:".to_owned(),
        renamed: [("risk".to_owned(), "desk".to_owned())].into(),
        admitted: ["risk".to_owned()].into(),
        ..ClaimRules::default()
    };
    let provider = Oidc::new(OidcConfig { claims, ..fake.config() }, nobody()).unwrap();
    let ada = fake.login(&provider).await.unwrap();
    assert_eq!((ada.account.as_str(), ada.groups), ("corp:ada", vec!["desk".to_owned()]));
    fake.ways(|ways| ways.twist = Box::new(|claims| claims["groups"] = json!(["others"])));
    let refused = fake.login(&provider).await.unwrap_err();
    assert!(refused.to_string().contains("none of the groups"), "{refused}");
}

#[tokio::test]
async fn the_answer_of_another_issuer_is_not_taken() {
    let fake = Fake::new().await;
    fake.ways(|ways| ways.document["authorization_response_iss_parameter_supported"] = json!(true));
    let provider = fake.provider();
    for (issuer, good) in [
        (Some(format!("http://{}", fake.address)), true),
        (Some("https://evil.example".to_owned()), false),
        (None, false),
    ] {
        let begun = provider.begin(REDIRECT, "state").await.unwrap();
        let code = fake.authorize(&begun.url);
        let answered = Answered { code, redirect: REDIRECT.to_owned(), issuer: issuer.clone(), kept: begun.kept };
        assert_eq!(provider.finish(&answered, NOW).await.is_ok(), good, "{issuer:?}");
    }
}

#[tokio::test]
async fn who_logs_out_may_do_so_at_the_provider_too() {
    let fake = Fake::new().await;
    let url = fake.provider().logout_url("https://leat.example/login").await.unwrap();
    assert!(
        url.contains("/logout?client_id=leat&post_logout_redirect_uri=https%3A%2F%2Fleat.example%2Flogin"),
        "{url}"
    );
    fake.ways(|ways| ways.document.as_object_mut().unwrap().remove("end_session_endpoint"));
    assert_eq!(fake.provider().logout_url("https://leat.example/login").await, None);
}
