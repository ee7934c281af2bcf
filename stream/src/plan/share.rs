//! The share of a plan that one host runs: a plan of its own, in which a queue that leaves the share ends at a node that
//! sends it, and one that comes from another begins at a node that receives it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    AwaitedSignal, BoundColumn, BoundQueue, Fact, FactSource, FactUse, InputPort, Node, NodeKind, OnError, PathPiece,
    Plan, Port, Queue, WAIT_MAX_DEFAULT,
};

/// The part of nodes that name none, in a process where others do.
pub const PART_MAIN: &str = "main";

/// The parts of a run that are on one host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareOf {
    /// The host's name, for people.
    pub host: String,
    /// Its parts, at least one.
    pub parts: Vec<String>,
}

/// A queue on its way from one share of a run to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crossing {
    /// The queue's name.
    pub queue: String,
    /// The share that reads it, by its place among the shares: with the queue's name it tells the crossing from all others of the run.
    pub partition: u32,
    /// The host at the other end, for people.
    pub peer: String,
}

/// What a share is cut from: which of a run's shares it is, and where its nodes stand in the plan of the whole run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutFrom {
    /// Which share, by its place among the shares.
    pub share: u32,
    /// How many nodes the plan of the whole run has.
    pub nodes: usize,
    /// Where the first nodes of this plan stand there, ascending. The nodes behind those send and receive queues, and the whole
    /// run has none of them.
    pub places: Vec<usize>,
}

/// Shares that are none of the plan's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadShare {
    /// There is no share of this number.
    #[error("there is no share {0}")]
    NoShare(usize),
    /// A part is in no share, or in more than one.
    #[error("part `{part}` is in {shares} shares of the run, and must be in one")]
    Part {
        /// Which.
        part: String,
        /// How many shares have it.
        shares: usize,
    },
    /// A node waits for a signal or fact of a node of another share.
    #[error("node `{node}` waits for {what}, which comes from a node on another host")]
    Torn {
        /// Which node.
        node: String,
        /// The signal or fact.
        what: String,
    },
}

impl Plan {
    /// The parts of a run of it, in the order in which nodes name them; none where it is not divided.
    pub fn parts(&self) -> Vec<&str> {
        let mut parts: Vec<&str> = Vec::new();
        for part in self.nodes.iter().filter_map(|node| node.part.as_deref()) {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        parts
    }

    /// The pairs of parts, by their places in [`Plan::parts`], that a queue goes from and to; each pair once, in order.
    pub fn part_links(&self) -> Vec<(usize, usize)> {
        let parts = self.parts();
        let place = |node: usize| parts.iter().position(|part| self.nodes[node].part.as_deref() == Some(part));
        let mut links = Vec::new();
        for queue in &self.queues {
            for reader in &queue.readers {
                if let (Some(from), Some(to)) = (place(queue.writer.node), place(reader.node))
                    && from != to
                {
                    links.push((from, to));
                }
            }
        }
        links.sort_unstable();
        links.dedup();
        links
    }

    /// What share `mine` of the run does. Every host that runs one must be given the same `shares`.
    ///
    /// # Errors
    /// Where the shares do not divide the plan: see [`BadShare`].
    pub fn share(&self, shares: &[ShareOf], mine: usize) -> Result<Plan, BadShare> {
        if mine >= shares.len() {
            return Err(BadShare::NoShare(mine));
        }
        let share_of = self.nodes.iter().map(|node| share_of(node, shares)).collect::<Result<Vec<usize>, _>>()?;
        Cut::of(self, shares, mine, share_of).plan()
    }

    /// Where a node stands in the plan of the whole run; nothing for one at which a queue crosses.
    pub fn place_in_run(&self, node: usize) -> Option<usize> {
        match &self.cut_from {
            None => Some(node),
            Some(cut) => cut.places.get(node).copied(),
        }
    }

    /// How many nodes the plan of the whole run has.
    pub fn nodes_of_run(&self) -> usize {
        self.cut_from.as_ref().map_or(self.nodes.len(), |cut| cut.nodes)
    }
}

impl CutFrom {
    /// That it can be what nodes of these kinds are cut from.
    pub(super) fn require_fit(&self, nodes: &[Node]) -> Result<(), String> {
        let crosses = |node: &Node| matches!(node.kind, NodeKind::Send(_) | NodeKind::Receive(_));
        let own = nodes.iter().take_while(|node| !crosses(node)).count();
        let ascending = self.places.is_sorted_by(|one, next| one < next);
        let within = self.places.last().is_none_or(|last| *last < self.nodes);
        if own == self.places.len() && nodes[own..].iter().all(crosses) && ascending && within {
            return Ok(());
        }
        Err("it does not fit what it says that it is cut from".to_owned())
    }
}

/// The share that a node is in.
fn share_of(node: &Node, shares: &[ShareOf]) -> Result<usize, BadShare> {
    let part = node.part.as_deref().unwrap_or(PART_MAIN);
    let mut having = shares.iter().enumerate().filter(|(_, share)| share.parts.iter().any(|own| own == part));
    match (having.next(), having.count()) {
        (Some((place, _)), 0) => Ok(place),
        (first, more) => Err(BadShare::Part { part: part.to_owned(), shares: usize::from(first.is_some()) + more }),
    }
}

/// A plan that is being cut.
struct Cut<'a> {
    plan: &'a Plan,
    shares: &'a [ShareOf],
    mine: usize,
    /// By node of the plan: its share.
    share_of: Vec<usize>,
    /// Nodes of the plan that are in this share, with their places in it.
    nodes: BTreeMap<usize, usize>,
    /// Queues of the plan that this share sees, with their places in it.
    queues: BTreeMap<usize, usize>,
    /// Facts of the plan that this share has, with their places in it.
    facts: BTreeMap<usize, usize>,
}

/// Numbers, in their order, by their places among those that are kept.
fn places(kept: impl Iterator<Item = usize>) -> BTreeMap<usize, usize> {
    kept.enumerate().map(|(place, number)| (number, place)).collect()
}

impl<'a> Cut<'a> {
    fn of(plan: &'a Plan, shares: &'a [ShareOf], mine: usize, share_of: Vec<usize>) -> Self {
        let is_mine = |node: usize| share_of[node] == mine;
        let nodes = places((0..plan.nodes.len()).filter(|node| is_mine(*node)));
        let seen = |queue: &Queue| is_mine(queue.writer.node) || queue.readers.iter().any(|port| is_mine(port.node));
        let queues = places((0..plan.queues.len()).filter(|queue| seen(&plan.queues[*queue])));
        let facts = places((0..plan.facts.len()).filter(|fact| plan.facts[*fact].set_by().is_none_or(is_mine)));
        Cut { plan, shares, mine, share_of, nodes, queues, facts }
    }

    fn plan(&self) -> Result<Plan, BadShare> {
        let mut nodes = self.nodes.keys().map(|node| self.node(*node)).collect::<Result<Vec<Node>, _>>()?;
        let cut_from = CutFrom {
            share: u32::try_from(self.mine).unwrap_or(u32::MAX),
            nodes: self.plan.nodes.len(),
            places: self.nodes.keys().copied().collect(),
        };
        let cut_from = (nodes.len() < self.plan.nodes.len()).then_some(cut_from);
        for (queue, place) in &self.queues {
            nodes.extend(self.crossings(*queue, *place));
        }
        let facts = self.facts.keys().map(|fact| self.fact(*fact)).collect();
        Ok(Plan { queues: self.queues(&nodes), nodes, facts, cut_from, ..self.plan.clone() })
    }

    /// A node with its numbers as they are in the share.
    fn node(&self, number: usize) -> Result<Node, BadShare> {
        let node = &self.plan.nodes[number];
        let torn = |what: String| BadShare::Torn { node: node.name.clone(), what };
        let awaits = node.awaits.iter().map(|signal| {
            let fired_by = signal.fired_by.iter().map(|from| self.nodes.get(from).copied()).collect::<Option<_>>();
            let fired_by = fired_by.ok_or_else(|| torn(format!("the signal `{}`", signal.name)))?;
            Ok(AwaitedSignal { name: signal.name.clone(), fired_by })
        });
        let fact = |fact: usize| {
            let known = self.facts.get(&fact).copied();
            known.ok_or_else(|| torn(format!("the fact `{}`", self.plan.facts[fact].name)))
        };
        let facts = node.facts.iter().map(|used| Ok(FactUse { fact: fact(used.fact)?, ..used.clone() }));
        let path = node.dynamic_path.iter().map(|piece| match piece {
            PathPiece::Text(text) => Ok(PathPiece::Text(text.clone())),
            PathPiece::Fact(used) => fact(*used).map(PathPiece::Fact),
        });
        let input = |port: &InputPort| {
            let ends = port.queues.iter().map(|end| BoundQueue { queue: self.queues[&end.queue], ..end.clone() });
            InputPort { queues: ends.collect(), first: port.first }
        };
        Ok(Node {
            inputs: node.inputs.iter().map(input).collect(),
            outputs: node.outputs.iter().map(|queue| queue.map(|queue| self.queues[&queue])).collect(),
            on_error: match node.on_error {
                OnError::Queue(queue) => OnError::Queue(self.queues[&queue]),
                other => other,
            },
            awaits: awaits.collect::<Result<_, _>>()?,
            facts: facts.collect::<Result<_, _>>()?,
            dynamic_path: path.collect::<Result<_, _>>()?,
            ..node.clone()
        })
    }

    fn fact(&self, number: usize) -> Fact {
        let fact = &self.plan.facts[number];
        let source = match &fact.source {
            FactSource::SetBy(node) => FactSource::SetBy(self.nodes[node]),
            given @ FactSource::Given(_) => given.clone(),
        };
        Fact { source, ..fact.clone() }
    }

    /// The nodes that send a queue to other shares, or the one that receives it.
    fn crossings(&self, number: usize, place: usize) -> Vec<Node> {
        let queue = &self.plan.queues[number];
        let from = self.share_of[queue.writer.node];
        if from != self.mine {
            let peer = &self.shares[from].host;
            let crossing = self.crossing(queue, self.mine, peer);
            return vec![self.carrier(
                queue,
                format!("{} from {peer}", queue.name),
                NodeKind::Receive(crossing),
                place,
            )];
        }
        let mut to: Vec<usize> = queue.readers.iter().map(|port| self.share_of[port.node]).collect();
        to.retain(|share| *share != self.mine);
        to.sort_unstable();
        to.dedup();
        let send = |share: usize| {
            let peer = &self.shares[share].host;
            let crossing = self.crossing(queue, share, peer);
            self.carrier(queue, format!("{} to {peer}", queue.name), NodeKind::Send(crossing), place)
        };
        to.into_iter().map(send).collect()
    }

    fn crossing(&self, queue: &Queue, reader: usize, peer: &str) -> Crossing {
        let partition = u32::try_from(reader).unwrap_or(u32::MAX);
        Crossing { queue: queue.name.clone(), partition, peer: peer.to_owned() }
    }

    /// A node that a queue crosses at. It goes by a name that no statement can have.
    fn carrier(&self, queue: &Queue, name: String, kind: NodeKind, place: usize) -> Node {
        let columns = queue.fields.iter().enumerate();
        let columns = columns.map(|(column, field)| BoundColumn { column, data_type: field.data_type, read: true });
        let end = BoundQueue { queue: place, columns: columns.collect(), keys: Vec::new() };
        let (inputs, outputs) = match kind {
            NodeKind::Receive(_) => (Vec::new(), vec![Some(place)]),
            _ => (vec![InputPort { queues: vec![end], first: false }], Vec::new()),
        };
        let writer = &self.plan.nodes[queue.writer.node];
        Node {
            name,
            label: None,
            description: None,
            line: writer.line,
            file: writer.file.clone(),
            group: None,
            kind,
            inputs,
            outputs,
            on_error: OnError::Fail,
            awaits: Vec::new(),
            condition: None,
            facts: Vec::new(),
            dynamic_path: Vec::new(),
            wait_max: WAIT_MAX_DEFAULT,
            part: None,
        }
    }

    /// The queues of the share, joined to its nodes.
    fn queues(&self, nodes: &[Node]) -> Vec<Queue> {
        let queue = |(number, place): (&usize, &usize)| {
            let queue = &self.plan.queues[*number];
            let writer = match self.nodes.get(&queue.writer.node) {
                Some(node) => Port { node: *node, port: queue.writer.port },
                None => {
                    let receives =
                        |node: &Node| matches!(node.kind, NodeKind::Receive(_)) && node.outputs == [Some(*place)];
                    Port { node: nodes.iter().position(receives).unwrap_or_default(), port: 0 }
                }
            };
            let ends = nodes.iter().enumerate().flat_map(|(node, planned)| {
                planned.queue_ends().map(move |(port, end)| (end.queue, Port { node, port }))
            });
            let readers = ends.filter(|(seen, _)| seen == place).map(|(_, port)| port).collect();
            Queue { name: queue.name.clone(), fields: queue.fields.clone(), writer, readers }
        };
        self.queues.iter().map(queue).collect()
    }
}
