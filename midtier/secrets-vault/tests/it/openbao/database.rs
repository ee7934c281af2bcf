//! Users of PostgreSQL that the store's database engine makes, and passwords that it changes.

use std::time::Duration;

use leat_secrets_vault::{CredentialSource, UserPassword};
use serde_json::json;

use super::bench::{Corner, Lives, Root, until, variable};

/// Mounts the engine in a corner and lets Leat have users of it; `db-N`, with the role `leat`.
pub(super) async fn engine(corner: &Corner, ttl: &str) {
    let mount = format!("db-{}", corner.number);
    corner.root.post(&format!("sys/mounts/{mount}"), json!({"type": "database"})).await;
    let server = variable("LEAT_TEST_POSTGRES_URL");
    // The tests' server trusts whoever comes from this machine: the store needs no password of its own there.
    let question = if server.contains('?') { '&' } else { '?' };
    let connection = json!({
        "plugin_name": "postgresql-database-plugin",
        "allowed_roles": "*",
        "connection_url": format!("{server}{question}sslmode=disable"),
    });
    corner.root.post(&format!("{mount}/config/postgres"), connection).await;
    let role = json!({
        "db_name": "postgres",
        "creation_statements": ["CREATE ROLE \"{{name}}\" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'"],
        "default_ttl": ttl,
        "max_ttl": "1h",
    });
    corner.root.post(&format!("{mount}/roles/leat"), role).await;
    corner.allow(&format!("path \"{mount}/*\" {{ capabilities = [\"read\"] }}")).await;
}

/// Whether the server knows a user.
async fn exists(corner: &Corner, user: &UserPassword) -> bool {
    // The engine itself is asked: a static role of a user that is not there cannot be made.
    let role = json!({"db_name": "postgres", "username": user.user, "rotation_period": "1h"});
    let path = format!(
        "db-{}/static-roles/probe-{}",
        corner.number,
        user.user.replace(|c: char| !c.is_ascii_alphanumeric(), "-")
    );
    let there = corner.root.send(reqwest::Method::POST, &path, Some(role)).await.0 < 300;
    corner.root.send(reqwest::Method::DELETE, &path, None).await;
    there
}

fn source(corner: &Corner) -> CredentialSource {
    CredentialSource::Dynamic { mount: format!("db-{}", corner.number), role: "leat".to_owned() }
}

#[tokio::test]
async fn a_user_is_made_kept_and_ended_with_its_login() {
    let corner = Corner::new().await;
    engine(&corner, "60s").await;
    let leat = corner.leat().await;
    let (mut credentials, keeper) = leat.vault.credentials(source(&corner)).unwrap();
    let keeping = tokio::spawn(keeper.run());
    let user = credentials.first(Duration::from_secs(10)).await.unwrap();
    assert!(exists(&corner, &user).await);
    let left = leat.holding(&format!("db-{}/creds/leat", corner.number)).unwrap().left.unwrap();
    assert!(left > Duration::from_secs(40) && left <= Duration::from_secs(60), "{left:?}");
    assert!(!format!("{user:?} {credentials:?}").contains(user.password.expose_text().unwrap()));
    keeping.abort();
    leat.vault.end().await;
    let again = Corner { root: Root::shared(), ..corner };
    until("the user is gone with Leat's token", async || (!exists(&again, &user).await).then_some(())).await;
}

#[tokio::test]
async fn a_user_is_renewed_and_replaced_before_its_last_life_ends() {
    let corner = Corner::new().await;
    engine(&corner, "6s").await;
    let role = json!({
        "db_name": "postgres", "default_ttl": "6s", "max_ttl": "10s",
        "creation_statements": ["CREATE ROLE \"{{name}}\" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'"],
    });
    corner.root.post(&format!("db-{}/roles/leat", corner.number), role).await;
    let leat = corner.leat().await;
    let (mut credentials, keeper) = leat.vault.credentials(source(&corner)).unwrap();
    let keeping = tokio::spawn(keeper.run());
    let first = credentials.first(Duration::from_secs(10)).await.unwrap();
    let began = tokio::time::Instant::now();
    let second = until("there is another user", async || {
        // At no moment is there none.
        let now = credentials.now().unwrap();
        (now.user != first.user).then_some(now)
    })
    .await;
    assert!(began.elapsed() > Duration::from_secs(5), "the first one was renewed");
    assert!(exists(&corner, &second).await);
    keeping.abort();
}

#[tokio::test]
async fn another_login_has_another_user_while_the_older_one_still_holds() {
    let corner = Corner::on(Root::shared(), Lives { ttl: 8, max: 9 }).await;
    engine(&corner, "600s").await;
    let leat = corner.leat().await;
    let (mut credentials, keeper) = leat.vault.credentials(source(&corner)).unwrap();
    let keeping = tokio::spawn(keeper.run());
    let first = credentials.first(Duration::from_secs(10)).await.unwrap();
    let second = credentials.changed().await.unwrap().unwrap();
    assert_ne!(first.user, second.user);
    assert!(exists(&corner, &first).await, "what goes on with the first user ends what it is at");
    until("the first user has ended with the first login", async || (!exists(&corner, &first).await).then_some(()))
        .await;
    keeping.abort();
}

#[tokio::test]
async fn a_static_user_keeps_its_name_and_is_followed_when_its_password_changes() {
    let corner = Corner::new().await;
    engine(&corner, "60s").await;
    let leat = corner.leat().await;
    let (mut made, keeper) = leat.vault.credentials(source(&corner)).unwrap();
    let making = tokio::spawn(keeper.run());
    let user = made.first(Duration::from_secs(10)).await.unwrap().user;
    let role = json!({"db_name": "postgres", "username": user, "rotation_period": "5s"});
    corner.root.post(&format!("db-{}/static-roles/fixed", corner.number), role).await;
    let source = CredentialSource::Static { mount: format!("db-{}", corner.number), role: "fixed".to_owned() };
    let (mut credentials, keeper) = leat.vault.credentials(source).unwrap();
    let keeping = tokio::spawn(keeper.run());
    let first = credentials.first(Duration::from_secs(10)).await.unwrap();
    let second = tokio::time::timeout(super::bench::PATIENCE, credentials.changed()).await.unwrap().unwrap().unwrap();
    assert_eq!((first.user.as_str(), second.user.as_str()), (user.as_str(), user.as_str()));
    assert_ne!(first.password, second.password);
    assert_eq!(leat.holding(&format!("db-{}/static-creds/fixed", corner.number)).unwrap().left, None);
    keeping.abort();
    making.abort();
}
