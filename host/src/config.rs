//! What an agent is told: parsed and checked by the command line, passed in whole.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use leat_tls::Trust;

/// What an agent is told.
#[derive(Clone, Debug)]
pub struct Config {
    /// The host's name, as the midtier knows it.
    pub host: String,
    /// Made anew for each start of the agent: tells two agents of one name apart, and spreads what a fleet tries again.
    pub incarnation: String,
    /// Where midtiers are, at least one: `https://midtier-1:7070`. The session is kept with one of them; where it breaks,
    /// the next is tried.
    pub midtiers: Vec<String>,
    /// What says to a midtier who is there.
    pub token: Token,
    /// Which midtiers are believed, and the certificate that says to them who is there, beside the token. The agent takes what is in it
    /// at each new connection; whoever made it keeps it fresh. Workers believe a broker by it, too, and are shown no key.
    pub trust: Arc<Trust>,
    /// What the host is.
    pub machine: Machine,
    /// The agent's own directory, for contents and runs. Made where it is missing; no two agents share one.
    pub directory: PathBuf,
    /// Where compiled components are kept. May lie anywhere, and may be shared by agents of one user.
    pub engine_cache: PathBuf,
    /// How many bytes of contents are kept for runs to come. What runs at work need is kept whatever its size.
    pub cache_bytes_max: u64,
    /// What goes between the host and the midtier at once, and how large it may be.
    pub transfers: TransferLimits,
    /// How long the directory of a run stays once the midtier has taken in its end.
    pub keep_run_directories: Duration,
    /// How long no midtier may answer while no run is at work, before [`Config::orphan_action`] is taken.
    pub orphan_timeout: Duration,
    /// What is done by a host that nobody cares for.
    pub orphan_action: OrphanAction,
    /// Leat's version, for reports.
    pub leat_version: String,
}

/// A secret that is sent as `Authorization: Bearer …`. It is shown nowhere.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Wraps the text of a token.
    pub fn new(text: impl Into<String>) -> Self {
        Token(text.into())
    }

    /// The header's value.
    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What a host is, and what of it runs may use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// As Rust calls it: `x86_64`, `aarch64`.
    pub architecture: String,
    /// Where data that is bound to a region may go; empty for none.
    pub region: String,
    /// What runs may ask for.
    pub labels: BTreeMap<String, String>,
    /// What it says of itself until it is started anew, so that a midtier on the same machine knows it; empty for nothing.
    pub boot: String,
    /// Thousandths of a core.
    pub cpu_millis: u64,
    /// Memory.
    pub memory_bytes: u64,
}

/// What goes between a host and the midtier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferLimits {
    /// Contents that are fetched at once, all runs together.
    pub downloads: usize,
    /// Outputs that are sent at once, all runs together.
    pub uploads: usize,
    /// How large one content of a bundle may be.
    pub download_bytes_max: u64,
    /// How large one output may be.
    pub upload_bytes_max: u64,
    /// How large an output may be to be sent whole, in one request that begins anew where it breaks off. Larger ones go on
    /// where they broke off.
    pub upload_whole_bytes_max: u64,
    /// How much of a larger one goes into one request. A request that is not answered within 30 s is given up, so a slow
    /// network wants less.
    pub upload_piece_bytes: u64,
    /// How long a transfer is tried again without a byte of progress, before the run is given back as the host's fault.
    pub patience: Duration,
}

impl Default for TransferLimits {
    fn default() -> Self {
        TransferLimits {
            downloads: 4,
            uploads: 2,
            download_bytes_max: 256 << 30,
            upload_bytes_max: 256 << 30,
            upload_whole_bytes_max: 8 << 20,
            upload_piece_bytes: 8 << 20,
            patience: Duration::from_secs(600),
        }
    }
}

/// What is done by a host that no midtier has answered for too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrphanAction {
    /// The agent ends, with [`Ended::Orphaned`](crate::Ended::Orphaned).
    Exit,
    /// This is run, which powers the host off; then the agent ends. Where it fails, it is tried again after another
    /// [`Config::orphan_timeout`].
    Command {
        /// The executable.
        program: PathBuf,
        /// What it is given.
        arguments: Vec<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_shown() {
        assert_eq!(format!("{:?}", Token::new("s3cret")), "Token(…)");
    }
}
