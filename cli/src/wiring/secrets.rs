//! The store of secrets of a midtier, whichever it is, and what a host redeems grants with.

use std::sync::Arc;

use async_trait::async_trait;
use leat_midtier::broker::BrokerUsers;
use leat_midtier::holdings::{Holdings, NoHoldings};
use leat_secrets::{Grant, Redeem, SecretError, SecretPath, SecretValue, Secrets, Ticket};
use leat_secrets_file::{FileRedeem, FileSecrets};
use leat_secrets_vault::{BadHttp, Http, VaultRedeem};
use leat_store_sql::SqlStore;
use leat_tls::{Acceptor, PlainText, Trust};
use zeroize::Zeroizing;

use super::vault::{AtVault, VaultPlan};
use crate::own_secrets::SecretFolder;
use crate::transport::require_secret_store;

/// Where secrets are to be.
pub(crate) enum SecretsPlan {
    /// In a folder of this machine.
    File(SecretFolder),
    /// At a Vault.
    Vault(Box<VaultPlan>),
}

/// Where secrets are.
pub(crate) enum SecretStore {
    /// Nowhere.
    None,
    /// In a folder of this machine.
    File(Arc<FileSecrets>),
    /// At a Vault.
    Vault(Box<AtVault>),
}

impl SecretStore {
    pub(crate) fn begin(plan: Option<SecretsPlan>) -> SecretStore {
        match plan {
            None => SecretStore::None,
            Some(SecretsPlan::File(SecretFolder { folder, key })) => {
                SecretStore::File(Arc::new(FileSecrets::new(folder, key)))
            }
            Some(SecretsPlan::Vault(plan)) => SecretStore::Vault(Box::new(AtVault::begin(*plan))),
        }
    }

    /// The store of what runs are given.
    pub(crate) fn of_runs(&self) -> Option<Arc<dyn Secrets>> {
        match self {
            SecretStore::None => None,
            SecretStore::File(store) => Some(Arc::clone(store) as _),
            SecretStore::Vault(at_vault) => Some(at_vault.secrets()),
        }
    }

    /// Who makes users of the broker for runs, if anybody does.
    pub(crate) fn broker_users(&self) -> Option<Arc<dyn BrokerUsers>> {
        match self {
            SecretStore::None | SecretStore::File(_) => None,
            SecretStore::Vault(at_vault) => at_vault.broker_users(),
        }
    }

    /// What is held there.
    pub(crate) fn holdings(&self) -> Arc<dyn Holdings> {
        match self {
            SecretStore::None | SecretStore::File(_) => Arc::new(NoHoldings),
            SecretStore::Vault(at_vault) => at_vault.holdings(),
        }
    }

    /// The database's URL, where its user comes from here.
    pub(crate) async fn database_url(&mut self) -> anyhow::Result<Option<Zeroizing<String>>> {
        match self {
            SecretStore::None | SecretStore::File(_) => Ok(None),
            SecretStore::Vault(at_vault) => at_vault.database_url().await,
        }
    }

    /// What encrypts the midtier's connections, where its certificate comes from here.
    pub(crate) async fn acceptor(&mut self) -> anyhow::Result<Option<Arc<Acceptor>>> {
        match self {
            SecretStore::None | SecretStore::File(_) => Ok(None),
            SecretStore::Vault(at_vault) => at_vault.acceptor().await,
        }
    }

    /// Gives the database the users that take the place of one another.
    pub(crate) fn keep_database(&mut self, store: &SqlStore) {
        if let SecretStore::Vault(at_vault) = self {
            at_vault.keep_database(store.clone());
        }
    }

    /// Gives everything back.
    pub(crate) async fn end(self) {
        if let SecretStore::Vault(at_vault) = self {
            at_vault.end().await;
        }
    }
}

/// What a host redeems grants with: each by what it is.
pub(crate) struct Redeems {
    trust: Arc<Trust>,
    wrapped: VaultRedeem,
}

impl Redeems {
    /// At Vaults that these vouch for; where a midtier names one that is asked as plain text on another machine, only after two words.
    pub(crate) fn new(trust: Trust, said: PlainText) -> Result<Redeems, BadHttp> {
        let trust = Arc::new(trust);
        let wrapped = VaultRedeem::new(Http::new(Arc::clone(&trust))?);
        Ok(Redeems { wrapped: wrapped.only_where(move |address| require_secret_store(address, said)), trust })
    }

    /// Who vouches for those Vaults, to be kept fresh.
    pub(crate) fn trust(&self) -> Arc<Trust> {
        Arc::clone(&self.trust)
    }
}

#[async_trait]
impl Redeem for Redeems {
    async fn redeem(&self, grant: Grant, paths: &[SecretPath]) -> Result<Vec<SecretValue>, SecretError> {
        match grant.ticket {
            Ticket::Wrapped { .. } => self.wrapped.redeem(grant, paths).await,
            Ticket::Values(_) => FileRedeem.redeem(grant, paths).await,
        }
    }
}
