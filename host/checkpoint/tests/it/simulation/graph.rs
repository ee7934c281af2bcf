//! Processes drawn at random, what their nodes do, and what an undisturbed run of them gives.
//!
//! The undisturbed run knows nothing of the protocol, of time or of threads: it takes each node's input as a list.

use std::collections::{BTreeMap, VecDeque};

use leat_checkpoint::order::Order;
use leat_checkpoint::poison::BatchName;
use serde::{Deserialize, Serialize};

use super::chance::{Chance, mix};

pub(crate) type Batch = Vec<u64>;

pub(crate) struct Graph {
    pub(crate) nodes: Vec<NodePlan>,
    /// So many processes besides the coordinator's.
    pub(crate) shares: usize,
    /// A batch that kills its node whenever it is taken, and whether the run goes on without it.
    pub(crate) poison: Option<(BatchName, bool)>,
}

pub(crate) struct NodePlan {
    pub(crate) kind: Kind,
    pub(crate) ends: Vec<EndPlan>,
    pub(crate) instances: usize,
    pub(crate) share: usize,
    /// It takes nothing before this other node has finished.
    pub(crate) awaits: Option<usize>,
    /// It is idle so many times out of this and one.
    pub(crate) slowness: u64,
}

#[derive(Clone, Copy)]
pub(crate) struct EndPlan {
    pub(crate) from: usize,
    pub(crate) port: usize,
    pub(crate) first: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Source(Vec<Batch>),
    Map,
    Explode(u64),
    Filter(u64),
    /// Sums by key; its instances have a part of the keys each, and say all sums at the end.
    Keyed,
    /// One state for everything in the order in which it came, batch by batch.
    Fold,
    /// Wants so many batches and no more.
    Limit(u64),
    Sink,
}

#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) rolling: u64,
    pub(crate) batches: u64,
    pub(crate) keys: BTreeMap<u64, u64>,
}

impl Graph {
    pub(crate) fn draw(chance: &mut Chance) -> Self {
        let shares = 1 + chance.below(3);
        let mut nodes: Vec<NodePlan> = Vec::new();
        for source in 0..1 + chance.below(3) {
            let batches = (0..chance.between(0, 60)).map(|batch| {
                let rows = 1 + chance.below(3) as u64;
                (0..rows).map(|row| mix((source as u64) << 32 | batch << 8 | row)).collect()
            });
            nodes.push(NodePlan::new(Kind::Source(batches.collect()), Vec::new(), chance.below(shares)));
            nodes[source].slowness = [0, 0, 2, 5][chance.below(4)];
        }
        for _ in 0..1 + chance.below(5) {
            let mut node = NodePlan::draw(chance, nodes.len(), shares);
            // One is enough: several in a row make runs long and nothing else.
            if matches!(node.kind, Kind::Explode(_)) && nodes.iter().any(|it| matches!(it.kind, Kind::Explode(_))) {
                node.kind = Kind::Fold;
            }
            nodes.push(node);
        }
        let read: Vec<usize> = nodes.iter().flat_map(|node| node.ends.iter().map(|end| end.from)).collect();
        let unread: Vec<usize> = (0..nodes.len()).filter(|node| !read.contains(node)).collect();
        for from in unread {
            let end = EndPlan { from, port: 0, first: false };
            nodes.push(NodePlan::new(Kind::Sink, vec![end], chance.below(shares)));
        }
        let mut graph = Graph { nodes, shares, poison: None };
        if chance.once_in(8) {
            graph.draw_poison(chance);
        }
        graph
    }

    pub(crate) fn readers(&self, from: usize) -> Vec<(usize, usize)> {
        let ends = self.nodes.iter().enumerate().flat_map(|(reader, node)| {
            node.ends.iter().enumerate().filter(|(_, end)| end.from == from).map(move |(end, _)| (reader, end))
        });
        ends.collect()
    }

    fn draw_poison(&mut self, chance: &mut Chance) {
        let node = chance.below(self.nodes.len());
        if let Some(end) = self.nodes[node].ends.len().checked_sub(1) {
            let name = BatchName { node: node as u32, end: end as u32, number: chance.between(1, 20) };
            self.poison = Some((name, chance.once_in(2)));
        }
    }

    /// What each sink gets; `skips`: batches that are left out.
    pub(crate) fn reference(&self, skips: &[BatchName]) -> BTreeMap<usize, Vec<u64>> {
        let mut sent: Vec<Vec<Batch>> = Vec::new();
        let mut sinks = BTreeMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            let outputs = match &node.kind {
                Kind::Source(batches) => batches.clone(),
                _ => node.undisturbed(at, &sent, skips),
            };
            if matches!(node.kind, Kind::Sink) {
                sinks.insert(at, outputs.concat());
            }
            sent.push(outputs);
        }
        sinks
    }
}

impl NodePlan {
    fn new(kind: Kind, ends: Vec<EndPlan>, share: usize) -> Self {
        NodePlan { kind, ends, instances: 1, share, awaits: None, slowness: 0 }
    }

    fn draw(chance: &mut Chance, before: usize, shares: usize) -> Self {
        let kind = match chance.below(8) {
            0 => Kind::Map,
            1 => Kind::Explode(chance.between(2, 6)),
            2 => Kind::Filter(chance.between(2, 5)),
            3 | 4 => Kind::Keyed,
            5 => Kind::Limit(chance.between(1, 30)),
            _ => Kind::Fold,
        };
        let mut port = 0;
        let mut first = chance.once_in(4);
        let mut ends = Vec::new();
        for end in 0..[1, 1, 2, 2, 3][chance.below(5)] {
            if end > 0 && chance.once_in(2) {
                port += 1;
                first = chance.once_in(4);
            }
            ends.push(EndPlan { from: chance.below(before), port, first });
        }
        let mut node = NodePlan::new(kind, ends, chance.below(shares));
        if matches!(node.kind, Kind::Keyed | Kind::Map) {
            node.instances = 1 + chance.below(3);
        }
        node.awaits = chance.once_in(8).then(|| chance.below(before));
        node.slowness = [0, 0, 0, 3][chance.below(4)];
        node
    }

    pub(crate) fn order(&self) -> Order {
        Order::new(self.ends.iter().map(|end| (end.port, end.first)))
    }

    /// A batch cut into what each instance gets. `reader`: which instance takes a batch that is not cut.
    pub(crate) fn portions(&self, batch: &Batch, reader: usize) -> Vec<(usize, Batch)> {
        if !matches!(self.kind, Kind::Keyed) {
            return vec![(reader % self.instances, batch.clone())];
        }
        let of = |instance| batch.iter().copied().filter(move |row| key(*row) as usize % self.instances == instance);
        let portions = (0..self.instances).map(|instance| (instance, of(instance).collect::<Batch>()));
        portions.filter(|(_, rows)| !rows.is_empty()).collect()
    }

    /// What a node sends for a batch.
    pub(crate) fn process(&self, state: &mut State, end: usize, rows: &Batch) -> Vec<Batch> {
        state.batches += 1;
        match &self.kind {
            Kind::Explode(times) => {
                let rows: Vec<u64> = rows.iter().flat_map(|row| (0..*times).map(move |n| mix(row ^ n))).collect();
                rows.chunks(4).map(<[u64]>::to_vec).collect()
            }
            Kind::Filter(of) => {
                let rows: Batch = rows.iter().copied().filter(|row| !row.is_multiple_of(*of)).collect();
                if rows.is_empty() { Vec::new() } else { vec![rows] }
            }
            Kind::Keyed => {
                let sums = rows.iter().map(|row| {
                    let sum = state.keys.entry(key(*row)).or_default();
                    *sum = sum.wrapping_add(*row);
                    *sum
                });
                vec![sums.collect()]
            }
            Kind::Fold => {
                let port = self.ends[end].port as u64;
                state.rolling = rows.iter().fold(mix(state.rolling ^ port), |rolling, row| mix(rolling ^ row));
                vec![vec![state.rolling]]
            }
            Kind::Source(_) | Kind::Map => vec![rows.iter().map(|row| mix(*row)).collect()],
            Kind::Limit(_) | Kind::Sink => vec![rows.clone()],
        }
    }

    /// What an instance sends at its end.
    pub(crate) fn finish(&self, state: &State) -> Vec<Batch> {
        match self.kind {
            Kind::Keyed if !state.keys.is_empty() => vec![state.keys.values().copied().collect()],
            _ => Vec::new(),
        }
    }

    /// Whether it wants no more.
    pub(crate) fn has_enough(&self, state: &State) -> bool {
        matches!(self.kind, Kind::Limit(batches) if state.batches >= batches)
    }

    fn undisturbed(&self, at: usize, sent: &[Vec<Batch>], skips: &[BatchName]) -> Vec<Batch> {
        let mut queues: Vec<VecDeque<&Batch>> = self.ends.iter().map(|end| sent[end.from].iter().collect()).collect();
        let mut numbers = vec![0; self.ends.len()];
        let mut states = vec![State::default(); self.instances];
        let (mut order, mut outputs) = (self.order(), Vec::new());
        while let Some(end) = order.wanted() {
            let Some(batch) = queues[end].pop_front() else {
                order.ended();
                continue;
            };
            order.delivered();
            numbers[end] += 1;
            let name = BatchName { node: at as u32, end: end as u32, number: numbers[end] };
            if skips.contains(&name) {
                continue;
            }
            for (instance, rows) in self.portions(batch, 0) {
                outputs.extend(self.process(&mut states[instance], end, &rows));
            }
            if self.has_enough(&states[0]) {
                return outputs;
            }
        }
        outputs.extend(states.iter().flat_map(|state| self.finish(state)));
        outputs
    }
}

fn key(row: u64) -> u64 {
    row % 11
}
