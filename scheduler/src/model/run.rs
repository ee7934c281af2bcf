//! A run as the scheduler sees it.

use std::collections::BTreeMap;
use std::fmt;

use leat_spans::SpanContext;

use super::ids::{Generation, HostId, Moment, RunId};

/// What can be had of a host, or is needed of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Thousandths of a core.
    pub cpu_millis: u64,
    /// Memory.
    pub memory_bytes: u64,
}

/// What a run asks of the hosts it is placed on, beside room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constraints {
    /// The region that its data must not leave.
    pub region: Option<String>,
    /// Labels that a host must have, with these values.
    pub labels: BTreeMap<String, String>,
    /// The processor, as Rust calls it: `x86_64`, `aarch64`.
    pub architecture: Option<String>,
    /// Whether each of its parts must be on a host of its own; else they are on as few as can be.
    pub spread: bool,
}

/// Something of a run that is on one host as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Unique in the run: `all` where the run is not divided.
    pub name: String,
    /// What it needs.
    pub needs: Resources,
    /// The parts that read its queues, by their places among the run's parts.
    pub feeds: Vec<usize>,
}

/// A part of a run on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// [`Part::name`].
    pub part: String,
    /// Where it is.
    pub host: HostId,
}

/// Where a run stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunState {
    /// Waits to be placed.
    Queued,
    /// Placed; its hosts prepare it.
    Starting,
    /// At work.
    Running,
    /// Lost its host; waits to be placed again.
    Recovering,
    /// Rests, because someone wanted it to; goes on when someone wants that.
    Paused,
    /// Ended well; its outputs are published.
    Succeeded,
    /// Ended by a fault; nothing is published.
    Failed,
    /// Ended because someone wanted it to; nothing is published.
    Cancelled,
}

impl RunState {
    /// Every state, in the order of a run's life.
    pub const ALL: [RunState; 8] = [
        RunState::Queued,
        RunState::Starting,
        RunState::Running,
        RunState::Recovering,
        RunState::Paused,
        RunState::Succeeded,
        RunState::Failed,
        RunState::Cancelled,
    ];

    /// Its name in the API and the store.
    pub fn name(self) -> &'static str {
        match self {
            RunState::Queued => "queued",
            RunState::Starting => "starting",
            RunState::Running => "running",
            RunState::Recovering => "recovering",
            RunState::Paused => "paused",
            RunState::Succeeded => "succeeded",
            RunState::Failed => "failed",
            RunState::Cancelled => "cancelled",
        }
    }

    /// The state of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        RunState::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether a run in it will never change again.
    pub fn is_end(self) -> bool {
        matches!(self, RunState::Succeeded | RunState::Failed | RunState::Cancelled)
    }

    /// Whether a run in it is on hosts.
    pub fn is_placed(self) -> bool {
        matches!(self, RunState::Starting | RunState::Running)
    }

    /// Whether a run in it waits to be placed.
    pub fn is_waiting(self) -> bool {
        matches!(self, RunState::Queued | RunState::Recovering)
    }

    /// Answers the state that follows, if it may.
    ///
    /// # Errors
    /// Names both states where there is no way from one to the other.
    pub fn to(self, next: RunState) -> Result<RunState, BadTransition> {
        use RunState::{Cancelled, Failed, Paused, Queued, Recovering, Running, Starting, Succeeded};
        let allowed = match self {
            Queued | Recovering => matches!(next, Starting | Paused | Failed | Cancelled),
            Paused => matches!(next, Queued | Recovering | Failed | Cancelled),
            Starting => matches!(next, Running | Recovering | Paused | Succeeded | Failed | Cancelled),
            Running => matches!(next, Recovering | Paused | Succeeded | Failed | Cancelled),
            Succeeded | Failed | Cancelled => false,
        };
        if allowed { Ok(next) } else { Err(BadTransition { from: self, to: next }) }
    }
}

impl fmt::Display for RunState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A change of state that there is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a run that is {from} cannot become {to}")]
pub struct BadTransition {
    /// What it is.
    pub from: RunState,
    /// What it was to become.
    pub to: RunState,
}

/// Why something changed, and who changed it; stored with every change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// A user's name, `scheduler`, or `host NAME`.
    pub actor: String,
    /// For a person; may be empty where the change says it all.
    pub reason: String,
}

/// A run that has not ended, as the scheduler sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRecord {
    /// Its name.
    pub id: RunId,
    /// Who shares quotas and fair shares with it.
    pub group: String,
    /// Who submitted it.
    pub user: String,
    /// Greater is sooner. Default 0.
    pub priority: i32,
    /// When it was submitted.
    pub submitted: Moment,
    /// Where it stands.
    pub state: RunState,
    /// Since when.
    pub since: Moment,
    /// Of its latest attempt.
    pub generation: Generation,
    /// How often it was placed.
    pub attempts: u32,
    /// How many attempts in a row may be in vain.
    pub attempts_max: u32,
    /// How many there were when it last got further, by a checkpoint; those after it are in vain so far.
    pub attempts_fruitful: u32,
    /// What it consists of; at least one.
    pub parts: Vec<Part>,
    /// What it asks of its hosts.
    pub constraints: Constraints,
    /// Where its parts are, while it is placed.
    pub placements: Vec<Placement>,
    /// Whether someone wants it to end.
    pub cancel_requested: bool,
    /// Whether someone wants it to rest.
    pub pause_requested: bool,
    /// The span that its own belong to; nothing where nobody follows it.
    pub span: Option<SpanContext>,
    /// Counts its changes: what is decided on an old one is not done.
    pub revision: u64,
}

impl RunRecord {
    /// How many attempts in a row got no further than the one before them.
    pub fn attempts_in_vain(&self) -> u32 {
        self.attempts.saturating_sub(self.attempts_fruitful)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_name_of_its_own_that_leads_back() {
        for state in RunState::ALL {
            assert_eq!(RunState::of_name(state.name()), Some(state));
        }
        assert_eq!(RunState::of_name("submitted"), None);
    }

    #[test]
    fn no_way_leads_out_of_an_end() {
        for end in RunState::ALL.into_iter().filter(|state| state.is_end()) {
            assert!(RunState::ALL.into_iter().all(|next| end.to(next).is_err()), "{end}");
        }
    }

    #[test]
    fn every_state_that_is_no_end_can_be_cancelled_and_can_fail() {
        for state in RunState::ALL.into_iter().filter(|state| !state.is_end()) {
            assert!(state.to(RunState::Cancelled).is_ok() && state.to(RunState::Failed).is_ok(), "{state}");
        }
    }

    #[test]
    fn a_change_that_there_is_not_says_so() {
        let error = RunState::Running.to(RunState::Queued).unwrap_err();
        assert_eq!(error.to_string(), "a run that is running cannot become queued");
    }
}
