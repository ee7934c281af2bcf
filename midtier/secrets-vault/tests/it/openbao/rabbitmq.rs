//! Users of RabbitMQ for one run each, of the store's RabbitMQ engine, and what RabbitMQ itself says of them.

use std::time::Duration;

use leat_secrets::Secrets;
use leat_secrets_vault::QueueRights;
use serde_json::{Value, json};

use super::bench::{Corner, until, variable};

const LIFE: Duration = Duration::from_secs(60);

/// Mounts the engine: `mq-N`.
async fn engine(corner: &Corner) -> String {
    let mount = format!("mq-{}", corner.number);
    corner.root.post(&format!("sys/mounts/{mount}"), json!({"type": "rabbitmq"})).await;
    let (address, user, password) = management();
    let connection = json!({"connection_uri": address, "username": user, "password": password});
    corner.root.post(&format!("{mount}/config/connection"), connection).await;
    let policy = format!(
        "path \"{mount}/roles/leat-*\" {{ capabilities = [\"create\", \"update\", \"delete\"] }}\n\
         path \"{mount}/creds/leat-*\" {{ capabilities = [\"read\"] }}"
    );
    corner.allow(&policy).await;
    mount
}

/// RabbitMQ's management, and who may do everything there.
fn management() -> (String, String, String) {
    let url = reqwest::Url::parse(&variable("LEAT_TEST_RABBITMQ_API_URL")).unwrap();
    let (user, password) = (url.username().to_owned(), url.password().unwrap().to_owned());
    (format!("http://{}:{}", url.host_str().unwrap(), url.port().unwrap()), user, password)
}

/// What RabbitMQ's management says of a user; nothing where it knows none.
async fn told(path: &str) -> Option<Value> {
    let (address, user, password) = management();
    let client = reqwest::Client::builder().tls_backend_preconfigured(leat_tls::trusting_nobody()).build().unwrap();
    let answer = client.get(format!("{address}/api/{path}")).basic_auth(user, Some(password)).send().await.unwrap();
    if answer.status().is_success() { Some(answer.json().await.unwrap()) } else { None }
}

#[tokio::test]
async fn a_runs_user_may_touch_what_it_was_made_for_and_is_gone_when_it_is_revoked() {
    let corner = Corner::new().await;
    let mount = engine(&corner).await;
    let leat = corner.leat().await;
    let mine = "^leat\\.run7\\.".to_owned();
    let rights =
        QueueRights { virtual_host: "/".to_owned(), configure: mine.clone(), write: mine.clone(), read: mine.clone() };
    let name = format!("run7-{}", corner.number);
    let made = leat.vault.brokers(&mount).unwrap().user(&name, &rights, LIFE).await.unwrap();
    let user = &made.user.user;
    let permissions = told(&format!("users/{user}/permissions")).await.unwrap();
    assert_eq!(permissions[0]["configure"], mine.as_str(), "{permissions}");
    assert_eq!(permissions[0]["write"], rights.write.as_str());
    let (status, _) = corner.root.send(reqwest::Method::GET, &format!("{mount}/roles/leat-{name}"), None).await;
    assert_eq!(status, 404, "the role has served");
    let life = leat.vault.renew(&made.grant, LIFE).await.unwrap();
    assert!(life > LIFE / 2, "{life:?}");
    leat.vault.revoke(&made.grant).await.unwrap();
    until("the user is gone", async || told(&format!("users/{user}")).await.is_none().then_some(())).await;
    leat.vault.revoke(&made.grant).await.unwrap();
    assert!(leat.vault.renew(&made.grant, LIFE).await.is_err());
}

#[tokio::test]
async fn a_runs_user_ends_with_its_life_and_not_with_the_midtier_that_had_it_made() {
    let corner = Corner::new().await;
    let mount = engine(&corner).await;
    let leat = corner.leat().await;
    let rights = QueueRights {
        virtual_host: "/".to_owned(),
        configure: "^a$".to_owned(),
        write: "^a$".to_owned(),
        read: "^a$".to_owned(),
    };
    let name = format!("short-{}", corner.number);
    let made = leat.vault.brokers(&mount).unwrap().user(&name, &rights, Duration::from_secs(4)).await.unwrap();
    leat.vault.end().await;
    let user = format!("users/{}", made.user.user);
    assert!(told(&user).await.is_some());
    until("its life is over", async || told(&user).await.is_none().then_some(())).await;
}
