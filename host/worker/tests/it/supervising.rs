//! What the supervisor does about workers that misbehave.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use leat_worker::{
    Control, FailureReport, Notice, Observer, Outcome, Report, Status, Supervision, WorkerEnd, supervise,
};

use crate::{Remembering, job, job_with_component};

fn worker(behaviour: &str) -> Supervision {
    let tests = std::env::current_exe().unwrap();
    let program: PathBuf = tests.ancestors().nth(2).unwrap().join("examples/fake_worker");
    assert!(program.exists(), "{} is missing: `cargo test -p leat-worker` builds it", program.display());
    Supervision::new(program, vec![behaviour.into()])
}

fn run(behaviour: &str) -> (Report, Remembering) {
    let directory = tempfile::tempdir().unwrap();
    let mut observer = Remembering::default();
    let job = job_with_component(directory.path());
    let report = supervise(&job, &worker(behaviour), &Control::new(), &mut observer).unwrap();
    let written = fs::read(job.run_directory.join("report.json")).unwrap();
    assert_eq!(serde_json::from_slice::<Report>(&written).unwrap(), report);
    (report, observer)
}

fn failure(report: &Report) -> &FailureReport {
    match &report.outcome {
        Outcome::Failed(failure) => failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_beyond_its_time_limit_ends_the_worker_and_is_named() {
    let (report, _) = run("overruns");
    let failure = failure(&report);
    assert_eq!((failure.node.as_deref(), failure.line), (Some("price"), Some(2)));
    assert_eq!(
        failure.reason,
        "the call to `process` of batch 17 of input port 0 (queue `q`) took longer than its time limit of 60 s; \
         the worker was ended"
    );
    assert!(failure.hint.as_ref().unwrap().contains("--interruptible"));
    assert_eq!(report.nodes[1].busy_seconds, 1.5);
    assert_eq!(report.memory_bytes_peak, 4_000_000);
}

#[test]
fn waiting_for_a_full_queue_does_not_count_against_the_time_limit() {
    let (report, observer) = run("waits-for-a-queue");
    assert_eq!(report.outcome, Outcome::Succeeded);
    assert_eq!(observer.statuses.len(), 1);
}

#[test]
fn a_worker_that_says_nothing_is_ended() {
    for behaviour in ["falls-silent", "deaf-from-the-start"] {
        let directory = tempfile::tempdir().unwrap();
        let mut supervision = worker(behaviour);
        supervision.silence_max = Duration::from_millis(300);
        let job = job(directory.path());
        let report = supervise(&job, &supervision, &Control::new(), &mut Remembering::default()).unwrap();
        let reason = &failure(&report).reason;
        assert!(reason.starts_with("the worker has said nothing for 300 ms"), "{reason}");
    }
}

#[test]
fn a_worker_that_died_is_reported_with_how() {
    let (report, _) = run("gives-up");
    let reason = &failure(&report).reason;
    assert_eq!(reason, "the worker ended without a word (exit code 3); its last words: out of luck");
    assert_eq!(failure(&report).worker, Some(WorkerEnd::Exited { code: 3 }));

    let signaled = |signal, name: &str| Some(WorkerEnd::Signaled { signal, name: Some(name.to_owned()) });
    let (report, _) = run("crashes");
    assert!(failure(&report).reason.starts_with("the worker crashed (SIGABRT, signal 6)"));
    assert_eq!(failure(&report).worker, signaled(6, "SIGABRT"));

    let (report, _) = run("is-killed");
    assert!(failure(&report).reason.contains("ran out of memory"), "{:?}", report.outcome);
    assert_eq!(failure(&report).worker, signaled(9, "SIGKILL"));
    assert_eq!(report.nodes.len(), 3);
}

/// It needs control groups that this user may make: root, or a service with `Delegate=yes`.
#[test]
fn a_worker_that_uses_more_memory_than_it_may_is_reported_as_that() {
    let run = |memory_bytes_max| {
        let directory = tempfile::tempdir().unwrap();
        let mut supervision = worker("eats-memory");
        supervision.limits.memory_bytes_max = Some(memory_bytes_max);
        let job = job_with_component(directory.path());
        supervise(&job, &supervision, &Control::new(), &mut Remembering::default()).unwrap()
    };
    let report = run(1 << 30);
    assert_eq!((&report.outcome, report.warnings.as_slice()), (&Outcome::Succeeded, &[][..]));
    let report = run(128 << 20);
    assert_eq!(report.warnings, Vec::<String>::new());
    assert_eq!(failure(&report).reason, "the worker ran out of memory: it may use 128 MiB");
    assert_eq!(failure(&report).worker, Some(WorkerEnd::OutOfMemory { memory_bytes_max: Some(128 << 20) }));
}

#[test]
fn what_is_no_worker_is_ended() {
    let (report, _) = run("talks-nonsense");
    assert!(failure(&report).reason.contains("Segmentation fault? No idea."));
}

#[test]
fn a_worker_sees_nothing_of_the_environment() {
    let (report, _) = run("tells-its-environment");
    assert_eq!(report.outcome, Outcome::Succeeded);
    assert_eq!(report.warnings, Vec::<String>::new());
}

/// Asks to stop as soon as the run is seen at work.
struct Stopping(Control);

impl Observer for Stopping {
    fn status(&mut self, _status: &Status) {
        self.0.stop();
    }

    fn notice(&mut self, _notice: &Notice) {}
}

#[test]
fn a_run_that_is_stopped_ends_within_a_second_whether_the_worker_will_or_not() {
    for (behaviour, warnings) in [("stops-when-asked", 1), ("never-stops", 0)] {
        let directory = tempfile::tempdir().unwrap();
        let control = Control::new();
        let asked = Instant::now();
        let mut observer = Stopping(control.clone());
        let report = supervise(&job(directory.path()), &worker(behaviour), &control, &mut observer).unwrap();
        assert_eq!(report.outcome, Outcome::Stopped);
        assert_eq!(report.warnings.len(), warnings);
        assert_eq!(report.nodes.len(), 2);
        assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    }
}

#[test]
fn a_run_that_is_stopped_is_no_failure_though_a_node_hangs_meanwhile() {
    let directory = tempfile::tempdir().unwrap();
    let control = Control::new();
    let job = job_with_component(directory.path());
    let worker = worker("overruns-once-asked-to-stop");
    let report = supervise(&job, &worker, &control, &mut Stopping(control.clone())).unwrap();
    assert_eq!(report.outcome, Outcome::Stopped);
}

#[test]
fn what_a_killed_worker_left_half_written_is_removed() {
    let directory = tempfile::tempdir().unwrap();
    let job = job(directory.path());
    fs::create_dir(&job.run_directory).unwrap();
    let partial = job.run_directory.join(".out.csv.partial");
    fs::write(&partial, "half").unwrap();
    supervise(&job, &worker("is-killed"), &Control::new(), &mut Remembering::default()).unwrap();
    assert!(!partial.exists());
}

#[test]
fn a_worker_that_cannot_be_started_is_an_error_that_names_it() {
    let directory = tempfile::tempdir().unwrap();
    let missing = Supervision::new(directory.path().join("leat"), Vec::new());
    let job = job(directory.path());
    let error = supervise(&job, &missing, &Control::new(), &mut Remembering::default()).unwrap_err();
    assert!(error.to_string().starts_with("cannot start the worker "), "{error}");
}
