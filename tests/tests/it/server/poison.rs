//! A batch that kills the worker again and again on hosts: whichever of them has the run next is told what killed the last.

use leat_tests::server::Server;

use crate::poison::{POISON, made, slow, without_poison};

#[test]
fn a_batch_that_takes_too_long_on_three_hosts_is_left_out_where_on_error_is_skip() {
    let server = Server::start(&[]);
    let playpen = slow(4_000, "timeout=\"2s\" on_error=skip");
    let expected = without_poison(&playpen);
    // The third death names the batch: without that it would be one too many in vain.
    let run = server.submit(&playpen, &["p.strm", "--checkpoints", "1h", "--attempts", "3"]);
    let ended = server.until_run(&playpen, &run, &["succeeded", "failed", "cancelled"]);
    assert_eq!((ended["state"].as_str(), ended["attempts"].as_u64()), (Some("succeeded"), Some(4)), "{ended}");
    server.leat(&playpen, &["fetch", &run, "--output", "there"]).succeeds();
    assert!(made(&playpen, "there") == expected, "all records but those of the batch, as they were");
    let report = playpen.report("there");
    let refused = format!("batch {POISON} of queue `rows` has killed the worker each time node `slow` had it in hand");
    assert!(report["warnings"].to_string().contains(&refused), "{report}");
}

#[test]
fn a_call_that_takes_too_long_fails_a_run_at_once_where_its_node_fails_of_refused_records() {
    let server = Server::start(&[]);
    let playpen = slow(4_000, "timeout=\"2s\"");
    let run = server.submit(&playpen, &["p.strm", "--attempts", "3"]);
    let ended = server.until_run(&playpen, &run, &["succeeded", "failed", "cancelled"]);
    assert_eq!((ended["state"].as_str(), ended["attempts"].as_u64()), (Some("failed"), Some(1)), "{ended}");
    assert!(ended["why"].as_str().is_some_and(|why| why.contains("longer than its time limit")), "{ended}");
}
