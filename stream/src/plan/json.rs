//! The plan as a document, and back. What is read back is checked to be whole, so that nobody who holds a [`Plan`]
//! meets a number that points nowhere.

use super::{NodeKind, OnError, PartPiece, Plan};

/// A document that is no plan.
#[derive(Debug, thiserror::Error)]
pub enum BadPlan {
    /// Not JSON, or not of a plan's shape.
    #[error("the plan cannot be read: {0}")]
    Shape(#[from] serde_json::Error),
    /// A number in it points nowhere.
    #[error("the plan is damaged: {0}")]
    Dangling(String),
}

impl Plan {
    /// The plan as a JSON document, for machines and for [`Plan::from_json`].
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a plan has no map with keys that are not text");
        text.push('\n');
        text
    }

    /// Reads what [`Plan::to_json`] wrote.
    ///
    /// # Errors
    /// Where the text is no such document, or names a node, port, queue or column that is not in it.
    pub fn from_json(text: &str) -> Result<Plan, BadPlan> {
        let plan: Plan = serde_json::from_str(text)?;
        plan.require_whole().map_err(BadPlan::Dangling)?;
        Ok(plan)
    }

    fn require_whole(&self) -> Result<(), String> {
        if let Some(cut) = &self.cut_from {
            cut.require_fit(&self.nodes)?;
        }
        self.secrets.iter().try_for_each(|secret| secret.read().map(drop))?;
        for queue in &self.queues {
            for port in queue.readers.iter().chain([&queue.writer]) {
                if port.node >= self.nodes.len() {
                    return Err(format!("queue `{}` names a node {} that is not there", queue.name, port.node));
                }
            }
        }
        for (place, group) in self.groups.iter().enumerate() {
            if group.parent.is_some_and(|parent| parent >= place) {
                return Err(format!("group `{}` is in one that does not come before it", group.name));
            }
        }
        for node in &self.nodes {
            if node.group.is_some_and(|group| group >= self.groups.len()) {
                return Err(format!("node `{}` is in a group that is not there", node.name));
            }
            let bad = |what: String| Err(format!("node `{}` names {what} that is not there", node.name));
            if let Some(port) = node.inputs.iter().position(|port| port.queues.is_empty()) {
                return Err(format!("input port {port} of node `{}` has no queue", node.name));
            }
            for (_, end) in node.queue_ends() {
                let Some(queue) = self.queues.get(end.queue) else {
                    return bad(format!("a queue {}", end.queue));
                };
                if let Some(key) = end.keys.iter().find(|key| **key >= queue.fields.len()) {
                    return bad(format!("a column {key} of queue `{}`", queue.name));
                }
                if let Some(bound) = end.columns.iter().find(|bound| bound.column >= queue.fields.len()) {
                    return bad(format!("a column {} of queue `{}`", bound.column, queue.name));
                }
            }
            let rejects = match node.on_error {
                OnError::Queue(queue) => Some(queue),
                OnError::Fail | OnError::Skip => None,
            };
            for queue in node.outputs.iter().flatten().chain(&rejects) {
                if *queue >= self.queues.len() {
                    return bad(format!("a queue {queue}"));
                }
            }
            if let NodeKind::Output(file) = &node.kind {
                let fields = node.queue_ends().next().map_or(0, |(_, end)| self.queues[end.queue].fields.len());
                let beyond = |piece: &&PartPiece| matches!(piece, PartPiece::Column(column) if *column >= fields);
                if let Some(PartPiece::Column(column)) = file.pieces.iter().find(beyond) {
                    return bad(format!("a column {column} of its queue"));
                }
            }
            self.require_ports(node)?;
        }
        Ok(())
    }

    /// That a node has the ports its kind has.
    fn require_ports(&self, node: &super::Node) -> Result<(), String> {
        let (inputs, outputs) = match &node.kind {
            NodeKind::Input(_) => (0, 1),
            NodeKind::Output(_) => (1, 0),
            NodeKind::Component(component) => (component.inputs.len(), component.outputs.len()),
            NodeKind::Sql(sql) => (sql.scans.len(), 1),
            NodeKind::Send(_) => (1, 0),
            NodeKind::Receive(_) => (0, 1),
        };
        if let NodeKind::Component(component) = &node.kind {
            if let Some(object) = component.objects.iter().find(|object| **object >= self.objects.len()) {
                return Err(format!("node `{}` names a risk object {object} that is not there", node.name));
            }
            if let Some(secret) = component.secrets.iter().find(|secret| **secret >= self.secrets.len()) {
                return Err(format!("node `{}` names a secret {secret} that is not there", node.name));
            }
            let threads = component.parallel.threads;
            let instances = component.parallel.instances();
            if threads == 0 || threads > instances || (instances > 1 && inputs != 1) {
                return Err(format!("node `{}` has {threads} threads for {instances} instances", node.name));
            }
        }
        if let NodeKind::Sql(sql) = &node.kind {
            let whole = |scan: &super::Scan| {
                let table = sql.tables.get(scan.table);
                table.is_some_and(|table| scan.columns.iter().all(|column| *column < table.fields.len()))
            };
            if !sql.scans.iter().all(whole) {
                return Err(format!("node `{}` reads a table or column that is not there", node.name));
            }
        }
        if node.inputs.len() == inputs && node.outputs.len() == outputs {
            return Ok(());
        }
        Err(format!(
            "node `{}` has {} input and {} output ports where its kind has {inputs} and {outputs}",
            node.name,
            node.inputs.len(),
            node.outputs.len(),
        ))
    }
}
