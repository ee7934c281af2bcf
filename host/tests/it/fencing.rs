//! A run is never at work twice: leases, generations, and sessions that break.

use std::fs;
use std::time::Duration;

use leat_wire::host_v1::run_report::State;

use crate::bundles::{assignment, bundle};
use crate::hosts::{Host, lives, until, worker_of};
use crate::midtier::Midtier;
use crate::world::{HOST_FAULT, Kept, SUCCEEDED, World, state};

#[tokio::test(flavor = "multi_thread")]
async fn when_no_midtier_answers_for_the_lease_the_worker_is_killed_and_the_run_is_no_success() {
    let world = World::new();
    world.kept().lease = Duration::from_secs(2);
    let midtier = Midtier::start(&world);
    let host = Host::start(&[&midtier]);
    let bundle = bundle(&world, "never-stops");
    world.order(&[assignment("r1", 1, bundle)]);
    world.running("r1", 1).await;
    let pid = worker_of(&host.of_run("r1", 1)).await;
    world.misbehave(|habits| habits.mute = true);
    until("its worker gone", || !lives(&pid)).await;
    world.misbehave(|habits| habits.mute = false);
    let ended = world.ended("r1", 1).await;
    assert_eq!(ended.outcome(), HOST_FAULT);
    assert!(ended.reason.starts_with("no midtier answered this host for as long as its lease was"), "{}", ended.reason);
    assert!(!world.ever_succeeded("r1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sent_when_the_lease_is_over_is_never_sent() {
    let world = World::new();
    world.kept().lease = Duration::from_secs(2);
    let midtier = Midtier::start(&world);
    world.misbehave(|habits| habits.refuses_uploads = u32::MAX);
    let _host = Host::start(&[&midtier]);
    world.order(&[assignment("r1", 1, bundle(&world, "writes hello"))]);
    until("an output on its way", || !world.requests("PUT").is_empty()).await;
    world.misbehave(|habits| habits.mute = true);
    let over = |kept: &Kept| {
        let ended = matches!(state(kept, "r1", 1), Some(State::Ended(_)));
        ended.then_some(())
    };
    world.until("the end under no lease", over).await;
    let tried = world.requests("PUT").len();
    world.misbehave(|habits| (habits.mute, habits.refuses_uploads) = (false, 0));
    assert_eq!(world.ended("r1", 1).await.outcome(), HOST_FAULT);
    assert_eq!(world.requests("PUT").len(), tried);
    assert!(!world.ever_succeeded("r1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_attempt_begins_when_the_older_worker_is_gone_and_an_older_one_is_refused() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let host = Host::start(&[&midtier]);
    let go = host.directory.path().join("go");
    let bundle = bundle(&world, &format!("waits-for {}", go.display()));
    world.order(&[assignment("r1", 2, bundle)]);
    world.running("r1", 2).await;
    let second = worker_of(&host.of_run("r1", 2)).await;
    world.order(&[assignment("r1", 3, bundle)]);
    let third = worker_of(&host.of_run("r1", 3)).await;
    assert!(!lives(&second));
    world.order(&[assignment("r1", 1, bundle)]);
    world.running("r1", 3).await;
    assert!(lives(&third) && !host.of_run("r1", 1).exists());
    world.order(&[assignment("r1", 3, bundle)]);
    fs::write(go, "").unwrap();
    assert_eq!(world.ended("r1", 3).await.outcome(), SUCCEEDED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_the_orders_no_longer_have_is_killed() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let host = Host::start(&[&midtier]);
    world.order(&[assignment("r1", 1, bundle(&world, "never-stops"))]);
    let pid = worker_of(&host.of_run("r1", 1)).await;
    world.order(&[]);
    world.idle().await;
    assert!(!lives(&pid), "it is held until it is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_on_while_its_midtier_dies_and_ends_at_another() {
    let world = World::new();
    let mut midtiers = vec![Midtier::start(&world), Midtier::start(&world)];
    let host = Host::start(&[&midtiers[0], &midtiers[1]]);
    let go = host.directory.path().join("go");
    world.order(&[assignment("r1", 1, bundle(&world, &format!("waits-for {}", go.display())))]);
    world.running("r1", 1).await;
    let pid = worker_of(&host.of_run("r1", 1)).await;
    let first = world.kept().reports.last().unwrap().0;
    midtiers.retain(|midtier| midtier.number != first);
    let second = midtiers[0].number;
    let opened = |kept: &Kept| kept.reports.iter().find(|(midtier, _)| *midtier == second).cloned();
    let (_, report) = world.until("a session with the other midtier", opened).await;
    assert_eq!(report.number, 1);
    assert!(report.machine.is_some());
    assert_eq!(report.runs[0].run, "r1");
    assert!(lives(&pid));
    fs::write(go, "").unwrap();
    let ended = world.ended("r1", 1).await;
    assert_eq!((ended.outcome(), ended.outputs.len()), (SUCCEEDED, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_midtier_that_falls_silent_is_left_for_another_before_the_lease_is_over() {
    let world = World::new();
    world.kept().lease = Duration::from_secs(6);
    let first = Midtier::start(&world);
    let host = Host::start(&[&first]);
    world.order(&[assignment("r1", 1, bundle(&world, "never-stops"))]);
    world.running("r1", 1).await;
    let pid = worker_of(&host.of_run("r1", 1)).await;
    let sessions = |kept: &Kept| kept.reports.iter().filter(|(_, report)| report.number == 1).count();
    world.misbehave(|habits| habits.mute = true);
    world.until("another session", |kept| (sessions(kept) == 2).then_some(())).await;
    world.misbehave(|habits| habits.mute = false);
    world.order(&[assignment("r1", 1, bundle(&world, "never-stops"))]);
    let seen = world.kept().reports.len();
    world.until("answered reports", |kept| (kept.reports.len() > seen + 3).then_some(())).await;
    assert!(lives(&pid));
    assert_eq!(world.kept().farewells, 0, "a midtier that was left must not take the host for gone");
}
