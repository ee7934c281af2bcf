//! The store away: what is said, what goes on, and that all heals.

use std::time::Duration;

use leat_secrets::{Redeem, SecretError, Secrets};
use leat_secrets_vault::{CredentialSource, VaultRedeem};

use super::bench::{Corner, Leat, Lives, Own, http, until};
use super::database;

fn is_unreachable(error: &SecretError) -> bool {
    matches!(error, SecretError::Unreachable { .. })
        && error.to_string().starts_with("secret store unreachable: vault at http://127.0.0.1:")
}

#[tokio::test]
async fn a_store_that_died_is_unreachable_and_all_heals_when_it_is_back() {
    let mut own = Own::start().await;
    let corner = Corner::on(own.root(), Lives { ttl: 600, max: 3_600 }).await;
    let place = corner.put_text(&corner.path("a#x"), "v").await;
    let leat = corner.leat().await;
    let paths = [place];
    let grant = leat.vault.grant("run r", &paths, Duration::from_secs(60)).await.unwrap();
    own.kill();
    for error in [
        leat.vault.read(&paths[0]).await.unwrap_err(),
        leat.vault.grant("run s", &paths, Duration::from_secs(60)).await.unwrap_err(),
        leat.vault.renew(&grant.id, Duration::from_secs(60)).await.unwrap_err(),
        leat.vault.revoke(&grant.id).await.unwrap_err(),
        leat.vault.health().await.unwrap_err(),
        VaultRedeem::new(http()).redeem(grant.clone(), &paths).await.unwrap_err(),
    ] {
        assert!(is_unreachable(&error) && error.is_retryable(), "{error}");
    }
    own.start_again().await;
    until("it serves", async || leat.vault.health().await.ok()).await;
    // What was given before holds on.
    VaultRedeem::new(http()).redeem(grant.clone(), &paths).await.unwrap();
    leat.vault.revoke(&grant.id).await.unwrap();
}

#[tokio::test]
async fn a_store_that_answers_nothing_is_unreachable_within_the_time_of_a_call() {
    let own = Own::start().await;
    let corner = Corner::on(own.root(), Lives { ttl: 600, max: 3_600 }).await;
    let place = corner.put_text(&corner.path("a#x"), "v").await;
    let leat = corner.leat().await;
    leat.vault.read(&place).await.unwrap();
    own.signal("STOP");
    let error = leat.vault.read(&place).await.unwrap_err();
    assert!(is_unreachable(&error) && error.to_string().contains("no answer within 3s"), "{error}");
    own.signal("CONT");
    until("it serves", async || leat.vault.read(&place).await.ok()).await;
}

#[tokio::test]
async fn what_cannot_be_renewed_is_reported_ahead_and_fenced_at_its_end() {
    let mut own = Own::start().await;
    let corner = Corner::on(own.root(), Lives { ttl: 12, max: 600 }).await;
    database::engine(&corner, "12s").await;
    let leat = corner.leat().await;
    let source = CredentialSource::Dynamic { mount: format!("db-{}", corner.number), role: "leat".to_owned() };
    let (mut credentials, keeper) = leat.vault.credentials(source).unwrap();
    let keeping = tokio::spawn(keeper.run());
    let user = credentials.first(Duration::from_secs(10)).await.unwrap();
    let name = format!("db-{}/creds/leat", corner.number);
    own.kill();
    for held in ["token", &name] {
        let reported =
            until("it is reported ahead", async || leat.holding(held).filter(|holding| holding.trouble.is_some()))
                .await;
        assert!(reported.left.unwrap() > Duration::ZERO, "{reported:?}");
    }
    assert_eq!(credentials.now().as_ref(), Ok(&user), "it is held to its end");
    let error = until("it is fenced", async || credentials.now().err()).await;
    assert!(is_unreachable(&error), "{error}");
    until("the token has ended", async || leat.holding("token").filter(|token| token.left == Some(Duration::ZERO)))
        .await;
    let error = leat.vault.health().await.unwrap_err();
    assert!(is_unreachable(&error), "{error}");
    own.start_again().await;
    let other = until("there is another user", async || credentials.now().ok()).await;
    assert_ne!(other.user, user.user);
    for held in ["token", &name] {
        until("it is held again", async || leat.holding(held).filter(|holding| holding.trouble.is_none())).await;
    }
    keeping.abort();
}

#[tokio::test]
async fn a_store_that_is_away_at_the_start_is_logged_in_to_when_it_comes() {
    let mut own = Own::start().await;
    let corner = Corner::on(own.root(), Lives { ttl: 600, max: 3_600 }).await;
    let place = corner.put_text(&corner.path("a#x"), "v").await;
    let config = corner.config().await;
    own.kill();
    let leat = Leat::begin(&config);
    let error = leat.vault.read(&place).await.unwrap_err();
    assert!(is_unreachable(&error), "{error}");
    own.start_again().await;
    until("it serves", async || leat.vault.read(&place).await.ok()).await;
}
