//! What the nodes of a drawn process do: everything they send depends on all they ever saw, in the order in which they saw it.

use std::sync::{Arc, Condvar, Mutex};

use arrow_array::RecordBatch;
use leat_flow::step::{FactProblem, Outlet, Pull, Rejected, Source, Step, StepError};
use leat_stream::node_info::Value;

use super::drawn::Chance;
use crate::process::{batch, numbers};

/// Lets sources go on by so many batches at a time, so that they are not at their end before anybody has asked them for a
/// checkpoint.
#[derive(Default)]
pub(super) struct Gate {
    open_to: Mutex<u64>,
    opened: Condvar,
}

impl Gate {
    pub(super) fn open_to(&self, batch: u64) {
        *self.open_to.lock().unwrap() = batch;
        self.opened.notify_all();
    }

    fn pass(&self, batch: u64) {
        drop(self.opened.wait_while(self.open_to.lock().unwrap(), |open_to| *open_to < batch).unwrap());
    }
}

/// A source whose batches depend on their number alone.
pub(super) struct Counter {
    pub(super) gate: Arc<Gate>,
    pub(super) seed: u64,
    pub(super) next: u64,
    pub(super) batches: u64,
}

impl Source for Counter {
    fn next(&mut self, _outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        if self.next == self.batches {
            return Ok(None);
        }
        self.gate.pass(self.next);
        let mut chance = Chance(self.seed ^ self.next.wrapping_mul(0x1234_5678_9abc_def1));
        self.next += 1;
        let rows = chance.below(40) + 1;
        Ok(Some(batch((0..rows).map(|_| (chance.number() >> 40) as i64))))
    }

    fn position(&mut self) -> Result<Vec<u8>, StepError> {
        Ok(self.next.to_le_bytes().to_vec())
    }

    fn resume(&mut self, position: &[u8]) -> Result<(), StepError> {
        self.next = u64::from_le_bytes(position.try_into().unwrap());
        Ok(())
    }
}

/// What a number becomes that depends on every number before it.
fn churn(state: &mut u64, number: i64, port: usize) -> i64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(number as u64 ^ (port as u64 + 1) << 50);
    (*state >> 40) as i64
}

/// What a step does with facts.
#[derive(Clone, Default)]
pub(super) struct FactsOfStep {
    /// It sets one, when it has seen so many batches: with 0 as it is opened, and at its end where there are fewer.
    pub(super) sets: Option<(String, u64)>,
    /// It reads one with each batch.
    pub(super) reads: Option<String>,
}

/// A step that sends what depends on all it ever saw, in the order in which it saw it; some batches twice, others not. It counts, and
/// refuses some records.
pub(super) struct Churn {
    pub(super) outlet: Box<dyn Outlet>,
    pub(super) state: u64,
    pub(super) seen: u64,
    pub(super) facts: FactsOfStep,
}

impl Churn {
    /// Sets its fact where that is due: to what depends on all it saw before.
    fn set_fact(&mut self, at_end: bool) -> Result<(), StepError> {
        let Some((name, after)) = &self.facts.sets else { return Ok(()) };
        let is_due = if at_end { self.seen < *after } else { self.seen == *after };
        if !is_due {
            return Ok(());
        }
        let set = self.outlet.set_fact(name, Value::Int64((self.state >> 33) as i64));
        set.map_err(|problem| StepError::Failed(format!("{problem:?}")))
    }
}

impl Step for Churn {
    fn open(&mut self) -> Result<(), StepError> {
        self.outlet.count("opened", 1);
        self.set_fact(false)
    }

    fn process(&mut self, port: usize, seen: &RecordBatch) -> Result<(), StepError> {
        if let Some(name) = &self.facts.reads {
            match self.outlet.fact(name) {
                Ok(Value::Int64(value)) => _ = churn(&mut self.state, value, port),
                Err(FactProblem::Stopped(stopped)) => return Err(StepError::Stopped(stopped)),
                other => return Err(StepError::Failed(format!("{other:?}"))),
            }
        }
        let all = numbers(seen);
        let refused: Vec<u32> = (0..).zip(&all).filter(|(_, number)| **number % 97 == 0).map(|(row, _)| row).collect();
        self.outlet.reject(Rejected::Rows { rows: &refused, reason: "97" }).map_err(StepError::Stopped)?;
        self.outlet.count("seen", all.len() as u64);
        let sent: Vec<i64> = all.into_iter().map(|number| churn(&mut self.state, number, port)).collect();
        for _ in 0..self.state % 3 {
            self.outlet.count("sent", 1);
            self.outlet.emit(0, batch(sent.clone())).map_err(StepError::Stopped)?;
        }
        self.seen += 1;
        self.set_fact(false)
    }

    fn end_of_input(&mut self, port: usize) -> Result<(), StepError> {
        let sent = churn(&mut self.state, -1, port);
        self.outlet.emit(0, batch([sent])).map_err(StepError::Stopped)
    }

    fn finish(&mut self) -> Result<(), StepError> {
        self.set_fact(true)?;
        self.outlet.emit(0, batch([-(self.state as i64 >> 30)])).map_err(StepError::Stopped)
    }

    fn snapshot(&mut self) -> Result<Vec<u8>, StepError> {
        Ok([self.state, self.seen].iter().flat_map(|number| number.to_le_bytes()).collect())
    }

    fn restore(&mut self, state: &[u8]) -> Result<(), StepError> {
        let (words, _) = state.as_chunks();
        (self.state, self.seen) = (u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1]));
        Ok(())
    }
}

/// A query that reads its last port to the end first, as a join does, then the others by turns.
pub(super) struct ChurningQuery {
    pub(super) ports: Arc<dyn Pull>,
    pub(super) count: usize,
    pub(super) next: usize,
    pub(super) built: bool,
    pub(super) state: u64,
}

impl Source for ChurningQuery {
    fn next(&mut self, _outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        while !self.built && self.count > 1 {
            match self.ports.pull(self.count - 1)? {
                Some(seen) => numbers(&seen).into_iter().for_each(|number| {
                    churn(&mut self.state, number, 9);
                }),
                None => self.built = true,
            }
        }
        let probes = self.count.max(2) - 1;
        let mut dry = 0;
        while dry < probes {
            let port = self.next % probes;
            self.next += 1;
            let Some(seen) = self.ports.pull(port)? else {
                dry += 1;
                continue;
            };
            dry = 0;
            let sent: Vec<i64> = numbers(&seen).into_iter().map(|it| churn(&mut self.state, it, port)).collect();
            if !self.state.is_multiple_of(3) {
                return Ok(Some(batch(sent)));
            }
        }
        Ok(None)
    }
}
