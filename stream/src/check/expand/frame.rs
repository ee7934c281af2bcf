//! The names inside one group: which are its own, and which are queues of the process around it.

use std::collections::BTreeMap;

use crate::check::draft::{DraftNode, DraftOnError, Home};

/// A group as it is used in one place, or the process as a whole.
#[derive(Clone, Debug, Default)]
pub(in crate::check) struct Frame {
    /// What stands before the names of its nodes: nothing, or `revalue.audit.`.
    prefix: String,
    /// Queues that have another name outside.
    bound: BTreeMap<String, String>,
    /// What stands before the names of its own queues; other than `prefix` where it has no parentheses.
    queue_prefix: String,
    /// The group of the plan.
    pub(in crate::check) group: Option<usize>,
}

impl Frame {
    /// The process as a whole.
    pub(super) fn root() -> Self {
        Frame::default()
    }

    /// A group inside another. Its queues are its own, or all `shared` with what is around it.
    pub(super) fn inside(outer: &Frame, name: &str, shared: bool) -> Self {
        let prefix = format!("{}{name}.", outer.prefix);
        let (bound, queue_prefix) =
            if shared { (outer.bound.clone(), outer.queue_prefix.clone()) } else { (BTreeMap::new(), prefix.clone()) };
        Frame { prefix, bound, queue_prefix, group: None }
    }

    /// Lets a name inside stand for a queue outside.
    pub(super) fn bind(&mut self, inner: &str, outer: String) {
        self.bound.insert(inner.to_owned(), outer);
    }

    /// `revalue.audit`
    pub(super) fn full_name(&self) -> String {
        self.prefix.trim_end_matches('.').to_owned()
    }

    /// What stands before the names of its nodes.
    pub(in crate::check) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The queue that a name stands for in the process as a whole.
    pub(in crate::check) fn queue(&self, name: &str) -> String {
        self.bound.get(name).cloned().unwrap_or_else(|| format!("{}{name}", self.queue_prefix))
    }

    /// What a queue of the process as a whole is called inside; nothing where it is not seen there.
    pub(in crate::check) fn seen<'q>(&'q self, queue: &'q str) -> Option<&'q str> {
        if let Some((inner, _)) = self.bound.iter().find(|(_, outer)| *outer == queue) {
            return Some(inner);
        }
        queue.strip_prefix(&self.queue_prefix).filter(|name| !name.contains('.'))
    }

    /// A signal or fact that a statement in here makes, by its name in the process as a whole. Like queues they belong to
    /// the group, or, where it has no parentheses, to what is around it.
    pub(in crate::check) fn own(&self, name: &str) -> String {
        format!("{}{name}", self.queue_prefix)
    }

    /// What a signal or fact that is waited for in here may be in the process as a whole, nearest first: one of the group
    /// itself, then one of each group around it.
    pub(in crate::check) fn around(&self, name: &str) -> impl Iterator<Item = String> {
        let mut prefix = Some(self.queue_prefix.as_str());
        std::iter::from_fn(move || {
            let here = prefix?;
            let outer = here.strip_suffix('.');
            prefix = outer.map(|outer| outer.rfind('.').map_or("", |point| &outer[..=point]));
            Some(format!("{here}{name}"))
        })
    }

    /// A node that was read from its statement, with the names it has in the process as a whole.
    pub(in crate::check) fn settled<'a>(&self, mut node: DraftNode<'a>, file: Option<&str>) -> DraftNode<'a> {
        node.home = Home { frame: self.clone(), file: file.map(str::to_owned) };
        if !node.name.is_empty() {
            node.name.insert_str(0, &self.prefix);
        }
        let rejects = match &mut node.on_error {
            DraftOnError::Queue(queue) => Some(queue),
            DraftOnError::Fail | DraftOnError::Skip => None,
        };
        let outputs = node.outputs.iter_mut().flatten();
        for queue in node.inputs.iter_mut().flatten().chain(outputs).chain(rejects) {
            queue.name = self.queue(&queue.name);
        }
        node
    }
}
