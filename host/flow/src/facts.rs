//! The facts of a run: named values that one node sets, once, or the run gives, and others wait for.
//!
//! Used by [`Node`](crate::node::Node), for what its step does and for what it waits for before it starts. A fact never
//! changes, and a node that asks for one waits until it is there: when it was set makes no difference to what anybody
//! computes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leat_stream::node_info::{Value, ValueType};
use leat_stream::plan::Fact;

use crate::step::FactProblem;
use crate::stop::{Sleeper, StopSignal};
use crate::waiting::{WaitEnd, wait_until};

/// How long a text may be that is a fact.
pub const FACT_TEXT_BYTES_MAX: usize = 65_536;

/// The facts of one run, by their places in the plan.
pub struct Facts {
    /// The type of each, and the node that sets it.
    planned: Vec<(ValueType, Option<usize>)>,
    state: Mutex<Vec<Slot>>,
    changed: Condvar,
    stop: StopSignal,
}

/// One fact at one moment.
#[derive(Clone, Debug, PartialEq)]
enum Slot {
    /// Somebody is alive who may set it.
    Open,
    /// It was there before the run was begun again. Its setter, which may or may not come to where it sets it once more, sets it to
    /// the same. That cannot be told: of its threads one may have been cut before it set the fact, and another behind it.
    Before(Value),
    Set(Value),
    /// Its setter has ended without setting it.
    Orphan,
}

/// Why a fact is not set.
#[derive(Debug)]
pub(crate) enum SetError {
    /// The node has itself to blame.
    Problem(FactProblem),
    /// It was another before the run was begun again.
    Another { before: Value, now: Value },
}

impl From<FactProblem> for SetError {
    fn from(problem: FactProblem) -> Self {
        SetError::Problem(problem)
    }
}

impl Facts {
    /// The facts of a plan: those that the run gives are there.
    pub(crate) fn new(facts: &[Fact], stop: &StopSignal) -> Arc<Self> {
        let slot = |fact: &Fact| fact.given().map_or(Slot::Open, |value| Slot::Set(value.clone()));
        let facts = Arc::new(Facts {
            planned: facts.iter().map(|fact| (fact.value_type, fact.set_by())).collect(),
            state: Mutex::new(facts.iter().map(slot).collect()),
            changed: Condvar::new(),
            stop: stop.clone(),
        });
        let as_sleeper: Arc<dyn Sleeper> = Arc::clone(&facts) as Arc<dyn Sleeper>;
        stop.register(Arc::downgrade(&as_sleeper));
        facts
    }

    /// The value of a fact, where it is set.
    pub fn value(&self, fact: usize) -> Option<Value> {
        match self.lock().get(fact) {
            Some(Slot::Set(value) | Slot::Before(value)) => Some(value.clone()),
            _ => None,
        }
    }

    /// A fact was there before the run was begun again: it is at once, since it never changes.
    pub(crate) fn was(&self, fact: usize, value: Value) {
        let mut slots = self.lock();
        if slots[fact] == Slot::Open {
            slots[fact] = Slot::Before(value);
        }
    }

    /// The node that sets a fact; nothing where the run gives it.
    pub(crate) fn set_by(&self, fact: usize) -> Option<usize> {
        self.planned[fact].1
    }

    /// Sets a fact. Whether the node that calls is the one that may, it knows.
    pub(crate) fn set(&self, fact: usize, value: Value) -> Result<(), SetError> {
        let (wants, _) = self.planned[fact];
        if value.value_type() != wants {
            return Err(FactProblem::OtherType(wants).into());
        }
        let fit = match &value {
            Value::Float64(value) => value.is_finite(),
            Value::Text(value) => value.len() <= FACT_TEXT_BYTES_MAX,
            Value::Boolean(_) | Value::Int64(_) => true,
        };
        if !fit {
            return Err(FactProblem::Unfit.into());
        }
        let mut slots = self.lock();
        match &slots[fact] {
            Slot::Open => {}
            Slot::Before(before) if *before == value => {}
            Slot::Before(before) => return Err(SetError::Another { before: before.clone(), now: value }),
            Slot::Set(_) | Slot::Orphan => return Err(FactProblem::SetAlready.into()),
        }
        slots[fact] = Slot::Set(value);
        self.changed.notify_all();
        Ok(())
    }

    /// Waits for a fact.
    pub(crate) fn wait(&self, fact: usize, wait_max: Duration) -> Result<Value, WaitEnd> {
        wait_until(self.lock(), &self.changed, &self.stop, wait_max, |slots| match &slots[fact] {
            Slot::Open => None,
            Slot::Set(value) | Slot::Before(value) => Some(Ok(value.clone())),
            Slot::Orphan => Some(Err(WaitEnd::Nobody)),
        })
    }

    /// Whether a node has facts still to set.
    pub(crate) fn owed_by(&self, node: usize) -> bool {
        let slots = self.lock();
        self.planned.iter().zip(&*slots).any(|((_, set_by), slot)| *set_by == Some(node) && *slot == Slot::Open)
    }

    /// A node has ended: what it has not set nobody will.
    pub(crate) fn abandon(&self, node: usize) {
        let mut slots = self.lock();
        for ((_, set_by), slot) in self.planned.iter().zip(&mut *slots) {
            if *set_by == Some(node) && *slot == Slot::Open {
                *slot = Slot::Orphan;
            }
        }
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Slot>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sleeper for Facts {
    fn wake(&self) {
        // Taking the lock makes sure that no thread is between looking at the signal and falling asleep.
        drop(self.lock());
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use leat_stream::plan::FactSource;

    use super::*;

    /// Two facts that node 0 sets; somebody knew of the first before the run was begun again.
    fn facts() -> Arc<Facts> {
        let fact =
            |name: &str| Fact { name: name.to_owned(), value_type: ValueType::Int64, source: FactSource::SetBy(0) };
        let facts = Facts::new(&[fact("a"), fact("b")], &StopSignal::new());
        facts.was(0, Value::Int64(7));
        facts.was(0, Value::Int64(7));
        facts
    }

    fn set_again(facts: &Facts, value: i64) -> Result<(), SetError> {
        facts.set(0, Value::Int64(value))
    }

    #[test]
    fn a_fact_that_somebody_knew_is_there_and_is_set_again_to_the_same_value_alone() {
        let facts = facts();
        assert_eq!((facts.value(0), facts.value(1)), (Some(Value::Int64(7)), None));
        assert!(matches!(set_again(&facts, 8), Err(SetError::Another { .. })));
        assert!(set_again(&facts, 7).is_ok());
        assert!(matches!(set_again(&facts, 7), Err(SetError::Problem(FactProblem::SetAlready))));
    }

    #[test]
    fn a_fact_that_somebody_knew_is_there_though_its_setter_never_comes_to_it_again() {
        let facts = facts();
        facts.abandon(0);
        assert_eq!((facts.value(0), facts.owed_by(0)), (Some(Value::Int64(7)), false));
    }
}
