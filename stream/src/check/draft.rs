//! The nodes of a process as the statements say them, names settled, before anything is known of components, files
//! and columns.

mod model;
mod nodes;

use std::collections::BTreeMap;
use std::time::Duration;

use self::model::model_node;
use self::nodes::{component_node, input_node, output_node};
pub(super) use self::nodes::{signals, text, waited_facts, written_name};
use super::expand::{Expanded, Frame};
use super::limits::limits_of;
use super::parallel::DraftParallel;
use super::place::Place;
use super::query::{DraftQuery, DraftSql, sql_node};
use super::scope::Scope;
use super::served::{unserved_options, unserved_statement};
use super::surroundings::Surroundings;
use super::tags::Off;
use crate::diagnostic::Diagnostic;
use crate::node_info::NodeInfo;
use crate::plan::{self, FactWay, Limits, Parameter};
use crate::source::{SourceFile, Span};
use crate::syntax::{Binding, Name, OptionName, OptionValue, Options, QueueDeclaration, Statement, TypesChoice};

/// All nodes of a process and the declarations of its queues.
pub(super) struct Draft<'a> {
    /// In the file's order.
    pub(super) nodes: Vec<DraftNode<'a>>,
    /// Statements that are switched off, in the file's order.
    pub(super) off: Vec<Off<'a>>,
    /// Each queue's first declaration, by its name.
    pub(super) declarations: BTreeMap<String, &'a QueueDeclaration>,
    /// The groups that its nodes stood in.
    pub(super) groups: Vec<plan::Group>,
    /// Whether every statement became a node. Where one did not, what it reads and writes is not known.
    pub(super) complete: bool,
}

/// A node in the making.
pub(super) struct DraftNode<'a> {
    pub(super) name: String,
    /// Where to point for the node as a whole.
    pub(super) span: Span,
    pub(super) line: usize,
    pub(super) label: Option<String>,
    pub(super) description: Option<String>,
    pub(super) kind: DraftKind<'a>,
    /// The queues of each input port, at least one each; several are merged.
    pub(super) inputs: Vec<Vec<QueueUse>>,
    /// The queue of each output port; `None` for `(null)`.
    pub(super) outputs: Vec<Option<QueueUse>>,
    pub(super) on_error: DraftOnError,
    /// The signals that it waits for.
    pub(super) getsig: Vec<SignalUse>,
    /// The signals that it fires besides, for an output, its own.
    pub(super) setsig: Vec<SignalUse>,
    /// What `where=` says.
    pub(super) condition: Option<DraftQuery>,
    /// The facts that it waits for, reads and sets, each once in each way.
    pub(super) facts: Vec<DraftFact>,
    /// How long it waits for one signal or fact.
    pub(super) wait_max: Duration,
    /// The part of the run that its statement names.
    pub(super) part: Option<Name>,
    /// Where it stood.
    pub(super) home: Home,
}

/// The group and the file of a node.
#[derive(Clone, Debug, Default)]
pub(super) struct Home {
    /// The names around it.
    pub(super) frame: Frame,
    /// Nothing where it is the file that was given.
    pub(super) file: Option<String>,
}

/// What a node does, as far as it is known.
pub(super) enum DraftKind<'a> {
    /// The place is missing where it cannot be used.
    Input {
        place: Option<Place>,
        types: Option<(TypesChoice, Span)>,
    },
    Output {
        place: Option<Place>,
    },
    Component(DraftComponent<'a>),
    Sql(DraftSql),
}

/// A component node.
pub(super) struct DraftComponent<'a> {
    pub(super) path: String,
    /// Where its path stands, or its name that the path comes from.
    pub(super) path_span: Span,
    pub(super) bindings: &'a [Binding],
    pub(super) limits: Limits,
    pub(super) parallel: DraftParallel<'a>,
    /// Whether it was written without outputs: then every output port is unused.
    pub(super) without_outputs: bool,
    /// What the component says of itself; nothing until it was asked, or where it cannot be used.
    pub(super) info: Option<Box<NodeInfo>>,
    pub(super) parameters: Vec<Parameter>,
    /// The risk objects that it is given, by their places in the plan.
    pub(super) objects: Vec<usize>,
    /// The secrets that its statement names.
    pub(super) named_secrets: &'a [Name],
    /// The secrets that it is given, by their places in the plan.
    pub(super) secrets: Vec<usize>,
}

/// A queue where a statement names it.
#[derive(Clone, Debug)]
pub(super) struct QueueUse {
    pub(super) name: String,
    pub(super) span: Span,
}

/// A signal where a statement names it.
#[derive(Clone, Debug)]
pub(super) struct SignalUse {
    pub(super) name: String,
    pub(super) span: Span,
}

/// A fact where a statement names it.
#[derive(Clone, Debug)]
pub(super) struct DraftFact {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) way: FactWay,
}

/// What is to happen with records a node cannot take.
#[derive(Clone, Debug)]
pub(super) enum DraftOnError {
    Fail,
    Skip,
    Queue(QueueUse),
}

impl<'a> DraftComponent<'a> {
    /// What a statement says of its component, which is at `path`; the component itself was not asked yet.
    fn of(
        (path, path_span): (String, Span),
        bindings: &'a [Binding],
        outputs: &[Option<QueueUse>],
        options: &'a Options,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        DraftComponent {
            path,
            path_span,
            bindings,
            limits: limits_of(options, problems),
            parallel: DraftParallel::of(options, problems),
            without_outputs: outputs.iter().all(Option::is_none),
            info: None,
            parameters: Vec::new(),
            objects: Vec::new(),
            named_secrets: match options.get(OptionName::Secrets).map(|option| &option.value) {
                Some(OptionValue::Names(names)) => names,
                _ => &[],
            },
            secrets: Vec::new(),
        }
    }
}

impl DraftNode<'_> {
    /// Every queue it reads, with the port; by port, and within one in the order written.
    pub(super) fn reads(&self) -> impl Iterator<Item = (usize, &QueueUse)> {
        self.inputs.iter().enumerate().flat_map(|(port, queues)| queues.iter().map(move |queue| (port, queue)))
    }

    /// The file it reads or writes; nothing where it has none, or one that cannot be used.
    pub(super) fn place(&self) -> Option<&Place> {
        match &self.kind {
            DraftKind::Input { place, .. } | DraftKind::Output { place } => place.as_ref(),
            DraftKind::Component(_) | DraftKind::Sql(_) => None,
        }
    }

    /// `input`, `output` or `node`, with its name, for messages.
    pub(super) fn described(&self) -> String {
        let kind = match self.kind {
            DraftKind::Input { .. } => "input",
            DraftKind::Output { .. } => "output",
            DraftKind::Component(_) => "node",
            DraftKind::Sql(_) => "sql",
        };
        format!("{kind} `{}`", self.name)
    }
}

impl<'a> Draft<'a> {
    /// Reads every statement.
    pub(super) fn of(
        expanded: Expanded<'a>,
        source: &SourceFile,
        surroundings: &dyn Surroundings,
        scope: &mut Scope<'_>,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let Expanded { statements, frames, groups, off, complete } = expanded;
        let mut draft = Draft { nodes: Vec::new(), off, declarations: BTreeMap::new(), groups, complete };
        for (statement, frame) in statements {
            let frame = &frames[frame];
            if let Some(options) = statement.options().filter(|_| unserved_statement(statement).is_none()) {
                unserved_options(options, problems);
            }
            let start = statement.span().start;
            let line = source.position(start).line;
            let node = match statement {
                Statement::Input(input) => input_node(input, line, surroundings, scope, problems),
                Statement::Output(output) => output_node(output, line, scope, problems),
                Statement::Node(node) => component_node(node, line, scope, problems),
                Statement::Sql(sql) => sql_node(sql, line, surroundings, scope, problems),
                Statement::Queue(declaration) => {
                    draft.declare(declaration, frame.queue(&declaration.name.text), problems);
                    continue;
                }
                Statement::Model(model) => model_node(model, line, problems),
                Statement::Sas(_) | Statement::Group(_) => {
                    problems.extend(unserved_statement(statement));
                    draft.complete = false;
                    continue;
                }
            };
            // What a query reads that is no SQL is not known.
            draft.complete &= !matches!(&node.kind, DraftKind::Sql(sql) if sql.query.is_none());
            draft.nodes.push(frame.settled(node, source.appended_name(start)));
        }
        draft.report_nothing_on(problems);
        draft.settle_names(problems);
        draft
    }

    /// Whether every component could be asked for its parameters.
    pub(super) fn components_known(&self) -> bool {
        self.nodes.iter().all(|node| !matches!(&node.kind, DraftKind::Component(component) if component.info.is_none()))
    }

    /// That nothing would run: its groups are empty, or no tag is on that something would run by.
    fn report_nothing_on(&self, problems: &mut Vec<Diagnostic>) {
        if !self.nodes.is_empty() || !self.complete {
            return;
        }
        if let Some(off) = self.off.first() {
            let tag = &off.tags[0];
            problems.push(
                Diagnostic::error("empty-process", tag.span, "every statement of this process is switched off")
                    .label("runs only with one of its tags")
                    .help(format!("switch it on: `--tag {tag}`")),
            );
        } else if !self.groups.is_empty() {
            let message = "there is nothing to run in the groups of this process";
            problems.push(Diagnostic::error("empty-process", Span::default(), message).label("expected a statement"));
        }
    }

    /// Enters the declaration of the queue that is called `queue` in the process as a whole. A group's declaration of one
    /// of its ports is one of the queue that is bound to it, and may say the same again.
    fn declare(&mut self, declaration: &'a QueueDeclaration, queue: String, problems: &mut Vec<Diagnostic>) {
        let name = &declaration.name;
        if let Some(first) = self.declarations.get(&queue) {
            if first.span == declaration.span || (queue.as_str() != name.text && same_columns(first, declaration)) {
                return;
            }
            problems.push(
                Diagnostic::error("duplicate-queue", name.span, format!("queue `{name}` is declared twice"))
                    .label("declared again here")
                    .also(first.name.span, "first declared here")
                    .help("remove one of the two"),
            );
            return;
        }
        for (place, column) in declaration.columns.iter().enumerate() {
            let earlier = &declaration.columns[..place];
            if let Some(first) = earlier.iter().find(|other| other.name.text == column.name.text) {
                let message = format!("queue `{name}` has two columns `{}`", column.name);
                problems.push(
                    Diagnostic::error("duplicate-column", column.name.span, message)
                        .label("named again here")
                        .also(first.name.span, "the first is here")
                        .help("remove one of the two, or give it another name"),
                );
            }
        }
        self.declarations.insert(queue, declaration);
    }

    /// Names that were written must differ; those that were not are made from the queue, and differ from all.
    fn settle_names(&mut self, problems: &mut Vec<Diagnostic>) {
        let mut taken: BTreeMap<String, Span> = BTreeMap::new();
        for node in self.nodes.iter().filter(|node| !node.name.is_empty()) {
            if let Some(first) = taken.get(&node.name) {
                let message = format!("two nodes have the name `{}`", node.name);
                problems.push(
                    Diagnostic::error("duplicate-node", node.span, message)
                        .label("this name is taken")
                        .also(*first, "by this node")
                        .help(match node.kind {
                            DraftKind::Component(_) => {
                                "give one of them another name; to run a component twice write `node other_name(…)(…) \
                                 component=\"build/name.wasm\"`"
                            }
                            _ => "give one of them another name with `name=…`",
                        }),
                );
                continue;
            }
            taken.insert(node.name.clone(), node.span);
        }
        for node in self.nodes.iter_mut().filter(|node| node.name.is_empty()) {
            let stem = match (&node.kind, node.inputs.iter().flatten().next(), node.outputs.first()) {
                (DraftKind::Output { .. }, Some(queue), _) => format!("out_{}", local(&queue.name)),
                (DraftKind::Sql(_), _, Some(Some(queue))) => format!("sql_{}", local(&queue.name)),
                (_, _, Some(Some(queue))) => format!("in_{}", local(&queue.name)),
                _ => "node".to_owned(),
            };
            let stem = format!("{}{stem}", node.home.frame.prefix());
            let mut name = stem.clone();
            let mut number = 2;
            while taken.contains_key(&name) {
                name = format!("{stem}_{number}");
                number += 1;
            }
            taken.insert(name.clone(), node.span);
            node.name = name;
        }
    }
}

/// A queue's name inside the group that it belongs to.
pub(super) fn local(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn same_columns(a: &QueueDeclaration, b: &QueueDeclaration) -> bool {
    let facts = |queue: &QueueDeclaration| -> Vec<_> {
        let facts = queue.columns.iter().map(|c| (c.name.text.clone(), c.data_type.value, c.null.is_some()));
        facts.collect()
    };
    facts(a) == facts(b)
}
