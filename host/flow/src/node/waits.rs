//! What a node waits for beyond records, and the facts it sets: before it starts, and in the middle of its work.

use leat_stream::node_info::Value;
use leat_stream::plan::{FactUse, FactWay};

use super::{Node, lock};
use crate::facts::{Facts, SetError};
use crate::meter::Activity;
use crate::step::{FactProblem, StepError, Stopped};
use crate::waiting::{Awaited, AwaitedKind, WaitEnd};

impl Node {
    /// The facts of the run.
    pub fn run_facts(&self) -> &Facts {
        &self.facts
    }

    /// The signals and facts that it waits for and that are not there yet; once it has stopped, those that it waited for
    /// in vain.
    pub fn awaiting(&self) -> Vec<Awaited> {
        let mut all: Vec<Awaited> = self.waits.iter().flat_map(|waits| lock(waits).clone()).collect();
        all.retain(|awaited| match awaited.kind {
            AwaitedKind::Signal => !self.signals.finished(&awaited.from),
            AwaitedKind::Fact => self.fact_called(awaited).is_none_or(|fact| self.facts.value(fact).is_none()),
        });
        all.sort();
        all.dedup();
        all
    }

    /// Waits for its signals and for the facts that it wants before it starts. Its queues overflow to disk meanwhile, so
    /// that their writers, which may have to come to their end first, go on.
    pub(crate) fn await_start(&self, thread: usize) -> Result<(), StepError> {
        if *lock(&self.begun) {
            return Ok(());
        }
        let signals = self.awaits.iter().map(|signal| Awaited {
            kind: AwaitedKind::Signal,
            name: signal.name.clone(),
            from: signal.fired_by.clone(),
        });
        let wanted: Vec<&FactUse> = self.fact_uses.iter().filter(|used| used.way == FactWay::Get).collect();
        let facts = wanted.iter().map(|used| self.awaited_fact(used.fact));
        let awaited: Vec<Awaited> = signals.chain(facts).collect();
        lock(&self.waits[thread]).clone_from(&awaited);
        let outcome = self.inputs.away(|| {
            for (signal, awaited) in self.awaits.iter().zip(&awaited) {
                let wait = || self.signals.wait(&signal.fired_by, self.wait_max);
                let waited = self.meter.thread(thread).wait_to_start(Activity::WaitingForSignals, wait);
                self.ended(waited, awaited)?;
            }
            for (used, awaited) in wanted.iter().zip(&awaited[self.awaits.len()..]) {
                let wait = || self.facts.wait(used.fact, self.wait_max);
                let waited = self.meter.thread(thread).wait_to_start(Activity::WaitingForFacts, wait);
                self.ended(waited, awaited)?;
            }
            Ok(())
        });
        self.forget_waits(thread, &outcome);
        outcome.map_err(StepError::Stopped)?;
        *lock(&self.begun) = true;
        Ok(())
    }

    /// The value of a fact that the node's step asks for; waits for it.
    pub(crate) fn read_fact(&self, thread: usize, name: &str) -> Result<Value, FactProblem> {
        let used = self.fact_uses.iter().find(|used| used.name == name && used.way != FactWay::Set);
        let used = used.ok_or(FactProblem::Undeclared)?;
        if let Some(value) = self.facts.value(used.fact) {
            return Ok(value);
        }
        let awaited = self.awaited_fact(used.fact);
        lock(&self.waits[thread]).push(awaited.clone());
        let wait = || self.inputs.away(|| self.facts.wait(used.fact, self.wait_max));
        let outcome = self.ended(self.meter.thread(thread).wait_for_fact(wait), &awaited);
        self.forget_waits(thread, &outcome);
        outcome.map_err(FactProblem::Stopped)
    }

    /// Sets a fact that the node's step has a value for.
    pub(crate) fn set_fact(&self, name: &str, value: Value) -> Result<(), FactProblem> {
        let used = self.fact_uses.iter().find(|used| used.name == name && used.way == FactWay::Set);
        let fact = used.ok_or(FactProblem::Undeclared)?.fact;
        self.facts.set(fact, value).map_err(|error| match error {
            SetError::Problem(problem) => problem,
            SetError::Another { before, now } => {
                let fact = &self.names.facts[fact];
                let reason = format!(
                    "sets the fact {fact} to {}, and before the run was begun again it was {}, which others may have used: the \
                     node does not do the same with the same records",
                    now.to_path_text(),
                    before.to_path_text()
                );
                self.fail(reason, Vec::new(), Some("start the run from the beginning"));
                FactProblem::Stopped(Stopped::Cancelled)
            }
        })
    }

    fn awaited_fact(&self, fact: usize) -> Awaited {
        let from = self.facts.set_by(fact).into_iter().collect();
        Awaited { kind: AwaitedKind::Fact, name: self.names.facts[fact].clone(), from }
    }

    fn fact_called(&self, awaited: &Awaited) -> Option<usize> {
        self.names.facts.iter().position(|name| *name == awaited.name)
    }

    /// What was waited for in vain stays, for the report.
    fn forget_waits<T>(&self, thread: usize, outcome: &Result<T, Stopped>) {
        if outcome.is_ok() {
            lock(&self.waits[thread]).clear();
        }
    }

    /// The end of a wait; one in vain ends the run.
    fn ended<T>(&self, outcome: Result<T, WaitEnd>, awaited: &Awaited) -> Result<T, Stopped> {
        let end = match outcome {
            Ok(value) => return Ok(value),
            Err(end) => end,
        };
        let from: Vec<&str> = awaited.from.iter().map(|node| self.names.nodes[*node].as_str()).collect();
        let (what, from) = (awaited.to_string(), from.join(", "));
        match end {
            WaitEnd::Stopped => {}
            WaitEnd::Nobody => {
                let reason = format!("waits for {what}, set by nobody alive: `{from}` has ended without setting it");
                self.fail(reason, Vec::new(), Some("let that node set the fact, whatever its records are"));
            }
            WaitEnd::TimedOut => {
                let does = match awaited.kind {
                    AwaitedKind::Signal => "has not finished",
                    AwaitedKind::Fact => "has not set it",
                };
                let reason = format!("waited {:?} for {what}, and `{from}` {does}", self.wait_max);
                self.fail(reason, Vec::new(), Some("give it more time with wait= on its statement"));
            }
        }
        Err(Stopped::Cancelled)
    }
}
