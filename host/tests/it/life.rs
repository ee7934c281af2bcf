//! Agents that begin, end and begin again.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use leat_host::{AgentError, DirectoryError, Ended, OrphanAction, Token};

use crate::bundles::{assignment, bundle};
use crate::hosts::{Host, build, config, lives, program, until, worker_of};
use crate::midtier::Midtier;
use crate::world::{Kept, STOPPED, SUCCEEDED, World};

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_is_told_to_end_stops_its_runs_and_says_so() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let host = Host::start(&[&midtier]);
    world.order(&[assignment("r1", 1, bundle(&world, "waits-for /nowhere/at/all"))]);
    let pid = worker_of(&host.of_run("r1", 1)).await;
    assert_eq!(host.shut_down().await, Ended::Shutdown);
    assert!(!lives(&pid));
    assert_eq!(world.ended("r1", 1).await.outcome(), STOPPED);
    until("its farewell", || world.kept().farewells == 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_holds_nothing_or_has_no_session_ends_at_once() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let host = Host::start(&[&midtier]);
    world.idle().await;
    assert_eq!(host.shut_down().await, Ended::Shutdown);
    let host = Host::start(&[&midtier]);
    drop(midtier);
    assert_eq!(host.shut_down().await, Ended::Shutdown);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_dies_takes_its_workers_along_and_the_next_clears_up() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let host = Host::start(&[&midtier]);
    world.order(&[assignment("r1", 1, bundle(&world, "never-stops"))]);
    let left = host.of_run("r1", 1);
    let pid = worker_of(&left).await;
    let directory = Arc::clone(&host.directory);
    drop(host);
    until("its worker gone", || !lives(&pid)).await;
    assert!(left.exists());
    world.order(&[]);
    let mut config = config(&[&midtier], directory.path());
    config.incarnation = "incarnation-2".to_owned();
    // The worker's supervisor may hold on to the agent's parts for a moment.
    until("the directory free", || build(config.clone(), program()).is_ok()).await;
    assert!(!left.exists());
    let contents = fs::read_dir(directory.path().join("agent/contents")).unwrap().count();
    assert_eq!(contents, 3, "contents are kept");
    let fetched = world.requests("GET blobs/").len();
    let _next = Host::with(directory, config, program());
    world.order(&[assignment("r2", 1, bundle(&world, "writes hello"))]);
    assert_eq!(world.ended("r2", 1).await.outcome(), SUCCEEDED);
    assert_eq!(world.requests("GET blobs/").len(), fetched + 1, "and used: only its behaviour is new");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_agents_never_share_a_directory() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let host = Host::start(&[&midtier]);
    let error = build(config(&[&midtier], host.directory.path()), program()).err().unwrap();
    assert!(matches!(error, AgentError::Directory(DirectoryError::Taken(_))), "{error:?}");
    assert!(error.to_string().starts_with("another agent works in "), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_no_midtier_answers_powers_itself_off() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let directory = Arc::new(tempfile::tempdir().unwrap());
    let mut config = config(&[&midtier], directory.path());
    drop(midtier);
    let off = directory.path().join("off");
    config.orphan_timeout = Duration::from_millis(300);
    config.orphan_action =
        OrphanAction::Command { program: "/bin/touch".into(), arguments: vec![off.display().to_string()] };
    let host = Host::with(Arc::clone(&directory), config, program());
    assert_eq!(host.ended().await, Ended::Orphaned);
    assert!(off.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_a_midtier_answers_is_no_orphan() {
    let world = World::new();
    world.kept().lease = Duration::from_millis(900);
    let midtier = Midtier::start(&world);
    let host = Host::start_with(&[&midtier], |config| config.orphan_timeout = Duration::from_secs(2));
    world.until("many answers", |kept: &Kept| (kept.reports.len() > 10).then_some(())).await;
    drop(midtier);
    assert_eq!(host.ended().await, Ended::Orphaned);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_whose_token_is_unknown_does_not_end_and_does_not_work() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let host = Host::start_with(&[&midtier], |config| {
        config.token = Token::new("other");
        config.orphan_timeout = Duration::from_secs(1);
    });
    world.order(&[assignment("r1", 1, bundle(&world, "writes hello"))]);
    assert_eq!(host.ended().await, Ended::Orphaned, "it asks again until it is an orphan");
    assert!(world.kept().reports.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_cannot_be_is_refused_with_the_way_out() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let directory = tempfile::tempdir().unwrap();
    let refused = |change: fn(&mut leat_host::Config)| {
        let mut config = config(&[&midtier], directory.path());
        change(&mut config);
        build(config, program()).err().unwrap().to_string()
    };
    assert!(refused(|config| config.midtiers.clear()).contains("name at least one"));
    assert!(refused(|config| config.midtiers[0] = "midtier:7070".to_owned()).contains("https://HOST:PORT"));
    assert!(refused(|config| config.host.clear()).contains("no name"));
    assert!(refused(|config| config.token = Token::new("a\nb")).contains("no header"));
    assert!(refused(|config| config.machine.cpu_millis = 0).contains("no cores"));
}
