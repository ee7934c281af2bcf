//! Lets the nodes of a plan take part in checkpoints, from their beginning or from where they were.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use leat_checkpoint::poison::BatchName;
use leat_checkpoint::snapshot::Part;
use leat_stream::plan::{Node as PlanNode, NodeKind};

use crate::cuts::{Checkpoints, Counted, CutNews, InHand, NodeCuts, Restored};
use crate::facts::Facts;
use crate::inputs::{InputReader, Inputs, Taking};

/// Lets the nodes of a run take part in checkpoints.
pub(super) struct Cutting {
    news: Sender<CutNews>,
    kept_bytes_max: u64,
    reread_bytes_max: u64,
    restored: Vec<Restored>,
    in_hand: Option<Arc<dyn InHand>>,
    poison: Vec<BatchName>,
}

/// A node as it begins, or goes on. The default has no part in checkpoints.
#[derive(Default)]
pub(super) struct Begun {
    pub(super) cuts: Option<Arc<NodeCuts>>,
    /// It had come to its end.
    pub(super) finished: bool,
    pub(super) counted: Option<Counted>,
}

impl Cutting {
    pub(super) fn of(checkpoints: Checkpoints, nodes: usize) -> Self {
        let Checkpoints { news, kept_bytes_max, reread_bytes_max, mut restored, in_hand, poison } = checkpoints;
        restored.resize_with(nodes, Restored::default);
        Cutting { news, kept_bytes_max, reread_bytes_max, restored, in_hand, poison }
    }

    /// The facts that nodes knew of are there from the beginning.
    pub(super) fn restore_facts(&self, facts: &Facts) {
        for (fact, value) in self.restored.iter().flat_map(|node| &node.counted).flat_map(|counted| &counted.facts) {
            facts.was(*fact, value.clone());
        }
    }

    /// A node begins, or goes on from where it was. One at which a queue crosses has no part in checkpoints.
    pub(super) fn begin(
        &mut self,
        node: &PlanNode,
        index: usize,
        (inputs, reader): (&Arc<Inputs>, Option<&mut InputReader>),
    ) -> Begun {
        if matches!(node.kind, NodeKind::Send(_) | NodeKind::Receive(_)) {
            inputs.pass_barriers();
            return Begun::default();
        }
        let mut restored = std::mem::take(&mut self.restored[index]);
        let (finished, counted, mut flow) = (restored.finished, restored.counted.take(), restored.flow.take());
        if let (Some(flow), Some(reader)) = (&mut flow, reader) {
            reader.resume(flow.order.clone(), std::mem::take(&mut flow.read));
        }
        let cuts = NodeCuts::new(index, self.news.clone(), restored);
        let cuts = Arc::new(cuts.watched(self.in_hand.clone(), &self.poison));
        let (parts, taking) = parts(node);
        let kept_bytes_max = match taking {
            Taking::InOrder => self.kept_bytes_max,
            Taking::Anyhow => self.reread_bytes_max,
        };
        inputs.take_part(Arc::clone(&cuts), (parts, taking), kept_bytes_max, flow);
        Begun { cuts: Some(cuts), finished, counted }
    }
}

/// What a cut of a node that reads queues consists of.
fn parts(node: &PlanNode) -> (Vec<Part>, Taking) {
    let instances = node.kind.component().map_or(0, |component| component.parallel.instances());
    let instances = (0..u32::try_from(instances).unwrap_or(u32::MAX)).map(Part::Instance);
    match node.kind {
        NodeKind::Sql(ref sql) if !sql.row_wise => (vec![Part::Flow, Part::Position, Part::Counted], Taking::Anyhow),
        NodeKind::Sql(_) | NodeKind::Output(_) => (vec![Part::Flow, Part::Position, Part::Counted], Taking::InOrder),
        _ => ([Part::Flow, Part::Counted].into_iter().chain(instances).collect(), Taking::InOrder),
    }
}
