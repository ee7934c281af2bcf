//! Deaths of workers, counted across the attempts of a run: which batch kills again and again, and whether another attempt is worth it.
//!
//! What to conclude from a death is a function ([`after_death`]) for whoever starts attempts. Here it is called with what is kept in
//! the run's directory, for attempts that a person asks for; in [`aftermath`](mod@aftermath) for those that hosts begin.

pub(crate) mod aftermath;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use leat_checkpoint::id::Generation;
use leat_checkpoint::poison::{BatchName, Deaths, Patience, Verdict};
use leat_stream::plan::{OnError, Plan};
use serde::{Deserialize, Serialize};

use crate::hands;
use crate::job::Job;
use crate::report::{FailureReport, Outcome};
use crate::wire::Done;

/// The file in a run's directory with the deaths of its attempts.
const DEATHS_FILE: &str = "deaths.json";

/// How a worker died that nobody had asked to end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Death {
    /// What its nodes had in hand, by the names that batches have in every attempt; the batch taken last at the end.
    pub in_hand: Vec<BatchName>,
    /// It had completed a checkpoint.
    pub progressed: bool,
}

/// What follows from the death of an attempt: the deaths of the run, this one among them, and what to do.
///
/// The next attempt is given [`Deaths::poisoned`] as [`CheckpointJob::poison`](crate::CheckpointJob::poison), unless the run
/// [is given up](given_up).
pub fn after_death(previous: &Deaths, death: &Death, patience: Patience) -> (Deaths, Verdict) {
    let mut deaths = previous.clone();
    if death.progressed {
        deaths.progressed();
    }
    let verdict = deaths.died(&death.in_hand, patience);
    (deaths, verdict)
}

/// Why a run fails that has had this verdict; nothing where it is worth another attempt: a batch that kills is refused there, as
/// the node's `on_error` says.
pub fn given_up(plan: &Plan, verdict: Verdict) -> Option<FailureReport> {
    match verdict {
        Verdict::Again => None,
        Verdict::Poisoned { batch, deaths } => {
            let node = plan.nodes.get(batch.node as usize)?;
            (node.on_error == OnError::Fail).then(|| FailureReport {
                node: Some(node.name.clone()),
                line: Some(node.line),
                file: node.file.clone(),
                reason: format!("{}, and is poison", has_killed(plan, batch, deaths)),
                backtrace: Vec::new(),
                hint: Some(
                    "mend the node, or let the run go on without such a batch: on_error=skip counts its records and leaves \
                     them out, on_error=queue(NAME) sends them to a queue; then run the process again"
                        .to_owned(),
                ),
                worker: None,
            })
        }
        Verdict::NoProgress { attempts } => Some(FailureReport {
            node: None,
            line: None,
            file: None,
            reason: format!("{attempts} attempts in a row have died, and none has completed a checkpoint"),
            backtrace: Vec::new(),
            hint: Some(
                "look for what kills the worker; or run the process again with a shorter --checkpoints".to_owned(),
            ),
            worker: None,
        }),
    }
}

fn has_killed(plan: &Plan, batch: BatchName, deaths: u32) -> String {
    format!("{} has killed the worker {deaths} times in a row", told(plan, batch))
}

/// A batch in words.
fn told(plan: &Plan, BatchName { node, end, number }: BatchName) -> String {
    let bound = plan.nodes.get(node as usize).and_then(|node| {
        let mut ends = node.inputs.iter().flat_map(|port| &port.queues);
        ends.nth(end as usize)
    });
    let queue = bound.and_then(|bound| plan.queues.get(bound.queue)).map_or("?", |queue| &queue.name);
    format!("batch {number} of queue `{queue}`")
}

/// What a run that refuses poison says of it.
pub(super) fn refused(job: &Job) -> impl Iterator<Item = String> + '_ {
    let poison = job.checkpoints.iter().flat_map(|settings| &settings.poison);
    poison.map(|batch| {
        let node = job.plan.nodes.get(batch.node as usize).map_or("?", |node| &node.name);
        let batch = told(&job.plan, *batch);
        format!("{batch} has killed the worker each time node `{node}` had it in hand, so the node was not given it: its records are refused")
    })
}

/// The death of a job's worker, which died with what is noted in its directory in hand; where it was in a call of a node for too
/// long, with what that node had.
pub(super) fn death(job: &Job, of_node: Option<usize>) -> Option<Death> {
    let settings = job.checkpoints.as_ref()?;
    let mut in_hand = hands::in_hand(&job.run_directory);
    in_hand.retain(|batch| of_node.is_none_or(|node| batch.node as usize == node));
    let progressed = super::resume::store(&settings.directory).has_checkpoint_of(Generation(settings.generation));
    Some(Death { in_hand, progressed: progressed.unwrap_or(false) })
}

/// What is kept.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    deaths: Deaths,
    /// The run is not begun again.
    given_up: Option<Verdict>,
}

/// Counts the death of a run that can be resumed, and tells what follows from it.
pub(super) fn count(job: &Job, death: &Death, done: &mut Done) {
    let path = job.run_directory.join(DEATHS_FILE);
    let (deaths, verdict) = match read(&path) {
        Ok(kept) => after_death(&kept.deaths, death, Patience::default()),
        Err(error) => return done.warnings.push(format!("{} cannot be read: {error}", path.display())),
    };
    let given_up = given_up(&job.plan, verdict);
    if given_up.is_none()
        && let Verdict::Poisoned { batch, deaths } = verdict
    {
        let told = format!("{}: a resumed run refuses it", has_killed(&job.plan, batch, deaths));
        match &mut done.outcome {
            Outcome::Failed(failure) => failure.reason = format!("{}; {told}", failure.reason),
            _ => done.warnings.push(told),
        }
    }
    let kept = Kept { deaths, given_up: given_up.is_some().then_some(verdict) };
    if let Some(failure) = given_up {
        done.checkpoints.get_or_insert_default().can_resume = false;
        let mut failure = after(failure, &done.outcome);
        failure.hint = failure.hint.map(|hint| format!("{hint}. {}", way_out(&path)));
        done.outcome = Outcome::Failed(failure);
    }
    if let Err(error) = write(&path, &kept) {
        done.warnings.push(format!("the worker's death could not be noted in {}: {error}", path.display()));
    }
}

/// A failure with that of the last attempt behind it.
fn after(failure: FailureReport, last: &Outcome) -> FailureReport {
    let (reason, worker) = match last {
        Outcome::Failed(last) => (format!("{}; the last time, {}", failure.reason, last.reason), last.worker.clone()),
        _ => (failure.reason, None),
    };
    FailureReport { reason, worker, ..failure }
}

fn way_out(path: &Path) -> String {
    format!("If the machine was to blame, remove {} and resume the run", path.display())
}

/// The batches that the next attempt of a run refuses.
///
/// # Errors
/// Where the run is given up, in words, or what is kept of it cannot be read.
pub(super) fn next(directory: &Path, plan: &Plan) -> Result<Vec<BatchName>, NextError> {
    let path = directory.join(DEATHS_FILE);
    let kept = match read(&path) {
        Ok(kept) => kept,
        Err(error) => return Err(NextError::Unreadable(path, error.to_string())),
    };
    match kept.given_up.and_then(|verdict| given_up(plan, verdict)) {
        None => Ok(kept.deaths.poisoned().to_vec()),
        Some(FailureReport { node, reason, hint, .. }) => {
            let node = node.map(|node| format!("node `{node}`: ")).unwrap_or_default();
            let hint = hint.unwrap_or_default();
            Err(NextError::GivenUp(format!("{node}{reason}\n  help: {hint}. {}", way_out(&path))))
        }
    }
}

/// Why there is no next attempt.
pub(super) enum NextError {
    /// It is not worth one.
    GivenUp(String),
    /// What is kept cannot be read.
    Unreadable(PathBuf, String),
}

/// Forgets the deaths in a directory.
pub(super) fn clear(directory: &Path) -> io::Result<()> {
    hands::clear(directory)?;
    match fs::remove_file(directory.join(DEATHS_FILE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn read(path: &Path) -> io::Result<Kept> {
    match fs::read(path) {
        Ok(text) => Ok(serde_json::from_slice(&text)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Kept::default()),
        Err(error) => Err(error),
    }
}

/// Whole or not at all.
fn write(path: &Path, kept: &Kept) -> io::Result<()> {
    let partial = path.with_file_name(format!(".{DEATHS_FILE}.partial"));
    let mut text = serde_json::to_vec_pretty(kept)?;
    text.push(b'\n');
    fs::write(&partial, text)?;
    fs::rename(&partial, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::plan;

    const BATCH: BatchName = BatchName { node: 1, end: 0, number: 7 };

    fn died(directory: &Path, plan: &Plan) -> Done {
        let job = Job { plan: plan.clone(), ..crate::job::sample(directory) };
        let mut done = Done { outcome: Outcome::Stopped, outputs: Vec::new(), warnings: Vec::new(), checkpoints: None };
        count(&job, &Death { in_hand: vec![BATCH], progressed: false }, &mut done);
        done
    }

    #[test]
    fn a_run_whose_node_fails_of_refused_records_is_given_up_with_the_words_that_say_so() {
        let directory = tempfile::tempdir().unwrap();
        let plan = plan();
        for _ in 0..2 {
            assert_eq!(died(directory.path(), &plan).outcome, Outcome::Stopped);
            assert!(next(directory.path(), &plan).is_ok_and(|poison| poison.is_empty()));
        }
        let Outcome::Failed(failure) = died(directory.path(), &plan).outcome else { panic!("it is given up") };
        assert_eq!(failure.node.as_deref(), Some("sink"));
        assert!(failure.reason.contains("batch 7 of queue `q` has killed the worker 3 times in a row"), "{failure:?}");
        let Err(NextError::GivenUp(words)) = next(directory.path(), &plan) else { panic!("it stays given up") };
        assert!(words.contains("node `sink`: batch 7 of queue `q`") && words.contains("deaths.json"), "{words}");
        clear(directory.path()).unwrap();
        assert!(next(directory.path(), &plan).is_ok());
    }

    #[test]
    fn a_run_whose_node_goes_on_refuses_the_batch_next_time() {
        let directory = tempfile::tempdir().unwrap();
        let mut plan = plan();
        plan.nodes[1].on_error = OnError::Skip;
        let told: Vec<Vec<String>> = (0..3).map(|_| died(directory.path(), &plan).warnings).collect();
        assert!(told[1].is_empty() && told[2][0].contains("a resumed run refuses it"), "{told:?}");
        assert!(next(directory.path(), &plan).is_ok_and(|poison| poison == [BATCH]));
    }

    #[test]
    fn a_run_that_gets_nowhere_is_given_up_and_one_that_gets_on_is_not() {
        let patience = Patience { attempts_without_progress_max: 3, ..Patience::default() };
        for (progressed, expected) in [(false, Verdict::NoProgress { attempts: 3 }), (true, Verdict::Again)] {
            let death = Death { in_hand: Vec::new(), progressed };
            let (mut deaths, mut verdict) = (Deaths::default(), Verdict::Again);
            for _ in 0..3 {
                (deaths, verdict) = after_death(&deaths, &death, patience);
            }
            assert_eq!(verdict, expected);
            assert_eq!(given_up(&plan(), verdict).is_some(), !progressed);
        }
    }

    #[test]
    fn what_is_kept_and_cannot_be_read_is_told() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(DEATHS_FILE), "{").unwrap();
        assert!(matches!(next(directory.path(), &plan()), Err(NextError::Unreadable(..))));
        assert!(died(directory.path(), &plan()).warnings[0].contains("cannot be read"));
    }
}
