//! `leat midtier`'s configuration. The commented reference is `deploy/midtier.toml`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use leat_bundle::Digest;
use serde::Deserialize;

use super::{
    AccountSettings, AuditSettings, DiscoverySettings, LoginSettings, MidtierTls, SecretsSettings, SshSettings,
    TelemetrySettings, VaultBroker, VaultUser,
};
use crate::units::{Cpus, Every, Size, Span};

/// What the file may say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MidtierSettings {
    pub(crate) name: String,
    pub(crate) listen: SocketAddr,
    /// Tokens and passwords would go over the network as plain text: it must be said that this is wanted, here and with --plain-text.
    #[serde(default)]
    pub(crate) plain_text_outside_this_machine: bool,
    #[serde(default)]
    pub(crate) tls: Option<MidtierTls>,
    pub(crate) store: StoreSettings,
    pub(crate) contents: ContentsSettings,
    /// What queues between hosts go through.
    #[serde(default)]
    pub(crate) broker: Option<BrokerSettings>,
    #[serde(default)]
    pub(crate) uploads: UploadSettings,
    /// Where the secrets of runs are; without it no run that needs any is taken.
    #[serde(default)]
    pub(crate) secrets: Option<SecretsSettings>,
    /// What runs may have, by the group that they are of.
    #[serde(default)]
    pub(crate) playpens: BTreeMap<String, PlaypenSettings>,
    /// Who did what.
    #[serde(default)]
    pub(crate) audit: AuditSettings,
    pub(crate) tokens: Vec<TokenEntry>,
    /// What tokens of accounts may be.
    #[serde(default)]
    pub(crate) accounts: AccountSettings,
    /// How people log in.
    #[serde(default)]
    pub(crate) login: Option<LoginSettings>,
    #[serde(default)]
    pub(crate) runs: RunSettings,
    #[serde(default)]
    pub(crate) scheduling: SchedulingSettings,
    #[serde(default)]
    pub(crate) power: BTreeMap<String, PowerSettings>,
    #[serde(default)]
    pub(crate) hosts: Vec<HostEntry>,
    #[serde(default)]
    pub(crate) telemetry: TelemetrySettings,
    /// Where it announces itself.
    #[serde(default)]
    pub(crate) discovery: Option<DiscoverySettings>,
}

/// Where the state is.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum StoreSettings {
    /// A file of this machine, for one midtier.
    Sqlite { path: PathBuf },
    /// A server. The URL is in a file, since it holds a password; unless its user comes from Vault.
    Postgres { url_file: PathBuf, vault: Option<VaultUser> },
}

/// Where contents of files are.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum ContentsSettings {
    /// A directory; several midtiers must see the same one.
    Directory { path: PathBuf },
    /// The database of the state.
    Database {},
}

/// What runs of a group may have.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PlaypenSettings {
    /// The secrets that they may be given: paths, or what is below a place (`kv/risk/*`).
    pub(crate) secrets: Vec<String>,
}

/// A RabbitMQ broker.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BrokerSettings {
    /// The URL is in a file, since it holds a password; unless users come from Vault.
    pub(crate) url_file: PathBuf,
    /// Each run has users of its own, which Vault makes.
    pub(crate) vault: Option<VaultBroker>,
}

/// What is begun and not whole of contents that come in pieces. What is left out is as the midtier has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct UploadSettings {
    /// How long it is kept after its last piece.
    pub(crate) keep: Option<Span>,
    pub(crate) count_max: Option<u64>,
    pub(crate) bytes_max: Option<Size>,
}

/// What holds for runs whose submission does not say otherwise. What is left out is as the midtier has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RunSettings {
    /// How often a checkpoint is taken.
    pub(crate) checkpoints: Option<Every>,
    /// How often in a row one may be begun without getting further.
    pub(crate) attempts: Option<u32>,
}

/// Someone who may ask.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenEntry {
    /// SHA-256 of the token: `printf %s TOKEN | sha256sum`.
    pub(crate) sha256: Digest,
    pub(crate) role: RoleName,
    /// Their name; a host's is the host's.
    pub(crate) name: String,
    /// Whose runs they see. Default: their name.
    #[serde(default)]
    pub(crate) group: Option<String>,
}

/// What someone may do.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RoleName {
    Admin,
    User,
    Host,
}

/// How runs are placed and hosts switched. What is left out is as the planner has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SchedulingSettings {
    pub(crate) lease: Option<Span>,
    pub(crate) leader_patience: Option<Span>,
    pub(crate) idle_timeout: Option<Span>,
    pub(crate) minimum_up: Option<Span>,
    pub(crate) minimum_off: Option<Span>,
    pub(crate) boot_timeout: Option<Span>,
    pub(crate) stop_timeout: Option<Span>,
    pub(crate) drain_timeout: Option<Span>,
    pub(crate) backoff: Option<Span>,
    pub(crate) backoff_max: Option<Span>,
    pub(crate) lease_grace: Option<Span>,
    pub(crate) aging_step: Option<Span>,
    pub(crate) queue_timeout: Option<Span>,
    pub(crate) refuse_after: Option<Span>,
    pub(crate) starting_max: Option<usize>,
    pub(crate) keep_ended_runs: Option<Span>,
    pub(crate) groups: BTreeMap<String, GroupSettings>,
}

/// What a group may have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupSettings {
    /// Twice the weight, twice the share. Default 1.
    #[serde(default = "one")]
    pub(crate) weight: u32,
    /// The most that its runs may have together; both or none.
    pub(crate) cpus: Option<Cpus>,
    pub(crate) memory: Option<Size>,
}

fn one() -> u32 {
    1
}

/// What switches hosts.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum PowerSettings {
    /// Programs of the operator's.
    Command {
        on: Vec<String>,
        off: Vec<String>,
        state: Vec<String>,
        /// A key that is signed for each call.
        ssh: Option<SshSettings>,
    },
}

/// A host that is known before its agent ever spoke.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HostEntry {
    pub(crate) name: String,
    /// What switches it: a name in `power`.
    #[serde(default)]
    pub(crate) power: Option<String>,
    #[serde(default)]
    pub(crate) region: Option<String>,
    #[serde(default)]
    pub(crate) labels: BTreeMap<String, String>,
    #[serde(default = "architecture_default")]
    pub(crate) architecture: String,
    pub(crate) cpus: Cpus,
    pub(crate) memory: Size,
    #[serde(default)]
    pub(crate) cost_per_hour: f64,
}

fn architecture_default() -> String {
    std::env::consts::ARCH.to_owned()
}
