//! Several instances of a component: `threads=` and `by=`.

use super::columns::Column;
use super::draft::{DraftNode, QueueUse};
use super::typing::listed;
use crate::diagnostic::{Diagnostic, nearest};
use crate::node_info::NodeInfo;
use crate::plan::{PARTITIONS, Parallel};
use crate::source::Span;
use crate::syntax::{Name, OptionName, OptionValue, Options};

/// How many threads a node may have.
const THREADS_MAX: u64 = 64;

/// What a node says of its instances.
pub(super) struct DraftParallel<'a> {
    threads: usize,
    threads_span: Option<Span>,
    /// The columns of `by=`, each once.
    pub(super) by: Vec<&'a Name>,
}

impl<'a> DraftParallel<'a> {
    /// Reads the options of a node.
    pub(super) fn of(options: &'a Options, problems: &mut Vec<Diagnostic>) -> Self {
        let mut by: Vec<&Name> = Vec::new();
        if let Some(OptionValue::Names(names)) = options.get(OptionName::By).map(|option| &option.value) {
            for name in names {
                if by.iter().any(|other| other.text == name.text) {
                    let message = format!("`by=` names the column `{name}` twice");
                    problems
                        .push(Diagnostic::warning("duplicate-option", name.span, message).label("named again here"));
                } else {
                    by.push(name);
                }
            }
        }
        let threads_max = if by.is_empty() { THREADS_MAX } else { PARTITIONS as u64 };
        let mut parallel = DraftParallel { threads: 1, threads_span: None, by };
        let Some(option) = options.get(OptionName::Threads) else { return parallel };
        let OptionValue::Number(number) = &option.value else { return parallel };
        match number.to_u64() {
            Some(threads) if (1..=threads_max).contains(&threads) => {
                parallel.threads = threads as usize;
                parallel.threads_span = Some(option.span);
            }
            _ => {
                let message = format!("`threads={}` is no number of threads for a node", number.text);
                let problem = Diagnostic::error("bad-option", number.span, message)
                    .label(format!("expected a whole number from 1 to {threads_max}"));
                problems.push(if parallel.by.is_empty() {
                    problem
                } else {
                    problem.help(format!(
                        "`by=` divides the keys into {PARTITIONS} parts, and a thread needs one at least"
                    ))
                });
            }
        }
        parallel
    }

    /// As the plan has it.
    pub(super) fn plan(&self) -> Parallel {
        Parallel { threads: self.threads, by: self.by.iter().map(|name| name.text.clone()).collect() }
    }

    /// That a node with several instances has one input port: what belongs together on several could not be told.
    pub(super) fn check_ports(&self, node: &DraftNode<'_>, info: &NodeInfo, problems: &mut Vec<Diagnostic>) {
        let parallel = self.threads_span.filter(|_| self.threads > 1);
        let Some(span) = self.by.first().map(|name| name.span).or(parallel) else { return };
        if info.inputs.len() == 1 {
            return;
        }
        let ports = match info.inputs.len() {
            0 => "none".to_owned(),
            count => count.to_string(),
        };
        let message = format!("several instances of a node need one input port, and `{}` has {ports}", node.name);
        problems.push(
            Diagnostic::error("bad-parallel", span, message)
                .label("this makes several instances")
                .help("take it out, or let a node with one input port do the work that takes the time"),
        );
    }

    /// The places of the columns of `by=` in a queue; nothing where one is missing, which is then said.
    pub(super) fn keys(
        &self,
        node: &DraftNode<'_>,
        queue: &QueueUse,
        columns: &[Column],
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Vec<usize>> {
        let place = |name: &&Name| {
            let found = columns.iter().position(|column| column.name == name.text);
            if found.is_none() {
                let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                let message = format!(
                    "{} is to get its records by `{name}`, which queue `{}` does not have",
                    node.described(),
                    queue.name
                );
                let help = match nearest(&name.text, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("`{}` has: {}", queue.name, listed(&names)),
                };
                problems.push(
                    Diagnostic::error("unknown-column", name.span, message)
                        .label(format!("expected a column of `{}`", queue.name))
                        .also(queue.span, "read here")
                        .help(help),
                );
            }
            found
        };
        let places: Vec<Option<usize>> = self.by.iter().map(place).collect();
        places.into_iter().collect()
    }
}
