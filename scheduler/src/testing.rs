//! Hosts and runs for tests.

use crate::model::{
    Constraints, Generation, HostId, HostRecord, Moment, Part, PowerState, Resources, RunId, RunRecord, RunState,
};

/// A host that is ready, has power of its own, and holds nothing.
pub(crate) fn host(name: &str) -> HostRecord {
    let capacity = Resources { cpu_millis: 4_000, memory_bytes: 8 << 30 };
    HostRecord {
        power: Some("process".to_owned()),
        state: PowerState::Ready,
        idle_since: Some(Moment(0)),
        up_since: Some(Moment(0)),
        revision: 1,
        ..HostRecord::off(HostId::parse(name).unwrap(), "x86_64", capacity)
    }
}

/// A run that waits.
pub(crate) fn run(name: &str) -> RunRecord {
    let needs = Resources { cpu_millis: 1_000, memory_bytes: 1 << 30 };
    RunRecord {
        id: RunId::parse(name).unwrap(),
        group: "desk".to_owned(),
        user: "ada".to_owned(),
        priority: 0,
        submitted: Moment(0),
        state: RunState::Queued,
        since: Moment(0),
        generation: Generation(0),
        attempts: 0,
        attempts_max: 3,
        attempts_fruitful: 0,
        parts: vec![Part { name: "all".to_owned(), needs, feeds: Vec::new() }],
        constraints: Constraints::default(),
        placements: Vec::new(),
        cancel_requested: false,
        pause_requested: false,
        span: None,
        revision: 1,
    }
}
