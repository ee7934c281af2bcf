//! What the rules are tried on: runs, hosts, decisions, with as little said of each as matters.

use std::collections::BTreeMap;
use std::time::Duration;

use leat_bundle::Digest;
use leat_midtier::store::{End, EndKind, Enlistment, EventKind, NewRun, RunDetail, RunNews, Store};
use leat_scheduler::ledger::{Committed, Decision, Epoch, Ledger};
use leat_scheduler::model::{
    Cause, Constraints, Generation, HostId, HostRecord, Moment, Part, Placement, Resources, RunId, RunState,
};
use leat_store_sql::SqlStore;

pub(crate) const GIB: u64 = 1 << 30;

pub(crate) fn at(seconds: i64) -> Moment {
    Moment(1_700_000_000_000_000).after(Duration::from_secs(seconds.unsigned_abs()))
}

pub(crate) fn run_id(name: &str) -> RunId {
    RunId::parse(name).unwrap()
}

pub(crate) fn host_id(name: &str) -> HostId {
    HostId::parse(name).unwrap()
}

pub(crate) fn cause(actor: &str, reason: &str) -> Cause {
    Cause { actor: actor.to_owned(), reason: reason.to_owned() }
}

/// A run of one part.
pub(crate) fn new_run(name: &str) -> NewRun {
    new_run_of(name, &["all"])
}

pub(crate) fn new_run_of(name: &str, parts: &[&str]) -> NewRun {
    let needs = Resources { cpu_millis: 500, memory_bytes: GIB };
    NewRun {
        id: run_id(name),
        process: "price".to_owned(),
        bundle: Digest::of(b"bundle"),
        user: "ada".to_owned(),
        group: "risk".to_owned(),
        priority: -3,
        submitted: at(0),
        attempts_max: 3,
        parts: parts.iter().map(|name| Part { name: (*name).to_owned(), needs, feeds: Vec::new() }).collect(),
        constraints: Constraints {
            region: Some("eu".to_owned()),
            labels: BTreeMap::from([("disk".to_owned(), "ssd".to_owned())]),
            architecture: None,
            spread: true,
        },
        seed: u64::MAX - 1,
        checkpoint_every: None,
        idempotency_key: None,
        retry_of: None,
        span: None,
    }
}

pub(crate) fn host_record(name: &str) -> HostRecord {
    let capacity = Resources { cpu_millis: 8000, memory_bytes: 16 * GIB };
    HostRecord {
        labels: BTreeMap::from([("disk".to_owned(), "ssd".to_owned())]),
        region: Some("eu".to_owned()),
        power: Some("process".to_owned()),
        cost_per_hour: 0.25,
        since: at(0),
        ..HostRecord::off(host_id(name), "x86_64", capacity)
    }
}

/// A host whose agent has said that it is there.
pub(crate) async fn up(store: &SqlStore, name: &str) -> HostId {
    let enlistment = Enlistment { host: host_record(name), incarnation: format!("{name}-1") };
    store.enlist(&enlistment, at(1)).await.unwrap();
    host_id(name)
}

/// The first leader.
pub(crate) async fn lead(store: &SqlStore) -> Epoch {
    let seen = store.leadership().await.unwrap();
    store.take_lead("midtier-1", &seen).await.unwrap().expect("nobody else leads")
}

pub(crate) async fn detail(store: &SqlStore, name: &str) -> RunDetail {
    store.run(&run_id(name)).await.unwrap().expect("the run is there")
}

pub(crate) async fn state(store: &SqlStore, name: &str) -> RunState {
    detail(store, name).await.summary.record.state
}

pub(crate) async fn host(store: &SqlStore, name: &str) -> HostRecord {
    let hosts = store.hosts().await.unwrap();
    hosts.into_iter().find(|host| host.id.as_str() == name).expect("the host is there")
}

pub(crate) fn placements(parts: &[(&str, &str)]) -> Vec<Placement> {
    parts.iter().map(|(part, host)| Placement { part: (*part).to_owned(), host: host_id(host) }).collect()
}

/// Places a run that is there, as its next attempt.
pub(crate) async fn place(store: &SqlStore, epoch: Epoch, name: &str, parts: &[(&str, &str)]) {
    let run = detail(store, name).await.summary.record;
    let decision = Decision::Place {
        run: run.id,
        revision: run.revision,
        generation: run.generation.next(),
        placements: placements(parts),
    };
    assert_eq!(store.commit(epoch, at(10), &[decision]).await.unwrap(), Committed::Done(vec![true]));
}

/// A submitted run that is placed on the host `c1`, under the first leader.
pub(crate) async fn placed(store: &SqlStore, name: &str) -> Epoch {
    let epoch = lead(store).await;
    up(store, "c1").await;
    store.submit(&new_run(name)).await.unwrap();
    place(store, epoch, name, &[("all", "c1")]).await;
    epoch
}

pub(crate) fn news(name: &str, generation: u64, status: Option<&str>) -> RunNews {
    RunNews { run: run_id(name), generation: Generation(generation), status_json: status.map(str::to_owned) }
}

pub(crate) fn end(name: &str, generation: u64, kind: EndKind) -> End {
    let reason = match kind {
        EndKind::Succeeded => "",
        EndKind::Failed => "the node fell over",
        EndKind::Stopped => "was told to stop",
        EndKind::HostFault => "the host ran out of memory",
    };
    End {
        run: run_id(name),
        generation: Generation(generation),
        kind,
        reason: reason.to_owned(),
        report_json: None,
        outputs: Vec::new(),
        deaths_json: None,
        taught: false,
    }
}

/// What has happened, in words: `r1 queued→`, `c1 ready`.
pub(crate) async fn happened(store: &SqlStore) -> Vec<String> {
    let events = store.events(None, 0, 1000).await.unwrap();
    let words = events.into_iter().map(|event| match event.kind {
        EventKind::Submitted { run } => format!("{run} submitted"),
        EventKind::CancelRequested { run } => format!("{run} cancel requested"),
        EventKind::PauseRequested { run } => format!("{run} pause requested"),
        EventKind::Run { run, state, generation, hosts } => {
            let hosts: Vec<&str> = hosts.iter().map(HostId::as_str).collect();
            format!("{run} {state} #{generation} on [{}]", hosts.join(" "))
        }
        EventKind::Host { host, what } => format!("{host} {what}"),
    });
    words.collect()
}
