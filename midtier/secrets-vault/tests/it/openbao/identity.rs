//! Who Leat is at the store: logins, secret ids, renewals and their end.

use std::time::Duration;

use leat_secrets::{SecretError, Secrets};
use leat_secrets_vault::SecretId;
use reqwest::Method;
use serde_json::json;

use super::bench::{Corner, Leat, Lives, Root, until, write_guarded};

/// A wrapping token of a secret id, as an operator hands it out.
async fn wrapped(corner: &Corner, path: &str) -> String {
    let headers = [("X-Vault-Wrap-TTL", "120s")];
    let (status, answer) = corner.root.send_with(&headers, Method::POST, path, Some(json!({}))).await;
    assert_eq!(status, 200, "{answer}");
    answer["wrap_info"]["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_wrapped_secret_id_is_unwrapped_once_and_serves_every_login() {
    let corner = Corner::on(Root::shared(), Lives { ttl: 4, max: 6 }).await;
    let file = corner.home.path().join("wrapped");
    write_guarded(&file, &wrapped(&corner, &format!("auth/approle-{}/role/leat/secret-id", corner.number)).await);
    let place = corner.put_text(&corner.path("a#x"), "v").await;
    let leat = Leat::begin(&corner.config_with(SecretId::WrappedFile(file.clone())));
    leat.vault.read(&place).await.unwrap();
    // Its tokens live for 6 s at most: another login must have happened.
    let began = tokio::time::Instant::now();
    until("the first token has ended", async || (began.elapsed() > Duration::from_secs(7)).then_some(())).await;
    leat.vault.read(&place).await.unwrap();
    let second = Leat::begin(&corner.config_with(SecretId::WrappedFile(file)));
    let error = second.vault.read(&place).await.unwrap_err();
    assert!(matches!(error, SecretError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("somebody was there first"), "{error}");
}

#[tokio::test]
async fn a_token_that_wraps_something_else_is_not_taken_for_a_secret_id() {
    let corner = Corner::new().await;
    let file = corner.home.path().join("wrapped");
    write_guarded(&file, &wrapped(&corner, "auth/token/create").await);
    let leat = Leat::begin(&corner.config_with(SecretId::WrappedFile(file)));
    let error = leat.vault.health().await.unwrap_err().to_string();
    assert!(error.contains("wraps no secret id"), "{error}");
}

#[tokio::test]
async fn a_secret_id_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let corner = Corner::new().await;
    let config = corner.config().await;
    let SecretId::File(file) = &config.secret_id else { panic!("a file") };
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let leat = Leat::begin(&config);
    let error = leat.vault.health().await.unwrap_err().to_string();
    assert!(error.contains("mode 0640") && error.contains("chmod 600"), "{error}");
}

#[tokio::test]
async fn a_secret_id_that_is_replaced_is_taken_without_a_restart() {
    let corner = Corner::new().await;
    let config = corner.config().await;
    let SecretId::File(file) = &config.secret_id else { panic!("a file") };
    let good = std::fs::read_to_string(file).unwrap();
    write_guarded(file, "no-such-secret-id");
    let leat = Leat::begin(&config);
    let error = leat.vault.health().await.unwrap_err().to_string();
    assert!(error.contains("the login of AppRole") && !error.contains("no-such-secret-id"), "{error}");
    write_guarded(file, &good);
    until("it logs in", async || leat.vault.health().await.ok()).await;
    assert_eq!(leat.holding("token").unwrap().trouble, None);
}

#[tokio::test]
async fn a_token_is_renewed_and_replaced_where_renewals_end() {
    let corner = Corner::on(Root::shared(), Lives { ttl: 6, max: 10 }).await;
    let place = corner.put_text(&corner.path("a#x"), "v").await;
    let leat = corner.leat().await;
    let began = tokio::time::Instant::now();
    // It is renewed after four seconds, after eight for the last time, and replaced then: at no moment is a call refused.
    until("the time is over", async || {
        assert_eq!(leat.vault.read(&place).await.unwrap().expose_text(), Some("v"));
        (began.elapsed() > Duration::from_secs(15)).then_some(())
    })
    .await;
    let token = leat.holding("token").unwrap();
    assert!(token.left.unwrap() > Duration::ZERO && token.trouble.is_none(), "{token:?}");
}

#[tokio::test]
async fn a_token_that_was_revoked_is_replaced_by_another_login() {
    let corner = Corner::new().await;
    let place = corner.put_text(&corner.path("a#x"), "v").await;
    let leat = corner.leat().await;
    leat.vault.read(&place).await.unwrap();
    // The mount's role takes every token along that it ever gave.
    let (status, _) =
        corner.root.send(Method::POST, &format!("sys/leases/revoke-prefix/auth/approle-{}", corner.number), None).await;
    assert!(status < 300, "{status}");
    let error = until("the revocation is felt", async || leat.vault.read(&place).await.err()).await;
    assert!(matches!(error, SecretError::Unreachable { .. }), "{error}");
    until("it logs in anew", async || leat.vault.read(&place).await.ok()).await;
}

#[tokio::test]
async fn what_the_policy_does_not_allow_is_denied_by_its_path() {
    let corner = Corner::new().await;
    let place = corner.put_text(&corner.path("secret/a#x"), "v").await;
    let leat = corner.leat().await;
    assert_eq!(leat.vault.read(&place).await.unwrap_err(), SecretError::Denied { path: place.clone() });
    let elsewhere = "no-such-mount/a#x".parse().unwrap();
    assert_eq!(leat.vault.read(&elsewhere).await.unwrap_err(), SecretError::Denied { path: elsewhere });
}

#[tokio::test]
async fn the_token_is_given_back_at_the_end() {
    let corner = Corner::new().await;
    let leat = corner.leat().await;
    leat.vault.health().await.unwrap();
    leat.vault.end().await;
    let error = leat.vault.health().await.unwrap_err();
    assert!(matches!(error, SecretError::Unreachable { .. }), "{error}");
}
