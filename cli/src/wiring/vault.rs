//! A service's Vault: the tasks that keep its token, its users and its certificate, and where what they have goes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use async_trait::async_trait;
use leat_midtier::Broker;
use leat_midtier::broker::{BrokerUser, BrokerUsers};
use leat_midtier::holdings::{Holding, Holdings};
use leat_power_command::{SignedKey, Signs};
use leat_scheduler::model::{HostId, RunId};
use leat_secrets::{SecretError, Secrets};
use leat_secrets_vault::{
    Brokers, CertificateKeeper, CertificateRole, CredentialSource, Credentials, CredentialsKeeper, Http,
    IssuedCertificate, Keeper, QueueRights, SshRole, UserPassword, Vault,
};
use leat_store_sql::SqlStore;
use leat_tls::{Acceptor, PlainText, Trust};
use tokio::task::JoinSet;
use zeroize::Zeroizing;

use crate::remote::escaped;
use crate::settings::VaultSettings;
use crate::transport;

/// Why something cannot come from there.
pub(crate) const NO_VAULT: &str = "there is no [secrets] with kind = \"vault\" that it could come from";

/// How long a service that begins waits for its first user or certificate: a store that begins at the same time may take so long.
const FIRST: Duration = Duration::from_secs(30);

/// A Vault that is about to be used.
pub(crate) struct VaultPlan {
    vault: Vault,
    /// Who vouches for it.
    trust: Arc<Trust>,
    keeper: Keeper,
    /// The database's URL, without a user, and what keeps the user.
    database: Option<(String, Credentials, CredentialsKeeper)>,
    certificate: Option<(IssuedCertificate, CertificateKeeper)>,
    broker: Option<Arc<RunUsers>>,
}

impl VaultPlan {
    /// The Vault of a configuration. Whom to trust there is `ca_file` where the configuration does not say it.
    pub(crate) fn new(settings: &VaultSettings, ca_file: Option<&Path>, said: PlainText) -> Result<VaultPlan, String> {
        let config = settings.config()?;
        for address in [Some(&config.address), config.address_for_hosts.as_ref()].into_iter().flatten() {
            transport::require_secret_store(address, said)?;
        }
        let trust = transport::of_secret_store(&config.address, settings.ca_file.as_deref().or(ca_file))?;
        let trust = Arc::new(trust);
        let http = Http::new(Arc::clone(&trust)).map_err(|error| error.to_string())?;
        let (vault, keeper) = Vault::new(&config, http).map_err(|error| format!("secrets.{error}"))?;
        Ok(VaultPlan { vault, trust, keeper, database: None, certificate: None, broker: None })
    }

    /// The service has a certificate from here, beside those whom it trusts.
    pub(crate) fn with_certificate(
        self,
        role: CertificateRole,
        authorities: Option<PathBuf>,
    ) -> Result<VaultPlan, String> {
        let made = self.vault.certificate(role, transport::system_time);
        let (certificate, keeper) = made.map_err(|error| format!("tls.issuer.{error}"))?;
        Ok(VaultPlan { certificate: Some((certificate.trusting(authorities), keeper)), ..self })
    }

    /// The database at this URL is used as a user from here.
    pub(crate) fn with_database(self, url: String, source: CredentialSource) -> Result<VaultPlan, String> {
        let (credentials, keeper) = self.vault.credentials(source).map_err(|error| format!("store.vault.{error}"))?;
        Ok(VaultPlan { database: Some((url, credentials, keeper)), ..self })
    }

    /// Runs use the broker at this URL as users from here.
    pub(crate) fn with_broker(self, Broker(url): Broker, mount: &str) -> Result<VaultPlan, String> {
        let virtual_host = leat_rabbitmq::virtual_host_of(&url).ok_or("broker.url_file holds no URL of a broker")?;
        let brokers = self.vault.brokers(mount).map_err(|error| format!("broker.vault.{error}"))?;
        let users = RunUsers { brokers, url, virtual_host };
        Ok(VaultPlan { broker: Some(Arc::new(users)), ..self })
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

/// Makes users of RabbitMQ.
struct RunUsers {
    brokers: Brokers,
    url: String,
    virtual_host: String,
}

#[async_trait]
impl BrokerUsers for RunUsers {
    async fn make(&self, run: &RunId, name: &str, life: Duration) -> Result<BrokerUser, SecretError> {
        let names = leat_rabbitmq::names_of_run(run.as_str());
        let virtual_host = self.virtual_host.clone();
        let rights = QueueRights { virtual_host, configure: names.clone(), write: names.clone(), read: names };
        let made = self.brokers.user(name, &rights, life).await?;
        Ok(BrokerUser { grant: made.grant, url: Broker(std::mem::take(&mut *url_as(&self.url, &made.user))) })
    }
}

/// A Vault that is used.
pub(crate) struct AtVault {
    vault: Vault,
    database: Option<(String, Credentials)>,
    certificate: Option<IssuedCertificate>,
    broker: Option<Arc<RunUsers>>,
    keeping: JoinSet<()>,
}

impl AtVault {
    /// Begins to log in, and to have users and a certificate.
    pub(crate) fn begin(VaultPlan { vault, trust, keeper, database, certificate, broker }: VaultPlan) -> AtVault {
        let mut keeping = JoinSet::new();
        keeping.spawn(keeper.run());
        keeping.spawn(transport::stay_fresh(Some(trust)));
        let database = database.map(|(url, credentials, keeper)| {
            keeping.spawn(keeper.run());
            (url, credentials)
        });
        let certificate = certificate.map(|(certificate, keeper)| {
            keeping.spawn(keeper.run());
            certificate
        });
        AtVault { vault, database, certificate, broker, keeping }
    }

    /// What encrypts a server's connections, where its certificate comes from here.
    pub(crate) async fn acceptor(&mut self) -> anyhow::Result<Option<Arc<Acceptor>>> {
        let Some(certificate) = self.issued().await? else { return Ok(None) };
        let made = Acceptor::new(Box::new(certificate), transport::system_time());
        Ok(Some(Arc::new(made.context("cannot use the certificate of the secret store")?)))
    }

    /// Whom a client trusts, and what it shows, where that comes from here.
    pub(crate) async fn trust(&mut self) -> anyhow::Result<Option<Trust>> {
        let Some(certificate) = self.issued().await? else { return Ok(None) };
        let made = Trust::new(Box::new(certificate), transport::system_time());
        Ok(Some(made.context("cannot use the certificate of the secret store")?))
    }

    /// The first certificate.
    async fn issued(&mut self) -> anyhow::Result<Option<IssuedCertificate>> {
        let Some(mut certificate) = self.certificate.take() else { return Ok(None) };
        certificate.first(FIRST).await.context("cannot have a certificate from the secret store")?;
        Ok(Some(certificate))
    }

    /// The database's URL with its first user, where the user comes from here.
    pub(crate) async fn database_url(&mut self) -> anyhow::Result<Option<Zeroizing<String>>> {
        let Some((url, credentials)) = &mut self.database else { return Ok(None) };
        let user = credentials.first(FIRST).await.context("cannot have the database's user from the secret store")?;
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

    /// Who makes users of the broker for runs, if that is wanted.
    pub(crate) fn broker_users(&self) -> Option<Arc<dyn BrokerUsers>> {
        self.broker.clone().map(|users| users as _)
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

/// The URL of a database or a broker for a user, which is overwritten when it is dropped.
fn url_as(url: &str, UserPassword { user, password }: &UserPassword) -> Zeroizing<String> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (user, password) = (escaped(user), Zeroizing::new(escaped(password.expose())));
    let parts = [scheme, "://", &user, ":", &password, "@", host, path];
    // Large enough from the beginning: what grows leaves its bytes where it was.
    let mut url = Zeroizing::new(String::with_capacity(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| url.push_str(part));
    url
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
            let made: Zeroizing<String> = url_as(url, &user);
            assert_eq!((made.as_str(), made.capacity()), (expected, expected.len()), "it never grew");
        }
    }
}
