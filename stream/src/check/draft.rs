//! The nodes of a process as the statements say them, names settled, before anything is known of components, files
//! and columns.

use std::collections::BTreeMap;

use super::limits::limits_of;
use super::place::{Place, Way};
use super::scope::Scope;
use super::served::{duplicate_options, not_served, unserved_options, unserved_statement};
use crate::diagnostic::Diagnostic;
use crate::node_info::NodeInfo;
use crate::plan::{Limits, Parameter};
use crate::source::{SourceFile, Span};
use crate::syntax::{
    Binding, File, Input, InputPort, Language, Node, OnErrorChoice, OptionName, OptionValue, Options, Output,
    QueueDeclaration, QueueRef, Statement, TypesChoice,
};

/// All nodes of a process and the declarations of its queues.
pub(super) struct Draft<'a> {
    /// In the file's order.
    pub(super) nodes: Vec<DraftNode<'a>>,
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
        let mut draft = Draft { nodes: Vec::new(), declarations: BTreeMap::new(), complete: !file.incomplete };
        for statement in file.statements() {
            if let Some(options) = statement.options() {
                duplicate_options(options, problems);
                if unserved_statement(statement).is_none() {
                    unserved_options(options, problems);
                }
            }
            let line = source.position(statement.span().start).line;
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
        draft.settle_names(problems);
        draft
    }

    /// Whether every component could be asked for its parameters.
    pub(super) fn components_known(&self) -> bool {
        self.nodes.iter().all(|node| !matches!(&node.kind, DraftKind::Component(component) if component.info.is_none()))
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

fn input_node<'a>(
    input: &'a Input,
    line: usize,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> DraftNode<'a> {
    let place = Place::of(&input.source, &input.options, Way::In, scope, problems);
    let types = input.options.get(OptionName::Types).and_then(|option| match &option.value {
        OptionValue::Types(choice) => Some((choice.value, option.span)),
        _ => None,
    });
    let queue = QueueUse { name: input.queue.text.clone(), span: input.queue.span };
    DraftNode {
        name: written_name(&input.options),
        span: input.queue.span,
        line,
        label: text(&input.options, OptionName::Label),
        description: text(&input.options, OptionName::Descr),
        kind: DraftKind::Input { place, types },
        inputs: Vec::new(),
        outputs: vec![Some(queue)],
        on_error: on_error(&input.options),
    }
}

fn output_node<'a>(
    output: &'a Output,
    line: usize,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> DraftNode<'a> {
    DraftNode {
        name: written_name(&output.options),
        span: output.queue.span,
        line,
        label: text(&output.options, OptionName::Label),
        description: text(&output.options, OptionName::Descr),
        kind: DraftKind::Output { place: Place::of(&output.target, &output.options, Way::Out, scope, problems) },
        inputs: vec![QueueUse { name: output.queue.text.clone(), span: output.queue.span }],
        outputs: Vec::new(),
        on_error: DraftOnError::Fail,
    }
}

fn component_node<'a>(node: &'a Node, line: usize, problems: &mut Vec<Diagnostic>) -> DraftNode<'a> {
    let options = &node.options;
    let (path, path_span) = match options.text(OptionName::Component) {
        Some(path) => (path.value.clone(), path.span),
        None => {
            refuse_language(options, problems);
            (format!("build/{}.wasm", node.name), node.name.span)
        }
    };
    let bindings = match options.get(OptionName::Params).map(|option| &option.value) {
        Some(OptionValue::Params(bindings)) => bindings.as_slice(),
        _ => &[],
    };
    let outputs: Vec<Option<QueueUse>> = node.outputs.iter().map(|queue| queue_use(queue, problems)).collect();
    DraftNode {
        name: node.name.text.clone(),
        span: node.name.span,
        line,
        label: text(options, OptionName::Label),
        description: text(options, OptionName::Descr),
        kind: DraftKind::Component(DraftComponent {
            path,
            path_span,
            bindings,
            limits: limits_of(options, problems),
            without_outputs: outputs.iter().all(Option::is_none),
            info: None,
            parameters: Vec::new(),
        }),
        inputs: input_ports(node, problems),
        outputs,
        on_error: on_error(options),
    }
}

/// Only Rust is built by this version; a component that is there already may come from any language.
fn refuse_language(options: &Options, problems: &mut Vec<Diagnostic>) {
    let Some(option) = options.get(OptionName::Lang) else { return };
    if let OptionValue::Lang(language) = &option.value
        && language.value != Language::Rust
    {
        let way_out = "build the component with that language's own tools and name it: `component=\"build/name.wasm\"`";
        problems.push(not_served(option.span, "building a node in a language other than Rust", way_out));
    }
}

fn input_ports(node: &Node, problems: &mut Vec<Diagnostic>) -> Vec<QueueUse> {
    let alone = node.inputs.len() == 1;
    node.inputs.iter().filter_map(|port| input_port(port, alone, problems)).collect()
}

fn input_port(port: &InputPort, alone: bool, problems: &mut Vec<Diagnostic>) -> Option<QueueUse> {
    if port.queues.len() > 1 {
        let names: Vec<&str> = port.queues.iter().map(|queue| queue.name.text.as_str()).collect();
        let way_out = format!("give the component a port for each queue: `({})`", names.join(", "));
        problems.push(not_served(port.span, "merging several queues into one port", &way_out));
    }
    let queue = port.queues.first()?;
    let used = queue_use(queue, problems);
    if used.is_none() && !alone {
        problems.push(
            Diagnostic::error("null-port", queue.span, "`null` stands for no input at all")
                .label("expected a queue: every input port needs one")
                .help("take it out, or name a queue"),
        );
    }
    used
}

fn queue_use(queue: &QueueRef, problems: &mut Vec<Diagnostic>) -> Option<QueueUse> {
    if queue.argument.is_some() {
        let message = format!("what stands behind `{}=` has no meaning in Leat", queue.name);
        problems.push(
            Diagnostic::warning("ignored-argument", queue.span, message)
                .label("it is ignored")
                .help(format!("write `{}`; values for a component go into `params=(…)`", queue.name)),
        );
    }
    (!queue.is_null()).then(|| QueueUse { name: queue.name.text.clone(), span: queue.name.span })
}

fn on_error(options: &Options) -> DraftOnError {
    match options.get(OptionName::OnError).map(|option| &option.value) {
        Some(OptionValue::OnError(OnErrorChoice::Skip(_))) => DraftOnError::Skip,
        Some(OptionValue::OnError(OnErrorChoice::Queue(name))) => {
            DraftOnError::Queue(QueueUse { name: name.text.clone(), span: name.span })
        }
        _ => DraftOnError::Fail,
    }
}

/// Empty where none is written.
fn written_name(options: &Options) -> String {
    options.name(OptionName::Name).map_or_else(String::new, |name| name.text.clone())
}

fn text(options: &Options, name: OptionName) -> Option<String> {
    options.text(name).map(|text| text.value.clone())
}
