//! Events and logs.

use leat_midtier::store::{EndKind, EventKind, LogPiece, Store};
use leat_scheduler::model::{Generation, RunId, RunState};

use crate::bench::Bench;
use crate::draft::{at, cause, detail, end, host_id, new_run, news, place, placed, run_id, up};

/// Room for whatever a rule logs.
const ROOMY: u64 = 1 << 20;

fn piece(node: &str, offset: u64, text: &str) -> LogPiece {
    LogPiece {
        run: run_id("r1"),
        generation: Generation(1),
        host: host_id("c1"),
        node: node.to_owned(),
        offset,
        text: text.as_bytes().to_vec(),
    }
}

pub(crate) async fn events_are_numbered_through_with_who_and_why(bench: &Bench) {
    let store = &bench.store;
    assert_eq!(store.last_event().await.unwrap(), 0);
    placed(store, "r1").await;
    store.run_ended(&host_id("c1"), &end("r1", 1, EndKind::Failed), at(12)).await.unwrap();
    let events = store.events(None, 0, 100).await.unwrap();
    assert_eq!(events.iter().map(|event| event.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
    let causes: Vec<(&str, &str)> =
        events.iter().map(|event| (event.cause.actor.as_str(), event.cause.reason.as_str())).collect();
    assert_eq!(causes, [("host c1", ""), ("ada", ""), ("scheduler", ""), ("host c1", "the node fell over")]);
    let hosts = vec![host_id("c1")];
    let (run, state, generation) = (run_id("r1"), RunState::Starting, Generation(1));
    assert_eq!(events[2].kind, EventKind::Run { run, state, generation, hosts });
    assert_eq!((events[2].at, store.last_event().await.unwrap()), (at(10), 4));
}

pub(crate) async fn events_are_read_on_from_a_number(bench: &Bench) {
    let store = &bench.store;
    for name in ["r1", "r2", "r3"] {
        store.submit(&new_run(name)).await.unwrap();
        store.cancel(&run_id(name), &cause("ada", ""), at(1)).await.unwrap();
    }
    let numbers = async |run: Option<&RunId>, after, limit| {
        let events = store.events(run, after, limit).await.unwrap();
        events.iter().map(|event| event.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(None, 0, 4).await, [1, 2, 3, 4]);
    assert_eq!(numbers(None, 4, 4).await, [5, 6]);
    assert_eq!(numbers(Some(&run_id("r2")), 0, 10).await, [3, 4]);
    assert_eq!(numbers(Some(&run_id("r2")), 3, 10).await, [4]);
    assert!(numbers(Some(&run_id("r9")), 0, 10).await.is_empty());
    assert!(numbers(None, u64::MAX, 10).await.is_empty());
}

pub(crate) async fn no_event_is_missed_by_who_reads_while_others_write(bench: &Bench) {
    let other = bench.another().await;
    let write = async |store: &leat_store_sql::SqlStore, letter: &str| {
        for n in 0..30 {
            store.submit(&new_run(&format!("{letter}{n}"))).await.unwrap();
        }
    };
    let follow = async {
        let (mut seen, mut after) = (0, 0);
        while seen < 60 {
            for event in bench.store.events(None, after, 100).await.unwrap() {
                // Were a later number visible before an earlier one, the earlier would be missed.
                assert_eq!(event.number, after + 1);
                after = event.number;
                seen += 1;
            }
        }
    };
    tokio::join!(write(&bench.store, "a"), write(&other, "b"), follow);
    other.close().await;
}

pub(crate) async fn a_log_is_whole_however_its_pieces_come(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    for (offset, text) in [(0, "hello "), (6, "world"), (0, "hello "), (3, "lo world, "), (13, "again"), (4, "o w")] {
        assert!(store.append_log(&piece("a", offset, text), ROOMY).await.unwrap());
    }
    store.append_log(&piece("B", 0, "one"), ROOMY).await.unwrap();
    let run = run_id("r1");
    assert_eq!(store.log(&run, "a", 0, 100).await.unwrap(), b"hello world, again");
    assert_eq!(store.log(&run, "a", 4, 5).await.unwrap(), b"o wor");
    assert_eq!(store.log(&run, "a", 13, 100).await.unwrap(), b"again");
    for offset in [18, 19, u64::MAX] {
        assert!(store.log(&run, "a", offset, 100).await.unwrap().is_empty());
    }
    assert_eq!(store.logged_nodes(&run).await.unwrap(), ["B", "a"]);
}

pub(crate) async fn a_gap_in_a_log_is_shown_and_may_be_filled_later(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    assert!(store.append_log(&piece("a", 0, "one\n"), ROOMY).await.unwrap());
    assert!(store.append_log(&piece("a", 37, "two\n"), ROOMY).await.unwrap());
    let run = run_id("r1");
    let text = store.log(&run, "a", 0, 100).await.unwrap();
    assert_eq!(text.len(), 41);
    assert!(text.starts_with(b"one\n") && text.ends_with(b"two\n"));
    assert!(String::from_utf8(text.clone()).unwrap().contains("missing"));
    // A place is the same however it is read.
    for from in 0..41 {
        assert_eq!(store.log(&run, "a", from, 100).await.unwrap(), text[from as usize..]);
    }
    let filling = "x".repeat(40);
    assert!(store.append_log(&piece("a", 2, &filling), ROOMY).await.unwrap());
    let text = store.log(&run, "a", 0, 100).await.unwrap();
    assert_eq!(String::from_utf8(text).unwrap(), format!("one\n{}two\nx", "x".repeat(33)));
}

pub(crate) async fn logs_of_a_run_have_a_bound_together(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    assert!(store.append_log(&piece("a", 0, "12345"), 8).await.unwrap());
    assert!(!store.append_log(&piece("b", 0, "12345"), 8).await.unwrap());
    assert!(!store.append_log(&piece("a", 5, "6"), 8).await.unwrap());
    assert!(store.append_log(&piece("a", 0, "12345"), 8).await.unwrap(), "it is there already");
    let run = run_id("r1");
    assert_eq!(store.log(&run, "b", 0, 100).await.unwrap(), b"123");
    assert_eq!(store.log(&run, "a", 0, 100).await.unwrap(), b"12345");
}

pub(crate) async fn a_log_is_of_the_latest_attempt_and_its_hosts(bench: &Bench) {
    let store = &bench.store;
    let epoch = placed(store, "r1").await;
    up(store, "c2").await;
    let run = run_id("r1");
    store.run_news(&host_id("c1"), &news("r1", 1, Some("{}")), at(11)).await.unwrap();
    assert!(store.append_log(&piece("a", 0, "first"), 5).await.unwrap());
    for stranger in [
        LogPiece { host: host_id("c2"), ..piece("a", 5, "x") },
        LogPiece { generation: Generation(2), ..piece("a", 5, "x") },
        LogPiece { run: run_id("r9"), ..piece("a", 5, "x") },
        piece("a", u64::MAX - 1, "xyz"),
    ] {
        assert!(!store.append_log(&stranger, ROOMY).await.unwrap());
    }
    store.run_ended(&host_id("c1"), &end("r1", 1, EndKind::HostFault), at(12)).await.unwrap();
    // What it logged last may come after its end.
    assert!(store.append_log(&piece("a", 5, "!"), 6).await.unwrap());
    assert_eq!(store.log(&run, "a", 0, 100).await.unwrap(), b"first!");
    place(store, epoch, "r1", &[("all", "c2")]).await;
    assert!(store.logged_nodes(&run).await.unwrap().is_empty());
    assert!(!store.append_log(&piece("a", 6, "late"), ROOMY).await.unwrap());
    let second = LogPiece { generation: Generation(2), host: host_id("c2"), ..piece("a", 0, "secon") };
    assert!(store.append_log(&second, 5).await.unwrap(), "the bound is that of the attempt");
    assert_eq!(store.log(&run, "a", 0, 100).await.unwrap(), b"secon");
    assert_eq!(detail(store, "r1").await.summary.record.attempts, 2);
}
