//! A submitted run as it is seen from outside: where it stands, and how long it takes until it flows again.

use std::time::Instant;

use serde_json::Value;

use crate::tally::Tally;

/// A run of a round.
pub(crate) struct Watched {
    pub(crate) process: usize,
    /// Its name, once a midtier has taken it in.
    pub(crate) id: Option<String>,
    pub(crate) attempts: u64,
    /// When each attempt was first seen at work.
    at_work: Vec<(u64, Instant)>,
    /// Records that its nodes have taken in, in this attempt.
    rows: u64,
    /// The last fault, until the run was seen to flow after it.
    disturbed: Option<Disturbed>,
    /// The last fault, whatever was seen after it: a worker's last words may arrive after its death.
    last_fault: Option<Disturbed>,
    /// What was last said of it.
    pub(crate) last: Value,
}

/// A fault, and how far the run was.
#[derive(Clone, Copy)]
struct Disturbed {
    kind: &'static str,
    since: Instant,
    attempts: u64,
    rows: u64,
}

/// States in which a run stays.
const ENDS: [&str; 3] = ["succeeded", "failed", "cancelled"];

impl Watched {
    pub(crate) fn new(process: usize) -> Self {
        Watched {
            process,
            id: None,
            attempts: 0,
            at_work: Vec::new(),
            rows: 0,
            disturbed: None,
            last_fault: None,
            last: Value::Null,
        }
    }

    pub(crate) fn state(&self) -> &str {
        self.last["state"].as_str().unwrap_or_default()
    }

    pub(crate) fn has_ended(&self) -> bool {
        ENDS.contains(&self.state())
    }

    /// When an attempt, or a later one, was seen at work.
    pub(crate) fn at_work_since(&self, attempt: u64) -> Option<Instant> {
        self.at_work.iter().find(|(number, _)| *number >= attempt).map(|(_, since)| *since)
    }

    /// Something was done that may have disturbed it, or is over only now.
    pub(crate) fn disturb(&mut self, kind: &'static str) {
        if self.id.is_some() && !self.has_ended() {
            let now = Disturbed { kind, since: Instant::now(), attempts: self.attempts, rows: self.rows };
            (self.disturbed, self.last_fault) = (Some(now), Some(now));
        }
    }

    /// Takes in what a midtier says.
    pub(crate) fn see(&mut self, said: Value, tally: &mut Tally, seed: u64) {
        self.last = said;
        let attempts = self.last["attempts"].as_u64().unwrap_or_default();
        if attempts > self.attempts {
            if attempts > 1 {
                // What is told while the attempt is young is what it goes on from.
                tally.begun_again(self.last["checkpoint"].is_object());
            }
            (self.attempts, self.rows) = (attempts, 0);
            self.disturbed = self.disturbed.or(self.last_fault);
        }
        let nodes = self.last["status"]["nodes"].as_array().into_iter().flatten();
        let rows: u64 = nodes.filter_map(|node| node["rows_in"].as_u64()).sum();
        self.rows = self.rows.max(rows);
        let is_at_work = self.state() == "running";
        if is_at_work && self.at_work.last().is_none_or(|(attempt, _)| *attempt < attempts) {
            self.at_work.push((attempts, Instant::now()));
        }
        let Some(disturbed) = self.disturbed else { return };
        let flows = match self.attempts > disturbed.attempts {
            true => is_at_work && rows > 0,
            false => is_at_work && rows > disturbed.rows,
        };
        if flows || self.has_ended() {
            tally.flows_again(disturbed.kind, disturbed.since.elapsed(), seed);
            self.disturbed = None;
        }
    }
}
