//! What a step or source talks to: its node, through the port [`Outlet`].

use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow_array::RecordBatch;
use leat_stream::node_info::Value;
use leat_stream::plan::OnError;

use super::{Hand, Node, REJECT_HINT, lock};
use crate::crew::Portion;
use crate::record::record_text;
use crate::rejects::{Content, RejectedRecord, clip};
use crate::step::{BATCH_ROWS, FactProblem, Level, Outlet, Rejected, Stopped};

/// The outlet of a node: given to its step when that is made, or to its source at each call.
pub struct NodeOutlet {
    node: Arc<Node>,
    thread: usize,
    instance: usize,
}

impl NodeOutlet {
    /// The outlet of a node with one instance.
    pub fn new(node: Arc<Node>) -> Self {
        NodeOutlet::of_instance(node, 0, 0)
    }

    /// The outlet of one of a node's instances, which one of its threads calls.
    pub fn of_instance(node: Arc<Node>, thread: usize, instance: usize) -> Self {
        NodeOutlet { node, thread, instance }
    }
}

impl Outlet for NodeOutlet {
    fn emit(&mut self, port: usize, batch: RecordBatch) -> Result<(), Stopped> {
        self.node.emit(self.thread, port, batch, None)
    }

    fn is_traced(&self) -> bool {
        self.node.is_traced()
    }

    fn emit_from(&mut self, port: usize, batch: RecordBatch, rows: &[u32]) -> Result<(), Stopped> {
        self.node.emit(self.thread, port, batch, Some(rows))
    }

    fn reject(&mut self, rejected: Rejected<'_>) -> Result<(), Stopped> {
        match rejected {
            Rejected::Rows { rows, reason } => self.node.reject_rows(self.thread, rows, reason),
            Rejected::Record { file, line, text, reason } => self.node.reject_record((file, line), text, reason),
        }
    }

    fn log(&mut self, level: Level, message: &str, fields: &[(String, String)]) {
        if self.node.meter.instances() == 1 {
            lock(&self.node.log).log(level, message, fields);
            return;
        }
        // The instances share one log.
        let instance = ("instance".to_owned(), self.instance.to_string());
        let fields: Vec<(String, String)> = [instance].into_iter().chain(fields.iter().cloned()).collect();
        lock(&self.node.log).log(level, message, &fields);
    }

    fn count(&mut self, name: &str, increment: u64) {
        if let Some(counted) = self.node.of_instance.get(self.instance) {
            lock(counted).add_counter(clip(name), increment);
        }
    }

    fn progress(&mut self, done: u64, total: Option<u64>) {
        self.node.meter.set_progress(self.instance, done, total);
    }

    fn fact(&mut self, name: &str) -> Result<Value, FactProblem> {
        self.node.read_fact(self.thread, name)
    }

    fn set_fact(&mut self, name: &str, value: Value) -> Result<(), FactProblem> {
        self.node.set_fact(name, value)
    }
}

impl Node {
    fn reject_rows(&self, thread: usize, rows: &[u32], reason: &str) -> Result<(), Stopped> {
        let mut hand = lock(&self.hands[thread]);
        let Hand { batch, refused_rows, .. } = &mut *hand;
        let rows_max = batch.as_ref().map_or(0, |of| of.batch.num_rows());
        if batch.is_none() || rows.iter().any(|&row| row as usize >= rows_max) {
            self.fail(format!("refused a row that is not in its hands: {reason}"), Vec::new(), None);
            return Err(Stopped::Cancelled);
        }
        let Some(&first) = rows.first() else { return Ok(()) };
        if self.on_error == OnError::Fail {
            let of = batch.take();
            drop(hand);
            return of.map_or(Ok(()), |of| self.fail_of_row(thread, &of, first, reason));
        }
        refused_rows.add(rows, reason);
        Ok(())
    }

    /// Ends the run because of a row.
    fn fail_of_row(&self, thread: usize, of: &Portion, row: u32, reason: &str) -> Result<(), Stopped> {
        let (place, number) = (self.place(of, row), of.number);
        let record = record_text(&of.batch, row as usize);
        self.trace_rejected(of, row, reason);
        self.await_turn(thread)?;
        self.meter.rejected.fetch_add(1, Ordering::Relaxed);
        self.keep_row(of, row, reason);
        let row = of.row(row) + 1;
        let reason = format!("{place} (batch {number}, row {row}) was refused: {reason} [{record}]");
        self.fail(reason, Vec::new(), Some(REJECT_HINT));
        Err(Stopped::Cancelled)
    }

    fn reject_record(&self, place: (&str, u64), text: &str, reason: &str) -> Result<(), Stopped> {
        let (file, line) = place;
        self.meter.rejected.fetch_add(1, Ordering::Relaxed);
        self.keep(|| {
            let record = RejectedRecord { place: format!("{file}:{line}"), reason: reason.to_owned() };
            (record, Content::Text(clip(text).to_owned()))
        });
        if self.on_error == OnError::Fail {
            self.fail(reason.to_owned(), Vec::new(), Some(REJECT_HINT));
            return Err(Stopped::Cancelled);
        }
        if self.rejects.is_some() {
            let mut hand = lock(&self.hands[0]);
            hand.refused_texts.add(file, line, text, reason);
            if hand.refused_texts.len() >= BATCH_ROWS {
                drop(hand);
                return self.settle_texts();
            }
        }
        Ok(())
    }
}
