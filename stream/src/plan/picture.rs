//! What every picture of a plan shows: boxes and the queues between them. The forms (`dot`, `mermaid`, `svg`) differ
//! only in how they draw it.

use super::{NodeKind, OnError, Plan};

/// A process as boxes and lines.
pub(super) struct Picture<'a> {
    /// One for each node, in the plan's order.
    pub(super) boxes: Vec<PictureBox>,
    /// One for each queue, in the plan's order.
    pub(super) lines: Vec<Line<'a>>,
    /// The groups that boxes stand in, each after the one it is in and at once before all that is inside it.
    pub(super) groups: Vec<PictureGroup>,
}

/// A group of boxes.
pub(super) struct PictureGroup {
    /// Its label, else its name inside the group that it is in.
    pub(super) title: String,
    /// The group it is in.
    pub(super) parent: Option<usize>,
}

/// A node.
pub(super) struct PictureBox {
    pub(super) kind: BoxKind,
    /// The node's label, else its name.
    pub(super) title: String,
    /// The file or component behind it.
    pub(super) detail: String,
    /// The group it stands in.
    pub(super) group: Option<usize>,
}

/// What a box is drawn as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BoxKind {
    Input,
    Output,
    Component,
    Sql,
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
                NodeKind::Sql(sql) => (BoxKind::Sql, one_line(&sql.query.text)),
                NodeKind::Send(crossing) => (BoxKind::Output, crossing.peer.clone()),
                NodeKind::Receive(crossing) => (BoxKind::Input, crossing.peer.clone()),
            };
            let title = node.label.clone().unwrap_or_else(|| inside(plan, node.group, &node.name));
            PictureBox { kind, title, detail, group: node.group }
        });
        let groups = plan.groups.iter().map(|group| PictureGroup {
            title: group.label.clone().unwrap_or_else(|| inside(plan, group.parent, &group.name)),
            parent: group.parent,
        });
        let lines = plan.queues.iter().enumerate().map(|(number, queue)| {
            let mut to: Vec<usize> = queue.readers.iter().map(|port| port.node).collect();
            to.sort_unstable();
            to.dedup();
            let from = queue.writer.node;
            Line { name: &queue.name, from, to, rejects: plan.nodes[from].on_error == OnError::Queue(number) }
        });
        Picture { boxes: boxes.collect(), lines: lines.collect(), groups: groups.collect() }
    }
}

/// The beginning of a query.
fn one_line(query: &str) -> String {
    const CHARS_MAX: usize = 40;
    let words = query.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(CHARS_MAX) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words,
    }
}

/// A name without that of the group it is shown in.
fn inside(plan: &Plan, group: Option<usize>, name: &str) -> String {
    let group = group.and_then(|group| plan.groups.get(group));
    let short = group.and_then(|group| name.strip_prefix(&group.name)?.strip_prefix('.'));
    short.unwrap_or(name).to_owned()
}
