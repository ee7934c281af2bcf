//! A run on a terminal: a table of its nodes, redrawn in place on standard error. What happens is printed above it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

use leat_worker::{NodeState, NodeStatus, Notice, Observer, QueueStatus, Status};

use super::{notice_line, number};

/// Width of the gauge that shows how full a queue is.
const GAUGE: usize = 8;

pub(super) struct TerminalView {
    colour: bool,
    /// Lines of the table that stand on the screen and are overwritten.
    drawn: usize,
    /// Rows of each node at the status before, and when that was: for the rate.
    before: (Duration, Vec<u64>),
    rates: Vec<u64>,
}

impl TerminalView {
    pub(super) fn new(colour: bool) -> Self {
        TerminalView { colour, drawn: 0, before: (Duration::ZERO, Vec::new()), rates: Vec::new() }
    }

    fn erase(&mut self, out: &mut String) {
        if self.drawn > 0 {
            // ECMA-48: cursor up n lines, then erase to the end of the screen.
            write!(out, "\x1b[{}A\x1b[J", self.drawn).expect("writing to a string");
        }
        self.drawn = 0;
    }

    fn measure(&mut self, status: &Status) {
        let rows: Vec<u64> = status.nodes.iter().map(rows).collect();
        let step = status.elapsed.saturating_sub(self.before.0).as_secs_f64();
        if self.before.1.len() == rows.len() && step > 0.0 {
            let rate = |(now, before): (&u64, &u64)| (now.saturating_sub(*before) as f64 / step) as u64;
            self.rates = rows.iter().zip(&self.before.1).map(rate).collect();
        }
        self.before = (status.elapsed, rows);
    }

    fn table(&self, status: &Status) -> String {
        let width = status.nodes.iter().map(|node| node.name.chars().count()).max().unwrap_or(4).max(4);
        let mut out = String::new();
        let head = format!(
            "{:width$}  {:>13}  {:>13}  {:>9}  {:<GAUGE$}  {}",
            "node", "rows in", "rows out", "rows/s", "queue", "state"
        );
        writeln!(out, "{}", self.dim(&head)).expect("writing to a string");
        for (i, node) in status.nodes.iter().enumerate() {
            let rate = self.rates.get(i).copied().unwrap_or(0);
            let queues = status.queues.iter().filter(|queue| queue.reader == node.name);
            let fullest = queues.map(fill).fold(None, |most: Option<f64>, f| Some(most.map_or(f, |m| m.max(f))));
            let line = format!(
                "{:width$}  {:>13}  {:>13}  {:>9}  {}  {}",
                node.name,
                number::count(node.rows_in),
                number::count(node.rows_out),
                number::short(rate),
                gauge(fullest),
                state(node),
            );
            writeln!(out, "{line}").expect("writing to a string");
        }
        let foot = format!("{}   memory {}", number::elapsed(status.elapsed), number::bytes(status.memory_bytes_peak));
        writeln!(out, "{}", self.dim(&foot)).expect("writing to a string");
        out
    }

    fn dim(&self, text: &str) -> String {
        if self.colour { format!("\x1b[2m{text}\x1b[0m") } else { text.to_owned() }
    }
}

impl Observer for TerminalView {
    fn status(&mut self, status: &Status) {
        self.measure(status);
        let mut out = String::new();
        self.erase(&mut out);
        let table = self.table(status);
        self.drawn = table.lines().count();
        out.push_str(&table);
        show(&out);
    }

    fn notice(&mut self, notice: &Notice) {
        if let Some(line) = notice_line(notice) {
            let mut out = String::new();
            self.erase(&mut out);
            out.push_str(&line);
            out.push('\n');
            show(&out);
        }
    }
}

/// A terminal that has gone away is no reason to end a run.
fn show(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

/// An input has no rows in, an output none out: the rate is that of the side it has.
fn rows(node: &NodeStatus) -> u64 {
    node.rows_in.max(node.rows_out)
}

fn fill(queue: &QueueStatus) -> f64 {
    queue.bytes as f64 / queue.bytes_max.max(1) as f64
}

fn gauge(fill: Option<f64>) -> String {
    let Some(fill) = fill else { return " ".repeat(GAUGE) };
    let full = ((fill * GAUGE as f64).round() as usize).min(GAUGE);
    format!("{}{}", "█".repeat(full), "░".repeat(GAUGE - full))
}

fn state(node: &NodeStatus) -> String {
    let state = match node.state {
        NodeState::Starting => "starting",
        NodeState::WaitingForSignals | NodeState::WaitingForFacts => "waits for",
        NodeState::Running => "running",
        NodeState::WaitingForInput => "waits for records",
        NodeState::WaitingForOutput => "waits for its readers",
        NodeState::Ended => "done",
        NodeState::Stopped => "stopped",
    };
    let mut text = state.to_owned();
    if matches!(node.state, NodeState::WaitingForSignals | NodeState::WaitingForFacts) && !node.awaits.is_empty() {
        write!(text, " {}", node.awaits.join(", ")).expect("writing to a string");
    }
    if let (NodeState::Running | NodeState::WaitingForOutput, Some((done, Some(total)))) = (node.state, node.progress) {
        write!(text, ", {} %", done.saturating_mul(100) / total.max(1)).expect("writing to a string");
    }
    if node.rows_rejected > 0 {
        write!(text, ", {} rejected", number::count(node.rows_rejected)).expect("writing to a string");
    }
    text
}
