//! An attempt of a run: its nodes, restored from what it takes over, its coordinator and its queues between hosts.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use leat_checkpoint::account::Role;
use leat_checkpoint::alignment::Alignment;
use leat_checkpoint::coordinator::{Command, Coordinator, Settings};
use leat_checkpoint::fence::EdgeFence;
use leat_checkpoint::id::{CheckpointId, Generation};
use leat_checkpoint::recovery::{Start, start};
use leat_checkpoint::sink::{SinkPosition, Staging, staging};
use leat_checkpoint::snapshot::{Completion, FlowState, NodeRecord, Part};
use leat_checkpoint::store::CheckpointStore;

use super::fault::Fault;
use super::graph::{Batch, Graph, Kind};
use super::node::{NodeSim, Slot};
use super::shares::Shares;
use super::target::Target;

pub(crate) struct Attempt {
    pub(crate) generation: Generation,
    /// By share; the last is the coordinator's process.
    pub(crate) alive: Vec<bool>,
    pub(crate) nodes: Vec<NodeSim>,
    /// Of the whole run; where shares keep their own checkpoints, it only sees to it that all is published in the end.
    pub(crate) coordinator: Coordinator,
    /// What the coordinator has to do, foremost first.
    pub(crate) commands: VecDeque<Command>,
    /// Where each share keeps its own checkpoints, until all of them have ended.
    pub(crate) shares: Option<Shares>,
    /// By reader and end, where the writer is in another process.
    pub(crate) links: BTreeMap<(usize, usize), Link>,
    pub(crate) began_at: u64,
    /// When the last of it is dead, if a newer one has taken over.
    pub(crate) dies_at: Option<u64>,
    /// It has recorded a checkpoint.
    pub(crate) recorded: bool,
}

pub(crate) struct Link {
    pub(crate) unacknowledged: VecDeque<(u64, Slot)>,
    pub(crate) next: u64,
    pub(crate) fence: EdgeFence,
}

/// What runs are drawn with besides their graph.
#[derive(Clone, Copy)]
pub(crate) struct Options {
    pub(crate) fault: Option<Fault>,
    pub(crate) settings: Settings,
    pub(crate) kept_bytes_max: u64,
}

impl Attempt {
    /// From what its generation took over. An error is a violation: a whole checkpoint must be restorable.
    pub(crate) fn begin(
        graph: &Graph,
        base: &Completion,
        (generation, began_at, in_shares): (Generation, u64, bool),
        options: &Options,
        (store, target): (&impl CheckpointStore, &mut Target),
    ) -> Result<Self, String> {
        let mut nodes: Vec<NodeSim> = (graph.nodes.iter().enumerate())
            .map(|(at, plan)| NodeSim::new(at, plan, generation, options.fault, options.kept_bytes_max))
            .collect();
        let numbers: Vec<u32> = (0..graph.nodes.len() as u32).collect();
        let keeps_tail = options.fault == Some(Fault::KeepStagedTail);
        match start(base, &numbers, graph.nodes.len()).map_err(|error| error.to_string())? {
            Start::Beginning => {
                for node in nodes.iter().filter(|node| matches!(graph.nodes[node.index].kind, Kind::Sink)) {
                    target.begin(node.index, generation, Staging::Fresh, keeps_tail)?;
                }
            }
            Start::Restore(records) | Start::Publish(records) => {
                for record in &records {
                    let node = &mut nodes[record.node as usize];
                    let position = restore(node, record, options, store)?;
                    if matches!(graph.nodes[node.index].kind, Kind::Sink) {
                        let how = staging(position, base.last);
                        target.begin(node.index, generation, how, keeps_tail)?;
                    }
                }
            }
        }
        Ok(Attempt {
            generation,
            alive: vec![true; graph.shares + 1],
            coordinator: Coordinator::new(generation, &roles(graph), base, options.settings),
            commands: VecDeque::new(),
            shares: in_shares.then(|| Shares::begin(graph, base, generation, options)),
            links: links(graph, generation),
            nodes,
            began_at,
            dies_at: None,
            recorded: false,
        })
    }

    /// Whether the node may take what comes: what it waits for has finished.
    pub(crate) fn may_begin(&self, graph: &Graph, node: usize) -> bool {
        graph.nodes[node].awaits.is_none_or(|other| self.nodes[other].account.is_finished())
    }

    /// Whether something more may wait at an end: a queue holds little, but overflows where its reader waits for another.
    pub(crate) fn has_room(&self, graph: &Graph, (reader, end): (usize, usize)) -> bool {
        const SLOTS: usize = 3;
        let node = &self.nodes[reader];
        if node.gone || node.queues[end].len() < SLOTS {
            return true;
        }
        let waits_for_another = node.wants().is_some_and(|other| other != end && node.queues[other].is_empty());
        waits_for_another || !self.may_begin(graph, reader)
    }

    /// The time since it began: a step is a millisecond.
    pub(crate) fn age(&self, steps: u64) -> Duration {
        Duration::from_millis(steps - self.began_at)
    }
}

fn restore(
    node: &mut NodeSim,
    record: &NodeRecord,
    options: &Options,
    store: &impl CheckpointStore,
) -> Result<Option<SinkPosition>, String> {
    let base = CheckpointId::base(node.generation);
    let mut position = None;
    let is_sink = !node.account.parts_at_end().is_empty();
    for part in &record.parts {
        let bytes = store.read(base, part).map_err(|error| format!("cannot restore {}: {error}", part.name))?;
        let failed = |error: serde_json::Error| format!("{}: {error}", part.name);
        match part.name.part {
            Part::Flow => restore_flow(node, serde_json::from_slice(&bytes).map_err(failed)?, options)?,
            Part::Instance(instance) => {
                node.states[instance as usize] = serde_json::from_slice(&bytes).map_err(failed)?;
            }
            // Nothing that the protocol knows of: what is counted here is counted by the sinks' rows.
            Part::Counted => {}
            Part::Position if is_sink => position = Some(serde_json::from_slice(&bytes).map_err(failed)?),
            Part::Position => {
                let noted: usize = serde_json::from_slice(&bytes).map_err(failed)?;
                let back = usize::from(options.fault == Some(Fault::RestoreOlderSource));
                node.position = noted.saturating_sub(back);
            }
        }
    }
    if record.finished {
        node.be_finished();
    }
    Ok(position)
}

fn restore_flow(node: &mut NodeSim, flow: (FlowState, Vec<Vec<Batch>>), options: &Options) -> Result<(), String> {
    let (flow, kept) = flow;
    if !flow.order.fits(node.queues.len()) || flow.ends.len() != node.queues.len() || kept.len() != flow.ends.len() {
        return Err(format!("node {} was restored with the queues of another", node.index));
    }
    node.alignment = Alignment::restored(&flow.ends, options.kept_bytes_max);
    if options.fault != Some(Fault::ForgetOrder) {
        node.order = flow.order;
    }
    for (end, (state, kept)) in flow.ends.iter().zip(kept).enumerate() {
        if state.waiting != kept.len() as u64 {
            return Err(format!(
                "node {}: {} batches are kept of end {end}, not {}",
                node.index,
                kept.len(),
                state.waiting
            ));
        }
        kept.into_iter().for_each(|batch| node.arrive(end, Slot::Batch(batch)));
        if state.ended {
            node.arrive(end, Slot::End);
        }
    }
    Ok(())
}

pub(super) fn roles(graph: &Graph) -> Vec<(u32, Role)> {
    let role = |kind: &Kind| match kind {
        Kind::Source(_) => Role::Source,
        Kind::Sink => Role::Sink,
        _ => Role::Inner,
    };
    (0..).zip(&graph.nodes).map(|(number, node)| (number, role(&node.kind))).collect()
}

fn links(graph: &Graph, generation: Generation) -> BTreeMap<(usize, usize), Link> {
    let ends = graph.nodes.iter().enumerate().flat_map(|(reader, node)| {
        let crosses = node.ends.iter().enumerate().filter(|(_, end)| graph.nodes[end.from].share != node.share);
        crosses.map(move |(end, _)| (reader, end))
    });
    let link = || Link { unacknowledged: VecDeque::new(), next: 0, fence: EdgeFence::new(generation) };
    ends.map(|at| (at, link())).collect()
}
