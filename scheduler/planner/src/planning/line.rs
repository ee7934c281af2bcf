//! Whose turn it is: by priority with age, then by fair share between groups, then by age.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use crate::id::RunId;
use crate::snapshot::Run;
use crate::time::Time;

use super::needs::ClassNumber;

/// A run in the line.
pub(super) struct Entry<'a> {
    /// The run.
    pub(super) run: &'a Run,
    /// What it needs.
    pub(super) class: ClassNumber,
    /// Its group, numbered in the order of their ids.
    pub(super) group: usize,
    /// Its priority, with what its age adds.
    pub(super) level: u64,
}

/// The line: runs are taken from it one by one, because the share of their groups changes as they are placed.
pub(super) struct Line<'a> {
    /// Sorted by level, and within one by group and age.
    entries: Vec<Entry<'a>>,
    /// Where the level begins that is not in `turns` yet.
    next_level: usize,
    /// The groups of the present level, the one whose turn it is on top.
    turns: BinaryHeap<Reverse<Turn<'a>>>,
    /// The group that had its turn last, with the rest of its runs.
    last: Option<(usize, usize)>,
}

/// A group with the runs of one level that are left: the least has the next turn.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Turn<'a> {
    share: u64,
    submitted: Time,
    run: &'a RunId,
    first: usize,
    end: usize,
}

/// A run's priority with what its age adds: one for each full step that it has waited.
pub(super) fn level(run: &Run, now: Time, aging_step: Duration) -> u64 {
    let steps = now.since(run.submitted).as_micros().checked_div(aging_step.as_micros()).unwrap_or(0);
    u64::from(run.priority.0).saturating_add(u64::try_from(steps).unwrap_or(u64::MAX))
}

impl<'a> Line<'a> {
    pub(super) fn of(mut entries: Vec<Entry<'a>>) -> Line<'a> {
        let key = |entry: &Entry<'a>| (Reverse(entry.level), entry.group, entry.run.submitted);
        entries.sort_unstable_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.run.id.cmp(&b.run.id)));
        Line { entries, next_level: 0, turns: BinaryHeap::new(), last: None }
    }

    /// The run whose turn it is, with the groups' shares as they are now.
    pub(super) fn next(&mut self, shares: &[u64]) -> Option<&Entry<'a>> {
        if let Some((first, end)) = self.last.take() {
            self.turn(first, end, shares);
        }
        if self.turns.is_empty() {
            self.open_level(shares);
        }
        let Reverse(turn) = self.turns.pop()?;
        self.last = Some((turn.first + 1, turn.end));
        self.entries.get(turn.first)
    }

    /// Gives every group of the next level its turn.
    fn open_level(&mut self, shares: &[u64]) {
        let Some(level) = self.entries.get(self.next_level).map(|entry| entry.level) else { return };
        let same =
            |rest: &[Entry<'a>], is_same: &dyn Fn(&Entry<'a>) -> bool| rest.iter().take_while(|e| is_same(e)).count();
        let end = self.next_level + same(&self.entries[self.next_level..], &|entry| entry.level == level);
        let mut first = self.next_level;
        while first < end {
            let group = self.entries[first].group;
            let group_end = first + same(&self.entries[first..end], &|entry| entry.group == group);
            self.turn(first, group_end, shares);
            first = group_end;
        }
        self.next_level = end;
    }

    fn turn(&mut self, first: usize, end: usize, shares: &[u64]) {
        if first < end {
            let Entry { run, group, .. } = self.entries[first];
            let turn = Turn { share: shares[group], submitted: run.submitted, run: &run.id, first, end };
            self.turns.push(Reverse(turn));
        }
    }
}
