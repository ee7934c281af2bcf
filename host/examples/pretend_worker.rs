//! A worker that pretends, for the tests of the agent: the playpen's `in/behave.txt` says how, a word and what it is given.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "it stands for a whole executable"
)]

use std::fs;
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leat_worker::Job;
use serde_json::{Value, json};

static STOP: AtomicBool = AtomicBool::new(false);

fn main() {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).unwrap();
    let job: Job = serde_json::from_str(&line).unwrap();
    std::thread::spawn(|| {
        for line in std::io::stdin().lock().lines() {
            match line {
                Ok(line) if line == "stop" => STOP.store(true, Ordering::SeqCst),
                _ => break,
            }
        }
        // Its supervisor is gone.
        std::process::exit(1);
    });
    fs::write(job.run_directory.join("pid"), std::process::id().to_string()).unwrap();
    let behave = fs::read_to_string(job.playpen.join("in/behave.txt")).unwrap();
    let (word, given) = behave.split_once(' ').unwrap_or((behave.as_str(), ""));
    match word {
        "writes" => succeed(&job, &job.run_directory.join("out.csv"), given),
        "writes-to" => succeed(&job, Path::new(given), "elsewhere"),
        "waits-for" => {
            frames_until(|| Path::new(given).exists() || STOP.load(Ordering::SeqCst));
            if STOP.load(Ordering::SeqCst) {
                return done(json!({"kind": "stopped"}), &[]);
            }
            succeed(&job, &job.run_directory.join("out.csv"), "waited");
        }
        "never-stops" => frames_until(|| false),
        "fails" => fail(given),
        "reads-in-csv" => {
            let read = fs::read_to_string(job.playpen.join("in.csv")).unwrap();
            if read == given { succeed(&job, &job.run_directory.join("out.csv"), given) } else { fail("odd input") }
        }
        "crashes" => std::process::abort(),
        other => panic!("no such behaviour: {other}"),
    }
}

fn frames_until(over: impl Fn() -> bool) {
    while !over() {
        let elapsed = json!({"secs": 1, "nanos": 0});
        say(
            &json!({"frame": {"elapsed": elapsed, "memory_bytes_peak": 4_000_000, "nodes": [], "facts": [], "queues": []}}),
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn succeed(job: &Job, output: &Path, text: &str) {
    let logs = job.run_directory.join("logs");
    fs::create_dir_all(&logs).unwrap();
    fs::write(logs.join("sink.log"), format!("wrote {text}\n")).unwrap();
    fs::write(output, text).unwrap();
    done(json!({"kind": "succeeded"}), &[json!({"node": "sink", "path": output, "rows": 1, "bytes": text.len()})]);
}

fn fail(reason: &str) {
    let failure = json!({"kind": "failed", "node": "sink", "line": 2, "reason": reason, "backtrace": [], "hint": null});
    done(failure, &[]);
}

fn done(outcome: Value, outputs: &[Value]) {
    say(&json!({"done": {"outcome": outcome, "outputs": outputs, "warnings": []}}));
}

fn say(event: &Value) {
    println!("{event}");
    std::io::stdout().flush().unwrap();
}
