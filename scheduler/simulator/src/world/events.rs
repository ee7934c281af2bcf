//! What is going to happen, in the order of time; what is to happen at one moment, in the order in which it was foreseen.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use leat_planner::Time;

/// Something that happens. Hosts and runs by their numbers; the boot or generation says what it was foreseen for, so that
/// it passes by where that is over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Event {
    /// A run has done its work.
    RunEnds { run: usize, generation: u64 },
    /// A run has waited as long as something in the policy says.
    RunLook { run: usize },
    /// A host takes work.
    HostUp { host: usize, boot: u32 },
    /// A host has no power any more.
    HostOff { host: usize, boot: u32 },
    /// A host falls silent.
    HostLost { host: usize, boot: u32 },
    /// A host is as long in its state as something in the policy says.
    HostLook { host: usize },
    /// The planner is to be asked again.
    Look,
}

#[derive(Default)]
pub(super) struct Events {
    heap: BinaryHeap<Reverse<(Time, u64, Event)>>,
    foreseen: u64,
}

impl Events {
    pub(super) fn push(&mut self, at: Time, event: Event) {
        self.foreseen += 1;
        self.heap.push(Reverse((at, self.foreseen, event)));
    }

    /// When the next one is.
    pub(super) fn next(&self) -> Option<Time> {
        self.heap.peek().map(|Reverse((at, ..))| *at)
    }

    /// The next one that is due.
    pub(super) fn due(&mut self, now: Time) -> Option<Event> {
        self.next().filter(|at| *at <= now)?;
        self.heap.pop().map(|Reverse((.., event))| event)
    }
}
