//! The sandbox against hostile and well-behaved components: one guest for each behaviour, each ending as it should.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod bench;
mod draws;
mod emission;
mod errors;
mod limits;
mod loading;
mod risk;
mod secrets;
mod snapshots;
mod wasi;

use std::collections::BTreeSet;

use leat_tests::guests;

/// The cases' own text, in which every guest must be named.
const CASES: [&str; 14] = [
    include_str!("facts.rs"),
    include_str!("parallel.rs"),
    include_str!("risk.rs"),
    include_str!("sandbox/draws.rs"),
    include_str!("sandbox/emission.rs"),
    include_str!("sandbox/errors.rs"),
    include_str!("sandbox/limits.rs"),
    include_str!("sandbox/loading.rs"),
    include_str!("sandbox/risk.rs"),
    include_str!("sandbox/secrets.rs"),
    include_str!("sandbox/snapshots.rs"),
    include_str!("sandbox/wasi.rs"),
    include_str!("server.rs"),
    include_str!("server/dying.rs"),
];

#[test]
fn every_guest_has_a_case() {
    let untested: BTreeSet<String> = guests::names()
        .into_iter()
        .filter(|name| !CASES.iter().any(|cases| cases.contains(&format!("\"{name}\""))))
        .collect();
    assert!(untested.is_empty(), "guests without a case: {untested:?}");
}
