//! Grants beyond the contract of all stores: what a token is worth, whose it is, and what somebody on the way could do with it.

use std::time::Duration;

use leat_secrets::{Redeem, SecretError, Secrets, Ticket};
use leat_secrets_vault::VaultRedeem;
use reqwest::Method;
use serde_json::json;

use super::bench::{Corner, Root, http};

const LIFE: Duration = Duration::from_secs(60);

/// The token of a grant, as whoever has its wrapping would get it.
async fn unwrapped(ticket: &Ticket) -> String {
    let Ticket::Wrapped { address, token } = ticket else { panic!("a wrapped token") };
    let wrapping = Root::of(address.trim_end_matches('/'), token.expose_text().unwrap());
    let answer = wrapping.post("sys/wrapping/unwrap", json!({})).await;
    answer["auth"]["client_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_grants_token_reads_its_paths_and_nothing_else() {
    let corner = Corner::new().await;
    let mine = corner.put_text(&corner.path("mine#x"), "v").await;
    let other = corner.put_text(&corner.path("other#x"), "canary").await;
    let leat = corner.leat().await;
    let grant = leat.vault.grant("run r on h, attempt 1", std::slice::from_ref(&mine), LIFE).await.unwrap();
    let token = Root::of(&corner.root.address, &unwrapped(&grant.ticket).await);
    let status = async |method: Method, path: String| token.send(method, &path, Some(json!({"data": {}}))).await.0;
    assert_eq!(status(Method::GET, format!("kv-{}/data/mine", corner.number)).await, 200);
    for (method, path) in [
        (Method::GET, format!("kv-{}/data/{}", corner.number, other.below())),
        (Method::POST, format!("kv-{}/data/mine", corner.number)),
        (Method::GET, "auth/token/lookup-self".to_owned()),
        (Method::POST, "auth/token/create".to_owned()),
    ] {
        assert_eq!(status(method, path.clone()).await, 403, "{path}");
    }
    leat.vault.revoke(&grant.id).await.unwrap();
    assert_eq!(status(Method::GET, format!("kv-{}/data/mine", corner.number)).await, 403, "it is revoked");
}

#[tokio::test]
async fn whoever_comes_second_with_a_wrapped_token_is_found_out() {
    let corner = Corner::new().await;
    let mine = corner.put_text(&corner.path("mine#x"), "v").await;
    let leat = corner.leat().await;
    let grant = leat.vault.grant("run r", std::slice::from_ref(&mine), LIFE).await.unwrap();
    unwrapped(&grant.ticket).await;
    let error = VaultRedeem::new(http()).redeem(grant.clone(), &[mine]).await.unwrap_err();
    assert_eq!(error, SecretError::GrantOver { grant: grant.id.to_string() });
}

#[tokio::test]
async fn a_grant_outlives_the_login_of_whoever_made_it() {
    let corner = Corner::new().await;
    let mine = corner.put_text(&corner.path("mine#x"), "v").await;
    let first = corner.leat().await;
    let grant = first.vault.grant("run r", std::slice::from_ref(&mine), LIFE).await.unwrap();
    first.vault.end().await;
    let second = corner.leat().await;
    assert!(second.vault.renew(&grant.id, LIFE).await.unwrap() > LIFE / 2);
    let values = VaultRedeem::new(http()).redeem(grant.clone(), &[mine]).await.unwrap();
    assert_eq!(values[0].expose_text(), Some("v"));
    second.vault.revoke(&grant.id).await.unwrap();
}

#[tokio::test]
async fn a_grant_of_a_denied_path_is_not_given() {
    let corner = Corner::new().await;
    let mine = corner.put_text(&corner.path("mine#x"), "v").await;
    let denied = corner.put_text(&corner.path("secret/a#x"), "v").await;
    let leat = corner.leat().await;
    let error = leat.vault.grant("run r", &[mine, denied.clone()], LIFE).await.unwrap_err();
    assert_eq!(error, SecretError::Denied { path: denied });
}

#[tokio::test]
async fn a_grant_says_whom_it_is_for_and_cannot_be_more_than_its_role_allows() {
    let corner = Corner::new().await;
    let mine = corner.put_text(&corner.path("mine#x"), "v").await;
    let leat = corner.leat().await;
    let grant = leat.vault.grant("run r\non h", std::slice::from_ref(&mine), LIFE).await.unwrap();
    let told = corner.root.post("auth/token/lookup-accessor", json!({"accessor": grant.id.as_str()})).await;
    let data = &told["data"];
    assert_eq!(data["meta"]["purpose"], "run r on h");
    assert_eq!(data["orphan"], true);
    let policies = data["policies"].as_array().unwrap();
    assert_eq!(policies.len(), 1, "{policies:?}");
    let own = Root::of(&corner.root.address, &unwrapped(&grant.ticket).await);
    let (status, _) = own
        .send(Method::POST, &format!("auth/token/create/grants-{}", corner.number), Some(json!({"policies": ["root"]})))
        .await;
    assert_eq!(status, 403);
    leat.vault.revoke(&grant.id).await.unwrap();
}

#[tokio::test]
async fn a_grant_holds_no_longer_than_the_store_gives() {
    let corner = Corner::new().await;
    let mine = corner.put_text(&corner.path("mine#x"), "v").await;
    let role = json!({"allowed_policies_glob": "leat-grant-*", "orphan": true, "token_explicit_max_ttl": 20});
    corner.root.post(&format!("auth/token/roles/grants-{}", corner.number), role).await;
    let leat = corner.leat().await;
    let grant = leat.vault.grant("run r", &[mine], LIFE).await.unwrap();
    assert!(grant.life > Duration::ZERO && grant.life <= Duration::from_secs(20), "{:?}", grant.life);
    let life = leat.vault.renew(&grant.id, LIFE).await.unwrap();
    assert!(life <= Duration::from_secs(20), "{life:?}");
    leat.vault.revoke(&grant.id).await.unwrap();
}
