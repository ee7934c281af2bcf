//! The run at one moment, from its meters.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use leat_flow::dataflow::Place;
use leat_flow::inputs::{Inputs, QueueEnd};
use leat_flow::meter::{Activity, Call, CallInProgress, PortMeter, RunClock};
use leat_flow::node::Node;
use leat_flow::rejects::Content;
use leat_runtime::Component;
use leat_stream::plan::{Fact, Node as PlanNode, NodeKind, OnError, Plan};

use super::memory::PeakMemory;
use super::{log_path, rejected};
use crate::report::{ComponentReport, FactReport, NodeReport, PortReport, QueueReport, RejectReport, RejectedRecord};
use crate::status::{CallStatus, NodeState, Notice};
use crate::wire::{Frame, NodeFrame, OUTPUT, QueueFrame};

/// A node as it is seen from outside its thread.
pub(super) struct Observed {
    node: Arc<Node>,
    inputs: Arc<Inputs>,
    /// The component it runs.
    pub(super) component: Arc<Loaded>,
    log_written: Arc<AtomicBool>,
    rejects_told: usize,
}

impl Observed {
    pub(super) fn new(place: &Place, log_written: Arc<AtomicBool>) -> Self {
        Observed {
            node: Arc::clone(&place.node),
            inputs: Arc::clone(&place.inputs),
            component: Arc::default(),
            log_written,
            // Those of before the run was begun again were told then.
            rejects_told: place.node.rejected().len(),
        }
    }

    /// The rows it refused that are kept, numbered as in its report.
    pub(super) fn rejected_rows(&self) -> Vec<(usize, Content)> {
        let kept = self.node.rejected().into_iter().map(|(_, content)| content).enumerate();
        kept.filter(|(_, content)| matches!(content, Content::Row { .. })).collect()
    }

    /// What has not been told of it yet.
    pub(super) fn news(&mut self) -> Vec<Notice> {
        // What ends the run is told as its failure.
        if !self.node.goes_on() || self.node.meter().rejected.load(Ordering::Relaxed) == self.rejects_told as u64 {
            return Vec::new();
        }
        let rejected = self.node.rejected();
        let news = rejected.iter().skip(self.rejects_told).map(|(record, _)| Notice::Rejected {
            node: self.node.name().to_owned(),
            // The reason of a record of a file begins with its place.
            reason: if record.reason.starts_with(&record.place) {
                record.reason.clone()
            } else {
                format!("{}: {}", record.place, record.reason)
            },
        });
        let news = news.collect();
        self.rejects_told = rejected.len();
        news
    }
}

/// The component of a node, filled in by the first of the node's threads.
#[derive(Default)]
pub(super) struct Loaded {
    /// Its file and digest, once it is loaded.
    pub(super) what: OnceLock<(PathBuf, String)>,
    /// The component, or why it cannot be loaded; shared by the node's instances.
    pub(super) component: OnceLock<Result<Component, String>>,
    /// Linear memory of its instances, which never shrinks.
    pub(super) memory_bytes: AtomicU64,
}

impl Loaded {
    fn report(&self, node: &PlanNode) -> Option<ComponentReport> {
        let (path, digest) = self.what.get()?.clone();
        let NodeKind::Component(component) = &node.kind else { return None };
        Some(ComponentReport {
            path,
            digest,
            threads: component.parallel.threads,
            instances: component.parallel.instances(),
            memory_bytes_peak: self.memory_bytes.load(Ordering::Relaxed),
        })
    }
}

/// The whole run.
pub(super) fn frame(plan: &Plan, observed: &[Observed], clock: RunClock, memory: &PeakMemory) -> Frame {
    Frame {
        elapsed: clock.elapsed(),
        memory_bytes_peak: memory.bytes(),
        nodes: observed.iter().enumerate().map(|(index, seen)| node_frame(plan, index, seen)).collect(),
        facts: plan.facts.iter().enumerate().map(|(place, fact)| fact_report(plan, place, fact, observed)).collect(),
        queues: observed.iter().flat_map(queue_frames).collect(),
    }
}

fn fact_report(plan: &Plan, place: usize, fact: &Fact, observed: &[Observed]) -> FactReport {
    FactReport {
        name: fact.name.clone(),
        set_by: fact.set_by().map(|node| plan.nodes[node].name.clone()),
        value: observed.first().and_then(|seen| seen.node.run_facts().value(place)),
    }
}

fn node_frame(plan: &Plan, index: usize, seen: &Observed) -> NodeFrame {
    let (planned, meter) = (&plan.nodes[index], seen.node.meter());
    let state = match meter.activity() {
        Activity::Starting => NodeState::Starting,
        Activity::WaitingForSignals => NodeState::WaitingForSignals,
        Activity::WaitingForFacts => NodeState::WaitingForFacts,
        Activity::Running => NodeState::Running,
        Activity::WaitingForInput => NodeState::WaitingForInput,
        Activity::WaitingForOutput => NodeState::WaitingForOutput,
        Activity::Ended => NodeState::Ended,
        Activity::Stopped => NodeState::Stopped,
    };
    let queue = |place: usize| plan.queues[place].name.clone();
    let input_queues = planned.queue_ends().map(|(_, end)| Some(queue(end.queue)));
    let rejects = match planned.on_error {
        OnError::Queue(place) => Some(Some(queue(place))),
        OnError::Fail | OnError::Skip => None,
    };
    let output_queues = planned.outputs.iter().map(|place| place.map(queue)).chain(rejects);
    let first = seen.node.rejected().into_iter().enumerate().map(|(number, (record, content))| RejectedRecord {
        place: record.place,
        reason: record.reason,
        kept: rejected::kept(index, number, content, seen.inputs.queues()),
    });
    let batches = meter.batches();
    NodeFrame {
        report: NodeReport {
            name: planned.name.clone(),
            kind: kind(planned).to_owned(),
            ended: state == NodeState::Ended,
            inputs: input_queues.zip(&meter.inputs).map(port).collect(),
            outputs: output_queues.zip(&meter.outputs).map(port).collect(),
            busy_seconds: meter.busy().as_secs_f64(),
            input_wait_seconds: meter.input_wait().as_secs_f64(),
            output_wait_seconds: meter.output_wait().as_secs_f64(),
            fact_wait_seconds: meter.fact_wait().as_secs_f64(),
            first_batch_us: batches.map(|(first, _)| micros(first)),
            last_batch_us: batches.map(|(_, last)| micros(last)),
            awaits: seen.node.awaiting().iter().map(ToString::to_string).collect(),
            rejects: RejectReport { rows: meter.rejected.load(Ordering::Relaxed), first: first.collect() },
            counters: seen.node.counters(),
            component: seen.component.report(planned),
            log: seen.log_written.load(Ordering::Relaxed).then(|| log_path(plan, index)),
        },
        state,
        progress: meter.progress(),
        call: meter.call().map(|seen_call| call(seen.inputs.queues(), seen_call)),
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn kind(node: &PlanNode) -> &'static str {
    match node.kind {
        NodeKind::Input(_) => "input",
        NodeKind::Output(_) => OUTPUT,
        NodeKind::Component(_) => "component",
        NodeKind::Sql(_) => "sql",
        NodeKind::Send(_) => "send",
        NodeKind::Receive(_) => "receive",
    }
}

fn port((queue, meter): (Option<String>, &PortMeter)) -> PortReport {
    PortReport {
        queue,
        rows: meter.rows.load(Ordering::Relaxed),
        batches: meter.batches.load(Ordering::Relaxed),
        bytes: meter.bytes.load(Ordering::Relaxed),
    }
}

fn call(ends: &[QueueEnd], seen: CallInProgress) -> CallStatus {
    let (function, port, queue, batch) = match seen.call {
        Call::Open => ("open", None, None, None),
        Call::Process { end, batch } => {
            let end = ends.get(end);
            ("process", end.map(|end| end.port), end.map(|end| end.name.clone()), Some(batch))
        }
        Call::EndOfInput { port } => {
            let names: Vec<&str> = ends.iter().filter(|end| end.port == port).map(|end| end.name.as_str()).collect();
            ("end-of-input", Some(port), Some(names.join(" ")), None)
        }
        Call::Finish => ("finish", None, None, None),
        Call::Snapshot => ("snapshot", None, None, None),
        Call::Restore => ("restore", None, None, None),
    };
    CallStatus { function: function.to_owned(), port, queue, batch, elapsed: seen.elapsed, waited: seen.waited }
}

fn queue_frames(seen: &Observed) -> impl Iterator<Item = QueueFrame> {
    let queues = seen.inputs.queues().iter().enumerate();
    queues.map(|(end, queue)| {
        let fill = seen.inputs.fill(end);
        QueueFrame {
            report: QueueReport {
                name: queue.name.clone(),
                reader: seen.node.name().to_owned(),
                bytes_max: seen.inputs.queue_bytes() as u64,
                bytes_peak: fill.bytes_peak as u64,
                bytes_spilled: fill.spilled_bytes_total,
            },
            bytes: fill.bytes as u64,
            bytes_on_disk: fill.spilled_bytes as u64,
        }
    })
}
