//! The process around a node that is run again, as a stream file: its record comes from a file, and everything it was given
//! stands in its statement.

use std::fmt::Write;
use std::path::Path;

use leat_stream::node_info::Value;
use leat_stream::plan::{BoundQueue, ComponentNode, FactWay, Limits, Node, Plan, Secret};
use leat_worker::Report;

/// Where an output port's records go.
pub(super) fn output_file(port: usize) -> String {
    format!("out_{port}.csv")
}

/// Where the records of a port are that has none: a file without lines.
pub(super) const NO_RECORDS: &str = "none.jsonl";

/// A record, and where it goes in.
pub(super) struct Fed<'a> {
    /// The input port.
    pub(super) port: usize,
    /// The queue that it came from.
    pub(super) queue: &'a str,
    /// An Arrow file with the one record.
    pub(super) file: &'a Path,
    /// [`NO_RECORDS`], for the node's other ports.
    pub(super) none: &'a Path,
}

/// The stream file.
pub(super) fn text(plan: &Plan, node: &Node, component: &ComponentNode, fed: &Fed<'_>) -> String {
    let mut text = format!("name {}\n", word(&plan.process));
    for secret in given_secrets(plan, component) {
        let _ = writeln!(text, "secret {} = {}", secret.name, quoted(&secret.path));
    }
    for (number, port) in node.inputs.iter().enumerate() {
        let named = |end: &&BoundQueue| plan.queues[end.queue].name == fed.queue;
        let end = port.queues.iter().find(|end| number == fed.port && named(end)).or(port.queues.first());
        let Some(end) = end else { continue };
        let columns: Vec<String> = plan.queues[end.queue]
            .fields
            .iter()
            .map(|field| {
                format!("{} {}{}", quoted(&field.name), field.data_type, if field.nullable { " null" } else { "" })
            })
            .collect();
        let file = if number == fed.port { fed.file } else { fed.none };
        let _ = writeln!(text, "queue in_{number} ({})", columns.join(", "));
        let _ = writeln!(text, "in {} -> in_{number}", quoted(&file.to_string_lossy()));
    }
    let queues =
        |way: &str, count: usize| (0..count).map(|port| format!("{way}_{port}")).collect::<Vec<_>>().join(", ");
    let inputs = if node.inputs.is_empty() { "null".to_owned() } else { queues("in", node.inputs.len()) };
    let outputs = queues("out", component.outputs.len());
    let _ = writeln!(
        text,
        "node {}({inputs})({outputs}) component={} on_error=skip{}{}{}{}",
        word(&node.name),
        quoted(&component.path),
        parameters(component),
        limits(&component.limits),
        facts(node),
        secrets(plan, component),
    );
    for port in 0..component.outputs.len() {
        let _ = writeln!(text, "out out_{port} -> {}", quoted(&output_file(port)));
    }
    text
}

/// The facts that the node reads, as they were in its run.
pub(super) fn given_facts(plan: &Plan, node: &Node, report: &Report) -> Vec<(String, String)> {
    let read = node.facts.iter().filter(|used| used.way != FactWay::Set);
    let value = |fact: usize| {
        let known = report.facts.iter().find(|known| known.name == plan.facts[fact].name)?;
        known.value.as_ref().map(Value::to_path_text)
    };
    read.filter_map(|used| Some((used.name.clone(), value(used.fact)?))).collect()
}

fn parameters(component: &ComponentNode) -> String {
    let value = |value: &Value| match value {
        Value::Boolean(value) => value.to_string(),
        Value::Int64(value) => value.to_string(),
        Value::Float64(value) => format!("{value:?}"),
        Value::Text(value) => quoted(value),
    };
    let bindings = component.parameters.iter().map(|given| format!("{}={}", given.name, value(&given.value)));
    let bindings: Vec<String> = bindings.collect();
    if bindings.is_empty() { String::new() } else { format!(" params=({})", bindings.join(", ")) }
}

fn limits(limits: &Limits) -> String {
    format!(
        " memory=\"{}B\" timeout=\"{}ms\" stack=\"{}B\" max_output=\"{}B\" max_log=\"{}B\"",
        limits.memory_bytes,
        limits.call_time.as_millis(),
        limits.stack_bytes,
        limits.output_bytes,
        limits.log_bytes
    )
}

fn facts(node: &Node) -> String {
    let option = |option: &str, sets: bool| {
        let names = node.facts.iter().filter(|used| (used.way == FactWay::Set) == sets).map(|used| used.name.as_str());
        let names: Vec<&str> = names.collect();
        if names.is_empty() { String::new() } else { format!(" {option}={}", names.join(",")) }
    };
    option("getfact", false) + &option("setfact", true)
}

fn given_secrets<'a>(plan: &'a Plan, component: &'a ComponentNode) -> impl Iterator<Item = &'a Secret> {
    component.secrets.iter().filter_map(|place| plan.secrets.get(*place))
}

fn secrets(plan: &Plan, component: &ComponentNode) -> String {
    let names: Vec<&str> = given_secrets(plan, component).map(|secret| secret.name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!(" secrets={}", names.join(",")) }
}

/// The last word of a name.
fn word(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_quoted_so_that_it_reads_back() {
        assert_eq!(quoted("a \"b\" \\n\n"), r#""a \"b\" \\n\n""#);
        assert_eq!(word("revalue.audit.price"), "price");
    }
}
