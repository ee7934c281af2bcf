//! The risk objects that components open: found, sound, and entered in the plan by their content.

use super::draft::{Draft, DraftComponent, DraftKind};
use super::surroundings::{ObjectFacts, ObjectProblem, Surroundings};
use crate::diagnostic::{Diagnostic, nearest};
use crate::node_info::{ObjectKind, ObjectNaming, Value};
use crate::plan::RiskObject;
use crate::source::Span;

/// An object by its kind and name.
type Named = (ObjectKind, String);

/// Asks for every risk object that a component declares, once each, and for those that a study uses. Tells each component
/// which of them it is given, and answers all of them.
pub(super) fn settle_objects(
    draft: &mut Draft<'_>,
    surroundings: &dyn Surroundings,
    problems: &mut Vec<Diagnostic>,
) -> Vec<RiskObject> {
    let mut shelf = Shelf { surroundings, asked: Vec::new(), objects: Vec::new() };
    for node in &mut draft.nodes {
        let DraftKind::Component(component) = &mut node.kind else { continue };
        let mut given = Vec::new();
        for wanted in wanted(component) {
            let place = Place { node: &node.name, span: node.span };
            let Some(facts) = shelf.ask(&wanted, place, problems) else { continue };
            given.push(shelf.enter(&wanted, &facts));
            for used in &facts.uses {
                if let Some(facts) = shelf.ask(used, place, problems) {
                    given.push(shelf.enter(used, &facts));
                }
            }
        }
        given.sort_unstable();
        given.dedup();
        component.objects = given;
    }
    shelf.objects
}

/// What a component opens, with the names that its parameters give.
fn wanted(component: &DraftComponent<'_>) -> Vec<Named> {
    let Some(info) = &component.info else { return Vec::new() };
    let value = |name: &str| {
        let parameter = component.parameters.iter().find(|parameter| parameter.name == name)?;
        match &parameter.value {
            Value::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        }
    };
    let named = info.objects.iter().filter_map(|object| {
        let name = match &object.name {
            ObjectNaming::Fixed(name) => Some(name.clone()),
            ObjectNaming::Parameter(parameter) => value(parameter),
        };
        Some((object.kind, name?))
    });
    named.collect()
}

/// Who asks for an object.
#[derive(Clone, Copy)]
struct Place<'a> {
    node: &'a str,
    span: Span,
}

struct Shelf<'a> {
    surroundings: &'a dyn Surroundings,
    asked: Vec<(Named, Option<ObjectFacts>)>,
    objects: Vec<RiskObject>,
}

impl Shelf<'_> {
    fn ask(&mut self, wanted: &Named, place: Place<'_>, problems: &mut Vec<Diagnostic>) -> Option<ObjectFacts> {
        if let Some((_, known)) = self.asked.iter().find(|(asked, _)| asked == wanted) {
            return known.clone();
        }
        let (kind, name) = wanted;
        let facts = match self.surroundings.risk_object(*kind, name) {
            Ok(facts) => Some(facts),
            Err(ObjectProblem::Missing(looked)) => {
                problems.push(self.missing(wanted, &looked, place));
                None
            }
            Err(ObjectProblem::Faulty(faults, more)) => {
                problems.extend(faults.iter().map(|fault| faulty(wanted, fault, place)));
                if more > 0 {
                    problems.push(faulty(wanted, &format!("and {more} more faults"), place));
                }
                None
            }
        };
        self.asked.push((wanted.clone(), facts.clone()));
        facts
    }

    fn missing(&self, (kind, name): &Named, looked: &str, place: Place<'_>) -> Diagnostic {
        let known = self.surroundings.risk_objects(*kind);
        let message = format!("node `{}` opens the {} `{name}`, and there is no {looked}", place.node, kind.name());
        let help = match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "docs/risk-objects.md says how one is written; `leat risk list` shows those there are".to_owned(),
        };
        Diagnostic::error("no-object", place.span, message).label("its component asks for it").help(help)
    }

    /// The place of an object in the plan.
    fn enter(&mut self, (kind, name): &Named, facts: &ObjectFacts) -> usize {
        let known = self.objects.iter().position(|object| object.kind == *kind && object.name == *name);
        known.unwrap_or_else(|| {
            let (file, digest) = (facts.file.clone(), facts.digest.clone());
            self.objects.push(RiskObject { name: name.clone(), kind: *kind, file, digest });
            self.objects.len() - 1
        })
    }
}

fn faulty((kind, name): &Named, fault: &str, place: Place<'_>) -> Diagnostic {
    let message = format!("the {} `{name}` cannot be used: {fault}", kind.name());
    let label = format!("node `{}` opens it", place.node);
    Diagnostic::error("bad-object", place.span, message).label(label)
}
