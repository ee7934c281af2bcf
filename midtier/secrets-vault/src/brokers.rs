//! Users of RabbitMQ for one run each, of the store's RabbitMQ engine: such a user may touch the run's queues, and is gone when its
//! grant is revoked or its life is over.
//!
//! The role that says what the user may touch exists from before the user is made until just after: nothing of it is left in the
//! store but for a midtier that died in between, and the next one puts its own over it.

use std::time::Duration;

use leat_secrets::{GrantId, SecretError, SecretValue};
use serde_json::json;

use crate::answer::text;
use crate::config::{BadConfig, IS_PATH, is_name, is_path};
use crate::credentials::UserPassword;
use crate::failed::Failed;
use crate::grants::{Made, Purpose, id_with_lease, make_token, taken_back, write_policy};
use crate::server::Ask;
use crate::vault::Vault;

/// What a user may touch of a virtual host: regular expressions of names, as RabbitMQ has them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRights {
    /// Which virtual host.
    pub virtual_host: String,
    /// What it may declare and delete.
    pub configure: String,
    /// What it may send to.
    pub write: String,
    /// What it may receive from.
    pub read: String,
}

/// A user of RabbitMQ, and the grant that it ends with. It is renewed and revoked as any grant is.
#[derive(Clone, Debug)]
pub struct BrokerUser {
    /// What it is renewed and revoked by.
    pub grant: GrantId,
    /// The user.
    pub user: UserPassword,
}

impl Vault {
    /// Has a user made that may do this and nothing else. `name` is of letters, digits, dashes and dots, and other for each that is made.
    ///
    /// # Errors
    /// Where the store cannot be reached, or does not allow it.
    pub async fn broker_user(
        &self,
        mount: &str,
        name: &str,
        rights: &QueueRights,
        life: Duration,
    ) -> Result<BrokerUser, SecretError> {
        let what = format!("the broker's user of {name}");
        if let Err(error) = check(mount, name) {
            return Err(SecretError::Invalid { what, why: error.to_string() });
        }
        let role = format!("{mount}/roles/{name}");
        let creds = format!("{mount}/creds/{name}");
        let policy = write_policy(self, std::iter::once(&creds)).await?;
        let allowed = json!({ &rights.virtual_host: { "configure": rights.configure, "write": rights.write, "read": rights.read } });
        self.ask(&what, Ask::post(&role, &json!({ "vhosts": allowed.to_string() }))).await?;
        let made = self.make_user(name, &policy, &creds, life).await;
        let tidied = self.ask(&what, Ask::delete(&role)).await;
        let user = made?;
        if let Err(error) = tidied {
            tracing::warn!(
                "the role {role} could not be removed from the secret store; it is of no use any more: {error}"
            );
        }
        Ok(user)
    }

    /// With a token of its own, which the user ends with.
    async fn make_user(
        &self,
        name: &str,
        policy: &str,
        creds: &str,
        life: Duration,
    ) -> Result<BrokerUser, SecretError> {
        let purpose = Purpose { words: name, life, wrapped: false, meta: Default::default() };
        let made = make_token(self, policy, purpose).await?;
        match self.user_of(creds, &made).await {
            Ok(user) => Ok(user),
            Err(error) => match made.accessor.parse() {
                Ok(id) => Err(taken_back(self, &id, error).await),
                Err(_) => Err(error),
            },
        }
    }

    async fn user_of(&self, creds: &str, made: &Made) -> Result<BrokerUser, SecretError> {
        let told = |failed: Failed| failed.doing(creds, self.server.name());
        let token = made.token.expose_text().unwrap_or_default();
        let mut answer = self.server.ask(token, Ask::get(creds)).await.map_err(told)?;
        let lease = answer["lease_id"].as_str().unwrap_or_default().to_owned();
        let user = text(&mut answer["data"]["username"], "no user").map_err(told)?.to_string();
        let password = text(&mut answer["data"]["password"], "no password").map_err(told)?;
        let password = SecretValue::new(password.as_bytes().to_vec())
            .map_err(|error| told(Failed::Garbled(format!("answers a password that is too long: {error}"))))?;
        Ok(BrokerUser { grant: id_with_lease(&made.accessor, &lease)?, user: UserPassword { user, password } })
    }
}

fn check(mount: &str, name: &str) -> Result<(), BadConfig> {
    let bad = |key| BadConfig { key, why: IS_PATH.to_owned() };
    match (is_path(mount), is_name(name)) {
        (true, true) => Ok(()),
        (false, _) => Err(bad("mount")),
        (_, false) => Err(bad("name")),
    }
}
