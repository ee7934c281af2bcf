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

/// What the roles of such users begin with.
const ROLE: &str = "leat-";

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

/// A RabbitMQ engine of the store.
#[derive(Clone)]
pub struct Brokers {
    vault: Vault,
    mount: String,
}

impl Vault {
    /// The engine that is mounted there. Nothing is asked of it yet.
    ///
    /// # Errors
    /// Where the mount can be none.
    pub fn brokers(&self, mount: &str) -> Result<Brokers, BadConfig> {
        match is_path(mount) {
            true => Ok(Brokers { vault: self.clone(), mount: mount.to_owned() }),
            false => Err(BadConfig { key: "mount", why: IS_PATH.to_owned() }),
        }
    }
}

impl Brokers {
    /// Has a user made that may do this and nothing else. `name` is of letters, digits, `_`, `-` and `.`, at most 123 of them, and other for each
    /// that is made; the store knows the user's role as `leat-` and that.
    ///
    /// # Errors
    /// Where the store cannot be reached, or does not allow it.
    pub async fn user(&self, name: &str, rights: &QueueRights, life: Duration) -> Result<BrokerUser, SecretError> {
        let what = format!("the broker's user of {name}");
        let name = &format!("{ROLE}{name}");
        if !is_name(name) {
            return Err(SecretError::Invalid { what, why: format!("its name cannot be one: {IS_PATH}") });
        }
        let Brokers { vault, mount } = self;
        let role = format!("{mount}/roles/{name}");
        let creds = format!("{mount}/creds/{name}");
        // One for all of them: whoever makes users is the only one to have their tokens, and a policy of each would stay for ever.
        let policy = write_policy(vault, std::iter::once(&format!("{mount}/creds/{ROLE}*"))).await?;
        let allowed = json!({ &rights.virtual_host: { "configure": rights.configure, "write": rights.write, "read": rights.read } });
        vault.ask(&what, Ask::post(&role, &json!({ "vhosts": allowed.to_string() }))).await?;
        let made = make_user(vault, (name, &creds), &policy, life).await;
        let tidied = vault.ask(&what, Ask::delete(&role)).await;
        let user = made?;
        if let Err(error) = tidied {
            tracing::warn!(
                "the role {role} could not be removed from the secret store; it is of no use any more: {error}"
            );
        }
        Ok(user)
    }
}

/// With a token of its own, which the user ends with.
async fn make_user(
    vault: &Vault,
    (name, creds): (&str, &str),
    policy: &str,
    life: Duration,
) -> Result<BrokerUser, SecretError> {
    let purpose = Purpose { words: name, life, wrapped: false, meta: Default::default() };
    let made = make_token(vault, policy, purpose).await?;
    match user_of(vault, creds, &made).await {
        Ok(user) => Ok(user),
        Err(error) => match made.accessor.parse() {
            Ok(id) => Err(taken_back(vault, &id, error).await),
            Err(_) => Err(error),
        },
    }
}

async fn user_of(vault: &Vault, creds: &str, made: &Made) -> Result<BrokerUser, SecretError> {
    let told = |failed: Failed| failed.doing(creds, vault.server.name());
    let token = made.token.expose_text().unwrap_or_default();
    let mut answer = vault.server.ask(token, Ask::get(creds)).await.map_err(told)?;
    let lease = answer["lease_id"].as_str().unwrap_or_default().to_owned();
    let user = text(&mut answer, "/data/username", "no user").map_err(told)?.to_string();
    let password = text(&mut answer, "/data/password", "no password").map_err(told)?;
    let password = SecretValue::new(password.as_bytes().to_vec())
        .map_err(|error| told(Failed::Garbled(format!("answers a password that is too long: {error}"))))?;
    Ok(BrokerUser { grant: id_with_lease(&made.accessor, &lease)?, user: UserPassword { user, password } })
}
