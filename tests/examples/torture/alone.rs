//! `leat run`, killed time after time in one output directory, and then let to its end: nothing is published half, and the bytes are
//! right. After each kill `leat run --resume` is asked to go on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use leat_tests::playpen::{Ended, wait};
use leat_tests::processes::{descendants, is_there, signal};
use tempfile::TempDir;

use crate::plan::{Alone, AloneDeed, AloneMoment};
use crate::playpens::{Process, published};
use crate::tally::Tally;

/// How long a worker may live on whose supervisor is dead.
const ORPHAN: Duration = Duration::from_secs(10);

/// How long its first checkpoint is waited for: longer than any of these runs lasts.
const FIRST_CHECKPOINT: Duration = Duration::from_secs(60);

/// What is counted where `leat run` was asked to go on: how often it did, and how often not.
const RESUME: &str = "leat run --resume, to its end";
/// Checkpoints as often as they may be taken: these runs last a few seconds.
const OFTEN: &[&str] = &["--checkpoints", "100ms"];

/// What came out.
#[derive(Default)]
pub(crate) struct Outcome {
    process: &'static str,
    deeds: Vec<(&'static str, bool)>,
    told: Vec<String>,
    /// By attempt that was begun with `--resume`: whether there was a checkpoint to go on from.
    resumed: Vec<bool>,
    problems: Vec<String>,
}

impl Outcome {
    pub(crate) fn add_to(self, tally: &mut Tally, seed: u64) {
        self.told.iter().for_each(|line| println!("  leat run: {line}"));
        self.deeds.iter().for_each(|(kind, is_done)| tally.deed(kind, *is_done));
        self.resumed.iter().for_each(|from_checkpoint| tally.resumed(*from_checkpoint));
        tally.ended(self.process, if self.problems.is_empty() { "alone, ended right" } else { "alone, ended wrong" });
        for problem in self.problems {
            tally.violation(seed, format!("leat run of {}: {problem}", self.process));
        }
    }
}

/// A process in one output directory.
struct Runs<'a> {
    process: &'a Process,
    directory: TempDir,
    /// Whether the run that began last was asked to.
    resumed: bool,
    /// Checkpoints that were seen whole since the run began.
    seen: BTreeSet<PathBuf>,
    outcome: Outcome,
}

/// Does all that is planned for one `leat run`.
pub(crate) fn run(plan: &Alone, processes: &[Process]) -> Outcome {
    let process = &processes[plan.process];
    let directory = tempfile::tempdir().expect("a temporary directory");
    let outcome = Outcome { process: process.name, ..Outcome::default() };
    let mut runs = Runs { process, directory, resumed: false, seen: BTreeSet::new(), outcome };
    for (place, (after, deed)) in plan.faults.iter().enumerate() {
        runs.disturbed(*after, deed, place > 0);
        runs.nothing_half();
    }
    runs.undisturbed(!plan.faults.is_empty());
    runs.outcome
}

impl Runs<'_> {
    fn output(&self) -> &Path {
        self.directory.path()
    }

    /// Begins a run of it in its directory; one that goes on where an earlier one was, where that is possible and asked for.
    fn begin(&mut self, again: bool) -> Child {
        let directory = self.output().display().to_string();
        self.resumed = again && self.output().join("plan.json").is_file();
        let run = ["run", self.process.file, "--quiet", "--output", &directory];
        match self.resumed {
            true => {
                self.look();
                // One that had come to its end all the same has none.
                if self.output().join("job.json").is_file() {
                    self.outcome.resumed.push(!self.seen.is_empty());
                }
            }
            false => self.seen.clear(),
        }
        let mut command = match self.resumed {
            true => self.process.playpen.command(&["run", "--resume", &directory, "--quiet"]),
            false => self.process.playpen.command(&[&run, self.process.arguments, OFTEN].concat()),
        };
        command.spawn().expect("leat starts")
    }

    /// Takes in which checkpoints are whole; answers whether there are new ones.
    fn look(&mut self) -> bool {
        let before = self.seen.len();
        self.seen.extend(checkpoints(self.output()));
        self.seen.len() > before
    }

    /// Waits until a run is to be disturbed, or has ended before.
    fn await_moment(&mut self, child: &mut Child, moment: AloneMoment) {
        let after = match moment {
            AloneMoment::Start(after) => after,
            AloneMoment::Checkpoint(after) => {
                let begun = Instant::now();
                while !self.look() {
                    if matches!(child.try_wait(), Ok(Some(_))) || begun.elapsed() > FIRST_CHECKPOINT {
                        return;
                    }
                    std::thread::sleep(Duration::from_millis(5));
                }
                after
            }
        };
        std::thread::sleep(after);
    }

    /// Begins a run and does something to it after a while.
    fn disturbed(&mut self, moment: AloneMoment, deed: &AloneDeed, again: bool) {
        let mut child = self.begin(again);
        self.await_moment(&mut child, moment);
        let supervisor = i32::try_from(child.id()).expect("a process has a number");
        let workers = descendants(supervisor);
        let supervisor = [supervisor];
        let is_done = is_there(supervisor[0]) && (!workers.is_empty() || matches!(deed, AloneDeed::KillSupervisor));
        self.outcome.deeds.push((deed.kind(), is_done));
        let nobody = if is_done { "" } else { " (nobody there)" };
        self.outcome.told.push(format!("{} {moment}{nobody}", deed.kind()));
        if !is_done {
            let ended = wait(child);
            return self.expect_success(&ended);
        }
        match *deed {
            AloneDeed::KillWorker => {
                signal("KILL", &workers);
                let ended = wait(child);
                // It may have been at its end already.
                if ended.code == Some(0) { self.expect_success(&ended) } else { self.expect_reason(&ended) }
            }
            AloneDeed::KillSupervisor => {
                signal("KILL", &supervisor);
                self.orphans_end(child, &workers);
            }
            AloneDeed::KillBoth => {
                signal("KILL", &[supervisor.as_slice(), workers.as_slice()].concat());
                self.orphans_end(child, &workers);
            }
            AloneDeed::StopWorker { lasting } => {
                self.stopped(&workers, lasting);
                let ended = wait(child);
                self.expect_success(&ended);
            }
            AloneDeed::StopSupervisor { lasting } => {
                self.stopped(&supervisor, lasting);
                let ended = wait(child);
                self.expect_success(&ended);
            }
            AloneDeed::Orphan { lasting } => {
                signal("STOP", &workers);
                signal("KILL", &supervisor);
                let next = self.begin(true);
                std::thread::sleep(lasting);
                signal("CONT", &workers);
                let ended = wait(next);
                self.orphans_end(child, &workers);
                if ended.code == Some(0) { self.expect_success(&ended) } else { self.expect_reason(&ended) }
            }
        }
    }

    fn stopped(&self, pids: &[i32], lasting: Duration) {
        signal("STOP", pids);
        std::thread::sleep(lasting);
        signal("CONT", pids);
    }

    /// Waits for the end of workers whose supervisor was killed.
    fn orphans_end(&mut self, killed: Child, workers: &[i32]) {
        let _ = wait(killed);
        let begun = Instant::now();
        while workers.iter().any(|pid| is_there(*pid)) {
            if begun.elapsed() > ORPHAN {
                self.outcome.problems.push(format!("its worker lives on {ORPHAN:?} after its supervisor was killed"));
                return signal("KILL", workers);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The last run of it, which nobody disturbs.
    fn undisturbed(&mut self, again: bool) {
        let mut ended = wait(self.begin(again));
        if self.resumed {
            self.outcome.deeds.push((RESUME, ended.code == Some(0)));
            if ended.code == Some(0) && self.went_on() == self.seen.is_empty() {
                let there = self.seen.len();
                self.outcome.problems.push(format!("there were {there} checkpoints, and its report says otherwise"));
            }
        }
        if ended.code != Some(0) && self.resumed {
            self.expect_nothing_to_resume(&ended);
            ended = wait(self.begin(false));
        }
        self.expect_success(&ended);
        let left = partials(self.output());
        if !left.is_empty() {
            self.outcome.problems.push(format!("it has succeeded and left {left:?}"));
        }
    }

    /// Whether the run that ended last began from a checkpoint.
    fn went_on(&self) -> bool {
        let report = std::fs::read(self.output().join("report.json")).unwrap_or_default();
        let report: serde_json::Value = serde_json::from_slice(&report).unwrap_or_default();
        report["checkpoints"]["resumed_from"].is_string()
    }

    /// It has succeeded, and everything is there.
    fn expect_success(&mut self, ended: &Ended) {
        if ended.code != Some(0) && self.resumed {
            return self.expect_nothing_to_resume(ended);
        }
        if ended.code != Some(0) {
            self.outcome.problems.push(format!("it has failed though nothing was killed: {ended}"));
            return;
        }
        match published(self.output()) {
            Ok(found) if found == self.process.outputs => {}
            Ok(found) => {
                let expected = &self.process.outputs;
                let other = |path: &&String| found.get(*path) != expected.get(*path);
                let paths: BTreeSet<&String> = expected.keys().chain(found.keys()).filter(other).collect();
                self.outcome.problems.push(format!("outputs that are not those of the undisturbed run: {paths:?}"));
            }
            Err(error) => self.outcome.problems.push(format!("its directory cannot be read: {error:#}")),
        }
    }

    /// A run that is not resumed had come to its end before it was disturbed, or had not begun.
    fn expect_nothing_to_resume(&mut self, ended: &Ended) {
        let said = ended.stderr.trim();
        self.outcome.told.push(format!("not resumed: {said}"));
        // Killed three times with the same batch in hand: what kills cannot be told from a node that makes its process be killed.
        let right = ["there is nothing to resume", "holds no run that can be resumed", "is poison"];
        if !right.iter().any(|words| said.contains(words)) {
            self.outcome.problems.push(format!("it does not go on: {ended}"));
        }
    }

    /// It has failed, in words, and without a panic.
    fn expect_reason(&mut self, ended: &Ended) {
        if ended.code != Some(1) || ended.stderr.trim().is_empty() || ended.stderr.contains("panicked at") {
            self.outcome.problems.push(format!("it has not ended with a reason: {ended}"));
        }
    }

    /// Whatever stands under an output's name is whole.
    fn nothing_half(&mut self) {
        match published(self.output()) {
            Ok(found) => {
                for (path, digest) in found {
                    if self.process.outputs.get(&path) != Some(&digest) {
                        self.outcome.problems.push(format!("{path} is there and not whole"));
                    }
                }
            }
            Err(error) => self.outcome.problems.push(format!("its directory cannot be read: {error:#}")),
        }
    }
}

/// The checkpoints that a run has completed itself, and not those that an attempt began from.
fn checkpoints(directory: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    let of_attempts = entries(&directory.join("checkpoints"));
    let all = of_attempts.iter().flat_map(|attempt| entries(attempt));
    let is_own = |folder: &PathBuf| !folder.ends_with("c00000000") && folder.join("complete").exists();
    all.filter(is_own).collect()
}

/// Files that were begun and have no final name.
fn partials(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            found.extend(partials(&entry.path()));
        } else if name.ends_with(".partial") {
            found.push(name);
        }
    }
    found
}
