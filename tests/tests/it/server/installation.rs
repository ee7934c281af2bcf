//! Two midtiers on one PostgreSQL and three hosts that a program switches: what one of them takes in another knows, and
//! whoever dies is replaced.

use leat_tests::installation::{Installation, SMALL};
use leat_tests::playpen::until;

use super::playpen;

#[test]
fn midtiers_share_what_they_know_and_whoever_dies_is_replaced() {
    let mut installation = Installation::start(2, &[SMALL; 3]);
    let playpen = playpen("takes-time", 2_500);
    playpen.leat(&["run", "p.strm", "--output", "here"]).succeeds();
    assert_eq!(installation.host_states(1, &playpen), ["off", "off", "off"]);

    // Taken in by one midtier, seen by the other, on hosts that were off.
    let submit = |installation: &Installation, midtier| {
        installation.leat(midtier, &playpen, &["submit", "p.strm", "--quiet"]).stdout.trim().to_owned()
    };
    let first = submit(&installation, 0);
    let second = submit(&installation, 1);
    installation.until_run(1, &playpen, &first, &["running"]);
    installation.until_run(0, &playpen, &second, &["running"]);

    // The leader dies; the other takes over and places what comes now.
    let leader = usize::from(installation.said(1).contains("leads the scheduling now"));
    let other = 1 - leader;
    installation.kill(leader);
    let third = submit(&installation, other);
    // A host dies with the run that is on it.
    let placed = installation.until_run(other, &playpen, &third, &["running", "succeeded"]);
    if let Some(host) = placed["hosts"][0].as_str() {
        installation.kill_host(host);
    }
    for run in [&first, &second, &third] {
        let ended = installation.until_run(other, &playpen, run, &["succeeded", "failed", "cancelled"]);
        assert_eq!(ended["state"], "succeeded", "{ended}");
        installation.leat(other, &playpen, &["fetch", run, "--output", run]);
        assert_eq!(playpen.read(&format!("{run}/made/out.csv")), playpen.read("here/made/out.csv"));
    }
    assert!(installation.said(other).contains("leads the scheduling now"));
    until("no host is on that works for nobody", || {
        installation.host_states(other, &playpen).iter().all(|state| state == "off" || state == "failed")
    });
}
