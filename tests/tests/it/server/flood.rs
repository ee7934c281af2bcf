//! More requests than anybody is owed: limits hold, memory stays as it is, and who asks in measure is answered meanwhile.

use std::collections::BTreeMap;
use std::sync::Mutex;

use leat_tests::http::{Answered, ask};
use leat_tests::playpen::until;
use leat_tests::processes::resident;
use leat_tests::server::Server;
use serde_json::{Value, json};

/// How many ask at the same time, and how often each of them in one wave.
const STRANGERS: usize = 8;
const TIMES: usize = 1_000;

/// One wave, in turns of: a token that is none, another each time; a place that there is not; a user without measure; nonsense that is
/// large and deep. Answers how often each status was given.
fn wave(server: &Server, number: usize, nonsense: &Value) -> BTreeMap<u16, usize> {
    let (url, token) = (server.url(), server.token());
    let seen = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for stranger in 0..STRANGERS {
            let (seen, token) = (&seen, &token);
            scope.spawn(move || {
                for time in 0..TIMES {
                    let name = format!("{number}-{stranger}-{time}");
                    let answered: Answered = match time % 4 {
                        0 => ask("GET", &format!("{url}/api/v1/runs"), &format!("leat_{name}"), None),
                        1 => ask("GET", &format!("{url}/{name}/{}", "x".repeat(2_000)), "", None),
                        2 => ask("GET", &format!("{url}/api/v1/runs?limit=1"), token, None),
                        _ => ask("POST", &format!("{url}/api/v1/runs"), token, Some(nonsense)),
                    };
                    *seen.lock().unwrap().entry(answered.status).or_default() += 1;
                }
            });
        }
    });
    seen.into_inner().unwrap()
}

#[test]
fn a_flood_of_requests_meets_limits_and_leaves_memory_as_it_was() {
    let mut server = Server::start(&[]);
    let mut deep = json!("x".repeat(20_000));
    for _ in 0..100 {
        deep = json!({ "inputs": [deep] });
    }
    // What is kept of callers, connections and pages of the store has its bounds; the first waves fill it.
    let mut seen = BTreeMap::new();
    let mut count = |wave: BTreeMap<u16, usize>| {
        wave.into_iter().for_each(|(status, times)| *seen.entry(status).or_insert(0) += times)
    };
    (0..2).for_each(|number| count(wave(&server, number, &deep)));
    let before = resident(server.pid());
    (2..6).for_each(|number| count(wave(&server, number, &deep)));
    let after = resident(server.pid());
    assert!(seen[&429] > 0 && seen[&401] > 0 && seen[&200] > 0, "{seen:?}");
    assert!(!seen.keys().any(|status| *status >= 500), "{seen:?}");
    // 32,000 requests: 256 bytes kept of each would be seen.
    assert!(after < before + (8 << 20), "{before} bytes before, {after} bytes after");
    until("who asks in measure is answered", || {
        ask("GET", &format!("{}/api/v1/whoami", server.url()), &server.token(), None).status == 200
    });
    server.stop();
}
