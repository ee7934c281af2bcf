//! The store, as the midtier uses it.

use std::time::Duration;

use async_trait::async_trait;
use leat_secrets::{Grant, GrantId, SecretError, SecretPath, SecretValue, Secrets};
use serde_json::json;
use tokio::time::Instant;

use crate::board::{Board, Holding};
use crate::config::{BadConfig, Config, is_name};
use crate::failed::Failed;
use crate::grants;
use crate::identity::{Identity, Keeper};
use crate::kv::{Entry, Mount, Mounts};
use crate::server::{Ask, Http, Server};

/// A store of secrets: HashiCorp Vault or OpenBao. Clones are the same one.
#[derive(Clone)]
pub struct Vault {
    pub(crate) server: Server,
    pub(crate) identity: Identity,
    pub(crate) board: Board,
    pub(crate) grant_role: String,
    /// How a host reaches it, with the namespace.
    pub(crate) for_hosts: String,
    mounts: Mounts,
}

impl Vault {
    /// The store of a configuration. Nothing is asked of it until the keeper runs.
    ///
    /// # Errors
    /// When the configuration cannot be one.
    pub fn new(config: &Config, http: Http) -> Result<(Vault, Keeper), BadConfig> {
        config.check()?;
        if let Some(mount) = config.kv.keys().find(|mount| !mount.split('/').all(is_name)) {
            return Err(BadConfig { key: "kv", why: format!("{mount:?} is no path of a mount") });
        }
        let server = |address: &str, http| Server::new(http, address, config.namespace.as_deref(), config.timeout);
        let for_hosts = config.address_for_hosts.as_ref().unwrap_or(&config.address);
        let for_hosts = server(for_hosts, http.clone())
            .map_err(|error| BadConfig { key: "address_for_hosts", ..error })?
            .told_to_hosts();
        let (server, board) = (server(&config.address, http)?, Board::default());
        let (identity, keeper) = Identity::new(config, &server, &board);
        let mounts = Mounts::new(config.kv.clone());
        Ok((Vault { server, identity, board, grant_role: config.grant_role.clone(), for_hosts, mounts }, keeper))
    }

    /// What is held of the store now, for how long still, and what is wrong with it.
    pub fn holdings(&self) -> Vec<Holding> {
        self.board.at(Instant::now())
    }

    /// Gives back Leat's own token, and every lease that was had with it: when Leat ends. Grants of runs hold on.
    pub async fn end(&self) {
        let watched = self.identity.watched();
        let crate::identity::State::Held(token) = watched.borrow().clone() else { return };
        if let Err(failed) = self.server.ask(&token.text, Ask::post("auth/token/revoke-self", &json!({}))).await {
            tracing::debug!(?failed, "the token could not be given back; it ends by itself");
        }
    }

    /// The mount and the fields of an entry.
    pub(crate) async fn entry(&self, path: &SecretPath) -> Result<(Mount, Entry), SecretError> {
        let token = self.identity.to_do(path.as_str()).await?;
        let read = async {
            let mount = self.mounts.of(path, &self.server, &token.text).await?;
            let entry = Entry::read(&self.server, &token.text, &mount, path).await?;
            Ok((mount, entry))
        };
        match read.await {
            Ok(found) => Ok(found),
            Err(failed) => Err(self.identity.blame(&token, failed).await.reading(path, self.server.name())),
        }
    }

    /// A plain request with Leat's token, for `what`.
    pub(crate) async fn ask(&self, what: &str, ask: Ask<'_>) -> Result<serde_json::Value, SecretError> {
        let token = self.identity.to_do(what).await?;
        match self.server.ask(&token.text, ask).await {
            Ok(answer) => Ok(answer),
            Err(failed) => Err(self.identity.blame(&token, failed).await.doing(what, self.server.name())),
        }
    }
}

#[async_trait]
impl Secrets for Vault {
    async fn read(&self, path: &SecretPath) -> Result<SecretValue, SecretError> {
        self.entry(path).await?.1.field(path)
    }

    async fn grant(&self, purpose: &str, paths: &[SecretPath], life: Duration) -> Result<Grant, SecretError> {
        grants::grant(self, purpose, paths, life).await
    }

    async fn renew(&self, grant: &GrantId, life: Duration) -> Result<Duration, SecretError> {
        grants::renew(self, grant, life).await
    }

    async fn revoke(&self, grant: &GrantId) -> Result<(), SecretError> {
        grants::revoke(self, grant).await
    }

    fn address_for_hosts(&self) -> Option<&str> {
        Some(&self.for_hosts)
    }

    async fn health(&self) -> Result<(), SecretError> {
        let token = self.identity.to_do("the store's health").await?;
        let client = self.server.client(&token.text);
        match self.server.settled(vaultrs::token::lookup_self(&client)).await {
            Ok(_) => Ok(()),
            Err(failed @ Failed::Away(_)) => Err(failed.doing("the store's health", self.server.name())),
            Err(failed) => Err(self.identity.blame(&token, failed).await.doing("Leat's token", self.server.name())),
        }
    }
}
