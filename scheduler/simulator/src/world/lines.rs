//! Runs that wait, in lines of such as only their age tells apart: of one group, one priority and one need.
//!
//! The planner is not shown all of a long line. Of runs that are alike it takes the older first, and no more of them can be
//! placed, promised a host or have one kept free than the whole fleet has room for; so showing one more than that gives
//! the same plan, and what a backlog costs grows with how many different lines it has, not with how long they are.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use leat_planner::id::PartName;
use leat_planner::{Arrangement, Constraints, Part, Request, Resources};

use crate::trace::TraceRun;

/// The lines, each by its number.
#[derive(Default)]
pub(super) struct Lines {
    /// The runs of each line by their numbers, which are in the order of their submission.
    lines: Vec<BTreeSet<usize>>,
    requests: Vec<Arc<Request>>,
    filled: BTreeSet<usize>,
}

/// What the planner is shown of the lines.
pub(super) struct Shown {
    /// The runs.
    pub(super) runs: Vec<usize>,
    /// Whether there are more.
    pub(super) is_cut: bool,
}

impl Lines {
    /// Empty lines for these runs, and the line of each.
    pub(super) fn of(runs: &[TraceRun]) -> (Lines, Vec<usize>) {
        let mut numbers = HashMap::new();
        let mut shared: HashMap<Request, Arc<Request>> = HashMap::new();
        let mut lines = Lines::default();
        let mut places = Vec::with_capacity(runs.len());
        for run in runs {
            let request = request(run);
            let key = (&run.group, run.priority, request.clone());
            let place = *numbers.entry(key).or_insert_with(|| {
                let request = shared.entry(request.clone()).or_insert_with(|| Arc::new(request));
                lines.requests.push(Arc::clone(request));
                lines.lines.push(BTreeSet::new());
                lines.lines.len() - 1
            });
            places.push(place);
        }
        (lines, places)
    }

    /// What the runs of a line need.
    pub(super) fn request(&self, line: usize) -> &Arc<Request> {
        &self.requests[line]
    }

    pub(super) fn insert(&mut self, line: usize, run: usize) {
        self.lines[line].insert(run);
        self.filled.insert(line);
    }

    pub(super) fn remove(&mut self, line: usize, run: usize) {
        self.lines[line].remove(&run);
        if self.lines[line].is_empty() {
            self.filled.remove(&line);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.filled.is_empty()
    }

    /// As many of each line as the fleet has room for, and `more`.
    pub(super) fn shown(&self, room: Resources, more: usize) -> Shown {
        let mut shown = Shown { runs: Vec::new(), is_cut: false };
        for line in &self.filled {
            let count = times(self.requests[*line].total(), room).saturating_add(more);
            shown.runs.extend(self.lines[*line].iter().take(count));
            shown.is_cut |= self.lines[*line].len() > count;
        }
        shown
    }
}

/// How often an amount fits at most.
fn times(amount: Resources, room: Resources) -> usize {
    let cpu = room.cpu_millis.checked_div(amount.cpu_millis).unwrap_or(u64::MAX);
    let memory = room.memory.bytes().checked_div(amount.memory.bytes()).unwrap_or(u64::MAX);
    usize::try_from(cpu.min(memory)).unwrap_or(usize::MAX)
}

fn request(run: &TraceRun) -> Request {
    let constraints = Constraints {
        regions: run.region.iter().cloned().collect(),
        labels: run.labels.iter().cloned().collect(),
        architecture: run.architecture.clone(),
        not_on: BTreeSet::new(),
    };
    let part = Part { name: PartName::new("all"), resources: run.needs, constraints };
    Request { parts: vec![part], edges: Vec::new(), arrangement: Arrangement::Pack }
}
