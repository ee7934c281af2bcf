//! A share of a process in memory: its nodes, and the edges to the other shares.

use leat_flow::binding::queue_schema;
use leat_flow::dataflow::Place;
use leat_flow::run::{NodeEnd, run_receive, run_send};
use leat_flow::transport::in_process::InProcessTransport;
use leat_flow::transport::{Edge, Transport};
use leat_stream::plan::{NodeKind, Port, Queue, ShareOf};

use super::{Actor, Process};

/// Where a queue crosses to another share, or comes from one.
pub(crate) struct Crossing {
    edge: Edge,
    queue: Queue,
    sends: bool,
    transport: InProcessTransport,
}

impl Crossing {
    pub(super) fn act(self, place: Place) -> NodeEnd {
        let Crossing { edge, queue, sends, transport } = self;
        let (node, stop, schema) = (&place.node, place.node.stop(), queue_schema(&queue));
        match place.reader.filter(|_| sends) {
            Some(reader) => run_send(node, || transport.open_sender(&edge, &schema, stop), reader),
            None => run_receive(node, || transport.open_receiver(&edge, &schema, stop)),
        }
    }
}

impl Process {
    /// What one share of it does, each node being a part that is called by its number.
    pub(crate) fn share(mut self, (shares, mine): (&[ShareOf], usize), transport: &InProcessTransport) -> Process {
        for (number, node) in self.plan.nodes.iter_mut().enumerate() {
            node.part = Some(number.to_string());
        }
        for (number, queue) in self.plan.queues.iter_mut().enumerate() {
            let nodes = || self.plan.nodes.iter().enumerate();
            let writes = |(_, node): &(usize, &leat_stream::plan::Node)| node.outputs.contains(&Some(number));
            queue.writer = Port { node: nodes().find(writes).expect("somebody writes it").0, port: 0 };
            let ends =
                nodes().flat_map(|(node, it)| it.queue_ends().map(move |(port, end)| (end.queue, Port { node, port })));
            queue.readers = ends.filter(|(queue, _)| *queue == number).map(|(_, port)| port).collect();
        }
        let plan = self.plan.share(shares, mine).unwrap();
        let mut whole: Vec<Option<Actor>> = self.actors.into_iter().map(Some).collect();
        let actor = |(number, node): (usize, &leat_stream::plan::Node)| {
            if let Some(place) = plan.place_in_run(number) {
                return whole[place].take().expect("a node is in one place");
            }
            let (NodeKind::Send(crossing) | NodeKind::Receive(crossing)) = &node.kind else { unreachable!() };
            let queue =
                node.queue_ends().map(|(_, end)| end.queue).chain(node.outputs.iter().copied().flatten()).next();
            Actor::Crossing(Crossing {
                edge: Edge {
                    run: "r".to_owned(),
                    generation: 1,
                    queue: crossing.queue.clone(),
                    partition: crossing.partition,
                },
                queue: plan.queues[queue.expect("it has one")].clone(),
                sends: matches!(node.kind, NodeKind::Send(_)),
                transport: transport.clone(),
            })
        };
        let actors = plan.nodes.iter().enumerate().map(actor).collect();
        Process { actors, plan, ..self }
    }
}
