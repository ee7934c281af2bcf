//! What an attempt of a run did when, as spans of the run's trace: the attempt, and each of its nodes from its first batch to
//! its last.
//!
//! Called by the run's task. A worker reaches no network, and tells no spans: those of its nodes are made of its report.

use std::time::Duration;

use leat_spans::{Kind, OpenSpan, Recorder};
use leat_worker::{NodeReport, Report};

use super::task::RunTask;
use super::{End, Outcome};

/// The span of an attempt begins.
pub(super) fn of_run(task: &RunTask) -> OpenSpan {
    let mut span = task.tools.recorder.begin("run", Kind::Consumer, task.task.span);
    span.set("leat.run.id", task.run.0.as_str());
    span.set("leat.run.generation", task.generation);
    span.set("host.name", task.tools.host.as_str());
    span
}

/// An attempt has ended.
pub(super) fn ended(mut span: OpenSpan, end: &End) {
    if end.outcome != Outcome::Succeeded {
        span.fail(end.reason.as_str());
    }
    span.end();
}

/// The nodes that had batches, within the span of the worker. It began when the report's times did.
pub(super) fn of_nodes(recorder: &Recorder, worker: &OpenSpan, report: &Report) {
    let Some(began) = worker.start_us() else { return };
    for node in &report.nodes {
        let Some((first, last)) = node.first_batch_us.zip(node.last_batch_us) else { continue };
        let at = |micros: u64| began.saturating_add(i64::try_from(micros).unwrap_or(i64::MAX));
        let mut span = recorder.begin_at(node.name.as_str(), Kind::Internal, worker.context(), at(first));
        describe(&mut span, node, Duration::from_micros(last.saturating_sub(first)));
        span.end_at(at(last));
    }
}

fn describe(span: &mut OpenSpan, node: &NodeReport, spanned: Duration) {
    span.set("leat.node.name", node.name.as_str());
    span.set("leat.node.kind", node.kind.as_str());
    span.set("leat.node.rows_in", node.rows_in());
    span.set("leat.node.rows_out", node.rows_out());
    span.set("leat.node.rows_rejected", node.rejects.rows);
    span.set("leat.node.busy_seconds", node.busy_seconds);
    span.set("leat.node.input_wait_seconds", node.input_wait_seconds);
    span.set("leat.node.output_wait_seconds", node.output_wait_seconds);
    span.set("leat.node.batches_seconds", spanned.as_secs_f64());
    if !node.ended {
        span.fail("it did not come to its end");
    }
}
