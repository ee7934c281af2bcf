//! The end of a run for a person: what was done, or what went wrong and what to do about it.

use std::time::Duration;

use leat_worker::{FailureReport, NodeReport, Outcome, Report};

use super::number;

/// Frames of a guest's backtrace that are shown; the report has them all.
const FRAMES_SHOWN: usize = 12;

/// Files of one output that are shown; the report has them all.
const PARTS_SHOWN: usize = 10;

/// Prints a run's end: a success to standard output, a failure to standard error. `quiet` leaves out the success.
pub(crate) fn print(report: &Report, quiet: bool) {
    match &report.outcome {
        Outcome::Succeeded if quiet => {}
        Outcome::Succeeded => print!("{}", success(report)),
        Outcome::Failed(failure) => eprint!("{}", failed(report, failure)),
        Outcome::Stopped => eprint!("{}", stopped(report)),
    }
}

fn success(report: &Report) -> String {
    let elapsed = number::elapsed(Duration::from_secs_f64(report.elapsed_seconds));
    let mut lines =
        vec![format!("{} succeeded in {elapsed}, memory {}", report.process, number::bytes(report.memory_bytes_peak))];
    lines.extend(nodes(report));
    lines.extend(report.objects.iter().map(|object| format!("  used {}  sha256 {}", object.name, object.digest)));
    lines.extend(report.warnings.iter().map(|warning| format!("warning: {warning}")));
    for files in report.outputs.chunk_by(|one, other| one.node == other.node) {
        lines.extend(files.iter().take(PARTS_SHOWN).map(|file| {
            let rows = plural(file.rows, "row");
            format!("  {}  {rows}, {}", file.path.display(), number::bytes(file.bytes))
        }));
        let more = files.get(PARTS_SHOWN..).unwrap_or_default();
        if !more.is_empty() {
            let rows = plural(more.iter().map(|file| file.rows).sum(), "row");
            let bytes = number::bytes(more.iter().map(|file| file.bytes).sum());
            lines.push(format!("  … {} more of {}  {rows}, {bytes}", plural(more.len() as u64, "file"), files[0].node));
        }
    }
    lines.extend(trace(report));
    lines.extend(kept(report));
    lines.extend(checkpoints(report));
    lines.push(format!("  {}", report.run_directory.join("report.json").display()));
    lines.join("\n") + "\n"
}

/// Where the trace is, and how it is read.
fn trace(report: &Report) -> Option<String> {
    let trace = report.run_directory.join(report.trace.as_ref()?);
    Some(format!("  {}  shown by `leat trace {}`", trace.display(), report.run_directory.display()))
}

/// What checkpoints there were, and what they took.
fn checkpoints(report: &Report) -> Option<String> {
    let taken = report.checkpoints.as_ref()?;
    let from = taken.resumed_from.as_ref().map(|from| format!("went on from {from}"));
    let count = (taken.taken > 0).then(|| {
        let took = number::elapsed(Duration::from_secs_f64(taken.seconds));
        format!("{}, the newest of {} in {took}", plural(taken.taken, "checkpoint"), number::bytes(taken.bytes))
    });
    let told: Vec<String> = from.into_iter().chain(count).collect();
    (!told.is_empty()).then(|| format!("  {}", told.join("; ")))
}

/// How a run goes on that has a checkpoint.
fn resume(report: &Report) -> Option<String> {
    let can_resume = report.checkpoints.as_ref().is_some_and(|checkpoints| checkpoints.can_resume);
    can_resume
        .then(|| format!("  go on from its last checkpoint: `leat run --resume {}`", report.run_directory.display()))
}

/// How the records are seen that nodes refused.
fn kept(report: &Report) -> Option<String> {
    let any = report.nodes.iter().any(|node| node.rejects.first.iter().any(|record| record.kept.is_some()));
    any.then(|| format!("  rejected records: `leat replay {}`", report.run_directory.display()))
}

fn failed(report: &Report, failure: &FailureReport) -> String {
    let place = match (&failure.node, failure.line) {
        (Some(node), Some(line)) => {
            let file = failure.file.as_ref().unwrap_or(&report.file);
            format!("node {node} ({file}:{line})")
        }
        (Some(node), None) => format!("node {node}"),
        (None, _) => report.process.clone(),
    };
    let mut lines = vec![format!("error: {place}: {}", failure.reason)];
    for frame in failure.backtrace.iter().take(FRAMES_SHOWN) {
        lines.push(format!("    at {frame}"));
    }
    if failure.backtrace.len() > FRAMES_SHOWN {
        lines.push(format!("    … {} more frames in report.json", failure.backtrace.len() - FRAMES_SHOWN));
    }
    lines.extend(failure.hint.iter().map(|hint| format!("  help: {hint}")));
    lines.push(format!("{} failed; no output was published", report.process));
    lines.extend(nodes(report));
    lines.extend(trace(report));
    lines.extend(kept(report));
    lines.extend(resume(report));
    lines.push(format!("  {}", report.run_directory.join("report.json").display()));
    lines.join("\n") + "\n"
}

fn stopped(report: &Report) -> String {
    let elapsed = number::elapsed(Duration::from_secs_f64(report.elapsed_seconds));
    let mut lines = vec![format!("{} was stopped after {elapsed}; no output was published", report.process)];
    lines.extend(nodes(report));
    lines.extend(resume(report));
    lines.push(format!("  {}", report.run_directory.join("report.json").display()));
    lines.join("\n") + "\n"
}

/// One line a node: what it took, sent and refused.
fn nodes(report: &Report) -> Vec<String> {
    let width = report.nodes.iter().map(|node| node.name.chars().count()).max().unwrap_or(0);
    report.nodes.iter().map(|node| node_line(node, width)).collect()
}

fn node_line(node: &NodeReport, width: usize) -> String {
    let took = match node.inputs.is_empty() {
        true => String::new(),
        false => format!("{} in", number::count(node.rows_in())),
    };
    let sent = match node.outputs.is_empty() {
        true => String::new(),
        false => format!("{} out", number::count(node.rows_out())),
    };
    let busy = number::elapsed(Duration::from_secs_f64(node.busy_seconds));
    let mut line = format!("  {:width$}  {took:>14}  {sent:>15}  busy {busy}", node.name);
    if node.rejects.rows > 0 {
        line.push_str(&format!("  {} rejected", number::count(node.rejects.rows)));
    }
    if !node.awaits.is_empty() {
        line.push_str(&format!("  waited for {}", node.awaits.join(", ")));
    }
    line
}

fn plural(n: u64, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {what}{s}", number::count(n))
}
