//! Two hundred runs of four users, submitted before any host is on: all end, in the order that the policy says, and no host
//! ever holds more than it has. Told by the events alone.

use std::collections::BTreeMap;

use leat_tests::http::ask;
use leat_tests::installation::{ADMIN, Installation, Machine, token_of};
use leat_tests::playpen::{Playpen, until};
use serde_json::{Value, json};

use super::playpen;

const USERS: [&str; 4] = ["ada", "ben", "cyd", "dan"];
/// Runs of each user.
const EACH: usize = 50;
/// Processors of each host; every run has one.
const CPUS: u32 = 4;

/// A run as it was submitted.
struct Submitted {
    user: &'static str,
    priority: u64,
}

/// What happened to a run.
struct Happened {
    number: u64,
    run: String,
    state: String,
    hosts: Vec<String>,
}

#[test]
fn two_hundred_runs_of_four_users_all_end_in_order_and_no_host_is_overfull() {
    let installation = Installation::gated(&[Machine { cpus: CPUS, memory_gib: 64 }; 3], &USERS);
    let playpen = playpen("doubling", 1_000);
    playpen.leat(&["run", "p.strm", "--output", "here"]).succeeds();
    let submitted = submit_all(&installation, &playpen);
    assert_eq!(submitted.len(), USERS.len() * EACH);
    installation.open_gate();

    let api = format!("{}/api/v1", installation.url(0));
    until("all runs have ended", || {
        let waiting = ask("GET", &format!("{api}/runs?state=queued,starting,running,recovering"), ADMIN, None);
        waiting.json()["items"].as_array().is_some_and(Vec::is_empty)
    });
    let happened = events_of(&api, &submitted);
    let ended = happened.iter().filter(|event| event.state == "succeeded").count();
    assert_eq!(ended, submitted.len(), "every run ends, and well");
    require_capacity(&happened);
    require_order(&happened, &submitted);
    let (sample, _) = submitted.iter().next().expect("there are runs");
    installation.leat(0, &playpen, &["fetch", sample, "--output", "there"]);
    assert_eq!(playpen.read("there/made/out.csv"), playpen.read("here/made/out.csv"));
}

/// The first run of each user uploads what there is; the others are the same bundle, submitted all at once.
fn submit_all(installation: &Installation, playpen: &Playpen) -> BTreeMap<String, Submitted> {
    let first = installation.leat(0, playpen, &["submit", "p.strm", "--quiet"]).stdout.trim().to_owned();
    let api = format!("{}/api/v1", installation.url(0));
    let bundle = ask("GET", &format!("{api}/runs/{first}"), ADMIN, None).json()["bundle"].clone();
    installation.leat(0, playpen, &["cancel", &first]);
    let submit = |user: &'static str| {
        let one = |number: usize| {
            let priority = (number % 3) as u64 * 10;
            let wish = json!({ "bundle": bundle, "priority": priority, "cpu_millis": 1000, "memory_bytes": 1 << 30 });
            let run = ask("POST", &format!("{api}/runs"), &token_of(user), Some(&wish)).json();
            (run["id"].as_str().expect("a run has a name").to_owned(), Submitted { user, priority })
        };
        (0..EACH).map(one).collect::<Vec<_>>()
    };
    std::thread::scope(|scope| {
        let users: Vec<_> = USERS.into_iter().map(|user| scope.spawn(move || submit(user))).collect();
        users.into_iter().flat_map(|user| user.join().expect("all are taken in")).collect()
    })
}

/// What happened to these runs, in the order in which it did.
fn events_of(api: &str, submitted: &BTreeMap<String, Submitted>) -> Vec<Happened> {
    let mut happened = Vec::new();
    for run in submitted.keys() {
        let told = ask("GET", &format!("{api}/runs/{run}/events"), ADMIN, None);
        let told = String::from_utf8_lossy(&told.body).into_owned();
        for event in told.split("\n\n") {
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            let (Some(number), Some(data)) = (field("id:"), field("data:")) else { continue };
            let data: Value = serde_json::from_str(data).expect("an event is JSON");
            let hosts = data["hosts"].as_array().into_iter().flatten().filter_map(Value::as_str);
            happened.push(Happened {
                number: number.parse().expect("an event's number"),
                run: run.clone(),
                state: data["state"].as_str().unwrap_or_default().to_owned(),
                hosts: hosts.map(str::to_owned).collect(),
            });
        }
    }
    happened.sort_by_key(|event| event.number);
    happened
}

fn require_capacity(happened: &[Happened]) {
    let mut on: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut most = 0;
    for event in happened {
        on.values_mut().for_each(|runs| runs.retain(|run| *run != event.run));
        if event.state == "starting" || event.state == "running" {
            for host in &event.hosts {
                let runs = on.entry(host).or_default();
                runs.push(&event.run);
                assert!(runs.len() <= CPUS as usize, "host {host} holds {} runs of a core each", runs.len());
                most = most.max(runs.len());
            }
        }
    }
    assert_eq!(most, CPUS as usize, "hosts were full at some time, or nothing was tried");
    assert_eq!(on.len(), 3, "every host had work");
}

/// Everything was submitted before anything was placed: so nothing goes before what is more urgent, and users of one
/// priority take turns.
fn require_order(happened: &[Happened], submitted: &BTreeMap<String, Submitted>) {
    let mut waiting: BTreeMap<&str, &Submitted> = submitted.iter().map(|(run, of)| (run.as_str(), of)).collect();
    let mut placed: BTreeMap<(u64, &str), usize> = BTreeMap::new();
    for event in happened.iter().filter(|event| event.state == "starting") {
        let Some(run) = waiting.remove(event.run.as_str()) else { continue };
        let more_urgent = waiting.values().filter(|other| other.priority > run.priority).count();
        assert_eq!(more_urgent, 0, "a run of priority {} goes before {more_urgent} that are more urgent", run.priority);
        *placed.entry((run.priority, run.user)).or_default() += 1;
        let others = waiting.values().filter(|other| other.priority == run.priority);
        for other in others {
            let (own, its) =
                (placed[&(run.priority, run.user)], placed.get(&(run.priority, other.user)).copied().unwrap_or(0));
            // A turn is a share of what is held now, and what has ended is no longer held: as many as the hosts have cores at most.
            assert!(
                own <= its + 3 * CPUS as usize,
                "{} has {own} runs placed while {} has {its}",
                run.user,
                other.user
            );
        }
    }
    assert!(waiting.is_empty(), "every run was placed");
}
