//! Disks that are full, at a host and at a server: what is said, what is left, and what works once there is room.

use leat_tests::faults::Disk;
use leat_tests::http::ask;
use leat_tests::installation::{ADMIN, Installation, SMALL};
use leat_tests::playpen::Playpen;
use leat_tests::server::Server;

/// Too small for [`large`], and enough for everything else.
const SMALL_DISK: u32 = 4;
/// Enough for everything.
const LARGE_DISK: u32 = 64;

/// A process over so many bytes of rows.
fn over(bytes: usize) -> Playpen {
    let playpen = Playpen::new();
    let mut text = "id,x\n".to_owned();
    for id in 0.. {
        if text.len() >= bytes {
            break;
        }
        text += &format!("{id},{}.5\n", id % 9_973);
    }
    playpen.file("in/rows.csv", text);
    playpen.file(
        "p.strm",
        "name p\nin \"in/rows.csv\" -> rows\nsql select id, x * 2 as y from rows; name=doubled\nout doubled -> \"out.csv\"\n",
    );
    playpen.leat(&["run", "p.strm", "--output", "here"]).succeeds();
    playpen
}

fn large() -> Playpen {
    over(6 << 20)
}

#[test]
fn a_run_that_finds_a_hosts_disk_full_says_so_and_the_host_works_once_there_is_room() {
    let installation = Installation::start(1, &[SMALL; 2]);
    let disk = Disk::at(&installation.host_directory("c1"), SMALL_DISK);
    let playpen = large();
    let ended = |arguments: &[&str]| {
        let all = [&["submit", "p.strm", "--quiet"], arguments].concat();
        let run = installation.leat(0, &playpen, &all).stdout.trim().to_owned();
        let ended = installation.until_run(0, &playpen, &run, &["succeeded", "failed", "cancelled"]);
        let events = ask("GET", &format!("{}/api/v1/runs/{run}/events", installation.url(0)), ADMIN, None);
        let events = String::from_utf8_lossy(&events.body).into_owned();
        let host = events.rsplit_once("\"hosts\":[\"").map_or("", |(_, host)| &host[..2]).to_owned();
        (ended, host, run)
    };
    let is_right = |run: &str| {
        installation.leat(0, &playpen, &["fetch", run, "--output", run]);
        assert!(playpen.read(&format!("{run}/out.csv")) == playpen.read("here/out.csv"), "other bytes");
    };

    // With no other host to go to.
    installation.leat(0, &playpen, &["hosts", "drain", "c2"]);
    let (failed, host, _) = ended(&["--attempts", "1"]);
    assert_eq!((failed["state"].as_str(), host.as_str()), (Some("failed"), "c1"), "{failed}");
    assert!(failed.to_string().contains("the host's disk is full"), "{failed}");
    assert!(failed["outputs"].as_array().is_none_or(Vec::is_empty), "{failed}");

    // With another one, which comes second: nobody needs to do anything.
    installation.leat(0, &playpen, &["hosts", "drain", "c2", "--undo"]);
    let (elsewhere, host, run) = ended(&[]);
    assert_eq!((elsewhere["state"].as_str(), host.as_str()), (Some("succeeded"), "c2"), "{elsewhere}");
    assert_eq!(elsewhere["attempts"], 2, "the first of the two was on the full one: {elsewhere}");
    is_right(&run);

    // With room, and without anybody's help.
    disk.grow(LARGE_DISK);
    installation.leat(0, &playpen, &["hosts", "drain", "c2"]);
    let (there, host, run) = ended(&[]);
    assert_eq!((there["state"].as_str(), host.as_str()), (Some("succeeded"), "c1"), "{there}");
    is_right(&run);
}

#[test]
fn a_server_whose_disk_is_full_says_so_loses_nothing_and_goes_on_once_there_is_room() {
    let server = Server::on_disk(SMALL_DISK);
    let (small, large) = (over(1_000), large());
    let first = server.submit(&small, &["p.strm"]);
    server.until_run(&small, &first, &["succeeded"]);

    server.leat(&large, &["submit", "p.strm"]).fails(1, &["full"]);
    let (token, url) = (server.token(), server.url().to_owned());
    let digest = leat_bundle::Digest::of(large.read("in/rows.csv").as_bytes()).to_string();
    let body = serde_json::Value::String("x".repeat(6 << 20));
    let refused = ask("PUT", &format!("{url}/api/v1/blobs/{digest}"), &token, Some(&body));
    let said = String::from_utf8_lossy(&refused.body).into_owned();
    assert_eq!(refused.status, 507, "{said}");
    assert!(said.contains("\"full\""), "the refusal has its stable code: {said}");

    // What was there is there.
    assert_eq!(server.json(&small, &["status", &first])["state"], "succeeded");
    server.leat(&small, &["fetch", &first, "--output", "there"]).succeeds();
    assert_eq!(small.read("there/out.csv"), small.read("here/out.csv"));

    server.grow_disk(LARGE_DISK);
    let second = server.submit(&large, &["p.strm"]);
    let ended = server.until_run(&large, &second, &["succeeded", "failed", "cancelled"]);
    assert_eq!(ended["state"], "succeeded", "{ended}");
    server.leat(&large, &["fetch", &second, "--output", "there"]).succeeds();
    assert!(large.read("there/out.csv") == large.read("here/out.csv"), "other bytes");
}
