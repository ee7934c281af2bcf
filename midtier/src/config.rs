//! What an operator may set, with its defaults. The command line reads it from its own file and checks it there.

use std::fmt;
use std::time::Duration;

use crate::audit::AuditConfig;
use crate::blobs::BegunLimits;
use crate::secrets::SecretPolicy;

/// How the service is bounded. Each bound is one that somebody outside could otherwise stretch without end.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// How long a host may act on its orders after the report they answer. The scheduler waits longer than this before it
    /// gives a silent host's runs to another. Default 10 s.
    pub lease: Duration,
    /// How long an ordinary request may take before it is answered with 503. Default 30 s.
    pub request_timeout: Duration,
    /// How long whoever sends or takes a content may be silent. Default 30 s.
    pub idle_timeout: Duration,
    /// How long a connection may take until its next request is there, be it the first or one after another. Default 30 s.
    pub header_timeout: Duration,
    /// How often event streams that have nothing to tell say that they live. Default 15 s.
    pub keep_alive: Duration,
    /// How long open connections may go on after the service was asked to end. Default 10 s.
    pub drain_timeout: Duration,
    /// How large one content may be, bytes. Default 64 GiB.
    pub blob_bytes_max: u64,
    /// How much may be begun and not whole of contents that come in pieces.
    pub uploads: BegunLimits,
    /// How many bytes of all logs of one run are kept. Default 64 MiB.
    pub log_bytes_max: u64,
    /// How many contents are sent and taken at the same time; more wait. Default 64.
    pub transfers_max: usize,
    /// How many event streams and followed logs there may be at the same time; more are answered with 503. Default 1,000.
    pub streams_max: usize,
    /// How many agents may have a session here. Default 10,000.
    pub sessions_max: usize,
    /// How many connections there may be; more wait to be accepted. Default 12,000.
    pub connections_max: usize,
    /// For how long what was found of store and contents is told to whoever asks whether the service is ready: anybody may ask, and to look is to
    /// write. Default 1 s.
    pub probe_life: Duration,
    /// Whether the token of a host counts only on a connection whose certificate names the host. Default: no.
    pub hosts_need_certificates: bool,
    /// What tokens of accounts may be.
    pub tokens: TokenLimits,
    /// How many requests each caller may make.
    pub rate: Rate,
    /// How often in a row a run may be begun in vain, where its submission does not say. Default 3.
    pub attempts_max: u32,
    /// How often a run's checkpoint is taken, where its submission does not say; nothing for never. Default 10 s.
    pub checkpoint_every: Option<Duration>,
    /// Where queues between hosts go through: `amqps://user:password@host:port/virtual-host`. Told to hosts with each run that is
    /// divided among several, unless each has a user of its own ([`crate::Deps::broker_users`]). Without either every run is on one host.
    /// Default: none.
    pub broker: Option<Broker>,
    /// Which secrets runs may be given. Default: none.
    pub secrets: SecretPolicy,
    /// How long a grant of secrets holds before it has to be renewed, if the store gives that much: so long it outlives the last midtier.
    /// Default 10 min.
    pub grant_life: Duration,
    /// The same of a run's user of the broker, which the store takes away by itself when it is over: so long a divided run outlives a store that the
    /// midtier cannot reach. Default 24 h.
    pub broker_user_life: Duration,
    /// What the machine says of itself until it is started anew: hosts that say the same are on it. Default: nothing, and no host is.
    pub machine: Option<String>,
    /// How the audit log is kept.
    pub audit: AuditConfig,
}

/// The URL of a broker, password and all: never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Broker(pub String);

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Broker(…)")
    }
}

/// What tokens of accounts may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenLimits {
    /// How long one lives whose maker does not say, if it may. Default 30 days.
    pub life: Duration,
    /// How long one may live. Default 366 days.
    pub life_max: Duration,
    /// How many valid ones an account may have; 20 logins may hold beside them. Default 100.
    pub per_account_max: u64,
}

impl Default for TokenLimits {
    fn default() -> Self {
        let days = |days: u64| Duration::from_secs(days * 86_400);
        TokenLimits { life: days(30), life_max: days(366), per_account_max: 100 }
    }
}

/// A token bucket: it holds `burst` requests and is filled again evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests that come back every second. Default 500: a bundle's files are uploaded one request each.
    pub per_second: u32,
    /// How many may be made at once. Default 2,000.
    pub burst: u32,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            lease: Duration::from_secs(10),
            request_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(30),
            header_timeout: Duration::from_secs(30),
            keep_alive: Duration::from_secs(15),
            drain_timeout: Duration::from_secs(10),
            blob_bytes_max: 64 << 30,
            uploads: BegunLimits::default(),
            log_bytes_max: 64 << 20,
            transfers_max: 64,
            streams_max: 1_000,
            sessions_max: 10_000,
            connections_max: 12_000,
            probe_life: Duration::from_secs(1),
            hosts_need_certificates: false,
            tokens: TokenLimits::default(),
            rate: Rate::default(),
            attempts_max: 3,
            checkpoint_every: Some(Duration::from_secs(10)),
            broker: None,
            secrets: SecretPolicy::default(),
            grant_life: Duration::from_secs(600),
            broker_user_life: Duration::from_secs(24 * 3600),
            machine: None,
            audit: AuditConfig::default(),
        }
    }
}

impl Default for Rate {
    fn default() -> Self {
        Rate { per_second: 500, burst: 2_000 }
    }
}
