//! Logins with a code that is typed on another device.

use leat_midtier::logins::{Kept, Polled, Provider, ProviderError};
use serde_json::json;

use crate::fake::{Canned, Fake};
use crate::token::{NOW, Signer};

#[tokio::test]
async fn whoever_types_the_code_is_logged_in() {
    let fake = Fake::new().await;
    let provider = fake.provider();
    let begun = provider.begin_device().await.unwrap();
    assert_eq!((begun.user_code.as_str(), begun.lives.as_secs(), begun.every.as_secs()), ("WDJB-MJHT", 900, 2));
    assert_eq!(begun.address_with_code, Some(format!("{}?code=WDJB-MJHT", begun.address)));
    assert!(!format!("{begun:?}").contains("device-code"));
    fake.ways(|ways| ways.device = vec!["slow_down", "authorization_pending"]);
    assert_eq!(provider.poll_device(&begun.kept, NOW).await, Ok(Polled::Waiting));
    assert_eq!(provider.poll_device(&begun.kept, NOW).await, Ok(Polled::TooOften));
    let Ok(Polled::Here(ada)) = provider.poll_device(&begun.kept, NOW).await else { panic!("somebody typed it") };
    assert_eq!(ada.account, "ada");
}

#[tokio::test]
async fn who_gives_up_or_forges_is_not_logged_in() {
    let fake = Fake::new().await;
    let provider = fake.provider();
    let begun = provider.begin_device().await.unwrap();
    for error in ["access_denied", "expired_token"] {
        fake.ways(|ways| ways.device = vec![error]);
        let refused = provider.poll_device(&begun.kept, NOW).await.unwrap_err();
        assert!(matches!(refused, ProviderError::Refused { .. }) && refused.to_string().contains(error), "{refused}");
    }
    fake.ways(|ways| ways.signer = Signer::Forger);
    assert!(matches!(provider.poll_device(&begun.kept, NOW).await, Err(ProviderError::NotAccepted { .. })));
    assert!(matches!(provider.poll_device(&Kept("x".to_owned()), NOW).await, Err(ProviderError::Refused { .. })));
}

#[tokio::test]
async fn a_provider_without_devices_says_so() {
    let fake = Fake::new().await;
    fake.ways(|ways| ways.document.as_object_mut().unwrap().remove("device_authorization_endpoint"));
    let refused = fake.provider().begin_device().await.unwrap_err();
    assert!(matches!(refused, ProviderError::NoDevices { .. }), "{refused}");
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_cannot_be_trusted() {
    let good =
        json!({ "device_code": "d", "user_code": "U", "verification_uri": "https://id.example/", "expires_in": 9 });
    for (key, value) in [
        ("verification_uri", json!("http://id.example/")),
        ("verification_uri", json!("\u{1b}[2Jhttps://id.example/")),
        ("verification_uri_complete", json!("javascript:alert(1)")),
        ("user_code", json!("")),
        ("user_code", json!("a\nb")),
    ] {
        let fake = Fake::new().await;
        let mut document = good.clone();
        document[key] = value;
        fake.ways(|ways| ways.canned.insert("/device".to_owned(), Canned::Text(200, document.to_string())));
        let refused = fake.provider().begin_device().await.unwrap_err();
        assert!(matches!(refused, ProviderError::Garbled { .. }), "{document}: {refused}");
    }
}
