//! One statement, one node.

use super::{DraftComponent, DraftFact, DraftKind, DraftNode, DraftOnError, Home, QueueUse, SignalUse};
use crate::check::limits::wait_of;
use crate::check::place::{Piece, Place, Way};
use crate::check::query::condition;
use crate::check::scope::Scope;
use crate::check::served::not_served;
use crate::check::surroundings::Surroundings;
use crate::diagnostic::Diagnostic;
use crate::plan::FactWay;
use crate::syntax::{
    Input, InputPort, Language, Name, Node, OnErrorChoice, OptionName, OptionValue, Options, Output, QueueRef,
};

pub(super) fn input_node<'a>(
    input: &'a Input,
    line: usize,
    surroundings: &dyn Surroundings,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> DraftNode<'a> {
    let place = Place::of(&input.source, &input.options, Way::In(Some(surroundings)), scope, problems);
    let facts = waited_facts(&input.options, place.as_ref());
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
        getsig: signals(&input.options, OptionName::Getsig),
        setsig: Vec::new(),
        condition: condition(&input.options, scope, problems),
        facts,
        wait_max: wait_of(&input.options, problems),
        part: input.options.name(OptionName::Part).cloned(),
        home: Home::default(),
    }
}

pub(super) fn output_node<'a>(
    output: &'a Output,
    line: usize,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> DraftNode<'a> {
    let place = Place::of(&output.target, &output.options, Way::Out, scope, problems);
    let facts = waited_facts(&output.options, place.as_ref());
    DraftNode {
        name: written_name(&output.options),
        span: output.queue.span,
        line,
        label: text(&output.options, OptionName::Label),
        description: text(&output.options, OptionName::Descr),
        kind: DraftKind::Output { place },
        inputs: vec![vec![QueueUse { name: output.queue.text.clone(), span: output.queue.span }]],
        outputs: Vec::new(),
        on_error: DraftOnError::Fail,
        getsig: signals(&output.options, OptionName::Getsig),
        setsig: Vec::new(),
        condition: condition(&output.options, scope, problems),
        facts,
        wait_max: wait_of(&output.options, problems),
        part: output.options.name(OptionName::Part).cloned(),
        home: Home::default(),
    }
}

pub(super) fn component_node<'a>(
    node: &'a Node,
    line: usize,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) -> DraftNode<'a> {
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
        kind: DraftKind::Component(DraftComponent::of((path, path_span), bindings, &outputs, options, problems)),
        inputs: input_ports(&node.inputs, problems),
        outputs,
        on_error: on_error(options),
        getsig: signals(options, OptionName::Getsig),
        setsig: signals(options, OptionName::Setsig),
        condition: condition(options, scope, problems),
        facts: component_facts(options),
        wait_max: wait_of(options, problems),
        part: options.name(OptionName::Part).cloned(),
        home: Home::default(),
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

pub(super) fn input_ports(ports: &[InputPort], problems: &mut Vec<Diagnostic>) -> Vec<Vec<QueueUse>> {
    let alone = ports.len() == 1;
    let ports = ports.iter().map(|port| input_port(port, alone, problems));
    ports.filter(|queues| !queues.is_empty()).collect()
}

fn input_port(port: &InputPort, alone: bool, problems: &mut Vec<Diagnostic>) -> Vec<QueueUse> {
    let mut uses: Vec<QueueUse> = Vec::new();
    for queue in &port.queues {
        let Some(used) = queue_use(queue, problems) else {
            if !alone || port.queues.len() > 1 {
                problems.push(
                    Diagnostic::error("null-port", queue.span, "`null` stands for no input at all")
                        .label("expected a queue: every input port needs one")
                        .help("take it out, or name a queue"),
                );
            }
            continue;
        };
        if let Some(first) = uses.iter().find(|other| other.name == used.name) {
            let message = format!("the queue `{}` is merged with itself", used.name);
            problems.push(
                Diagnostic::error("merged-twice", used.span, message)
                    .label("named again here")
                    .also(first.span, "first named here")
                    .help("take one of the two out: the node would get every record twice"),
            );
            continue;
        }
        uses.push(used);
    }
    uses
}

pub(super) fn queue_use(queue: &QueueRef, problems: &mut Vec<Diagnostic>) -> Option<QueueUse> {
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

/// The names of `getsig=`, `setsig=` and their like, each once.
pub(in crate::check) fn signals(options: &Options, name: OptionName) -> Vec<SignalUse> {
    let Some(OptionValue::Names(names)) = options.get(name).map(|option| &option.value) else { return Vec::new() };
    let first = |(place, signal): &(usize, &Name)| !names[..*place].iter().any(|other| other.text == signal.text);
    let signals = names.iter().enumerate().filter(first);
    signals.map(|(_, signal)| SignalUse { name: signal.text.clone(), span: signal.span }).collect()
}

/// The facts of an input, output or query: it has nothing to do before it has them all, those of its path among them.
pub(in crate::check) fn waited_facts(options: &Options, place: Option<&Place>) -> Vec<DraftFact> {
    let mut facts = Vec::new();
    let in_path = place.into_iter().flat_map(|place| &place.pieces).filter_map(|piece| match piece {
        Piece::Fact { name, span } => Some(DraftFact { name: name.clone(), span: *span, way: FactWay::Get }),
        Piece::Text(_) => None,
    });
    add_facts(&mut facts, in_path);
    for option in [OptionName::Getfact, OptionName::Getdyn] {
        add_facts(&mut facts, named_facts(options, option, FactWay::Get));
    }
    facts
}

pub(super) fn component_facts(options: &Options) -> Vec<DraftFact> {
    let mut facts = Vec::new();
    for (option, way) in [
        (OptionName::Getfact, FactWay::Get),
        (OptionName::Getdyn, FactWay::Wait),
        (OptionName::Setfact, FactWay::Set),
        (OptionName::Setdyn, FactWay::Set),
    ] {
        add_facts(&mut facts, named_facts(options, option, way));
    }
    facts
}

fn named_facts(options: &Options, option: OptionName, way: FactWay) -> impl Iterator<Item = DraftFact> {
    let names = signals(options, option).into_iter();
    names.map(move |SignalUse { name, span }| DraftFact { name, span, way })
}

/// Adds those that are not there: one that is waited for before the start need not be waited for later.
fn add_facts(facts: &mut Vec<DraftFact>, more: impl Iterator<Item = DraftFact>) {
    for fact in more {
        let sets = fact.way == FactWay::Set;
        if !facts.iter().any(|known| known.name == fact.name && (known.way == FactWay::Set) == sets) {
            facts.push(fact);
        }
    }
}

/// Empty where none is written.
pub(in crate::check) fn written_name(options: &Options) -> String {
    options.name(OptionName::Name).map_or_else(String::new, |name| name.text.clone())
}

pub(in crate::check) fn text(options: &Options, name: OptionName) -> Option<String> {
    options.text(name).map(|text| text.value.clone())
}
