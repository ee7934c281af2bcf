//! The cut of a node between two deliveries: where it is, and which batches that are on their way belong in it.
//!
//! Called under the lock of the node's [`Inputs`](super::Inputs). What a cut keeps are references to batches, in memory or
//! on disk; they are written elsewhere.

use std::sync::Arc;

use arrow_array::RecordBatch;
use leat_checkpoint::alignment::{Alignment, Arrival, GivenUp, Noted, Reached};
use leat_checkpoint::order::Order;
use leat_checkpoint::snapshot::{FlowState, Part};

use super::{Slot, Waiting};
use crate::cuts::{FlowCut, FlowPart, NodeCuts, Read};

/// A batch that a cut keeps.
#[derive(Clone, Debug)]
pub(crate) struct KeptSlot(Slot);

impl KeptSlot {
    /// The batch.
    pub(crate) fn batch(&self) -> Result<RecordBatch, String> {
        match &self.0 {
            Slot::Memory(batch, _) => Ok(batch.clone()),
            Slot::Disk(spilled, _) => spilled.read().map_err(|error| error.to_string()),
            Slot::Barrier(_) => Err("a barrier is no batch".to_owned()),
        }
    }
}

/// In which order a node takes from its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taking {
    /// In one that depends on the batches alone: it cuts between two of them.
    InOrder,
    /// As it wants, and its state cannot be had: a query. Everything that it has read belongs in its cut, and it reads it again.
    Anyhow,
}

/// The cuts of one node.
pub(super) struct EndCuts {
    node: Arc<NodeCuts>,
    alignment: Alignment,
    /// What a cut consists of.
    parts: Vec<Part>,
    making: Option<Making>,
    /// By end: everything that ever came; nothing for a node that takes in order, and once that is more than may be kept.
    retained: Option<Vec<Vec<Slot>>>,
    retained_bytes: u64,
    kept_bytes_max: u64,
    taking: Taking,
    /// The barrier that is to be passed on before anything else is sent, of a node that takes anyhow.
    passing: Option<u64>,
}

/// A cut whose batches are being gathered.
struct Making {
    number: u64,
    order: Order,
    read: Vec<Read>,
    kept: Vec<Vec<KeptSlot>>,
    closed: Vec<bool>,
}

impl EndCuts {
    /// For a node with so many ends that goes on from `restored`, or begins.
    pub(super) fn new(
        node: Arc<NodeCuts>,
        (ends, kept_bytes_max): (usize, u64),
        (parts, taking): (Vec<Part>, Taking),
        restored: Option<&FlowPart>,
    ) -> Self {
        let alignment = match restored {
            Some(flow) => Alignment::restored(&flow.ends, kept_bytes_max),
            None => Alignment::new(ends, kept_bytes_max),
        };
        let retained = (taking == Taking::Anyhow).then(|| vec![Vec::new(); ends]);
        EndCuts {
            node,
            alignment,
            parts,
            making: None,
            retained,
            retained_bytes: 0,
            kept_bytes_max,
            taking,
            passing: None,
        }
    }

    /// A batch has come to an end.
    pub(super) fn batch(&mut self, end: usize, slot: &Slot, bytes: usize) {
        let bytes = bytes as u64;
        self.retained_bytes += bytes;
        if self.retained_bytes > self.kept_bytes_max {
            self.retained = None;
        }
        if let Some(retained) = &mut self.retained {
            retained[end].push(slot.clone());
        }
        let noted = self.alignment.arrived(end, Arrival::Batch { bytes });
        if noted.keep
            && let Some(making) = &mut self.making
        {
            making.kept[end].push(KeptSlot(slot.clone()));
        }
        self.follow(noted);
    }

    /// A barrier has come. Answers whether it is to be put into the queue.
    pub(super) fn barrier(&mut self, end: usize, number: u64) -> bool {
        let noted = self.alignment.arrived(end, Arrival::Barrier(number));
        self.close(end, number);
        self.follow(noted);
        if self.taking == Taking::Anyhow {
            self.cut_anyhow();
        }
        self.taking == Taking::InOrder
    }

    /// An end has come to its end.
    pub(super) fn end(&mut self, end: usize) {
        let noted = self.alignment.arrived(end, Arrival::End);
        let number = self.making.as_ref().map_or(0, |making| making.number);
        self.close(end, number);
        self.follow(noted);
        if self.taking == Taking::Anyhow {
            // It may have been asked before: now nobody is left to bring it the barrier.
            self.cut_anyhow();
        }
    }

    /// A batch was taken.
    pub(super) fn delivered(&mut self, end: usize, bytes: usize) {
        if self.taking == Taking::InOrder {
            self.alignment.delivered(end, bytes as u64);
        }
    }

    /// The coordinator asks for a checkpoint.
    pub(super) fn asked(&mut self, number: u64) {
        self.alignment.asked(number);
        if self.taking == Taking::Anyhow {
            self.cut_anyhow();
        }
    }

    pub(super) fn call_off(&mut self, number: u64) {
        self.alignment.call_off(number);
        self.making.take_if(|making| making.number == number);
    }

    /// The node takes no more.
    pub(super) fn unread(&mut self) {
        let given_up = self.alignment.unread();
        self.give_up(given_up);
        (self.making, self.retained) = (None, None);
    }

    /// Whether a batch that finds no room at an end is to be let in all the same, since the barrier behind it is waited for.
    pub(super) fn hurries(&self, end: usize) -> bool {
        self.making.as_ref().is_some_and(|making| !making.closed[end])
    }

    /// The barrier that a node which takes anyhow has to pass on.
    pub(super) fn take_passing(&mut self) -> Option<u64> {
        self.passing.take()
    }

    /// The reader of a node that takes in order has come to a barrier. Answers whether it cuts here.
    pub(super) fn reached(&mut self, number: u64) -> bool {
        self.alignment.reached(number) == Reached::Cut
    }

    /// The checkpoint that the reader of a node is to cut for whose writers have all come to their end. One that takes anyhow is
    /// cut as soon as it can be, and not by its reader.
    pub(super) fn due(&self) -> Option<u64> {
        self.alignment.due().filter(|_| self.taking == Taking::InOrder)
    }

    /// Cuts between two deliveries of a node that takes in order.
    pub(super) fn cut(&mut self, number: u64, ends: &[Waiting], at: (&Order, &[Read])) {
        self.cut_into(self.parts.clone(), number, ends, at);
    }

    fn cut_into(&mut self, parts: Vec<Part>, number: u64, ends: &[Waiting], (order, read): (&Order, &[Read])) {
        let batches = |waiting: &Waiting, count: u64| -> Vec<KeptSlot> {
            let slots = waiting.slots.iter().filter(|slot| !matches!(slot, Slot::Barrier(_)));
            slots.take(usize::try_from(count).unwrap_or(usize::MAX)).cloned().map(KeptSlot).collect()
        };
        let cuts = match self.alignment.cut(number) {
            Ok(cuts) => cuts,
            Err(reason) => return self.give_up(Some((number, reason))),
        };
        let kept = ends.iter().zip(&cuts).map(|(waiting, cut)| batches(waiting, cut.waiting)).collect();
        let closed = cuts.iter().map(|cut| cut.closed).collect();
        self.node.cut(number, parts);
        self.making = Some(Making { number, order: order.clone(), read: read.to_vec(), kept, closed });
        self.settle();
    }

    /// Cuts a node that has not started, where it may be. Answers whether it is to pass the barrier on; of one that takes anyhow
    /// `take_passing` tells that.
    pub(super) fn cut_before_start(&mut self, number: u64, ends: &[Waiting], order: &Order) -> bool {
        if !self.alignment.may_cut(number) {
            return false;
        }
        if self.taking == Taking::Anyhow {
            self.cut_all(number);
            return false;
        }
        let read = vec![Read::default(); ends.len()];
        self.cut_into(vec![Part::Flow, Part::Counted], number, ends, (order, &read));
        true
    }

    /// Cuts a node that takes anyhow, where a checkpoint is due: all that has come belongs in it.
    fn cut_anyhow(&mut self) {
        if let Some(number) = self.alignment.due() {
            self.cut_all(number);
        }
    }

    fn cut_all(&mut self, number: u64) {
        self.passing = Some(number);
        let cuts = self.alignment.cut(number);
        let (cuts, retained) = match (cuts, &self.retained) {
            (Ok(cuts), Some(retained)) => (cuts, retained),
            (Ok(_), None) | (Err(GivenUp::TooMuchOnTheWay { .. }), _) => {
                self.alignment.call_off(number);
                let reason = format!(
                    "the query has read more than the {} MiB that it may have to read again",
                    self.kept_bytes_max >> 20
                );
                return self.node.refused(number, reason);
            }
            (Err(reason), _) => return self.give_up(Some((number, reason))),
        };
        let kept = retained.iter().zip(&cuts).map(|(slots, cut)| {
            let count = usize::try_from(cut.waiting).unwrap_or(usize::MAX);
            slots.iter().take(count).cloned().map(KeptSlot).collect()
        });
        let kept: Vec<Vec<KeptSlot>> = kept.collect();
        let order = Order::new((0..kept.len()).map(|end| (end, false)));
        let (read, closed) = (vec![Read::default(); kept.len()], cuts.iter().map(|cut| cut.closed).collect());
        self.node.cut(number, self.parts.clone());
        self.making = Some(Making { number, order, read, kept, closed });
        self.settle();
    }

    fn close(&mut self, end: usize, number: u64) {
        if let Some(making) = self.making.as_mut().filter(|making| making.number == number) {
            making.closed[end] = true;
        }
    }

    fn follow(&mut self, noted: Noted) {
        self.give_up(noted.given_up);
        if noted.aligned {
            self.settle();
        }
    }

    /// What is whole is told.
    fn settle(&mut self) {
        let Some(cut) = self.alignment.take() else { return };
        let Some(Making { number, order, read, kept, .. }) = self.making.take() else { return };
        self.node.flow(number, FlowCut { flow: FlowState { order, ends: cut.ends }, read, kept });
    }

    fn give_up(&mut self, given_up: Option<(u64, GivenUp)>) {
        if let Some((number, reason)) = given_up {
            self.making.take_if(|making| making.number == number);
            self.node.refused(number, reason.to_string());
        }
    }
}
