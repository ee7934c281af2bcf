//! The nodes of a share at which queues cross between hosts, and the broker that all of them go through.

use std::sync::{Arc, OnceLock};

use leat_flow::binding::queue_schema;
use leat_flow::inputs::InputReader;
use leat_flow::node::Node;
use leat_flow::run::{NodeEnd, run_receive, run_send};
use leat_flow::transport::{Edge, Transport, TransportError};
use leat_rabbitmq::{BrokerTls, RabbitConfig, RabbitTransport};
use leat_stream::plan::{Crossing, NodeKind, Queue};

use crate::job::{BetweenHosts, Job};

/// What the crossings of a run share.
pub(super) struct Crossings {
    job: Arc<Job>,
    /// Connected by the first of them.
    transport: OnceLock<Result<RabbitTransport, String>>,
}

impl Crossings {
    pub(super) fn new(job: Arc<Job>) -> Self {
        Crossings { job, transport: OnceLock::new() }
    }

    /// Sends a queue, on the thread that calls, until the other host has all of it.
    pub(super) fn send(&self, node: &Node, crossing: &Crossing, reader: InputReader) -> NodeEnd {
        let edge = self.edge(crossing);
        let schema = Arc::clone(&reader.inputs().queues()[0].schema);
        let open = || self.transport(&edge)?.open_sender(&edge, &schema, node.stop());
        let end = run_send(node, open, reader);
        if end == NodeEnd::Whole
            && let Ok(transport) = self.transport(&edge)
        {
            // What is left at the broker is an empty queue, which goes by itself after a while.
            let _ = transport.remove(std::slice::from_ref(&edge));
        }
        end
    }

    /// Receives a queue, on the thread that calls, until it has come to its end.
    pub(super) fn receive(&self, node: &Node, crossing: &Crossing, queue: &Queue) -> NodeEnd {
        let edge = self.edge(crossing);
        let schema = queue_schema(queue);
        run_receive(node, || self.transport(&edge)?.open_receiver(&edge, &schema, node.stop()))
    }

    fn edge(&self, crossing: &Crossing) -> Edge {
        let generation = self.job.between_hosts.as_ref().map_or(0, |way| way.generation);
        Edge { run: self.job.run_id.clone(), generation, queue: crossing.queue.clone(), partition: crossing.partition }
    }

    fn transport(&self, edge: &Edge) -> Result<&RabbitTransport, TransportError> {
        let made = self.transport.get_or_init(|| self.make());
        made.as_ref().map_err(|reason| TransportError::Refused { edge: edge.clone(), reason: reason.clone() })
    }

    fn make(&self) -> Result<RabbitTransport, String> {
        let way = self.job.between_hosts.as_ref();
        let way = way.ok_or("this host was not told how queues get to other hosts")?;
        let trusted = way.broker_name.clone().zip(way.authorities.clone());
        let tls = trusted.map(|(name, authorities)| BrokerTls { name, authorities });
        let config = RabbitConfig { tls, ..RabbitConfig::new(&way.broker) };
        let transport = RabbitTransport::new(config).map_err(|error| error.to_string())?;
        // Whoever is still at work on the attempt before this one is ended by it. Where the broker cannot be reached, the
        // edges of this attempt cannot be opened either, and say so.
        let _ = transport.remove(&self.edges_before(way));
        Ok(transport)
    }

    /// The edges that the last attempt of the run may have had for the queues that cross here.
    fn edges_before(&self, way: &BetweenHosts) -> Vec<Edge> {
        let Some(generation) = way.generation.checked_sub(1).filter(|generation| *generation > 0) else {
            return Vec::new();
        };
        let crossing = self.job.plan.nodes.iter().filter_map(|node| match &node.kind {
            NodeKind::Send(crossing) | NodeKind::Receive(crossing) => Some(crossing),
            _ => None,
        });
        let edges = crossing.flat_map(|crossing| {
            (0..way.shares_max).map(move |partition| Edge { generation, partition, ..self.edge(crossing) })
        });
        let mut edges: Vec<Edge> = edges.collect();
        edges.sort();
        edges.dedup();
        edges
    }
}
