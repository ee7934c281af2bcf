//! What a node of a plan waits for before it starts, and for how long.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long a node waits for one signal or fact, unless its statement says otherwise: longer than a night's run.
pub const WAIT_MAX_DEFAULT: Duration = Duration::from_secs(24 * 3600);

pub(super) fn wait_max_default() -> Duration {
    WAIT_MAX_DEFAULT
}

pub(super) fn is_wait_max_default(wait: &Duration) -> bool {
    *wait == WAIT_MAX_DEFAULT
}

/// A signal that a node waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwaitedSignal {
    /// Its name.
    pub name: String,
    /// The nodes that fire it, by their places in [`Plan::nodes`](super::Plan::nodes): it is there once all of them have finished. An output
    /// has finished when its partial file is complete.
    pub fired_by: Vec<usize>,
}
