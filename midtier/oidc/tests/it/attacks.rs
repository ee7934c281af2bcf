//! Tokens, codes and answers that are not what they should be. None of them is a login, and each refusal says why.

use leat_midtier::logins::{Answered, Kept, Provider, ProviderError};
use serde_json::{Value, json};

use crate::fake::{Canned, Fake, REDIRECT, Twist};
use crate::token::{NOW, Signer};

fn set(claim: &'static str, value: Value) -> Twist {
    Box::new(move |claims| claims[claim] = value.clone())
}

fn without(claim: &'static str) -> Twist {
    Box::new(move |claims| drop(claims.as_object_mut().unwrap().remove(claim)))
}

#[tokio::test]
async fn claims_that_are_not_for_this_login_are_not_accepted() {
    let now = NOW.0 / 1_000_000;
    let bad: Vec<(Twist, &str)> = vec![
        (set("exp", json!(now - 61)), "expired"),
        (set("iat", json!(now + 3600)), "in the future"),
        (set("iat", json!(now - 3600)), "ago"),
        (set("aud", json!("another-client")), "another-client"),
        (set("aud", json!(["leat", "another-client"])), "not a trusted audience"),
        (set("aud", json!([])), "must contain `leat`"),
        (set("iss", json!("https://evil.example")), "https://evil.example"),
        (set("nonce", json!("of another login")), "nonce"),
        (without("nonce"), "missing nonce"),
        (without("exp"), "cannot be read"),
        (without("iat"), "cannot be read"),
        (without("aud"), "must contain `leat`"),
        (without("iss"), "cannot be read"),
        (without("sub"), "cannot be read"),
        (set("sub", json!("")), "`sub`"),
        (set("exp", json!("tomorrow")), "cannot be read"),
        (set("exp", json!(1e300)), ""),
        (set("preferred_username", json!("ada\nlevel=info msg=fine")), "no account"),
    ];
    let fake = Fake::new().await;
    let provider = fake.provider();
    for (place, (twist, words)) in bad.into_iter().enumerate() {
        fake.ways(|ways| ways.twist = twist);
        let refused = fake.login(&provider).await.expect_err(words);
        assert!(matches!(refused, ProviderError::NotAccepted { .. }), "{place}: {refused}");
        let said = refused.to_string();
        assert!(said.to_lowercase().contains(words) && said.contains("`corp`"), "{place}: {said}");
        assert!(!said.contains('\n'), "a claim cannot begin a line of a log: {said:?}");
    }
    fake.ways(|ways| ways.twist = Box::new(|_| ()));
    assert!(fake.login(&provider).await.is_ok(), "the provider itself is fine");
}

#[tokio::test]
async fn a_signature_that_anybody_could_make_is_not_accepted() {
    let fake = Fake::new().await;
    let provider = fake.provider();
    for signer in [Signer::Forger, Signer::PublicKeyAsSecret, Signer::ClientSecret, Signer::Nobody] {
        fake.ways(|ways| ways.signer = signer);
        let refused = fake.login(&provider).await.expect_err("nobody may log in so");
        let said = refused.to_string();
        assert!(
            matches!(refused, ProviderError::NotAccepted { .. }) && said.contains("Signature"),
            "{signer:?}: {said}"
        );
    }
}

#[tokio::test]
async fn a_token_that_is_none_is_not_accepted() {
    let fake = Fake::new().await;
    let provider = fake.provider();
    for token in ["", "a", "a.b", "a.b.c", "....", "e30.e30.", "\u{0}"] {
        let tokens = json!({ "access_token": "access-token", "token_type": "Bearer", "id_token": token });
        fake.ways(|ways| ways.canned.insert("/token".to_owned(), Canned::Text(200, tokens.to_string())));
        let refused = fake.login(&provider).await.expect_err(token);
        assert!(matches!(refused, ProviderError::NotAccepted { .. }), "{token:?}: {refused}");
    }
    let tokens = json!({ "access_token": "access-token", "token_type": "Bearer" });
    fake.ways(|ways| ways.canned.insert("/token".to_owned(), Canned::Text(200, tokens.to_string())));
    assert!(fake.login(&provider).await.unwrap_err().to_string().contains("no ID token"));
}

#[tokio::test]
async fn a_code_is_good_once_and_for_who_began_alone() {
    let fake = Fake::new().await;
    let provider = fake.provider();
    let begun = provider.begin(REDIRECT, "state").await.unwrap();
    let code = fake.authorize(&begun.url);
    let answered = Answered { code, redirect: REDIRECT.to_owned(), issuer: None, kept: begun.kept.clone() };
    assert!(provider.finish(&answered, NOW).await.is_ok());
    let replayed = provider.finish(&answered, NOW).await.unwrap_err();
    assert!(
        matches!(replayed, ProviderError::Refused { .. }) && replayed.to_string().contains("invalid_grant"),
        "{replayed}"
    );

    let others = provider.begin(REDIRECT, "state").await.unwrap();
    let stolen = Answered { code: fake.authorize(&others.url), kept: begun.kept, ..answered.clone() };
    let refused = provider.finish(&stolen, NOW).await.unwrap_err();
    assert!(matches!(refused, ProviderError::Refused { .. }), "it was begun with another verifier: {refused}");

    for kept in ["", "{}", "{\"verifier\":1}", "\u{0}"] {
        let odd = Answered { kept: Kept(kept.to_owned()), ..answered.clone() };
        let refused = provider.finish(&odd, NOW).await.unwrap_err();
        assert!(refused.to_string().contains("not begun here"), "{refused}");
    }
}

#[tokio::test]
async fn an_id_token_of_another_login_is_not_accepted() {
    let fake = Fake::new().await;
    let provider = fake.provider();
    let first = provider.begin(REDIRECT, "state").await.unwrap();
    let nonce = reqwest::Url::parse(&first.url)
        .unwrap()
        .query_pairs()
        .find(|(name, _)| name == "nonce")
        .unwrap()
        .1
        .into_owned();
    fake.ways(|ways| ways.twist = Box::new(move |claims| claims["nonce"] = json!(nonce)));
    let refused = fake.login(&provider).await.unwrap_err();
    assert!(refused.to_string().contains("nonce"), "{refused}");
}
