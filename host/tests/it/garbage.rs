//! Midtiers, bundles and plans that say what they may not: a run fails with the reason, and nothing else happens.

use leat_bundle::{Digest, Manifest};
use leat_stream::plan::NodeKind;
use leat_wire::host_v1::{Assignment, Ended};

use crate::bundles::{assignment, bundle, manifest};
use crate::hosts::Host;
use crate::midtier::Midtier;
use crate::testing;
use crate::world::{FAILED, HOST_FAULT, SUCCEEDED, World};

/// How these runs end; and that the host then still does its work.
async fn ends(world: &World, given: Vec<Assignment>) -> Vec<Ended> {
    let midtier = Midtier::start(world);
    let host = Host::start(&[&midtier]);
    world.order(&given);
    let mut ends = Vec::new();
    for run in &given {
        ends.push(world.ended(&run.run, run.generation).await);
    }
    world.order(&[assignment("sound", 1, bundle(world, "writes hello"))]);
    assert_eq!(world.ended("sound", 1).await.outcome(), SUCCEEDED);
    let beside: Vec<_> =
        std::fs::read_dir(host.directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(beside, ["agent"], "nothing was written elsewhere");
    ends
}

async fn end_of_manifest(change: impl FnOnce(&World, &mut Manifest)) -> Ended {
    let world = World::new();
    let mut manifest = manifest(&world, "writes hello");
    change(&world, &mut manifest);
    let bundle = world.keep_bundle(&manifest.to_bytes());
    ends(&world, vec![assignment("r1", 1, bundle)]).await.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_cannot_be_understood_is_a_run_that_failed() {
    let world = World::new();
    let sound = bundle(&world, "writes hello");
    let no_digest = Assignment { bundle: "latest".to_owned(), ..assignment("no-digest", 1, sound) };
    let ends = ends(&world, vec![no_digest, assignment("../../escape", 1, sound)]).await;
    for (end, reason) in ends.iter().zip(["the orders name no bundle: \"latest\"", "the run's name \"../../escape\""]) {
        assert_eq!(end.outcome(), FAILED);
        assert!(end.reason.starts_with(reason), "{}", end.reason);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_that_is_no_manifest_is_a_run_that_failed() {
    let world = World::new();
    let odd = world.keep_bundle(b"{\"bundle\": 1}");
    let (unknown, other) = (Digest::of(b"unknown"), Digest::of(b"other"));
    world.kept().bundles.insert(other, b"not what was asked for".to_vec());
    let given = vec![assignment("odd", 1, odd), assignment("unknown", 1, unknown), assignment("other", 1, other)];
    let ends = ends(&world, given).await;
    assert_eq!(ends[0].outcome(), FAILED);
    assert!(ends[0].reason.starts_with("the manifest cannot be read: "), "{}", ends[0].reason);
    assert_eq!(
        (ends[1].outcome(), &ends[1].reason),
        (FAILED, &format!("the midtier does not have the bundle {unknown}"))
    );
    assert_eq!(
        (ends[2].outcome(), &ends[2].reason),
        (HOST_FAULT, &format!("the bundle {other} is not what its digest says"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_would_lie_elsewhere_is_refused() {
    for path in ["../../../escape", "/tmp/leat-escape", "a/../../../../escape"] {
        let end = end_of_manifest(|_, manifest| manifest.files[0].path = path.to_owned()).await;
        assert_eq!(end.outcome(), FAILED);
        assert!(end.reason.contains(path), "{}", end.reason);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_cannot_be_read_is_a_run_that_failed_unless_another_version_made_it() {
    let end = end_of_manifest(|world, manifest| manifest.plan = world.keep("{}")).await;
    assert_eq!(end.outcome(), FAILED);
    assert!(end.reason.starts_with("the plan cannot be read: "), "{}", end.reason);
    let end = end_of_manifest(|world, manifest| {
        manifest.plan = world.keep("{}");
        manifest.leat_version = "9.0.0".to_owned();
    });
    let end = end.await;
    assert_eq!(end.outcome(), HOST_FAULT);
    assert!(end.reason.contains("made by Leat 9.0.0"), "{}", end.reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_reads_or_writes_beside_its_run_is_refused() {
    for (node, path) in [(0, "../../other/in.csv"), (1, "../../other/out.csv"), (1, "/tmp/../etc/out.csv")] {
        let end = end_of_manifest(|world, manifest| {
            let mut plan = testing::plan();
            match &mut plan.nodes[node].kind {
                NodeKind::Input(file) => file.path = path.to_owned(),
                NodeKind::Output(file) => file.path = path.to_owned(),
                other => panic!("{other:?}"),
            }
            manifest.plan = world.keep(&plan.to_json());
        });
        let end = end.await;
        assert_eq!(end.outcome(), FAILED);
        assert!(end.reason.contains("leads out of the playpen"), "{}", end.reason);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_that_is_longer_than_it_was_said_to_be_is_refused() {
    let end = end_of_manifest(|_, manifest| manifest.files[0].bytes -= 1).await;
    assert_eq!(end.outcome(), HOST_FAULT);
    assert!(end.reason.ends_with("is not what its digest says"), "{}", end.reason);
}
