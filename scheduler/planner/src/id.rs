//! Names of things, each a type of its own, so that a run is never taken for a host. Cheap to clone and to compare.

use std::fmt;
use std::sync::Arc;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text as it is; clones share it.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text it was made of.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    )*};
}

names! {
    /// A host, by the name it has in the fleet. Breaks ties between hosts that are equally good.
    HostId;
    /// A run. Breaks ties between runs that were submitted at the same moment.
    RunId;
    /// A group of users: what fair share and quotas are counted by.
    GroupId;
    /// Who submitted a run. Told, never decided by.
    UserId;
    /// Where a host stands, as its owner calls it (`eu-west`); what residency is about.
    Region;
    /// What a host's processor executes (`x86_64`, `aarch64`).
    Architecture;
    /// A property of a host that a run may ask for (`gpu`, `disk=nvme`).
    Label;
    /// A part of a run: a node instance, or several that must stay together.
    PartName;
}

/// The number that fences off the older attempts of a run: a host refuses a dispatch of an older generation than it
/// has seen. It grows by one with every placement of the run, and is never used twice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Generation(u64);

impl Generation {
    /// The generation of a run that was never placed.
    pub const NONE: Generation = Generation(0);

    /// The generation with this number.
    pub fn new(number: u64) -> Generation {
        Generation(number)
    }

    /// Its number.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The one after it.
    pub fn next(self) -> Generation {
        Generation(self.0.saturating_add(1))
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
