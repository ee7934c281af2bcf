//! What came out of all rounds: counted, and said at the end.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// The counts.
#[derive(Default)]
pub(crate) struct Tally {
    /// Runs by what they are and how they ended.
    ends: BTreeMap<String, u64>,
    /// Deeds by kind: how many were done, and how many found nobody there.
    deeds: BTreeMap<&'static str, (u64, u64)>,
    /// Runs by how many attempts they took.
    attempts: BTreeMap<u64, u64>,
    /// By kind, how many times from a fault to the run flowing again were seen, their sum, and the longest with its seed.
    flows: BTreeMap<&'static str, (u32, Duration, Duration, u64)>,
    /// Why runs failed, with their seeds.
    failed: Vec<(u64, String)>,
    violations: Vec<(u64, String)>,
    no_attempt_left: u64,
    /// Attempts of `leat run --resume`, and how many of them went on from a checkpoint.
    resumed: (u64, u64),
    /// Attempts of submitted runs after their first, and how many of them went on from a checkpoint.
    begun_again: (u64, u64),
}

impl Tally {
    pub(crate) fn deed(&mut self, kind: &'static str, is_done: bool) {
        let (done, missed) = self.deeds.entry(kind).or_default();
        *(if is_done { done } else { missed }) += 1;
    }

    /// An attempt of a `leat run` was begun that goes on from a checkpoint, or from the beginning where there was none.
    pub(crate) fn resumed(&mut self, from_checkpoint: bool) {
        self.resumed.0 += 1;
        self.resumed.1 += u64::from(from_checkpoint);
    }

    /// A submitted run was begun again, from a checkpoint or from its beginning.
    pub(crate) fn begun_again(&mut self, from_checkpoint: bool) {
        self.begun_again.0 += 1;
        self.begun_again.1 += u64::from(from_checkpoint);
    }

    pub(crate) fn ended(&mut self, process: &str, how: &str) {
        *self.ends.entry(format!("{process} {how}")).or_default() += 1;
    }

    pub(crate) fn attempts(&mut self, count: u64) {
        *self.attempts.entry(count).or_default() += 1;
    }

    pub(crate) fn flows_again(&mut self, kind: &'static str, after: Duration, seed: u64) {
        let (count, sum, longest, of) = self.flows.entry(kind).or_default();
        *count += 1;
        *sum += after;
        if after > *longest {
            (*longest, *of) = (after, seed);
        }
    }

    /// A run has failed and said why: allowed, and told.
    pub(crate) fn failed(&mut self, seed: u64, process: &str, why: &str, had_attempts: bool) {
        self.no_attempt_left += u64::from(!had_attempts);
        self.failed.push((seed, format!("{process}: {why}")));
    }

    /// The promise is broken.
    pub(crate) fn violation(&mut self, seed: u64, what: impl Into<String>) {
        let what = what.into();
        println!("  VIOLATION: {what}");
        self.violations.push((seed, what));
    }

    pub(crate) fn violations(&self) -> usize {
        self.violations.len()
    }

    /// Whether the promise held, and something was tried: of a run with attempts left it is not expected that it fails.
    pub(crate) fn is_good(&self) -> bool {
        let unexpected = self.failed.len() as u64 - self.no_attempt_left;
        self.violations.is_empty() && unexpected == 0 && self.deeds.values().any(|(done, _)| *done > 0)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "runs: {}", self.ends.values().sum::<u64>())?;
        self.ends.iter().try_for_each(|(what, count)| writeln!(f, "  {count:>5}  {what}"))?;
        let done: u64 = self.deeds.values().map(|(done, _)| done).sum();
        writeln!(f, "kills, stops and cuts: {done}")?;
        for (kind, (done, missed)) in &self.deeds {
            let missed = if *missed == 0 { String::new() } else { format!(", and {missed} that found nobody there") };
            writeln!(f, "  {done:>5}  {kind}{missed}")?;
        }
        let (resumed, from_checkpoint) = self.resumed;
        writeln!(f, "attempts of leat run --resume: {resumed}, {from_checkpoint} of them from a checkpoint")?;
        let attempts = self.attempts.iter().map(|(count, runs)| format!("{runs} in {count}"));
        writeln!(f, "submitted runs by attempts: {}", attempts.collect::<Vec<_>>().join(", "))?;
        let (again, from_checkpoint) = self.begun_again;
        writeln!(f, "  their later attempts: {again}, {from_checkpoint} of them from a checkpoint")?;
        writeln!(f, "from a fault to the run flowing again:")?;
        for (kind, (count, sum, longest, seed)) in &self.flows {
            let (mean, longest) = ((*sum / *count).as_millis(), longest.as_millis());
            writeln!(f, "  {longest:>6} ms at most (seed {seed}), {mean} ms on average of {count}: {kind}")?;
        }
        writeln!(
            f,
            "failed with a reason: {}, {} of them for want of attempts",
            self.failed.len(),
            self.no_attempt_left
        )?;
        self.failed.iter().try_for_each(|(seed, why)| writeln!(f, "  seed {seed}: {why}"))?;
        writeln!(f, "violations: {}", self.violations.len())?;
        self.violations.iter().try_for_each(|(seed, what)| writeln!(f, "  seed {seed}: {what}"))
    }
}
