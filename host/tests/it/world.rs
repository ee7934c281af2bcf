//! What the pretended midtiers of a test share: what they keep, what they order, what they were told, and how they
//! misbehave.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use leat_bundle::{Content, Digest};
use leat_wire::host_v1::run_report::State;
use leat_wire::host_v1::{Assignment, Ended, Report};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// How long a test waits for what must come: the machine may be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The token that midtiers know.
pub(crate) const TOKEN: &str = "t0ken";

/// What the midtiers of a test share.
#[derive(Clone)]
pub(crate) struct World {
    kept: Arc<Mutex<Kept>>,
    /// Counted up with every order that changes, and with everything that hosts say.
    pub(crate) ordered: watch::Sender<u64>,
    said: watch::Sender<u64>,
}

pub(crate) struct Kept {
    pub(crate) bundles: BTreeMap<Digest, Vec<u8>>,
    pub(crate) blobs: BTreeMap<Digest, Vec<u8>>,
    /// What is there of contents that come in pieces, and how long they will be.
    pub(crate) begun: BTreeMap<Digest, (usize, Vec<u8>)>,
    pub(crate) runs: Vec<Assignment>,
    /// How many reports there were when these runs were ordered.
    before: usize,
    pub(crate) lease: Duration,
    /// Every report, with the number of the midtier that took it.
    pub(crate) reports: Vec<(usize, Report)>,
    /// How often a host took its leave.
    pub(crate) farewells: usize,
    /// Every request for contents: `GET blobs/12ab… bytes=5-`.
    pub(crate) requests: Vec<String>,
    pub(crate) habits: Habits,
}

/// How midtiers misbehave.
#[derive(Default)]
pub(crate) struct Habits {
    /// They take reports and answer none.
    pub(crate) mute: bool,
    /// They send other bytes than these contents have.
    pub(crate) lies: BTreeSet<Digest>,
    /// They break off, once, after so many bytes.
    pub(crate) breaks_after: BTreeMap<Digest, usize>,
    /// They send contents whole, whatever range is asked for.
    pub(crate) ignores_ranges: bool,
    /// They refuse so many outputs before they take one.
    pub(crate) refuses_uploads: u32,
    /// Of the next pieces of outputs they take only so many bytes each.
    pub(crate) breaks_uploads_after: VecDeque<usize>,
    /// They are of a version that takes outputs only whole.
    pub(crate) knows_no_pieces: bool,
    /// They have no room for outputs that are begun.
    pub(crate) begins_nothing: bool,
}

impl World {
    pub(crate) fn new() -> Self {
        let kept = Kept {
            bundles: BTreeMap::new(),
            blobs: BTreeMap::new(),
            begun: BTreeMap::new(),
            runs: Vec::new(),
            before: 0,
            lease: Duration::from_secs(60),
            reports: Vec::new(),
            farewells: 0,
            requests: Vec::new(),
            habits: Habits::default(),
        };
        World { kept: Arc::new(Mutex::new(kept)), ordered: watch::Sender::new(0), said: watch::Sender::new(0) }
    }

    pub(crate) fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }

    pub(crate) fn keep(&self, text: &str) -> Content {
        let digest = Digest::of(text.as_bytes());
        self.kept().blobs.insert(digest, text.as_bytes().to_vec());
        Content { digest, bytes: text.len() as u64 }
    }

    pub(crate) fn keep_bundle(&self, manifest: &[u8]) -> Digest {
        let digest = Digest::of(manifest);
        self.kept().bundles.insert(digest, manifest.to_vec());
        digest
    }

    pub(crate) fn misbehave(&self, how: impl FnOnce(&mut Habits)) {
        how(&mut self.kept().habits);
    }

    /// Every host is to hold these runs and no others.
    pub(crate) fn order(&self, runs: &[Assignment]) {
        let mut kept = self.kept();
        (kept.runs, kept.before) = (runs.to_vec(), kept.reports.len());
        drop(kept);
        self.ordered.send_modify(|count| *count += 1);
    }

    /// A midtier took a report.
    pub(crate) fn take(&self, midtier: usize, report: Report) {
        self.kept().reports.push((midtier, report));
        self.said.send_modify(|count| *count += 1);
    }

    /// A host has ended its session in good order.
    pub(crate) fn take_leave(&self) {
        self.kept().farewells += 1;
    }

    /// Waits until something holds of what was said.
    pub(crate) async fn until<T>(&self, what: &str, holds: impl Fn(&Kept) -> Option<T>) -> T {
        let mut said = self.said.subscribe();
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = holds(&self.kept()) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if timeout(left, said.changed()).await.is_err() {
                let kept = self.kept();
                panic!("{what} did not come; last: {:#?}", kept.reports.last());
            }
        }
    }

    /// Waits until an attempt of a run has ended.
    pub(crate) async fn ended(&self, run: &str, generation: u64) -> Ended {
        let of = |kept: &Kept| match state(kept, run, generation) {
            Some(State::Ended(ended)) => Some(ended),
            _ => None,
        };
        self.until(&format!("the end of {run}"), of).await
    }

    /// Waits until an attempt of a run is seen at work.
    pub(crate) async fn running(&self, run: &str, generation: u64) {
        let of = |kept: &Kept| match state(kept, run, generation) {
            Some(State::Running(running)) => (!running.status_json.is_empty()).then_some(()),
            _ => None,
        };
        self.until(&format!("{run} at work"), of).await;
    }

    /// Waits for a report since the last orders that holds no run.
    pub(crate) async fn idle(&self) {
        let holds_none = |kept: &Kept| {
            let last = kept.reports[kept.before..].last();
            last.is_some_and(|(_, report)| report.runs.is_empty()).then_some(())
        };
        self.until("a report without runs", holds_none).await;
    }

    /// Requests for contents that begin like this.
    pub(crate) fn requests(&self, start: &str) -> Vec<String> {
        self.kept().requests.iter().filter(|request| request.starts_with(start)).cloned().collect()
    }

    /// Whether any report ever said that this run succeeded.
    pub(crate) fn ever_succeeded(&self, run: &str) -> bool {
        let kept = self.kept();
        let mut runs = kept.reports.iter().flat_map(|(_, report)| &report.runs);
        runs.any(|report| {
            report.run == run && matches!(&report.state, Some(State::Ended(ended)) if ended.outcome() == SUCCEEDED)
        })
    }
}

pub(crate) use leat_wire::host_v1::ended::Outcome::{
    Failed as FAILED, HostFault as HOST_FAULT, Stopped as STOPPED, Succeeded as SUCCEEDED,
};

/// What the latest report says of an attempt.
pub(crate) fn state(kept: &Kept, run: &str, generation: u64) -> Option<State> {
    let (_, report) = kept.reports.last()?;
    let run = report.runs.iter().find(|held| held.run == run && held.generation == generation)?;
    run.state.clone()
}
