//! How discovery is, as the service tells it, and how the service is, as discovery is told. Both are words alone: the command line wires
//! what speaks to a directory.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::api::health::ready;
use crate::app::App;

/// How a directory of services was when it was last asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DiscoveryState {
    /// There is none: addresses are written down.
    #[default]
    None,
    /// It answers, and this midtier is in it.
    Answers,
    /// It does not answer, or refuses; what was found last goes on counting.
    Away,
}

impl DiscoveryState {
    const ALL: [DiscoveryState; 3] = [DiscoveryState::None, DiscoveryState::Answers, DiscoveryState::Away];

    /// Its name in answers; nothing where there is no directory.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            DiscoveryState::None => None,
            DiscoveryState::Answers => Some("answers"),
            DiscoveryState::Away => Some("away"),
        }
    }
}

/// Where the state is written and read.
#[derive(Debug, Default)]
pub(crate) struct Board(AtomicU8);

impl Board {
    pub(crate) fn state(&self) -> DiscoveryState {
        DiscoveryState::ALL.get(usize::from(self.0.load(Ordering::Relaxed))).copied().unwrap_or_default()
    }
}

/// The service, as whoever announces it sees it.
#[derive(Clone)]
pub struct Announced(pub(crate) Arc<App>);

impl Announced {
    /// Whether the service can do its work, as `health/ready` answers.
    ///
    /// # Errors
    /// Says why it cannot.
    pub async fn ready(&self) -> Result<(), String> {
        ready(&self.0).await.map_err(|problem| problem.told().to_owned())
    }

    /// Tells the service how discovery is.
    pub fn tell(&self, state: DiscoveryState) {
        self.0.discovery.0.store(state as u8, Ordering::Relaxed);
    }
}
