//! What every picture of a plan shows: boxes and the queues between them. The forms (`dot`, `mermaid`, `svg`) differ
//! only in how they draw it.

use super::{NodeKind, OnError, Plan};

/// A process as boxes and lines.
pub(super) struct Picture<'a> {
    /// One for each node, in the plan's order.
    pub(super) boxes: Vec<PictureBox>,
    /// One for each queue, in the plan's order.
    pub(super) lines: Vec<Line<'a>>,
}

/// A node.
pub(super) struct PictureBox {
    pub(super) kind: BoxKind,
    /// The node's label, else its name.
    pub(super) title: String,
    /// The file or component behind it.
    pub(super) detail: String,
}

/// What a box is drawn as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BoxKind {
    Input,
    Output,
    Component,
}

/// A queue: from the box that writes it to every box that reads it.
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    pub(super) from: usize,
    /// Boxes that read it, each once, in order; none where nobody does.
    pub(super) to: Vec<usize>,
    /// Whether it carries records that a node refused.
    pub(super) rejects: bool,
}

impl<'a> Picture<'a> {
    pub(super) fn of(plan: &'a Plan) -> Self {
        let boxes = plan.nodes.iter().map(|node| {
            let (kind, detail) = match &node.kind {
                NodeKind::Input(input) => (BoxKind::Input, input.path.clone()),
                NodeKind::Output(output) => (BoxKind::Output, output.path.clone()),
                NodeKind::Component(component) => (BoxKind::Component, component.path.clone()),
            };
            PictureBox { kind, title: node.label.clone().unwrap_or_else(|| node.name.clone()), detail }
        });
        let lines = plan.queues.iter().enumerate().map(|(number, queue)| {
            let mut to: Vec<usize> = queue.readers.iter().map(|port| port.node).collect();
            to.sort_unstable();
            to.dedup();
            let from = queue.writer.node;
            Line { name: &queue.name, from, to, rejects: plan.nodes[from].on_error == OnError::Queue(number) }
        });
        Picture { boxes: boxes.collect(), lines: lines.collect() }
    }
}
