//! A midtier's Vault: the tasks that keep its token and its users, and where what they have goes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use leat_midtier::holdings::{Holding, Holdings};
use leat_power_command::{SignedKey, Signs};
use leat_scheduler::model::HostId;
use leat_secrets::Secrets;
use leat_secrets_vault::{
    Config, CredentialSource, Credentials, CredentialsKeeper, Http, Keeper, SshRole, UserPassword, Vault,
};
use leat_store_sql::SqlStore;
use leat_tls::Trust;
use tokio::task::JoinSet;

use crate::remote::escaped;

/// How long a service that begins waits for its first user: a store that begins at the same time may take so long.
const FIRST_USER: Duration = Duration::from_secs(30);

/// A Vault that is about to be used.
pub(crate) struct VaultPlan {
    vault: Vault,
    keeper: Keeper,
    /// The database's URL, without a user, and what keeps the user.
    database: Option<(String, Credentials, CredentialsKeeper)>,
}

impl VaultPlan {
    /// A Vault of a configuration, and whom to trust there.
    pub(crate) fn new(config: &Config, trust: &Trust) -> Result<VaultPlan, String> {
        let http = Http::new(trust.http()).map_err(|error| error.to_string())?;
        let (vault, keeper) = Vault::new(config, http).map_err(|error| format!("secrets.{error}"))?;
        Ok(VaultPlan { vault, keeper, database: None })
    }

    /// The database at this URL is used as a user from here.
    pub(crate) fn with_database(self, url: String, source: CredentialSource) -> Result<VaultPlan, String> {
        let (credentials, keeper) = self.vault.credentials(source).map_err(|error| format!("store.vault.{error}"))?;
        Ok(VaultPlan { database: Some((url, credentials, keeper)), ..self })
    }

    /// Has it sign a key of SSH for programs that switch hosts.
    pub(crate) fn signed_key(&self, key_file: &Path, role: SshRole) -> Result<SignedKey, String> {
        let public = PathBuf::from(format!("{}.pub", key_file.display()));
        let public_key = std::fs::read_to_string(&public).map_err(|error| format!("{}: {error}", public.display()))?;
        let signs = Arc::new(Signer { vault: self.vault.clone(), role, public_key });
        Ok(SignedKey { key_file: key_file.to_owned(), signs })
    }
}

struct Signer {
    vault: Vault,
    role: SshRole,
    public_key: String,
}

#[async_trait]
impl Signs for Signer {
    async fn certificate(&self, _: &HostId) -> Result<String, String> {
        self.vault.sign_ssh_key(&self.role, &self.public_key).await.map_err(|error| error.to_string())
    }
}

/// A Vault that is used.
pub(crate) struct AtVault {
    vault: Vault,
    database: Option<(String, Credentials)>,
    keeping: JoinSet<()>,
}

impl AtVault {
    /// Begins to log in and to have users.
    pub(crate) fn begin(VaultPlan { vault, keeper, database }: VaultPlan) -> AtVault {
        let mut keeping = JoinSet::new();
        keeping.spawn(keeper.run());
        let database = database.map(|(url, credentials, keeper)| {
            keeping.spawn(keeper.run());
            (url, credentials)
        });
        AtVault { vault, database, keeping }
    }

    /// The database's URL with its first user, where the user comes from here.
    pub(crate) async fn database_url(&mut self) -> anyhow::Result<Option<String>> {
        let Some((url, credentials)) = &mut self.database else { return Ok(None) };
        let user =
            credentials.first(FIRST_USER).await.context("cannot have the database's user from the secret store")?;
        Ok(Some(url_as(url, &user)))
    }

    /// Gives the store each user that takes the place of the one before, and takes the last away when it has ended.
    pub(crate) fn keep_database(&mut self, store: SqlStore) {
        let Some((url, mut credentials)) = self.database.take() else { return };
        self.keeping.spawn(async move {
            while let Some(user) = credentials.changed().await {
                match user.map(|user| (store.change_url(&url_as(&url, &user)), user.user)) {
                    Ok((Ok(()), user)) => {
                        tracing::info!(database.user = user, "the database is used as another user from now on")
                    }
                    Ok((Err(error), _)) => {
                        tracing::error!("the database's URL cannot be used with a user of the secret store: {error}")
                    }
                    Err(error) => {
                        tracing::error!(
                            "the database is used no more until the secret store gives another user: {error}"
                        );
                        store.fence();
                    }
                }
            }
        });
    }

    /// As the store of what runs are given.
    pub(crate) fn secrets(&self) -> Arc<dyn Secrets> {
        Arc::new(self.vault.clone())
    }

    /// What is held there, for whoever looks at the service's health.
    pub(crate) fn holdings(&self) -> Arc<dyn Holdings> {
        Arc::new(Held(self.vault.clone()))
    }

    /// Gives everything back: the token, and the users with it.
    pub(crate) async fn end(mut self) {
        self.keeping.shutdown().await;
        self.vault.end().await;
    }
}

struct Held(Vault);

impl Holdings for Held {
    fn now(&self) -> Vec<Holding> {
        let holding = |held: leat_secrets_vault::Holding| Holding {
            name: held.name,
            seconds_left: held.left.map(|left| left.as_secs()),
            sound: held.trouble.is_none(),
        };
        self.0.holdings().into_iter().map(holding).collect()
    }
}

/// A database's URL for a user.
fn url_as(url: &str, UserPassword { user, password }: &UserPassword) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{}:{}@{host}{path}", escaped(user), escaped(password.expose()))
}

#[cfg(test)]
mod tests {
    use leat_secrets::SecretValue;

    use super::*;

    #[test]
    fn a_user_takes_its_place_in_a_url_whatever_its_password_is() {
        let password = SecretValue::new(b"a/b@c:%".to_vec()).unwrap();
        let user = UserPassword { user: "v-approle-leat".to_owned(), password };
        let expected = "postgres://v-approle-leat:a%2Fb%40c%3A%25@db:5432/leat?sslmode=verify-full";
        for url in ["postgres://db:5432/leat?sslmode=verify-full", "postgres://old:pw@db:5432/leat?sslmode=verify-full"]
        {
            assert_eq!(url_as(url, &user), expected);
        }
    }
}
