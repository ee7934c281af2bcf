//! Whole runs over CSV files.

use std::fs;
use std::io::{BufRead, BufReader, Write, pipe};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use leat_stream::plan::{NodeKind, OnError};
use leat_worker::{
    Begins, CHECKPOINT_FOLDER, CheckpointJob, Control, Job, Notice, Outcome, Report, Supervision, run, supervise,
};

use crate::{Remembering, job, job_with_component};

/// The program that is a real worker too.
fn fake_worker() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    tests.ancestors().nth(2).unwrap().join("examples/fake_worker")
}

/// Runs a job through the real worker process.
fn supervised(job: &Job) -> (Report, Remembering) {
    let mut observer = Remembering::default();
    let supervision = Supervision::new(fake_worker(), vec!["worker".into()]);
    let report = supervise(job, &supervision, &Control::new(), &mut observer).unwrap();
    (report, observer)
}

fn numbers(rows: u64) -> String {
    let lines = (0..rows).map(|n| format!("{n},x{n}\n"));
    format!("n,text\n{}", lines.collect::<String>())
}

#[test]
fn a_file_is_copied_and_the_report_says_so() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("in.csv"), numbers(50_000)).unwrap();
    let job = job(directory.path());
    let (report, observer) = supervised(&job);
    assert_eq!(report.outcome, Outcome::Succeeded);
    let expected: String =
        ["n".to_owned()].into_iter().chain((0..50_000).map(|n| n.to_string())).map(|line| line + "\n").collect();
    let out = job.run_directory.join("out.csv");
    assert_eq!(fs::read_to_string(&out).unwrap(), expected);
    assert_eq!(report.outputs.len(), 1);
    let output = &report.outputs[0];
    assert_eq!((&output.path, output.rows, output.bytes), (&out, 50_000, expected.len() as u64));
    assert_eq!((report.nodes[0].rows_out(), report.nodes[1].rows_in()), (50_000, 50_000));
    assert_eq!(report.started, "2024-01-31T12:00:00Z");
    assert!(report.memory_bytes_peak > 1_000_000);
    assert_eq!(observer.statuses.last().unwrap().nodes[1].rows_out, 50_000);
    assert!(observer.notices.contains(&Notice::Ended { node: "sink".to_owned() }));
    let mut names: Vec<_> = fs::read_dir(&job.run_directory).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".lock", "out.csv", "plan.json", "report.json"]);
}

#[test]
fn a_run_whose_checkpoints_are_ordered_leaves_what_has_become_of_it() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("in.csv"), numbers(5_000)).unwrap();
    let mut job = job(directory.path());
    let checkpoints = job.run_directory.join(CHECKPOINT_FOLDER);
    job.checkpoints = Some(CheckpointJob {
        begins: Begins::ByOrder,
        kept: 2,
        directory: checkpoints.clone(),
        generation: 1,
        poison: Vec::new(),
    });
    let (report, _) = supervised(&job);
    assert_eq!((&report.outcome, report.checkpoints.unwrap().taken), (&Outcome::Succeeded, 1));
    assert!(job.run_directory.join("out.csv").exists());
    let record = fs::read_to_string(checkpoints.join("g00000001/c00000001/complete")).unwrap();
    assert!(record.contains(r#""last":true"#), "{record}");
    assert!(checkpoints.join("g00000001/c00000001/node-1-position").exists(), "where its output ended");
    assert!(!job.run_directory.join("job.json").exists(), "it is not resumed by itself");
}

/// A worker at work, as the kernel sees it.
#[test]
fn a_worker_is_walled_in_before_it_opens_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let job = job(directory.path());
    fs::create_dir(&job.run_directory).unwrap();
    // A pipe in the input's place: the worker waits for who writes into it.
    let input = directory.path().join("in.csv");
    let (kind, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR);
    rustix::fs::mknodat(rustix::fs::CWD, &input, kind, mode, 0).unwrap();
    let mut worker =
        Command::new(fake_worker()).arg("worker").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut orders = worker.stdin.take().unwrap();
    serde_json::to_writer(&mut orders, &job).unwrap();
    orders.write_all(b"\n").unwrap();
    let mut lines = BufReader::new(worker.stdout.take().unwrap()).lines();
    let frame = lines.next().unwrap().unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", worker.id())).unwrap();
    drop(orders);
    worker.kill().unwrap();
    worker.wait().unwrap();
    assert!(frame.starts_with("{\"frame\""), "it is at work: {frame}");
    for line in ["CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"] {
        assert!(status.contains(line), "{line}\n{status}");
    }
}

/// Files that links lead to are those of the plan, wherever they are.
#[test]
fn a_run_reads_and_writes_what_its_plan_names_outside_of_the_playpen() {
    let directory = tempfile::tempdir().unwrap();
    let [playpen, data] = ["playpen", "data"].map(|name| directory.path().join(name));
    fs::create_dir_all(&playpen).unwrap();
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("numbers.csv"), numbers(10)).unwrap();
    let run = |input: &str, output: &str| {
        let mut job = job(&playpen);
        for node in &mut job.plan.nodes {
            match &mut node.kind {
                NodeKind::Input(file) => file.path = input.to_owned(),
                NodeKind::Output(file) => file.path = output.to_owned(),
                NodeKind::Component(_) | NodeKind::Sql(_) | NodeKind::Send(_) | NodeKind::Receive(_) => {}
            }
        }
        let (report, _) = supervised(&job);
        assert_eq!(report.warnings, Vec::<String>::new(), "every wall stands");
        report.outcome
    };
    let outside = data.join("numbers.csv");
    let results = data.join("new/results.csv");
    assert_eq!(run(outside.to_str().unwrap(), results.to_str().unwrap()), Outcome::Succeeded);
    assert!(results.exists());
    std::os::unix::fs::symlink(&outside, playpen.join("link.csv")).unwrap();
    assert_eq!(run("link.csv", "a.csv"), Outcome::Succeeded);
    assert_eq!(run("link*.csv", "b.csv"), Outcome::Succeeded);
}

#[test]
fn a_bad_value_fails_the_run_publishes_nothing_and_is_named_with_its_line() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("in.csv"), numbers(20_000) + "seven,x\n").unwrap();
    let job = job(directory.path());
    let (report, _) = supervised(&job);
    let Outcome::Failed(failure) = &report.outcome else { panic!("{:?}", report.outcome) };
    assert_eq!((failure.node.as_deref(), failure.line), (Some("source"), Some(1)));
    assert!(failure.reason.contains("in.csv:20002"), "{}", failure.reason);
    assert!(failure.reason.contains("seven"), "{}", failure.reason);
    assert_eq!(report.outputs, []);
    assert!(!job.run_directory.join("out.csv").exists());
    assert!(!job.run_directory.join(".out.csv.partial").exists());
    assert!(job.run_directory.join("report.json").exists());
}

#[test]
fn a_bad_value_is_left_out_and_told_where_on_error_says_skip() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("in.csv"), "n,text\n1,a\nseven,b\n3,c\n").unwrap();
    let mut job = job(directory.path());
    job.plan.nodes[0].on_error = OnError::Skip;
    let (report, observer) = supervised(&job);
    assert_eq!(report.outcome, Outcome::Succeeded);
    assert_eq!(fs::read_to_string(job.run_directory.join("out.csv")).unwrap(), "n\n1\n3\n");
    assert_eq!(report.nodes[0].rejects.rows, 1);
    assert_eq!(report.nodes[0].rejects.first[0].place, "in.csv:3");
    assert!(observer.notices.iter().any(|notice| matches!(notice, Notice::Rejected { node, .. } if node == "source")));
}

#[test]
fn a_missing_file_and_a_missing_component_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let job = job(directory.path());
    let (report, _) = supervised(&job);
    let Outcome::Failed(failure) = &report.outcome else { panic!("{:?}", report.outcome) };
    assert_eq!(failure.node.as_deref(), Some("source"));
    assert!(failure.reason.starts_with("in.csv: "), "{}", failure.reason);
    assert!(!job.run_directory.join("out.csv").exists());

    fs::write(directory.path().join("in.csv"), numbers(10)).unwrap();
    let job = job_with_component(directory.path());
    let (report, _) = supervised(&job);
    let Outcome::Failed(failure) = &report.outcome else { panic!("{:?}", report.outcome) };
    assert_eq!((failure.node.as_deref(), failure.line), (Some("price"), Some(2)));
    assert!(failure.reason.contains("price.wasm"), "{}", failure.reason);
    assert!(!job.run_directory.join("out.csv").exists());
}

#[test]
fn a_job_that_is_none_is_answered_with_a_failure() {
    let (input, mut orders) = pipe().unwrap();
    let (said, output) = pipe().unwrap();
    orders.write_all(b"{\"plan\": 7}\n").unwrap();
    assert!(!run(input, output, || {}));
    let line = BufReader::new(said).lines().next().unwrap().unwrap();
    assert!(line.contains("this worker cannot read its job"), "{line}");
}

#[test]
fn a_worker_whose_supervisor_is_gone_stops_and_publishes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let job = job(directory.path());
    fs::create_dir(&job.run_directory).unwrap();
    fs::write(directory.path().join("in.csv"), numbers(1_000_000)).unwrap();
    let (input, mut orders) = pipe().unwrap();
    let (said, output) = pipe().unwrap();
    orders.write_all(&serde_json::to_vec(&job).unwrap()).unwrap();
    orders.write_all(b"\n").unwrap();
    drop(orders);
    let worker = thread::spawn(move || run(input, output, || {}));
    let last = BufReader::new(said).lines().last().unwrap().unwrap();
    assert!(!worker.join().unwrap());
    assert!(last.contains(r#""kind":"stopped""#), "{last}");
    assert!(!job.run_directory.join("out.csv").exists());
    assert!(!job.run_directory.join(".out.csv.partial").exists());
}
