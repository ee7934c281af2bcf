//! What a node tells of followed records, where its run is traced.

use arrow_array::RecordBatch;

use super::{Hand, Node};
use crate::crew::Portion;
use crate::trace::{Did, Lineage, RecordId};

impl Node {
    /// Whether its run is traced.
    pub(crate) fn is_traced(&self) -> bool {
        self.trace.is_some()
    }

    /// A source has a batch to send: what an input has read is looked at; of what a query makes it is known that it comes
    /// after what the query saw.
    pub(super) fn trace_read(&self, batch: &RecordBatch) -> Option<Lineage> {
        let trace = self.trace.as_ref()?;
        if !self.input_queues.is_empty() {
            return trace.of_node(self.index, batch.num_rows());
        }
        trace.read(self.index, self.queue_of(0), self.meter.outputs[0].rows(), batch);
        None
    }

    /// A sink or a query has taken a batch.
    pub(super) fn trace_taken(&self, end: usize, batch: &RecordBatch) {
        if let Some(trace) = &self.trace {
            let (queue, before) = (self.input_queues[end], self.meter.inputs[end].rows());
            let did = if self.output_queues.is_empty() { Did::Wrote } else { Did::Saw };
            trace.got(self.index, did, batch, |row| RecordId { queue, row: before + row as u64 + 1 });
        }
    }

    /// A component is about to get a batch, as its port has it.
    pub(super) fn trace_seen(&self, portion: &Portion, view: &RecordBatch) {
        if let Some(trace) = &self.trace {
            trace.got(self.index, Did::Saw, view, |row| self.record_id(portion, row));
        }
    }

    /// A component refuses a row of a batch.
    pub(super) fn trace_rejected(&self, of: &Portion, row: u32, reason: &str) {
        if let Some(trace) = &self.trace {
            let row = row as usize;
            trace.rejected(self.index, (&of.batch, row), self.record_id(of, row), reason);
        }
    }

    /// Where the rows of a batch come from that a component sends: `rows` are those of the batch in hand that each was
    /// made of, where that is known.
    pub(super) fn lineage(&self, hand: &Hand, batch: &RecordBatch, rows: Option<&[u32]>) -> Option<Lineage> {
        let trace = self.trace.as_ref()?;
        match (&hand.batch, rows) {
            (Some(of), Some(rows)) => trace.of_rows(rows.iter().map(|row| self.record_id(of, *row as usize))),
            (Some(of), None) => trace.of_batch(batch.num_rows(), of.batch.num_rows(), |row| self.record_id(of, row)),
            (None, _) => trace.of_node(self.index, batch.num_rows()),
        }
    }

    /// The lineage of rows that are refused, on their way to a queue.
    pub(super) fn lineage_of_refused(&self, of: &Portion, rows: impl Iterator<Item = u32>) -> Option<Lineage> {
        let trace = self.trace.as_ref()?;
        trace.of_rows(rows.map(|row| self.record_id(of, row as usize)))
    }

    /// A batch is about to go to an output port.
    pub(super) fn trace_sent(&self, port: usize, batch: &RecordBatch, lineage: Option<&Lineage>) {
        if let (Some(trace), Some(lineage)) = (&self.trace, lineage) {
            trace.sent(self.index, (self.queue_of(port), self.meter.outputs[port].rows()), batch, lineage);
        }
    }

    fn record_id(&self, of: &Portion, row: usize) -> RecordId {
        let row = of.row(u32::try_from(row).unwrap_or(u32::MAX));
        RecordId { queue: self.input_queues[of.end], row: of.rows_before + row + 1 }
    }

    fn queue_of(&self, port: usize) -> Option<usize> {
        self.output_queues.get(port).copied().flatten()
    }
}
