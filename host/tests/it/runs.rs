//! Runs, from their assignment to their end.

use std::fs;
use std::process::Command;
use std::time::Duration;

use leat_bundle::Digest;

use crate::bundles::{INPUT, assignment, bundle};
use crate::hosts::{Host, config, until, worker_of};
use crate::midtier::Midtier;
use crate::world::{FAILED, HOST_FAULT, STOPPED, SUCCEEDED, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_fetched_run_uploaded_and_reported() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let host = Host::start_with(&[&midtier], |config| config.keep_run_directories = Duration::ZERO);
    world.order(&[assignment("r1", 3, bundle(&world, "writes hello"))]);
    let ended = world.ended("r1", 3).await;
    assert_eq!((ended.outcome(), ended.reason.as_str()), (SUCCEEDED, ""));
    let [output] = ended.outputs.as_slice() else { panic!("{:?}", ended.outputs) };
    let digest = Digest::of(b"hello");
    assert_eq!((output.path.as_str(), output.digest.as_str(), output.bytes), ("out.csv", &*digest.to_string(), 5));
    assert_eq!(world.kept().blobs[&digest], b"hello");
    let report: serde_json::Value = serde_json::from_str(&ended.report_json).unwrap();
    assert_eq!((&report["run_id"], &report["seed"]), (&"r1".into(), &7.into()));
    assert_eq!(report["started"], "2024-01-31T12:00:00Z");
    let logs: Vec<_> = world.kept().reports.iter().flat_map(|(_, report)| report.logs.clone()).collect();
    let [piece] = logs.as_slice() else { panic!("{logs:?}") };
    assert_eq!((piece.node.as_str(), piece.offset, piece.text.as_slice()), ("sink", 0, b"wrote hello\n".as_slice()));
    assert!(!host.of_run("r1", 3).join("playpen").exists(), "nobody needs its inputs any more");
    assert!(host.of_run("r1", 3).join("run/report.json").exists());
    world.order(&[]);
    world.idle().await;
    until("its directory removed", || !host.of_run("r1", 3).exists()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_that_share_contents_fetch_them_once() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let _host = Host::start(&[&midtier]);
    let bundle = bundle(&world, "writes hello");
    world.order(&[assignment("a", 1, bundle), assignment("b", 1, bundle)]);
    for run in ["a", "b"] {
        assert_eq!(world.ended(run, 1).await.outcome(), SUCCEEDED);
    }
    assert_eq!(world.requests("GET blobs/").len(), 3, "the plan and two files");
    let sent = world.requests("PUT blobs/").len();
    world.order(&[assignment("c", 1, bundle)]);
    assert_eq!(world.ended("c", 1).await.outcome(), SUCCEEDED);
    assert_eq!(world.requests("PUT blobs/").len(), sent, "what the midtier has already is not sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_run_ends_as_stopped_and_sends_nothing() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let _host = Host::start(&[&midtier]);
    let mut given = assignment("r1", 1, bundle(&world, "waits-for /nowhere/at/all"));
    world.order(std::slice::from_ref(&given));
    world.running("r1", 1).await;
    given.stop = true;
    world.order(&[given]);
    let ended = world.ended("r1", 1).await;
    assert_eq!((ended.outcome(), ended.reason.as_str()), (STOPPED, "it was stopped"));
    assert!(!ended.report_json.is_empty());
    assert!(world.requests("PUT").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_fails_says_where_and_why_and_whose_fault_it_is() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let host = Host::start(&[&midtier]);
    let full = "fails out.csv: the disk is full; make room or choose another output directory";
    world.order(&[
        assignment("own", 1, bundle(&world, "fails division by zero")),
        assignment("full", 1, bundle(&world, full)),
        assignment("crash", 1, bundle(&world, "crashes")),
        assignment("killed", 1, bundle(&world, "never-stops")),
    ]);
    let pid = worker_of(&host.of_run("killed", 1)).await;
    assert!(Command::new("/bin/kill").args(["-9", &pid]).status().unwrap().success());
    let own = world.ended("own", 1).await;
    assert_eq!((own.outcome(), own.reason.as_str()), (FAILED, "node `sink` (line 2): division by zero"));
    assert_eq!(world.ended("full", 1).await.outcome(), HOST_FAULT);
    let crash = world.ended("crash", 1).await;
    assert_eq!(crash.outcome(), FAILED);
    assert!(crash.reason.contains("crashed (SIGABRT, signal 6)"), "{}", crash.reason);
    let killed = world.ended("killed", 1).await;
    assert_eq!(killed.outcome(), HOST_FAULT);
    assert!(killed.reason.contains("killed from outside"), "{}", killed.reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_cannot_be_started_is_the_hosts_fault() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let directory = std::sync::Arc::new(tempfile::tempdir().unwrap());
    let config = config(&[&midtier], directory.path());
    let _host = Host::with(directory, config, "/nowhere/at/all".into());
    world.order(&[assignment("r1", 1, bundle(&world, "writes hello"))]);
    let ended = world.ended("r1", 1).await;
    assert_eq!(ended.outcome(), HOST_FAULT);
    assert!(ended.reason.starts_with("cannot start the worker /nowhere/at/all: No such file"), "{}", ended.reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn outputs_outside_of_the_runs_directory_stay_where_they_are() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let host = Host::start(&[&midtier]);
    let elsewhere = host.directory.path().join("elsewhere.csv");
    world.order(&[assignment("r1", 1, bundle(&world, &format!("writes-to {}", elsewhere.display())))]);
    let ended = world.ended("r1", 1).await;
    assert_eq!((ended.outcome(), ended.outputs.len()), (SUCCEEDED, 0));
    assert!(ended.report_json.contains("elsewhere.csv"));
    assert_eq!(fs::read(elsewhere).unwrap(), b"elsewhere");
    assert!(world.requests("PUT").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_that_was_damaged_on_the_disk_is_found_when_a_run_fails_of_it() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let host = Host::start(&[&midtier]);
    let bundle = bundle(&world, &format!("reads-in-csv {INPUT}"));
    world.order(&[assignment("a", 1, bundle)]);
    assert_eq!(world.ended("a", 1).await.outcome(), SUCCEEDED);
    let content = host.directory.path().join("agent/contents").join(Digest::of(INPUT.as_bytes()).to_string());
    fs::remove_file(&content).unwrap();
    fs::write(&content, "n\n7\n").unwrap();
    world.order(&[assignment("b", 1, bundle)]);
    let ended = world.ended("b", 1).await;
    assert_eq!(ended.outcome(), HOST_FAULT);
    assert!(
        ended.reason.contains("damaged on this host's disk") && ended.reason.contains("odd input"),
        "{}",
        ended.reason
    );
    world.order(&[assignment("b", 2, bundle)]);
    assert_eq!(world.ended("b", 2).await.outcome(), SUCCEEDED, "it was fetched again");
}
