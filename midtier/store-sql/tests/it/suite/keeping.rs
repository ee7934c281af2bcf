//! Bundles, risk objects, and what is forgotten.

use std::time::Duration;

use leat_bundle::{BundleFile, BundleParameter, Content, Digest, Given, Manifest, Needs, Origin, Role};
use leat_midtier::store::{
    BundleRecord, End, EndKind, LogPiece, NewRun, ObjectVersion, OutputRecord, ProcessFilter, ProcessRecord, Pruning,
    RunFilter, Store, Submitted,
};
use leat_scheduler::ledger::Ledger;
use leat_scheduler::model::{Generation, PowerRequest};

use crate::bench::Bench;
use crate::draft::{at, cause, detail, end, happened, host_id, new_run, place, placed, run_id};

fn bundle() -> BundleRecord {
    let manifest = Manifest {
        bundle: leat_bundle::VERSION,
        process: "price".to_owned(),
        leat_version: "0.1.0".to_owned(),
        plan: Content { digest: Digest::of(b"plan"), bytes: 4 },
        files: vec![BundleFile {
            path: "in/trades.csv".to_owned(),
            role: Role::Input,
            digest: Digest::of(b"trades"),
            bytes: 6,
        }],
        needs: Needs { cpu_millis: 500, memory_bytes: 1 << 30 },
        parts: Vec::new(),
        secrets: Vec::new(),
        origin: None,
    };
    BundleRecord { digest: Digest::of(&manifest.to_bytes()), manifest, user: "ada".to_owned(), created: at(0) }
}

fn object(name: &str, content: &str) -> ObjectVersion {
    ObjectVersion {
        name: name.to_owned(),
        version: 0,
        file: format!("{name}.csv"),
        digest: Digest::of(content.as_bytes()),
        bytes: content.len() as u64,
        user: "ada".to_owned(),
        created: at(0),
    }
}

pub(crate) async fn a_bundle_stays_as_it_was_put_first(bench: &Bench) {
    let store = &bench.store;
    let first = bundle();
    assert_eq!(store.bundle(first.digest).await.unwrap(), None);
    store.put_bundle(&first).await.unwrap();
    store.put_bundle(&BundleRecord { user: "bob".to_owned(), created: at(9), ..first.clone() }).await.unwrap();
    assert_eq!(store.bundle(first.digest).await.unwrap(), Some(first));
}

pub(crate) async fn a_bundle_that_was_made_of_another_goes_with_the_last_run_of_it(bench: &Bench) {
    let store = &bench.store;
    let uploaded = bundle();
    let made = |day: &str| {
        let given = Given { params: [("day".to_owned(), day.to_owned())].into(), ..Given::default() };
        let world = Content { digest: Digest::of(b"world"), bytes: 5 };
        let origin = Origin { world, of: Some(uploaded.digest), given, parameters: Vec::new() };
        let manifest = Manifest { origin: Some(origin), ..uploaded.manifest.clone() };
        BundleRecord { digest: Digest::of(&manifest.to_bytes()), manifest, ..uploaded.clone() }
    };
    let (used, unused) = (made("22"), made("23"));
    for bundle in [&uploaded, &used, &unused] {
        store.put_bundle(bundle).await.unwrap();
    }
    assert!(store.referred().await.unwrap().contains(&Digest::of(b"world")));
    store.submit(&NewRun { bundle: used.digest, ..new_run("r1") }).await.unwrap();
    let pruning = |now| Pruning { now: at(now), ended_runs: Duration::from_secs(100), keep_runs: 0 };
    store.prune(&pruning(100)).await.unwrap();
    assert!(store.bundle(unused.digest).await.unwrap().is_some(), "it is young enough for a run that comes");
    store.prune(&pruning(101)).await.unwrap();
    let there = async |bundle: &BundleRecord| store.bundle(bundle.digest).await.unwrap().is_some();
    assert_eq!([there(&uploaded).await, there(&used).await, there(&unused).await], [true, true, false]);
    store.cancel(&run_id("r1"), &cause("ada", ""), at(110)).await.unwrap();
    store.prune(&pruning(300)).await.unwrap();
    assert_eq!([there(&uploaded).await, there(&used).await], [true, false]);
}

fn process(name: &str, group: &str, seconds: i64) -> ProcessRecord {
    let (value_type, value) = ("text".to_owned(), "22".to_owned());
    let day = BundleParameter { name: "day".to_owned(), value_type, value };
    ProcessRecord {
        group: group.to_owned(),
        process: name.to_owned(),
        bundle: Digest::of(format!("{name} {seconds}").as_bytes()),
        user: "ada".to_owned(),
        created: at(seconds),
        parameters: (seconds > 0).then(|| vec![day]),
    }
}

pub(crate) async fn a_process_is_noted_by_the_latest_bundle_of_its_group(bench: &Bench) {
    let store = &bench.store;
    for (group, seconds) in [("risk", 0), ("desk", 5), ("risk", 9), ("risk", 3), ("risk", 9)] {
        store.note_process(&process("price", group, seconds)).await.unwrap();
    }
    let all = store.processes(&ProcessFilter::default()).await.unwrap();
    assert_eq!((all.items, all.more), (vec![process("price", "desk", 5), process("price", "risk", 9)], false));
}

pub(crate) async fn processes_are_listed_page_by_page(bench: &Bench) {
    let store = &bench.store;
    for (name, group) in [("b", "risk"), ("a", "risk"), ("a", "desk"), ("B", "risk"), ("ä", "risk")] {
        store.note_process(&process(name, group, 0)).await.unwrap();
    }
    let (mut filter, mut seen) = (ProcessFilter { limit: 2, ..ProcessFilter::default() }, Vec::new());
    loop {
        let page = store.processes(&filter).await.unwrap();
        seen.extend(page.items.iter().map(|item| format!("{} {}", item.process, item.group)));
        filter.after = page.items.last().map(|last| (last.process.clone(), last.group.clone()));
        if !page.more {
            break;
        }
    }
    assert_eq!(seen, ["B risk", "a desk", "a risk", "b risk", "ä risk"]);
    let names = async |group: Option<&str>, process: Option<&str>| -> Vec<String> {
        let (groups, process) = (group.map(|group| vec![group.to_owned()]), process.map(str::to_owned));
        let page = store.processes(&ProcessFilter { groups, process, ..ProcessFilter::default() }).await.unwrap();
        page.items.into_iter().map(|item| item.process).collect()
    };
    assert_eq!(names(Some("desk"), None).await, ["a"]);
    assert_eq!(names(None, Some("a")).await, ["a", "a"]);
    assert_eq!(names(Some("desk"), Some("b")).await, [""; 0]);
}

pub(crate) async fn a_risk_object_has_a_version_for_each_content(bench: &Bench) {
    let store = &bench.store;
    let put = async |name, content| store.put_object(&object(name, content)).await.unwrap().version;
    assert_eq!(put("base.scenarios", "one").await, 1);
    assert_eq!(put("base.scenarios", "one").await, 1);
    assert_eq!(put("base.scenarios", "two").await, 2);
    assert_eq!(put("Rates.matrix", "one").await, 1);
    // The content of an earlier version again: what counts is what is there now.
    assert_eq!(put("base.scenarios", "one").await, 3);
    let latest = store.objects().await.unwrap();
    let names: Vec<(&str, u64)> = latest.iter().map(|object| (object.name.as_str(), object.version)).collect();
    assert_eq!(names, [("Rates.matrix", 1), ("base.scenarios", 3)]);
    let versions = store.object_versions("base.scenarios").await.unwrap();
    assert_eq!(versions.iter().map(|object| object.version).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(versions[1], ObjectVersion { version: 2, ..object("base.scenarios", "two") });
    assert!(store.object_versions("none").await.unwrap().is_empty());
}

pub(crate) async fn whatever_is_referred_to_is_named(bench: &Bench) {
    let store = &bench.store;
    let epoch = placed(store, "r1").await;
    store.submit(&new_run("r2")).await.unwrap();
    place(store, epoch, "r2", &[("all", "c1")]).await;
    let output = |content: &str| OutputRecord {
        path: "out.csv".to_owned(),
        digest: Digest::of(content.as_bytes()),
        bytes: content.len() as u64,
    };
    for (name, kind) in [("r1", EndKind::Succeeded), ("r2", EndKind::Failed)] {
        let ended = End { outputs: vec![output(name)], ..end(name, 1, kind) };
        store.run_ended(&host_id("c1"), &ended, at(12)).await.unwrap();
    }
    store.put_bundle(&bundle()).await.unwrap();
    store.put_object(&object("base.scenarios", "one")).await.unwrap();
    store.put_object(&object("base.scenarios", "two")).await.unwrap();
    let mut expected: Vec<Digest> =
        ["r1", "plan", "trades", "one", "two"].iter().map(|content| Digest::of(content.as_bytes())).collect();
    expected.push(bundle().digest);
    expected.sort();
    let mut found = store.referred().await.unwrap();
    found.sort();
    assert_eq!(found, expected);
}

pub(crate) async fn runs_past_their_time_are_forgotten_with_all_of_theirs(bench: &Bench) {
    let store = &bench.store;
    placed(store, "r1").await;
    let c1 = host_id("c1");
    let text = b"hello".to_vec();
    let (run, generation, host) = (run_id("r1"), Generation(1), c1.clone());
    let piece = LogPiece { run, generation, host, node: "a".to_owned(), offset: 0, text };
    store.append_log(&piece, 100).await.unwrap();
    let outputs = vec![OutputRecord { path: "a".to_owned(), digest: Digest::of(b"a"), bytes: 1 }];
    store.run_ended(&c1, &End { outputs, ..end("r1", 1, EndKind::Succeeded) }, at(20)).await.unwrap();
    store.submit(&new_run("r2")).await.unwrap();
    store.power(&c1, PowerRequest::Off, &cause("op", ""), at(150)).await.unwrap();
    let last = store.last_event().await.unwrap();
    let pruning = |now, keep_runs| Pruning { now: at(now), ended_runs: Duration::from_secs(100), keep_runs };
    assert_eq!(store.prune(&pruning(120, 0)).await.unwrap(), 0, "it ended no longer ago");
    assert_eq!(store.prune(&pruning(121, 1)).await.unwrap(), 0, "one is to be kept");
    assert_eq!(store.prune(&pruning(121, 0)).await.unwrap(), 1);
    assert_eq!(store.run(&run_id("r1")).await.unwrap(), None);
    assert!(store.log(&run_id("r1"), "a", 0, 10).await.unwrap().is_empty());
    assert!(store.referred().await.unwrap().is_empty());
    // Runs that have not ended stay, however old, and numbers of events go on.
    assert_eq!(happened(store).await, ["r2 submitted", "c1 power off requested"]);
    assert_eq!(store.last_event().await.unwrap(), last);
    assert_eq!(store.submit(&new_run("r1")).await.unwrap(), Submitted::New);
    assert_eq!(store.events(None, last, 10).await.unwrap()[0].number, last + 1);
}

pub(crate) async fn the_latest_of_many_ended_runs_are_kept(bench: &Bench) {
    let store = &bench.store;
    for n in 0..450_i64 {
        let name = format!("r{n:03}");
        store.submit(&new_run(&name)).await.unwrap();
        store.cancel(&run_id(&name), &cause("ada", ""), at(n)).await.unwrap();
    }
    let pruning = Pruning { now: at(10_000), ended_runs: Duration::from_secs(60), keep_runs: 20 };
    assert_eq!(store.prune(&pruning).await.unwrap(), 430);
    let kept = store.runs(&RunFilter::default()).await.unwrap().items;
    assert_eq!((kept.len(), kept[19].record.id.as_str()), (20, "r430"));
    assert_eq!(store.events(None, 0, 1000).await.unwrap().len(), 40);
    assert_eq!(store.prune(&pruning).await.unwrap(), 0);
}

pub(crate) async fn a_second_midtier_sees_what_the_first_wrote(bench: &Bench) {
    let store = &bench.store;
    store.ping().await.unwrap();
    let other = bench.another().await;
    placed(store, "r1").await;
    assert_eq!(detail(&other, "r1").await, detail(store, "r1").await);
    assert_eq!(other.observe().await.unwrap(), store.observe().await.unwrap());
    other.close().await;
    // Its tables were there already, and are left as they are.
    assert_eq!(happened(store).await.len(), 3);
    assert!(other.ping().await.unwrap_err().is_retryable());
}
