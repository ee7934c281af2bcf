//! What a component says of itself against the node that runs it: ports and parameters.

mod parameters;

use std::collections::BTreeSet;

use self::parameters::{Owner, parameters};
use super::draft::{Draft, DraftComponent, DraftKind, DraftNode, DraftOnError};
use super::scope::Scope;
use super::served::not_served;
use super::surroundings::{ComponentProblem, Surroundings};
use crate::diagnostic::{Diagnostic, nearest};
use crate::node_info::{NodeInfo, ObjectNaming, OutputContent, ValueType};

/// Asks for every component of a process, once each, and settles ports and parameters.
pub(super) fn settle_components(
    draft: &mut Draft<'_>,
    surroundings: &dyn Surroundings,
    scope: &mut Scope<'_>,
    problems: &mut Vec<Diagnostic>,
) {
    let mut asked: Vec<(String, Option<NodeInfo>)> = Vec::new();
    for node in &mut draft.nodes {
        let DraftKind::Component(component) = &mut node.kind else { continue };
        let known = asked.iter().find(|(path, _)| *path == component.path);
        let info = match known {
            Some((_, info)) => info.clone(),
            None => {
                let info = ask(component, &node.name, surroundings, problems);
                asked.push((component.path.clone(), info.clone()));
                info
            }
        };
        let Some(info) = info else { continue };
        if let Some(fault) = fault(&info) {
            let message = format!("the component `{}` describes itself wrongly: {fault}", component.path);
            let help = "build it again with the SDK it was written for; its author can tell what is wrong";
            problems
                .push(Diagnostic::error("bad-component", component.path_span, message).label("run here").help(help));
            continue;
        }
        let owner = Owner { name: &node.name, span: node.span };
        component.parameters = parameters(component, owner, &info, scope, problems);
        if let DraftKind::Component(component) = &node.kind {
            component.parallel.check_ports(node, &info, problems);
        }
        if ports_fit(node, &info, problems)
            && let DraftKind::Component(component) = &mut node.kind
        {
            component.info = Some(Box::new(info));
        }
    }
}

fn ask(
    component: &DraftComponent<'_>,
    node: &str,
    surroundings: &dyn Surroundings,
    problems: &mut Vec<Diagnostic>,
) -> Option<NodeInfo> {
    let path = &component.path;
    match surroundings.component(path) {
        Ok(facts) if facts.unserved_imports.is_empty() => Some(facts.info),
        Ok(facts) => {
            let imports = facts.unserved_imports.join(", ");
            let what = format!("what component `{path}` imports ({imports})");
            let way_out = "build the component without it; values reach a node as parameters and through queues";
            problems.push(not_served(component.path_span, &what, way_out));
            None
        }
        Err(ComponentProblem::Missing) => {
            let known = surroundings.components();
            let message = format!("node `{node}` has no component: there is no `{path}`");
            let help = match nearest(path, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("`leat new node {node}` starts one; `component=\"…\"` names one that is there"),
            };
            let mut problem = Diagnostic::error("no-component", component.path_span, message)
                .label("expected a component of this name")
                .help(help);
            if !known.is_empty() {
                problem = problem.note(format!("components of this playpen: {}", known.join(", ")));
            }
            problems.push(problem);
            None
        }
        Err(ComponentProblem::Unusable(why)) => {
            let message = format!("the component `{path}` cannot be used: {why}");
            problems.push(Diagnostic::error("bad-component", component.path_span, message).label("run here"));
            None
        }
    }
}

/// What makes a description of no use: it passes on what it does not have, or names something twice.
fn fault(info: &NodeInfo) -> Option<String> {
    for port in &info.inputs {
        let names = port.fields.iter().map(|field| field.name.as_str());
        if let Some(name) = twice(names) {
            return Some(format!("input port `{}` has two fields `{name}`", port.name));
        }
        if let Some(field) = port.fields.iter().find(|field| field.read && field.data_type.is_none()) {
            return Some(format!("field `{}` of input port `{}` is read and has no type", field.name, port.name));
        }
    }
    for port in &info.outputs {
        if let Some(name) = twice(port.fields.iter().map(|field| field.name.as_str())) {
            return Some(format!("output port `{}` has two fields `{name}`", port.name));
        }
        for field in &port.fields {
            if let OutputContent::Passed { port: from, field: number } = field.content
                && info.inputs.get(from).is_none_or(|input| number >= input.fields.len())
            {
                let (name, port) = (&field.name, &port.name);
                return Some(format!(
                    "`{name}` of output port `{port}` is field {number} of input port {from}, which is not there"
                ));
            }
        }
    }
    for object in &info.objects {
        if let ObjectNaming::Parameter(name) = &object.name
            && !info.parameters.iter().any(|known| known.name == *name && known.value_type == ValueType::Text)
        {
            let kind = object.kind.name();
            return Some(format!("the name of a {kind} is said to be parameter `{name}`, which is no text parameter"));
        }
    }
    let parameters = info.parameters.iter().map(|parameter| parameter.name.as_str());
    if let Some(name) = twice(parameters) {
        return Some(format!("it has two parameters `{name}`"));
    }
    let facts = info.facts.iter().map(|fact| fact.name.as_str());
    twice(facts).map(|name| format!("it has two facts `{name}`"))
}

fn twice<'a>(names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = BTreeSet::new();
    names.into_iter().find(|name| !seen.insert(*name))
}

/// Whether the node has a queue for each port. One that was written without outputs leaves every output port unused.
fn ports_fit(node: &mut DraftNode<'_>, info: &NodeInfo, problems: &mut Vec<Diagnostic>) -> bool {
    let mut fit = true;
    if node.inputs.len() != info.inputs.len() {
        let names: Vec<&str> = info.inputs.iter().map(|port| port.name.as_str()).collect();
        problems.push(port_count(node, "input", node.inputs.len(), &names));
        fit = false;
    }
    let without_outputs = matches!(&node.kind, DraftKind::Component(component) if component.without_outputs);
    if without_outputs {
        node.outputs.resize_with(info.outputs.len(), || None);
    }
    if node.outputs.len() != info.outputs.len() {
        let names: Vec<&str> = info.outputs.iter().map(|port| port.name.as_str()).collect();
        let problem = port_count(node, "output", node.outputs.len(), &names);
        problems.push(problem.note("`null` stands for an output that nobody needs"));
        fit = false;
    }
    if matches!(node.on_error, DraftOnError::Queue(_)) && info.inputs.len() != 1 {
        let DraftOnError::Queue(queue) = &node.on_error else { return fit };
        let message = format!(
            "`on_error=queue({})` needs a node with one input port, and `{}` has {}",
            queue.name,
            node.name,
            info.inputs.len()
        );
        problems.push(
            Diagnostic::error("bad-on-error", queue.span, message)
                .label("a rejected record goes there with the columns of the input it came from")
                .help("use `on_error=skip` or `on_error=fail`"),
        );
        fit = false;
    }
    fit
}

fn port_count(node: &DraftNode<'_>, way: &str, has: usize, names: &[&str]) -> Diagnostic {
    let wants = match names.len() {
        0 => format!("no {way} ports"),
        1 => format!("1 {way} port"),
        count => format!("{count} {way} ports"),
    };
    let queues = match has {
        0 => "no queue".to_owned(),
        1 => "1 queue".to_owned(),
        count => format!("{count} queues"),
    };
    let message = format!("node `{}` names {queues} where its component has {wants}", node.name);
    let problem = Diagnostic::error("port-count", node.span, message).label(format!("expected {wants}"));
    let (prefix, suffix) = if way == "input" { ("", "(…)") } else { ("(…)", "") };
    if names.is_empty() {
        return problem.help(format!("write `node {}{prefix}(null){suffix}`", node.name));
    }
    problem.help(format!("its {way} ports are: `node {}{prefix}({}){suffix}`", node.name, names.join(", ")))
}
