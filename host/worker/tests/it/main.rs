//! The worker and its supervisor, over real processes, pipes and files.

#![allow(clippy::unwrap_used, reason = "clippy takes the shared parts of a test for product code")]

mod running;
mod supervising;
#[path = "../../src/testing.rs"]
mod testing;

use std::path::Path;

use leat_stream::plan::{ComponentNode, InputPort, Limits, NodeKind, Parallel};
use leat_worker::{Job, Notice, Observer, QUEUE_BYTES_DEFAULT, Status};

/// The job of `testing::plan`, with everything it reads and writes in one directory.
fn job(directory: &Path) -> Job {
    Job {
        plan: testing::plan(),
        playpen: directory.to_owned(),
        run_directory: directory.join("run"),
        run_id: "run-1".to_owned(),
        started_us: 1_706_702_400_000_000,
        seed: 1,
        cache: directory.join("cache"),
        interruptible: false,
        csv_threads: 2,
        queue_bytes: QUEUE_BYTES_DEFAULT,
        trace: None,
        tries_recovery: false,
        between_hosts: None,
        checkpoints: None,
        secrets: leat_worker::RunSecrets::default(),
        leat_version: "0.1.0".to_owned(),
    }
}

/// A copy with a component in between, whose calls may take a minute.
fn job_with_component(directory: &Path) -> Job {
    let mut job = job(directory);
    let mut sink = job.plan.nodes[1].clone();
    let component = ComponentNode {
        path: "price.wasm".to_owned(),
        parameters: Vec::new(),
        objects: Vec::new(),
        secrets: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        limits: Limits::default(),
        parallel: Parallel::default(),
    };
    job.plan.nodes[1].name = "price".to_owned();
    job.plan.nodes[1].kind = NodeKind::Component(component);
    sink.inputs = Vec::<InputPort>::new();
    job.plan.nodes.push(sink);
    job
}

/// Remembers what it is told.
#[derive(Default)]
struct Remembering {
    statuses: Vec<Status>,
    notices: Vec<Notice>,
}

impl Observer for Remembering {
    fn status(&mut self, status: &Status) {
        self.statuses.push(status.clone());
    }

    fn notice(&mut self, notice: &Notice) {
        self.notices.push(notice.clone());
    }
}
