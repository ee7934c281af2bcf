//! Contents that come and outputs that go, over a network and midtiers that misbehave.

use std::fs;

use leat_bundle::Digest;
use leat_host::Config;

use crate::bundles::{INPUT, assignment, bundle};
use crate::hosts::{Host, until};
use crate::midtier::Midtier;
use crate::world::{FAILED, HOST_FAULT, SUCCEEDED, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_breaks_off_is_resumed_where_it_broke_off() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let input = Digest::of(INPUT.as_bytes());
    world.misbehave(|habits| {
        habits.breaks_after.insert(input, 3);
    });
    let _host = Host::start(&[&midtier]);
    world.order(&[assignment("r1", 1, bundle(&world, &format!("reads-in-csv {INPUT}")))]);
    assert_eq!(world.ended("r1", 1).await.outcome(), SUCCEEDED);
    let get = format!("GET blobs/{input}");
    assert_eq!(world.requests(&get), [get.clone(), format!("{get} bytes=3-")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_midtier_that_knows_no_ranges_is_asked_for_the_whole() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    world.misbehave(|habits| {
        habits.ignores_ranges = true;
        habits.breaks_after.insert(Digest::of(INPUT.as_bytes()), 3);
    });
    let _host = Host::start(&[&midtier]);
    world.order(&[assignment("r1", 1, bundle(&world, &format!("reads-in-csv {INPUT}")))]);
    assert_eq!(world.ended("r1", 1).await.outcome(), SUCCEEDED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_that_is_not_what_its_digest_says_never_reaches_a_run() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let input = Digest::of(INPUT.as_bytes());
    world.misbehave(|habits| {
        habits.lies.insert(input);
    });
    let host = Host::start(&[&midtier]);
    world.order(&[assignment("r1", 1, bundle(&world, "writes hello"))]);
    let ended = world.ended("r1", 1).await;
    assert_eq!(ended.outcome(), HOST_FAULT);
    assert_eq!(ended.reason, format!("the content {input} is not what its digest says"));
    assert!(!host.list("contents").iter().any(|path| path.ends_with(input.to_string())));
    until("nothing half left", || host.list("fetching").is_empty()).await;
    world.misbehave(|habits| habits.lies.clear());
    world.order(&[assignment("r1", 2, bundle(&world, "writes hello"))]);
    assert_eq!(world.ended("r1", 2).await.outcome(), SUCCEEDED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_content_that_no_midtier_has_is_no_hosts_fault() {
    let world = World::new();
    let midtiers = [Midtier::start(&world), Midtier::start(&world)];
    let _host = Host::start(&[&midtiers[0], &midtiers[1]]);
    let bundle = bundle(&world, "writes hello");
    let input = Digest::of(INPUT.as_bytes());
    world.kept().blobs.remove(&input);
    world.order(&[assignment("r1", 1, bundle)]);
    let ended = world.ended("r1", 1).await;
    assert_eq!((ended.outcome(), ended.reason), (FAILED, format!("the midtier does not have the content {input}")));
    assert_eq!(world.requests(&format!("GET blobs/{input}")).len(), 2, "each midtier was asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_fails_is_tried_again_and_the_run_ends_after_it() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    world.misbehave(|habits| habits.refuses_uploads = 3);
    let _host = Host::start(&[&midtier]);
    world.order(&[assignment("r1", 1, bundle(&world, "writes hello"))]);
    let ended = world.ended("r1", 1).await;
    assert_eq!((ended.outcome(), ended.outputs.len()), (SUCCEEDED, 1));
    assert_eq!(world.requests("PUT").len(), 4);
    assert!(world.kept().blobs.contains_key(&Digest::of(b"hello")));
}

/// Hosts that send outputs of more than two bytes in pieces of two.
fn in_pieces(config: &mut Config) {
    (config.transfers.upload_whole_bytes_max, config.transfers.upload_piece_bytes) = (2, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_output_that_breaks_off_goes_on_where_it_did_at_the_next_midtier() {
    let world = World::new();
    let midtiers = [Midtier::start(&world), Midtier::start(&world)];
    world.misbehave(|habits| habits.breaks_uploads_after = [1, 0].into());
    let _host = Host::start_with(&[&midtiers[0], &midtiers[1]], in_pieces);
    world.order(&[assignment("r1", 1, bundle(&world, "writes hello"))]);
    let ended = world.ended("r1", 1).await;
    assert_eq!((ended.outcome(), ended.outputs.len()), (SUCCEEDED, 1));
    let patch = format!("PATCH blobs/{}", Digest::of(b"hello"));
    assert_eq!(world.requests("PATCH"), [0, 1, 1, 3].map(|offset| format!("{patch} {offset}")));
    assert_eq!(world.kept().blobs[&Digest::of(b"hello")], b"hello");
    assert_eq!(world.requests("PUT"), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_output_that_somebody_began_with_other_bytes_is_sent_again() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let digest = Digest::of(b"hello");
    world.kept().begun.insert(digest, (5, b"xxx".to_vec()));
    let _host = Host::start_with(&[&midtier], in_pieces);
    world.order(&[assignment("r1", 1, bundle(&world, "writes hello"))]);
    assert_eq!(world.ended("r1", 1).await.outcome(), SUCCEEDED);
    let patch = format!("PATCH blobs/{digest}");
    assert_eq!(world.requests("PATCH"), [3, 0, 2, 4].map(|offset| format!("{patch} {offset}")));
    assert_eq!(world.kept().blobs[&digest], b"hello");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_output_is_sent_whole_where_pieces_are_not_taken() {
    for is_old in [true, false] {
        let world = World::new();
        let midtier = Midtier::start(&world);
        world.misbehave(|habits| (habits.knows_no_pieces, habits.begins_nothing) = (is_old, !is_old));
        let _host = Host::start_with(&[&midtier], in_pieces);
        world.order(&[assignment("r1", 1, bundle(&world, "writes hello"))]);
        assert_eq!(world.ended("r1", 1).await.outcome(), SUCCEEDED);
        assert_eq!((world.requests("PATCH").len(), world.requests("PUT").len()), (usize::from(!is_old), 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_midtier_that_takes_no_output_for_too_long_is_no_reason_to_wait_for_ever() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    world.misbehave(|habits| habits.refuses_uploads = u32::MAX);
    let _host = Host::start_with(&[&midtier], |config| config.transfers.patience = std::time::Duration::ZERO);
    world.order(&[assignment("r1", 1, bundle(&world, "writes hello"))]);
    let ended = world.ended("r1", 1).await;
    assert_eq!((ended.outcome(), ended.outputs.len()), (HOST_FAULT, 0));
    assert!(ended.reason.ends_with("503 Service Unavailable no room just now"), "{}", ended.reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_output_larger_than_the_host_sends_is_named() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let _host = Host::start_with(&[&midtier], |config| config.transfers.upload_bytes_max = 4);
    world.order(&[assignment("r1", 1, bundle(&world, "writes hello"))]);
    let ended = world.ended("r1", 1).await;
    assert_eq!(ended.outcome(), HOST_FAULT);
    assert!(ended.reason.contains("out.csv has 5 bytes, and this host takes 4 at most"), "{}", ended.reason);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_of_contents_stays_within_its_limit() {
    let world = World::new();
    let midtier = Midtier::start(&world);
    let host = Host::start_with(&[&midtier], |config| config.cache_bytes_max = 100);
    for number in 0..3 {
        let run = format!("r{number}");
        world.order(&[assignment(&run, 1, bundle(&world, &format!("writes {number}")))]);
        assert_eq!(world.ended(&run, 1).await.outcome(), SUCCEEDED, "what a run needs may be more than the limit");
        let kept =
            || host.list("contents").iter().map(|path| fs::metadata(path).map_or(0, |file| file.len())).sum::<u64>();
        assert!(kept() <= 100, "{}", kept());
    }
}
