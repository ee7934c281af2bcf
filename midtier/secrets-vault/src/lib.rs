//! Secrets, credentials and grants of HashiCorp Vault or OpenBao: one adapter, of documented endpoints alone. Alone sees vaultrs. Put together by
//! the command line, for `leat midtier` ([`Vault`]) and `leat host` ([`VaultRedeem`]).
//!
//! A midtier logs in with an AppRole, and one task keeps the token ([`Keeper`]): renewed at two thirds of its life, replaced where it can be
//! renewed no more. Leases are kept alike ([`CredentialsKeeper`]), and certificates ([`CertificateKeeper`]). What is held, for how long still and what is wrong with it can be seen at any time
//! ([`Vault::holdings`]). Past its end nothing is used any more: calls answer that the store cannot be reached, and [`Credentials`] are
//! taken away from whoever holds them.
//!
//! vaultrs does what it covers. It drops what a lease and a wrapped token are known by, and knows neither mounts, leases nor RabbitMQ: there
//! the requests are written down here.

mod answer;
mod board;
mod brokers;
mod config;
mod credentials;
mod failed;
mod grants;
mod identity;
mod kept;
mod kv;
mod life;
mod pki;
mod redeem;
mod secret_id;
mod server;
mod ssh;
mod vault;

pub use board::Holding;
pub use brokers::{BrokerUser, Brokers, QueueRights};
pub use config::{BadConfig, Config, KvVersion, SecretId};
pub use credentials::{CredentialSource, Credentials, CredentialsKeeper, UserPassword};
pub use identity::Keeper;
pub use pki::{CertificateKeeper, CertificateRole, IssuedCertificate};
pub use redeem::VaultRedeem;
pub use server::{BadHttp, Http};
pub use ssh::SshRole;
pub use vault::Vault;
