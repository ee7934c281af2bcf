//! The shares of an attempt that keep their own checkpoints, each with a coordinator in its process; and what the lead, which orders
//! and joins them in a process of its own, has heard.

use std::collections::VecDeque;
use std::time::Duration;

use leat_checkpoint::account::Role;
use leat_checkpoint::coordinator::{Begins, Command, Coordinator, Event, Settings};
use leat_checkpoint::id::{CheckpointId, Generation};
use leat_checkpoint::snapshot::{Completion, PartRecord};
use leat_checkpoint::store::{CheckpointStore, StoreError};

use super::attempt::{Options, roles};
use super::fault::Fault;
use super::graph::Graph;

pub(crate) struct Shares {
    /// By share; none of one without a node.
    pub(crate) keepers: Vec<Option<Keeper>>,
    /// Records on their way to the lead.
    pub(crate) shipped: VecDeque<(usize, Brought)>,
    /// By share: what has come.
    brought: Vec<Vec<Brought>>,
    /// The number ordered last, and when.
    ordered: u64,
    ordered_at: Duration,
    /// The number of the newest that was joined.
    joined: u64,
}

/// A share's own.
pub(crate) struct Keeper {
    pub(crate) coordinator: Coordinator,
    pub(crate) commands: VecDeque<Command>,
}

/// A whole checkpoint of a share, as it is brought to the lead.
#[derive(Clone)]
pub(crate) struct Brought {
    pub(crate) record: Completion,
    pub(crate) parts: Vec<(PartRecord, Vec<u8>)>,
}

impl Keeper {
    pub(crate) fn on(&mut self, event: Event) {
        let commands = self.coordinator.on(event);
        self.commands.extend(commands);
    }
}

impl Shares {
    pub(super) fn begin(graph: &Graph, base: &Completion, generation: Generation, options: &Options) -> Self {
        let keeper = |share: usize| {
            let own = roles(graph).into_iter().filter(|(node, _)| graph.nodes[*node as usize].share == share);
            let own: Vec<(u32, Role)> = own.collect();
            let numbers: Vec<u32> = own.iter().map(|(number, _)| *number).collect();
            let settings = Settings { begins: Begins::ByOrder, ..options.settings };
            let coordinator = Coordinator::new(generation, &own, &base.of_nodes(&numbers), settings);
            (!own.is_empty()).then(|| Keeper { coordinator, commands: VecDeque::new() })
        };
        Shares {
            keepers: (0..graph.shares).map(keeper).collect(),
            shipped: VecDeque::new(),
            brought: vec![Vec::new(); graph.shares],
            ordered: 0,
            ordered_at: Duration::ZERO,
            joined: 0,
        }
    }

    /// The number to order now, so many above the last one, where it is time.
    pub(crate) fn order(&mut self, now: Duration, settings: &Settings, above: u64) -> Option<u64> {
        let Begins::Every(interval) = settings.begins else { return None };
        let patience = if self.joined == self.ordered { interval } else { settings.patience };
        if now < self.ordered_at + patience {
            return None;
        }
        self.ordered_at = now;
        self.ordered += above;
        Some(self.ordered)
    }

    /// Something has come to the lead.
    pub(crate) fn take(&mut self, (share, brought): (usize, Brought)) {
        self.brought[share].push(brought);
    }

    /// A checkpoint newer than all before that all shares have brought, with all parts.
    pub(crate) fn join(&mut self, nodes: u32, fault: Option<Fault>) -> Option<Brought> {
        let all = || self.keepers.iter().zip(&self.brought).filter(|(keeper, _)| keeper.is_some()).map(|(_, it)| it);
        let mut numbers: Vec<u64> = all().flatten().map(|brought| brought.record.id.number).collect();
        numbers.sort_unstable();
        let found = numbers.into_iter().rev().take_while(|number| *number > self.joined).find_map(|number| {
            let holds = |brought: &&Brought| fault == Some(Fault::JoinMixed) || brought.record.holds_for(number);
            let of_share = |brought: &Vec<Brought>| brought.iter().rev().find(holds).cloned();
            all().map(of_share).collect::<Option<Vec<Brought>>>()
        })?;
        let mut records: Vec<Completion> = found.iter().map(|brought| brought.record.clone()).collect();
        if fault == Some(Fault::JoinMixed) {
            let newest = records.iter().map(|record| record.id.number).max().unwrap_or_default();
            records.iter_mut().for_each(|record| record.id.number = newest);
        }
        let record = Completion::joined(&records, nodes).expect("all shares are of one checkpoint");
        self.joined = record.id.number;
        self.brought.iter_mut().for_each(|all| {
            let keep = |it: &Brought| it.record.last || it.record.id.number > record.id.number;
            all.retain(keep);
        });
        Some(Brought { record, parts: found.into_iter().flat_map(|brought| brought.parts).collect() })
    }
}

impl Brought {
    /// What a share has made whole, read from where it keeps it.
    pub(crate) fn of(record: Completion, store: &impl CheckpointStore) -> Result<Self, StoreError> {
        let read = |part: &PartRecord| Ok((part.clone(), store.read(record.id, part)?));
        Ok(Brought { parts: record.parts().map(read).collect::<Result<_, StoreError>>()?, record })
    }

    /// Keeps it where all hosts reach it.
    pub(crate) fn keep(&self, store: &impl CheckpointStore) -> Result<CheckpointId, StoreError> {
        for (part, bytes) in &self.parts {
            store.put(self.record.id, part.share, part.name, bytes)?;
        }
        store.complete(&self.record)?;
        Ok(self.record.id)
    }
}
