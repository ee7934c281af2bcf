//! What a node sends and refuses, on its way out: at once, or held back until the turn of the task that sent it.

use std::sync::atomic::Ordering;

use arrow_array::RecordBatch;
use leat_stream::plan::OnError;

use super::{Node, REJECT_HINT, Refused, lock};
use crate::crew::{Held, Portion};
use crate::cuts::Count;
use crate::fanout::QueueWriter;
use crate::inputs::PushError;
use crate::size::batch_bytes;
use crate::step::{BATCH_ROWS, StepError, Stopped};
use crate::trace::Lineage;

/// What one task may hold back before it waits for its turn.
const HELD_BYTES_MAX: usize = 16 << 20;

impl Node {
    /// A thread begins a task: what it sends is held back until the `turn`, where there are others to wait for.
    pub(crate) fn begin(&self, thread: usize, turn: u64) {
        lock(&self.hands[thread]).turn = (self.threads() > 1).then_some(turn);
    }

    /// Counts a batch that a sink has taken.
    pub(crate) fn count_input(&self, end: usize, batch: &RecordBatch) {
        self.trace_taken(end, batch);
        self.meter.thread(0).batch();
        self.meter.inputs[end].add(batch.num_rows(), batch_bytes(batch));
    }

    /// Takes a batch in hand, which the step sees as `view`.
    pub(crate) fn take_in_hand(&self, (thread, instance): (usize, usize), portion: Portion, view: &RecordBatch) {
        self.trace_seen(&portion, view);
        self.meter.thread(thread).batch();
        let (rows, bytes) = (portion.batch.num_rows(), batch_bytes(&portion.batch));
        self.meter.inputs[portion.end].add(rows, bytes);
        if self.cuts.is_some() {
            let count = Count { rows: rows as u64, batches: 1, bytes: bytes as u64 };
            lock(&self.of_instance[instance]).add_input(portion.end, count);
        }
        lock(&self.hands[thread]).batch = Some(portion);
    }

    /// Lets the batch in hand go; the rows refused of it go the way of what was sent. `refused`: the step refused the
    /// whole batch.
    pub(crate) fn settle(&self, thread: usize, refused: Option<&str>) -> Result<(), StepError> {
        let mut hand = lock(&self.hands[thread]);
        let Some(portion) = hand.batch.take() else { return Ok(()) };
        let mut rows = std::mem::take(&mut hand.refused_rows);
        drop(hand);
        if let Some(reason) = refused {
            if self.on_error == OnError::Fail {
                self.await_turn(thread).map_err(StepError::Stopped)?;
                let rows = u32::try_from(portion.batch.num_rows()).unwrap_or(u32::MAX);
                self.meter.rejected.fetch_add(u64::from(rows), Ordering::Relaxed);
                let _ = (0..rows).all(|row| self.keep_row(&portion, row, reason));
                let reason = format!("{} was refused: {reason}", self.batch_place(&portion));
                self.fail(reason, Vec::new(), Some(REJECT_HINT));
                return Err(StepError::Stopped(Stopped::Cancelled));
            }
            rows.add_rest(portion.batch.num_rows(), reason);
        }
        if rows.is_empty() {
            return Ok(());
        }
        let refused = Refused { of: portion, rows };
        let mut hand = lock(&self.hands[thread]);
        if hand.turn.is_some() {
            hand.held.bytes += batch_bytes(&refused.of.batch);
            hand.held.refused = Some(refused);
            return Ok(());
        }
        drop(hand);
        self.refuse(thread, &refused)
    }

    /// A task is done: what it has sent goes out now, or when its turn comes.
    pub(crate) fn done(&self, thread: usize) -> Result<(), StepError> {
        let mut hand = lock(&self.hands[thread]);
        let (Some(turn), Some(crew)) = (hand.turn.take(), &self.crew) else { return Ok(()) };
        let held = std::mem::take(&mut hand.held);
        drop(hand);
        let mut due = crew.done(turn, held);
        while let Some(held) = due {
            self.send_held(thread, held)?;
            due = crew.pass();
        }
        Ok(())
    }

    /// Waits until all that comes before a thread's task is out; then what fails here is the first that does.
    pub(crate) fn await_turn(&self, thread: usize) -> Result<(), Stopped> {
        let turn = lock(&self.hands[thread]).turn;
        let (Some(turn), Some(crew)) = (turn, &self.crew) else { return Ok(()) };
        self.meter.thread(thread).wait_for_output(|| crew.await_turn(turn))
    }

    fn send_held(&self, thread: usize, held: Held) -> Result<(), StepError> {
        for (port, batch, lineage) in held.batches {
            self.send_out(thread, port, batch, lineage).map_err(StepError::Stopped)?;
        }
        held.refused.map_or(Ok(()), |refused| self.refuse(thread, &refused))?;
        if let Some(number) = held.barrier {
            self.pass_barrier(number);
        }
        Ok(())
    }

    /// Counts refused rows and does with them what `on_error` says.
    fn refuse(&self, thread: usize, Refused { of, rows }: &Refused) -> Result<(), StepError> {
        self.meter.rejected.fetch_add(rows.len() as u64, Ordering::Relaxed);
        if self.is_traced() {
            rows.iter().for_each(|(row, reason)| self.trace_rejected(of, row, reason));
        }
        let _ = rows.iter().all(|(row, reason)| self.keep_row(of, row, reason));
        let Some(queue) = &self.rejects else { return Ok(()) };
        let batch = rows.batch(&of.batch, queue.schema());
        let batch = batch.map_err(|error| StepError::Failed(format!("cannot gather the refused rows: {error}")))?;
        let port = self.outputs.len();
        let lineage = self.lineage_of_refused(of, rows.iter().map(|(row, _)| row));
        self.trace_sent(port, &batch, lineage.as_ref());
        self.send(thread, queue, port, batch).map_err(StepError::Stopped)
    }

    /// Sends the records that a source has refused so far.
    pub(crate) fn settle_texts(&self) -> Result<(), Stopped> {
        let mut hand = lock(&self.hands[0]);
        let texts = std::mem::take(&mut hand.refused_texts);
        drop(hand);
        let Some(queue) = self.rejects.as_ref().filter(|_| texts.len() > 0) else {
            return Ok(());
        };
        match texts.batch(queue.schema()) {
            Ok(batch) => self.send(0, queue, self.outputs.len(), batch),
            Err(error) => {
                self.fail(format!("cannot gather the refused records: {error}"), Vec::new(), None);
                Err(Stopped::Cancelled)
            }
        }
    }

    /// Sends what a source has read.
    pub(crate) fn emit_read(&self, batch: RecordBatch) -> Result<(), Stopped> {
        let lineage = self.trace_read(&batch);
        self.send_out(0, 0, batch, lineage)
    }

    /// Takes what a thread sends to an output port: holds it back until its turn, within bounds, or sends it. `rows`: the
    /// rows of the batch in hand that its rows were made of.
    pub(crate) fn emit(
        &self,
        thread: usize,
        port: usize,
        batch: RecordBatch,
        rows: Option<&[u32]>,
    ) -> Result<(), Stopped> {
        let mut hand = lock(&self.hands[thread]);
        let lineage = self.lineage(&hand, &batch, rows);
        let (Some(turn), Some(crew)) = (hand.turn, &self.crew) else {
            drop(hand);
            return self.send_out(thread, port, batch, lineage);
        };
        hand.held.bytes += batch_bytes(&batch);
        hand.held.batches.push((port, batch, lineage));
        let full = hand.held.bytes > HELD_BYTES_MAX;
        if !full && !crew.is_turn(turn) {
            return crew.going();
        }
        drop(hand);
        self.await_turn(thread)?;
        let mut hand = lock(&self.hands[thread]);
        let held = std::mem::take(&mut hand.held);
        drop(hand);
        let mut batches = held.batches.into_iter();
        batches.try_for_each(|(port, batch, lineage)| self.send_out(thread, port, batch, lineage))
    }

    /// Sends a batch to an output port, cut where it has more than [`BATCH_ROWS`] rows.
    fn send_out(
        &self,
        thread: usize,
        port: usize,
        batch: RecordBatch,
        lineage: Option<Lineage>,
    ) -> Result<(), Stopped> {
        self.meter.thread(thread).batch();
        if port < self.outputs.len() {
            self.trace_sent(port, &batch, lineage.as_ref());
        }
        match self.outputs.get(port) {
            Some(Some(queue)) => self.send(thread, queue, port, batch)?,
            Some(None) => self.meter.outputs[port].add(batch.num_rows(), batch_bytes(&batch)),
            None => {
                let ports = self.outputs.len();
                self.fail(format!("sent to output port {port} of {ports}"), Vec::new(), None);
                return Err(Stopped::Cancelled);
            }
        }
        let mut bound = self.outputs.iter().flatten().peekable();
        // Who has facts to set goes on for those who wait for them.
        if bound.peek().is_some() && bound.all(QueueWriter::is_unread) && !self.facts.owed_by(self.index) {
            return Err(Stopped::Unread);
        }
        Ok(())
    }

    fn send(&self, thread: usize, queue: &QueueWriter, port: usize, batch: RecordBatch) -> Result<(), Stopped> {
        if batch.num_rows() == 0 {
            return if self.stop.is_set() { Err(Stopped::Cancelled) } else { Ok(()) };
        }
        let batch = queue.conform(batch).map_err(|error| {
            let reason = format!("what was sent does not fit queue `{}`: {error}", queue.name());
            self.fail(reason, Vec::new(), None);
            Stopped::Cancelled
        })?;
        for from in (0..batch.num_rows()).step_by(BATCH_ROWS) {
            let piece = batch.slice(from, BATCH_ROWS.min(batch.num_rows() - from));
            let bytes = batch_bytes(&piece);
            self.meter.outputs[port].add(piece.num_rows(), bytes);
            match queue.push(self.meter.thread(thread), &piece, bytes) {
                Ok(()) => {}
                Err(PushError::Stopped(stopped)) => return Err(stopped),
                Err(PushError::Spill(reason)) => {
                    self.fail(reason, Vec::new(), None);
                    return Err(Stopped::Cancelled);
                }
            }
        }
        Ok(())
    }
}
