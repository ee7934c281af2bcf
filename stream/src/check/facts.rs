//! Who sets each fact, who waits for it, and its type. Waits that go in a circle are the graph's to find.

mod problem;

use std::collections::BTreeMap;

use self::problem::{Asked, given_and_set, set_twice, several_instances, undeclared, unread, unset};
use super::Given;
use super::draft::{Draft, DraftComponent, DraftFact, DraftKind, DraftNode, local};
use super::place::{Piece, Place};
use super::scope::{article, expectation};
use crate::diagnostic::{Diagnostic, nearest};
use crate::node_info::{FactInfo, ValueType};
use crate::plan::{Fact, FactSource, FactUse, FactWay, PathPiece};
use crate::source::Span;

/// The facts of a process.
pub(super) struct Facts {
    /// In the order of their names.
    pub(super) facts: Vec<Fact>,
    /// By node: what it does with them.
    pub(super) uses: Vec<Vec<FactUse>>,
}

/// A fact that a node sets.
struct Setter {
    node: usize,
    span: Span,
    /// Nothing where its component could not be asked.
    value_type: Option<ValueType>,
}

/// Somebody who waits for a fact.
struct Getter<'a> {
    node: usize,
    used: &'a DraftFact,
    /// The fact, by its name in the process as a whole.
    fact: String,
    /// The type that the node's component asks for.
    value_type: Option<ValueType>,
}

/// Settles every fact.
pub(super) fn settle_facts(draft: &Draft<'_>, given: &Given, problems: &mut Vec<Diagnostic>) -> Facts {
    check_components(draft, problems);
    let setters = setters(draft, problems);
    let given: BTreeMap<&str, &str> = given.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let getters = getters(draft, &setters, &given, problems);
    if draft.complete {
        report_unread(draft, &setters, &given, &getters, problems);
    }
    let mut facts = Vec::new();
    for (name, setter) in &setters {
        if let Some(value) = given.get(name.as_str()) {
            problems.push(given_and_set(name, value, &draft.nodes[setter.node].described(), setter.span));
        }
        check_types(draft, setter, getters.iter().filter(|getter| getter.fact == *name), problems);
        // Where the type is not known there is an error already, and no plan.
        let value_type = setter.value_type.unwrap_or(ValueType::Text);
        facts.push(Fact { name: name.clone(), value_type, source: FactSource::SetBy(setter.node) });
    }
    for (&name, text) in given.iter().filter(|(name, _)| !setters.contains_key(**name)) {
        let readers: Vec<&Getter<'_>> = getters.iter().filter(|getter| getter.fact == name).collect();
        facts.extend(given_fact(name, text, &readers, problems));
    }
    facts.sort_by(|a, b| a.name.cmp(&b.name));
    let uses = uses(draft, &facts, &getters);
    Facts { facts, uses }
}

impl Facts {
    /// The pieces of a node's path, where facts are among them.
    pub(super) fn path(&self, node: usize, place: Option<&Place>) -> Vec<PathPiece> {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => Some(PathPiece::Text(text.clone())),
            Piece::Fact { name, .. } => {
                let used = self.uses[node].iter().find(|used| used.name == local(name))?;
                Some(PathPiece::Fact(used.fact))
            }
        };
        place.into_iter().flat_map(|place| &place.pieces).filter_map(piece).collect()
    }
}

/// What a component describes against what its statement names.
fn check_components(draft: &Draft<'_>, problems: &mut Vec<Diagnostic>) {
    for node in &draft.nodes {
        let DraftKind::Component(component) = &node.kind else { continue };
        let Some(info) = &component.info else { continue };
        let named = |fact: &FactInfo, used: &DraftFact| {
            local(&used.name) == fact.name && (used.way == FactWay::Set) == fact.sets
        };
        let missing: Vec<&FactInfo> =
            info.facts.iter().filter(|fact| !node.facts.iter().any(|used| named(fact, used))).collect();
        for used in node.facts.iter().filter(|used| described(component, used).is_none()) {
            // Where the component reads another one, that is said, and is the mistake.
            if used.way == FactWay::Set || missing.iter().all(|fact| fact.sets) {
                problems.push(undeclared(node, used, &info.facts));
            }
        }
        problems.extend(missing.into_iter().map(|fact| unnamed(node, fact)));
        let sets = node.facts.iter().find(|used| used.way == FactWay::Set);
        if let Some(used) = sets.filter(|_| component.parallel.plan().instances() > 1) {
            problems.push(several_instances(node, used));
        }
    }
}

/// What a component says of a fact that its statement names.
fn described<'a>(component: &'a DraftComponent<'_>, used: &DraftFact) -> Option<&'a FactInfo> {
    let sets = used.way == FactWay::Set;
    component.info.as_ref()?.facts.iter().find(|fact| fact.name == local(&used.name) && fact.sets == sets)
}

fn described_type(node: &DraftNode<'_>, used: &DraftFact) -> Option<ValueType> {
    let DraftKind::Component(component) = &node.kind else { return None };
    described(component, used).map(|fact| fact.value_type)
}

fn unnamed(node: &DraftNode<'_>, fact: &FactInfo) -> Diagnostic {
    let name = &fact.name;
    let does = if fact.sets { "sets" } else { "reads" };
    let message = format!("{} {does} the fact `{name}`, which its statement does not name", node.described());
    let problem = Diagnostic::error("unnamed-fact", node.span, message);
    if fact.sets {
        return problem.label("its component sets it").help(format!("add `setfact={name}`"));
    }
    problem.label("its component reads it").help(format!(
        "add `getfact={name}`, and it starts when the fact is there; or `getdyn={name}`, and it waits where it reads it"
    ))
}

fn setters(draft: &Draft<'_>, problems: &mut Vec<Diagnostic>) -> BTreeMap<String, Setter> {
    let mut setters: BTreeMap<String, Setter> = BTreeMap::new();
    for (number, node) in draft.nodes.iter().enumerate() {
        for used in node.facts.iter().filter(|used| used.way == FactWay::Set) {
            let name = node.home.frame.own(&used.name);
            if let Some(first) = setters.get(&name) {
                problems.push(set_twice(used, node, &draft.nodes[first.node], first.span));
                continue;
            }
            let value_type = described_type(node, used);
            setters.insert(name, Setter { node: number, span: used.span, value_type });
        }
    }
    setters
}

fn getters<'a>(
    draft: &'a Draft<'_>,
    setters: &BTreeMap<String, Setter>,
    given: &BTreeMap<&str, &str>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Getter<'a>> {
    let mut getters = Vec::new();
    for (number, node) in draft.nodes.iter().enumerate() {
        let frame = &node.home.frame;
        for used in node.facts.iter().filter(|used| used.way != FactWay::Set) {
            let mut around = frame.around(&used.name);
            if let Some(fact) = around.find(|name| setters.contains_key(name) || given.contains_key(name.as_str())) {
                getters.push(Getter { node: number, used, fact, value_type: described_type(node, used) });
            } else if draft.complete {
                let off = draft.off.iter().find(|off| frame.around(&used.name).any(|name| off.sets.contains(&name)));
                let known: Vec<&str> = setters.keys().map(String::as_str).chain(given.keys().copied()).collect();
                problems.push(unset(&Asked { node, used }, off, &known));
            }
        }
    }
    getters
}

/// That the readers of a fact want the type that its setter gives it.
fn check_types<'g>(
    draft: &Draft<'_>,
    setter: &Setter,
    getters: impl Iterator<Item = &'g Getter<'g>>,
    problems: &mut Vec<Diagnostic>,
) {
    let Some(has) = setter.value_type else { return };
    for getter in getters {
        let Some(wants) = getter.value_type.filter(|wants| *wants != has) else { continue };
        let (reader, writer) = (&draft.nodes[getter.node], &draft.nodes[setter.node]);
        let message = format!(
            "{} wants the fact `{}` as {}, and {} sets it as {}",
            reader.described(),
            getter.fact,
            wants.name(),
            writer.described(),
            has.name()
        );
        problems.push(
            Diagnostic::error("fact-type", getter.used.span, message)
                .label(format!("its component wants {} {}", article(wants.name()), wants.name()))
                .also(setter.span, format!("set here, as {}", has.name()))
                .help("build one of the two components with the other's type"),
        );
    }
}

/// A fact that the run gives: of the type that its readers want, else a text.
fn given_fact(name: &str, text: &str, readers: &[&Getter<'_>], problems: &mut Vec<Diagnostic>) -> Option<Fact> {
    // Where nobody reads it, that has been said.
    readers.first()?;
    let typed = readers.iter().find_map(|reader| Some((reader.value_type?, reader.used.span)));
    let value_type = typed.map_or(ValueType::Text, |(value_type, _)| value_type);
    for reader in readers {
        if let (Some(other), Some((_, first))) = (reader.value_type.filter(|other| *other != value_type), typed) {
            let message = format!("the fact `{name}` is wanted as {} and as {}", value_type.name(), other.name());
            problems.push(
                Diagnostic::error("fact-type", reader.used.span, message)
                    .label(format!("wanted here as {}", other.name()))
                    .also(first, format!("wanted here as {}", value_type.name()))
                    .help("build one of the two components with the other's type"),
            );
            return None;
        }
    }
    let Some(value) = value_type.parse(text) else {
        let type_name = value_type.name();
        let message = format!("`--fact {name}={text}` is not {} {type_name}", article(type_name));
        let span = typed.map_or_else(Span::default, |(_, span)| span);
        problems.push(Diagnostic::error("fact-type", span, message).label(expectation(value_type)));
        return None;
    };
    Some(Fact { name: name.to_owned(), value_type, source: FactSource::Given(value) })
}

/// Facts that are given or set for nobody.
fn report_unread(
    draft: &Draft<'_>,
    setters: &BTreeMap<String, Setter>,
    given: &BTreeMap<&str, &str>,
    getters: &[Getter<'_>],
    problems: &mut Vec<Diagnostic>,
) {
    let off = |name: &str| draft.off.iter().any(|off| off.awaits.iter().any(|awaited| awaited == name));
    let read = |name: &str| getters.iter().any(|getter| getter.fact == name) || off(name);
    // One whose component does not set it has that said.
    for (name, setter) in setters.iter().filter(|(name, setter)| !read(name) && setter.value_type.is_some()) {
        problems.push(unread(local(name), &draft.nodes[setter.node], setter.span));
    }
    let wanted = draft.nodes.iter().flat_map(|node| &node.facts).filter(|used| used.way != FactWay::Set);
    let wanted: Vec<&DraftFact> = wanted.collect();
    for (name, value) in given.iter().filter(|(name, _)| !read(name) && !setters.contains_key(**name)) {
        let message = format!("`--fact {name}={value}` names no fact of this process");
        let near = nearest(name, wanted.iter().map(|used| used.name.as_str()));
        let near = near.and_then(|near| wanted.iter().find(|used| used.name == near));
        problems.push(match near {
            Some(near) => Diagnostic::error("unknown-fact", near.span, message)
                .label("this one is near")
                .help(format!("did you mean `--fact {}={value}`?", near.name)),
            None => Diagnostic::error("unknown-fact", Span::default(), message)
                .label("no statement waits for such a fact")
                .help("leave it out; statements wait for facts with `getfact=`, `getdyn=` or `dyn.x` in a path"),
        });
    }
}

fn uses(draft: &Draft<'_>, facts: &[Fact], getters: &[Getter<'_>]) -> Vec<Vec<FactUse>> {
    let place = |name: &str| facts.iter().position(|fact| fact.name == name);
    let mut uses: Vec<Vec<FactUse>> = vec![Vec::new(); draft.nodes.len()];
    for getter in getters {
        let name = local(&getter.used.name).to_owned();
        uses[getter.node].extend(place(&getter.fact).map(|fact| FactUse { name, fact, way: getter.used.way }));
    }
    for (number, node) in draft.nodes.iter().enumerate() {
        for used in node.facts.iter().filter(|used| used.way == FactWay::Set) {
            let fact = place(&node.home.frame.own(&used.name));
            let fact = fact.filter(|fact| facts[*fact].source == FactSource::SetBy(number));
            uses[number].extend(fact.map(|fact| FactUse { name: used.name.clone(), fact, way: FactWay::Set }));
        }
    }
    uses
}
