//! What becomes of runs: submitted, placed, begun again, ended.

use std::sync::Arc;
use std::time::Duration;

use leat_planner::id::{Generation, RunId};
use leat_planner::{Placement, Resources, Run, Time};

use super::events::Event;
use super::lines::Lines;
use super::{LOOK_INTERVAL, START, World};
use crate::trace::Trace;

/// A run with what has become of it.
pub(super) struct Simulated {
    pub(super) run: Run,
    pub(super) duration: Duration,
    /// Which line it waits in.
    line: usize,
    pub(super) state: State,
    /// When it was first placed.
    pub(super) started: Option<Time>,
    is_refusal_foreseen: bool,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It has no place; before its submission, too.
    Waiting,
    /// It is on a host, by number.
    Placed {
        host: usize,
        since: Time,
    },
    Ended(End),
}

/// How a run has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Done,
    Refused,
    Failed,
}

impl Simulated {
    /// The runs of a trace, by number: in the order of their submission.
    pub(super) fn all(trace: &Trace, lines: &Lines, places: Vec<usize>) -> Vec<Simulated> {
        let first = trace.runs().first().map_or(Duration::ZERO, |run| run.submitted);
        let of = |(number, (given, line)): (usize, (&crate::trace::TraceRun, usize))| Simulated {
            run: Run {
                // As long as each other, so that ids break ties as numbers do.
                id: RunId::new(format!("{number:08}")),
                group: given.group.clone(),
                user: given.user.clone(),
                priority: given.priority,
                submitted: START.after(given.submitted.saturating_sub(first)),
                attempt: 0,
                generation: Generation::NONE,
                request: Arc::clone(lines.request(line)),
            },
            duration: given.duration,
            line,
            state: State::Waiting,
            started: None,
            is_refusal_foreseen: false,
        };
        trace.runs().iter().zip(places).enumerate().map(of).collect()
    }

    pub(super) fn end(&self) -> Option<End> {
        match self.state {
            State::Ended(end) => Some(end),
            State::Waiting | State::Placed { .. } => None,
        }
    }
}

/// The number of a run that the planner has named.
fn number(run: &RunId) -> usize {
    run.as_str().parse().expect("ids of runs are their numbers")
}

impl World<'_> {
    /// Takes in what is submitted by now. Answers whether anything was.
    pub(super) fn submit(&mut self) -> bool {
        let before = self.submitted;
        while let Some(run) = self.runs.get(self.submitted).filter(|run| run.run.submitted <= self.now) {
            let patience = run.run.submitted.after(self.policy.queue_timeout);
            self.events.push(patience, Event::RunLook { run: self.submitted });
            self.lines.insert(run.line, self.submitted);
            self.submitted += 1;
            self.alive += 1;
        }
        self.submitted > before
    }

    pub(super) fn run_ends(&mut self, run: usize, generation: u64) -> bool {
        let State::Placed { host, .. } = self.runs[run].state else { return false };
        if self.runs[run].run.generation.number() != generation || self.machines[host].is_lost {
            return false;
        }
        self.leave(run);
        self.end(run, End::Done);
        // With nobody waiting only a host that is idle now could be of interest, and it is looked at in time.
        !self.lines.is_empty()
    }

    pub(super) fn run_look(&mut self, run: usize) -> bool {
        let is_waiting = self.runs[run].state == State::Waiting;
        if is_waiting {
            self.events.push(self.now.after(LOOK_INTERVAL), Event::RunLook { run });
        }
        is_waiting
    }

    /// A run that no host can take is refused in a while.
    pub(super) fn foresee_refusal(&mut self, run: &RunId, refused_in: Duration) {
        let number = number(run);
        if !std::mem::replace(&mut self.runs[number].is_refusal_foreseen, true) {
            self.events.push(self.now.after(refused_in), Event::RunLook { run: number });
        }
    }

    pub(super) fn place(&mut self, placement: &Placement) {
        let number = number(&placement.run);
        let Some(seat) = placement.parts.first() else { return };
        let host = self.number(&seat.host);
        let run = &mut self.runs[number];
        // Twice is the same as once.
        if run.state != State::Waiting || run.run.generation.next() != placement.generation {
            return;
        }
        (run.run.generation, run.run.attempt) = (placement.generation, placement.attempt);
        run.state = State::Placed { host, since: self.now };
        run.started.get_or_insert(self.now);
        let (line, needs, group) = (run.line, run.run.request.total(), run.run.group.clone());
        let ends = self.now.after(run.duration);
        self.lines.remove(line, number);
        self.machines[host].take(number, needs, self.now);
        self.free = self.free.minus(needs);
        let used = self.used.entry(group).or_default();
        *used = used.plus(needs);
        if self.machines[host].is_lost {
            // Nobody knows yet: the host fell silent with nothing to do, and its lease is not over.
            self.is_silent(number);
            self.silent.insert(host);
        } else {
            self.events.push(ends, Event::RunEnds { run: number, generation: placement.generation.number() });
        }
        self.note_work(host);
    }

    /// A run lost its host, and waits again.
    pub(super) fn begin_again(&mut self, run: &RunId) {
        let number = number(run);
        self.leave(number);
        self.runs[number].state = State::Waiting;
        self.lines.insert(self.runs[number].line, number);
        // What was foreseen for it passed while it was at work.
        let patience = self.runs[number].run.submitted.after(self.policy.queue_timeout).max(self.now);
        self.events.push(patience, Event::RunLook { run: number });
    }

    /// A run lost its host, and has no attempt left.
    pub(super) fn fail(&mut self, run: &RunId, reason: String) {
        let number = number(run);
        self.leave(number);
        self.end(number, End::Failed);
        *self.failures.entry(reason).or_default() += 1;
    }

    pub(super) fn refuse(&mut self, run: &RunId, reason: String) {
        let number = number(run);
        if self.runs[number].state == State::Waiting {
            self.lines.remove(self.runs[number].line, number);
            self.end(number, End::Refused);
            *self.refusals.entry(reason).or_default() += 1;
        }
    }

    fn end(&mut self, run: usize, end: End) {
        self.runs[run].state = State::Ended(end);
        self.alive -= 1;
    }

    /// The host of a run has fallen silent: what it has done counts, and is told by itself from now on.
    pub(super) fn is_silent(&mut self, run: usize) {
        let State::Placed { since, .. } = self.runs[run].state else { return };
        let needs = self.runs[run].run.request.total();
        self.count.cpu_millis_micros += u128::from(needs.cpu_millis) * self.now.since(since).as_micros();
        self.group_has_less(run, needs);
    }

    /// A run is on its host no more.
    fn leave(&mut self, run: usize) {
        let State::Placed { host, since } = self.runs[run].state else { return };
        let needs = self.runs[run].run.request.total();
        self.machines[host].drop(run, needs, self.now);
        self.free = self.free.plus(needs);
        if self.machines[host].is_lost {
            if self.machines[host].runs.is_empty() {
                self.silent.remove(&host);
            }
        } else {
            self.count.cpu_millis_micros += u128::from(needs.cpu_millis) * self.now.since(since).as_micros();
            self.group_has_less(run, needs);
        }
        self.note_work(host);
        if self.machines[host].runs.is_empty() {
            self.foresee_idle(host);
        }
    }

    fn group_has_less(&mut self, run: usize, needs: Resources) {
        let group = &self.runs[run].run.group;
        if let Some(used) = self.used.get_mut(group) {
            *used = used.minus(needs);
            if *used == Resources::ZERO {
                self.used.remove(group);
            }
        }
    }
}
