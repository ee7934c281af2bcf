//! What a host holds, and what follows from orders, from the end of a run and from the end of the lease: plain functions
//! on plain data. The agent carries the actions out; nothing here knows a network, a process or a clock.
//!
//! Of one run there is one task at a time. A run that is held leaves this list only by orders that do not have it.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::run::{Assignment, End, Outcome, RunId, Task};

/// How many runs that were let go of are remembered, so that orders which are older than that bring none of them back.
const LET_GO_MAX: usize = 10_000;

const LEASE_IS_OVER: &str = "no midtier answered this host for as long as its lease was, so it ended the run: another host may \
                             have been given it";

/// What is to be done now, in the order given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// The task of a run begins.
    Start {
        /// Which run.
        run: RunId,
        /// Which attempt.
        generation: u64,
        /// What is to be done.
        task: Box<Task>,
    },
    /// The task of a run is to take a checkpoint of this number.
    Checkpoint {
        /// Which run.
        run: RunId,
        /// Greater than all before.
        number: u64,
    },
    /// The task of a run is asked to come to its end; a worker has the time to stop.
    Stop(RunId),
    /// The task of a run is ended at once: nothing is sent for it any more.
    Kill(RunId),
    /// What the ended task of a run has left is no longer needed.
    Forget(RunId),
}

/// How a run stands, for the report.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Standing<'a> {
    /// Its task knows how it goes on.
    AtWork,
    /// It begins when an older attempt has come to its end.
    Waits,
    /// It has come to its end.
    Over(&'a End),
}

/// What a host holds.
#[derive(Debug, Default)]
pub(crate) struct State {
    runs: BTreeMap<RunId, Held>,
    let_go: LetGo,
    /// The agent is on its way out: nothing begins any more.
    closing: bool,
    /// The midtier does not know all of this yet.
    changed: bool,
}

#[derive(Debug)]
struct Held {
    generation: u64,
    /// The checkpoint of it that was wanted last.
    checkpoint_wanted: u64,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// Its task is at work.
    AtWork,
    /// Its task was told to end; then this happens.
    Ending(Then),
    /// Reported until orders no longer have it.
    Over(End),
}

#[derive(Debug)]
enum Then {
    /// The end is reported as it comes.
    Report,
    /// The end is reported as the host's fault for this reason, whatever the task says.
    Disown(&'static str),
    /// It is let go of.
    Forget,
    /// A newer attempt begins.
    Begin(Box<Assignment>),
}

impl Held {
    fn generation(&self) -> u64 {
        match &self.phase {
            Phase::Ending(Then::Begin(newer)) => newer.generation,
            Phase::AtWork | Phase::Ending(_) | Phase::Over(_) => self.generation,
        }
    }
}

impl State {
    /// Orders have come, and may be acted on: these runs are to be held and no others.
    pub(crate) fn take(&mut self, given: Vec<Assignment>) -> Vec<Action> {
        let mut actions = Vec::new();
        let ordered: BTreeSet<RunId> = given.iter().map(|assignment| assignment.run.clone()).collect();
        for assignment in given {
            self.assign(assignment, &mut actions);
        }
        let absent: Vec<RunId> = self.runs.keys().filter(|run| !ordered.contains(run)).cloned().collect();
        for run in absent {
            self.release(run, &mut actions);
        }
        actions
    }

    fn assign(&mut self, given: Assignment, actions: &mut Vec<Action>) {
        let Some(held) = self.runs.get_mut(&given.run) else { return self.accept(given, actions) };
        if given.generation < held.generation() {
            tracing::warn!(
                run.id = %given.run, run.generation = given.generation, run.held = held.generation(),
                "orders with an older attempt of a run are refused"
            );
        } else if given.generation == held.generation() {
            held.same_again(given, actions);
        } else if let Phase::Over(_) = held.phase {
            actions.push(Action::Forget(given.run.clone()));
            self.runs.remove(&given.run);
            self.accept(given, actions);
        } else {
            // The older attempt may publish nothing any more, and must be gone before the newer begins.
            actions.push(Action::Kill(given.run.clone()));
            held.phase = Phase::Ending(Then::Begin(Box::new(given)));
            self.changed = true;
        }
    }

    /// A run that is not held begins.
    fn accept(&mut self, given: Assignment, actions: &mut Vec<Action>) {
        let Assignment { run, generation, stop, checkpoint_wanted: _, task } = given;
        let last = self.let_go.generation(&run);
        if self.closing || last.is_some_and(|last| generation < last) {
            tracing::warn!(run.id = %run, run.generation = generation, run.last = last, "a run in the orders is refused");
            return;
        }
        let phase = match task {
            // Its end was reported once and must not be another now; but a run that is held nowhere would wait for ever.
            _ if last == Some(generation) => Phase::Over(End::new(
                Outcome::HostFault,
                "this attempt was on this host before, and the midtier had let go of it",
            )),
            _ if stop => Phase::Over(End::new(Outcome::Stopped, "it was stopped before it began")),
            Err(reason) => Phase::Over(End::new(Outcome::Failed, reason)),
            Ok(task) => {
                actions.push(Action::Start { run: run.clone(), generation, task: Box::new(task) });
                Phase::AtWork
            }
        };
        // A checkpoint that is wanted of a run which begins is asked for with the next orders.
        self.runs.insert(run, Held { generation, checkpoint_wanted: 0, phase });
        self.changed = true;
    }

    /// A run that orders no longer have.
    fn release(&mut self, run: RunId, actions: &mut Vec<Action>) {
        let Some(held) = self.runs.get_mut(&run) else { return };
        if let Phase::Over(_) = held.phase {
            self.let_go.remember(run.clone(), held.generation);
            self.runs.remove(&run);
            self.changed = true;
            actions.push(Action::Forget(run));
            return;
        }
        held.generation = held.generation();
        held.phase = Phase::Ending(Then::Forget);
        // At once: it may have been given to another host.
        actions.push(Action::Kill(run));
    }

    /// The task of a run has come to its end. The caller has seen to it that a lease which is over was told first.
    pub(crate) fn ended(&mut self, run: &RunId, end: End) -> Vec<Action> {
        let mut actions = Vec::new();
        let Some(Held { generation, phase, .. }) = self.runs.remove(run) else { return actions };
        self.changed = true;
        let over = match phase {
            Phase::AtWork | Phase::Ending(Then::Report) => end,
            Phase::Ending(Then::Disown(reason)) => disowned(end, reason),
            Phase::Over(end) => end,
            Phase::Ending(Then::Forget) => {
                self.let_go.remember(run.clone(), generation);
                actions.push(Action::Forget(run.clone()));
                return actions;
            }
            Phase::Ending(Then::Begin(newer)) => {
                actions.push(Action::Forget(run.clone()));
                self.accept(*newer, &mut actions);
                return actions;
            }
        };
        self.runs.insert(run.clone(), Held { generation, checkpoint_wanted: 0, phase: Phase::Over(over) });
        actions
    }

    /// The lease is over: every task is ended at once, and nothing of what is held is reported as done any more.
    pub(crate) fn fence(&mut self) -> Vec<Action> {
        let mut actions = Vec::new();
        for (run, held) in &mut self.runs {
            match &mut held.phase {
                Phase::Ending(Then::Disown(_) | Then::Forget) => {}
                Phase::AtWork | Phase::Ending(Then::Report | Then::Begin(_)) => {
                    held.generation = held.generation();
                    held.phase = Phase::Ending(Then::Disown(LEASE_IS_OVER));
                    actions.push(Action::Kill(run.clone()));
                }
                Phase::Over(end) if end.outcome == Outcome::Succeeded => {
                    self.changed = true;
                    *end = disowned(std::mem::take(end), LEASE_IS_OVER);
                }
                Phase::Over(_) => {}
            }
        }
        actions
    }

    /// The agent is on its way out: every task is asked to stop, and nothing begins any more.
    pub(crate) fn close(&mut self) -> Vec<Action> {
        self.closing = true;
        let mut actions = Vec::new();
        for (run, held) in &mut self.runs {
            match held.phase {
                Phase::AtWork => {
                    held.phase = Phase::Ending(Then::Report);
                    actions.push(Action::Stop(run.clone()));
                }
                Phase::Ending(Then::Begin(_)) => held.phase = Phase::Ending(Then::Forget),
                Phase::Ending(_) | Phase::Over(_) => {}
            }
        }
        actions
    }

    /// Whether something has changed since this was last asked.
    pub(crate) fn take_change(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }

    /// Whether a task is at work.
    pub(crate) fn is_at_work(&self) -> bool {
        self.runs.values().any(|held| !matches!(held.phase, Phase::Over(_)))
    }

    /// Whether the host holds nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Every run that is held, with its attempt.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (&RunId, u64, Standing<'_>)> {
        self.runs.iter().map(|(run, held)| {
            let standing = match &held.phase {
                Phase::AtWork | Phase::Ending(Then::Report | Then::Disown(_) | Then::Forget) => Standing::AtWork,
                Phase::Ending(Then::Begin(_)) => Standing::Waits,
                Phase::Over(end) => Standing::Over(end),
            };
            (run, held.generation(), standing)
        })
    }
}

impl Held {
    /// Orders have this attempt again, as they do all the time.
    fn same_again(&mut self, given: Assignment, actions: &mut Vec<Action>) {
        if given.checkpoint_wanted > self.checkpoint_wanted && matches!(self.phase, Phase::AtWork) {
            self.checkpoint_wanted = given.checkpoint_wanted;
            actions.push(Action::Checkpoint { run: given.run.clone(), number: given.checkpoint_wanted });
        }
        match &mut self.phase {
            Phase::AtWork if given.stop => {
                self.phase = Phase::Ending(Then::Report);
                actions.push(Action::Stop(given.run));
            }
            Phase::Ending(Then::Begin(newer)) => **newer = given,
            Phase::Ending(then @ Then::Forget) => {
                *then = Then::Disown("the midtier had let go of it, and wants it again")
            }
            Phase::AtWork | Phase::Ending(Then::Report | Then::Disown(_)) | Phase::Over(_) => {}
        }
    }
}

/// An end that this host may not vouch for.
fn disowned(end: End, reason: &str) -> End {
    End { outcome: Outcome::HostFault, reason: reason.to_owned(), outputs: Vec::new(), ..end }
}

/// The attempts of runs that were let go of: the latest so many.
#[derive(Debug, Default)]
struct LetGo {
    generations: BTreeMap<RunId, u64>,
    order: VecDeque<RunId>,
}

impl LetGo {
    fn remember(&mut self, run: RunId, generation: u64) {
        if self.generations.insert(run.clone(), generation).is_none() {
            self.order.push_back(run);
        }
        if self.order.len() > LET_GO_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.generations.remove(&oldest);
        }
    }

    fn generation(&self, run: &RunId) -> Option<u64> {
        self.generations.get(run).copied()
    }
}
