//! A worker that misbehaves, for the tests of the supervisor: the first argument says how. As `worker` it is a real one.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "it stands for a whole executable"
)]

use std::io::{BufRead, Write};
use std::time::Duration;

use leat_worker::{CallStatus, Job, NodeReport, NodeState, RejectReport};
use serde_json::json;

fn main() {
    let behaviour = std::env::args().nth(1).unwrap_or_default();
    if behaviour == "worker" {
        std::process::exit(i32::from(!leat_worker::run_worker()));
    }
    let mut lines = std::io::stdin().lock().lines();
    if behaviour == "deaf-from-the-start" {
        hang();
    }
    let job: Job = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    match behaviour.as_str() {
        "overruns" => {
            say_frame(&job, Duration::from_secs(61));
            hang();
        }
        "waits-for-a-queue" => {
            say_frame(&job, Duration::from_secs(59));
            say(&json!({"done": {"outcome": {"kind": "succeeded"}, "outputs": [], "warnings": []}}));
        }
        "falls-silent" => {
            say_frame(&job, Duration::ZERO);
            hang();
        }
        "never-stops" => loop {
            say_frame(&job, Duration::ZERO);
            std::thread::sleep(Duration::from_millis(5));
        },
        "overruns-once-asked-to-stop" => {
            say_frame(&job, Duration::ZERO);
            assert_eq!(lines.next().unwrap().unwrap(), "stop");
            say_frame(&job, Duration::from_secs(61));
            hang();
        }
        "stops-when-asked" => {
            say_frame(&job, Duration::ZERO);
            assert_eq!(lines.next().unwrap().unwrap(), "stop");
            say(&json!({"done": {"outcome": {"kind": "stopped"}, "outputs": [], "warnings": ["asked"]}}));
        }
        "gives-up" => {
            say_frame(&job, Duration::ZERO);
            std::io::stderr().write_all(b"out of luck\n").unwrap();
            std::process::exit(3);
        }
        "is-killed" => {
            say_frame(&job, Duration::ZERO);
            let me = rustix::process::getpid();
            rustix::process::kill_process(me, rustix::process::Signal::KILL).unwrap();
        }
        "crashes" => std::process::abort(),
        "eats-memory" => {
            say_frame(&job, Duration::ZERO);
            std::hint::black_box(vec![1_u8; 300 << 20]);
            say(&json!({"done": {"outcome": {"kind": "succeeded"}, "outputs": [], "warnings": []}}));
        }
        "talks-nonsense" => {
            println!("Segmentation fault? No idea.");
            hang();
        }
        "tells-its-environment" => {
            let environment: Vec<String> = std::env::vars().map(|(key, _)| key).collect();
            say(&json!({"done": {"outcome": {"kind": "succeeded"}, "outputs": [], "warnings": environment}}));
        }
        other => panic!("no such behaviour: {other}"),
    }
}

fn hang() -> ! {
    loop {
        std::thread::park();
    }
}

fn say(event: &serde_json::Value) {
    println!("{event}");
    std::io::stdout().flush().unwrap();
}

/// A frame in which the second node spent so much time of its own in a call, and a minute more waiting for a queue.
fn say_frame(job: &Job, spent: Duration) {
    let minute = Duration::from_secs(60);
    let nodes: Vec<_> = job
        .plan
        .nodes
        .iter()
        .enumerate()
        .map(|(index, node)| {
            let call = CallStatus {
                function: "process".to_owned(),
                port: Some(0),
                queue: node.queue_ends().next().map(|(_, end)| job.plan.queues[end.queue].name.clone()),
                batch: Some(17),
                elapsed: spent + minute,
                waited: minute,
            };
            json!({
                "report": NodeReport {
                    name: node.name.clone(),
                    kind: "component".to_owned(),
                    ended: false,
                    inputs: Vec::new(),
                    outputs: Vec::new(),
                    busy_seconds: 1.5,
                    input_wait_seconds: 0.0,
                    output_wait_seconds: 0.0,
                    fact_wait_seconds: 0.0,
                    first_batch_us: Some(0),
                    last_batch_us: Some(500_000),
                    awaits: Vec::new(),
                    rejects: RejectReport::default(),
                    counters: Default::default(),
                    component: None,
                    log: None,
                },
                "state": NodeState::Running,
                "progress": null,
                "call": (index == 1).then_some(call),
            })
        })
        .collect();
    let elapsed = json!({"secs": 1, "nanos": 0});
    let frame = json!({"elapsed": elapsed, "memory_bytes_peak": 4_000_000, "nodes": nodes, "facts": [], "queues": []});
    say(&json!({"frame": frame}));
}
