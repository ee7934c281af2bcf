//! The nodes of a process as the statements say them, names settled, before anything is known of components, files
//! and columns.

mod nodes;

use std::collections::BTreeMap;

use self::nodes::{component_node, input_node, output_node};
use super::place::Place;
use super::scope::Scope;
use super::served::{duplicate_options, unserved_options, unserved_statement};
use super::tags::{Off, switched_off};
use crate::diagnostic::Diagnostic;
use crate::node_info::NodeInfo;
use crate::plan::{Limits, Parameter};
use crate::source::{SourceFile, Span};
use crate::syntax::{Binding, File, QueueDeclaration, Statement, TypesChoice};

/// All nodes of a process and the declarations of its queues.
pub(super) struct Draft<'a> {
    /// In the file's order.
    pub(super) nodes: Vec<DraftNode<'a>>,
    /// Statements that are switched off, in the file's order.
    pub(super) off: Vec<Off<'a>>,
    /// Each queue's first declaration, by its name.
    pub(super) declarations: BTreeMap<&'a str, &'a QueueDeclaration>,
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
    /// The queue of each input port.
    pub(super) inputs: Vec<QueueUse>,
    /// The queue of each output port; `None` for `(null)`.
    pub(super) outputs: Vec<Option<QueueUse>>,
    pub(super) on_error: DraftOnError,
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
}

/// A component node.
pub(super) struct DraftComponent<'a> {
    pub(super) path: String,
    /// Where its path stands, or its name that the path comes from.
    pub(super) path_span: Span,
    pub(super) bindings: &'a [Binding],
    pub(super) limits: Limits,
    /// Whether it was written without outputs: then every output port is unused.
    pub(super) without_outputs: bool,
    /// What the component says of itself; nothing until it was asked, or where it cannot be used.
    pub(super) info: Option<NodeInfo>,
    pub(super) parameters: Vec<Parameter>,
}

/// A queue where a statement names it.
#[derive(Clone, Debug)]
pub(super) struct QueueUse {
    pub(super) name: String,
    pub(super) span: Span,
}

/// What is to happen with records a node cannot take.
#[derive(Clone, Debug)]
pub(super) enum DraftOnError {
    Fail,
    Skip,
    Queue(QueueUse),
}

impl DraftNode<'_> {
    /// The file it reads or writes; nothing where it has none, or one that cannot be used.
    pub(super) fn place(&self) -> Option<&Place> {
        match &self.kind {
            DraftKind::Input { place, .. } | DraftKind::Output { place } => place.as_ref(),
            DraftKind::Component(_) => None,
        }
    }

    /// `input`, `output` or `node`, with its name, for messages.
    pub(super) fn described(&self) -> String {
        let kind = match self.kind {
            DraftKind::Input { .. } => "input",
            DraftKind::Output { .. } => "output",
            DraftKind::Component(_) => "node",
        };
        format!("{kind} `{}`", self.name)
    }
}

impl<'a> Draft<'a> {
    /// Reads every statement of a file.
    pub(super) fn of(
        file: &'a File,
        source: &SourceFile,
        scope: &mut Scope<'_>,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let complete = !file.incomplete;
        let mut draft = Draft { nodes: Vec::new(), off: Vec::new(), declarations: BTreeMap::new(), complete };
        for statement in file.statements() {
            let line = source.position(statement.span().start).line;
            if let Some(options) = statement.options() {
                duplicate_options(options, problems);
                if let Some(tags) = switched_off(statement, scope.given()) {
                    draft.off.push(Off::of(statement, tags, line, scope));
                    continue;
                }
                if unserved_statement(statement).is_none() {
                    unserved_options(options, problems);
                }
            }
            match statement {
                Statement::Input(input) => draft.nodes.push(input_node(input, line, scope, problems)),
                Statement::Output(output) => draft.nodes.push(output_node(output, line, scope, problems)),
                Statement::Node(node) => draft.nodes.push(component_node(node, line, problems)),
                Statement::Queue(declaration) => draft.declare(declaration, problems),
                Statement::Sql(_) | Statement::Sas(_) | Statement::Model(_) | Statement::Group(_) => {
                    problems.extend(unserved_statement(statement));
                    draft.complete = false;
                }
            }
        }
        draft.report_all_off(problems);
        draft.settle_names(problems);
        draft
    }

    /// Whether every component could be asked for its parameters.
    pub(super) fn components_known(&self) -> bool {
        self.nodes.iter().all(|node| !matches!(&node.kind, DraftKind::Component(component) if component.info.is_none()))
    }

    /// That no tag is on which something would run by.
    fn report_all_off(&self, problems: &mut Vec<Diagnostic>) {
        let Some(first) = self.off.first().filter(|_| self.nodes.is_empty() && self.complete) else { return };
        let tag = &first.tags[0];
        problems.push(
            Diagnostic::error("empty-process", tag.span, "every statement of this process is switched off")
                .label("runs only with one of its tags")
                .help(format!("switch it on: `--tag {tag}`")),
        );
    }

    fn declare(&mut self, declaration: &'a QueueDeclaration, problems: &mut Vec<Diagnostic>) {
        let name = &declaration.name;
        if let Some(first) = self.declarations.get(name.text.as_str()) {
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
        self.declarations.insert(&name.text, declaration);
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
            let stem = match (&node.kind, node.inputs.first(), node.outputs.first()) {
                (DraftKind::Output { .. }, Some(queue), _) => format!("out_{}", queue.name),
                (_, _, Some(Some(queue))) => format!("in_{}", queue.name),
                _ => "node".to_owned(),
            };
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
