//! The hosts of a simulation and how they behave; read from a file in the shape of the midtier's configuration, which an
//! operator has at hand.

mod file;
mod policy;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use leat_planner::id::{Architecture, HostId, Label, Region};
use leat_planner::{Cost, Policy, Resources};

/// The most hosts of a fleet: ten times what the planner is measured with.
pub(crate) const HOSTS_MAX: usize = 100_000;

/// The hosts, how long they take, and what happens to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fleet {
    /// The hosts.
    pub hosts: Vec<FleetHost>,
    /// How long a host is going off. Default 10 s.
    pub stop_time: Duration,
    /// How long a host that is lost is believed to live: the lease that midtiers give. Default 10 s.
    pub lease: Duration,
    /// What goes wrong. Default: nothing.
    pub faults: Faults,
}

/// A host.
#[derive(Clone, Debug, PartialEq)]
pub struct FleetHost {
    /// Its name, which no other has.
    pub id: HostId,
    /// Where it stands.
    pub region: Region,
    /// What its processor executes.
    pub architecture: Architecture,
    /// What else it is or has.
    pub labels: BTreeSet<Label>,
    /// What runs may use of it, all together.
    pub capacity: Resources,
    /// What it costs while it is on.
    pub cost_per_hour: Cost,
    /// How long it takes from being switched on to taking work. Default 1 min.
    pub boot_time: Duration,
    /// Whether Leat switches it on and off; one that it does not is on from beginning to end.
    pub is_switched: bool,
}

/// What happens to hosts, by chance.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Faults {
    /// What chance comes from: the same seed, the same faults.
    pub seed: u64,
    /// Of how many boots the host does not come up, from 0 to 1.
    pub boot_failures: f64,
    /// How long a host that is on is so on average before it is lost; `None`: none ever is.
    pub lost_after: Option<Duration>,
}

/// A fleet file, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Its hosts.
    pub fleet: Fleet,
    /// Its `[scheduling]`.
    pub policy: Policy,
    /// What of the file is nothing to a simulation, such as `store`.
    pub passed_over: Vec<String>,
}

/// Why a text is no fleet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FleetError {
    /// Not TOML, or a key or value that is not known; with line and column.
    #[error("{0}")]
    Toml(String),
    /// A host that cannot be.
    #[error("host {name}: {what}")]
    Host {
        /// Its name in the file.
        name: String,
        /// What is wrong, and what would be right.
        what: String,
    },
    /// A key that was given beside the file, or that cannot have this value.
    #[error("{key}: {what}")]
    Key {
        /// Where it is.
        key: String,
        /// What is wrong, and what would be right.
        what: String,
    },
}

impl Fleet {
    /// Reads a fleet file: `[[hosts]]` and `[scheduling]` as in the midtier's configuration, which may itself be given. Beside what
    /// stands there a host may have a `count` and a `boot_time`, and a section `[simulation]` says how hosts behave.
    /// `policy` overrides single keys of `[scheduling]`, by their names.
    ///
    /// # Errors
    ///
    /// Anything that is not understood, with its place; hosts that cannot be; a name that is there twice.
    pub fn from_toml(text: &str, policy: &BTreeMap<String, String>) -> Result<Given, FleetError> {
        file::read(text, policy)
    }
}
