//! What an operator may set of the audit log.

use std::net::IpAddr;
use std::time::Duration;

/// How the audit log is kept. See `docs/audit.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditConfig {
    /// What holds where a row cannot be written. Default: [`Mode::On`].
    pub mode: Mode,
    /// How long rows are kept. Default: ten years, the longest that the rules of the trades that Leat is for ask of their books.
    pub keep: Duration,
    /// Proxies that say truly, in `X-Forwarded-For`, from where a request came. Default: none is believed.
    pub proxies: Vec<IpAddr>,
}

/// What holds where a row cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing is written. No configuration file can say so: it is there to measure what the log costs.
    Off,
    /// What was done is done; that its row is missing is logged and counted.
    On,
    /// A row is written before anything is done, and it is not done where that cannot be written.
    Strict,
}

impl Default for AuditConfig {
    fn default() -> Self {
        const YEAR: Duration = Duration::from_secs(31_557_600);
        AuditConfig { mode: Mode::On, keep: YEAR * 10, proxies: Vec::new() }
    }
}
