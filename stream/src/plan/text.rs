//! The plan as text, for people and for `diff`: one fact a line, in an order that depends on the plan alone.
//!
//! Called by `leat plan`. It shows every choice the check has made; the JSON form is the one to read back.

use std::fmt::{self, Write};
use std::time::Duration;

use super::{
    ComponentNode, Compression, Fact, FactSource, FactWay, FileInput, Format, Group, InputPort, Limits, Minimize, Node,
    NodeKind, OnError, Parallel, Parameter, Plan, Queue, REREAD_BYTES_MAX, SqlNode, WAIT_MAX_DEFAULT,
};
use crate::node_info::Value;

impl Plan {
    /// The plan in words, one fact a line. Stable: the same plan gives the same text.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        write_plan(&mut out, self).expect("writing to a string does not fail");
        out
    }
}

fn write_plan(out: &mut String, plan: &Plan) -> fmt::Result {
    writeln!(out, "process {}", plan.process)?;
    writeln!(out, "file {}", plan.file)?;
    if !plan.parameters.is_empty() {
        writeln!(out, "\nparameters")?;
        for parameter in &plan.parameters {
            writeln!(out, "  {}", parameter_text(parameter))?;
        }
    }
    if !plan.options.is_empty() {
        writeln!(out, "\noptions")?;
        for (name, value) in &plan.options {
            writeln!(out, "  {name} = {value:?}")?;
        }
    }
    if !plan.switches.on.is_empty() {
        writeln!(out, "\ntags {}", plan.switches.on.join(", "))?;
    }
    if !plan.switches.off.is_empty() {
        writeln!(out, "\nswitched off")?;
        for off in &plan.switches.off {
            let place = place_text(off.line, off.file.as_deref());
            writeln!(out, "  {} {place} exec_when={}", off.statement, off.tags.join(","))?;
        }
    }
    if !plan.groups.is_empty() {
        writeln!(out, "\ngroups")?;
        for group in &plan.groups {
            write_group(out, group)?;
        }
    }
    if !plan.facts.is_empty() {
        writeln!(out, "\nfacts")?;
        for fact in &plan.facts {
            write_fact(out, plan, fact)?;
        }
    }
    if !plan.objects.is_empty() {
        writeln!(out, "\nrisk objects")?;
        for object in &plan.objects {
            writeln!(out, "  {} {:?} sha256 {}", object.reference(), object.file, object.digest)?;
        }
    }
    if !plan.secrets.is_empty() {
        writeln!(out, "\nsecrets")?;
        for secret in &plan.secrets {
            writeln!(out, "  {} {}", secret.name, secret.path)?;
        }
    }
    writeln!(out, "\nqueues")?;
    for queue in &plan.queues {
        write_queue(out, plan, queue)?;
    }
    writeln!(out, "\nnodes")?;
    for node in &plan.nodes {
        write_node(out, plan, node)?;
    }
    Ok(())
}

fn write_fact(out: &mut String, plan: &Plan, fact: &Fact) -> fmt::Result {
    let (name, value_type) = (&fact.name, fact.value_type.name());
    match &fact.source {
        FactSource::Given(value) => writeln!(out, "  {name} {value_type} = {}", value_text(value)),
        FactSource::SetBy(node) => writeln!(out, "  {name} {value_type} set by {}", plan.nodes[*node].name),
    }
}

fn write_group(out: &mut String, group: &Group) -> fmt::Result {
    writeln!(out, "  {} {}", group.name, place_text(group.line, group.file.as_deref()))?;
    if let Some(label) = &group.label {
        writeln!(out, "    label {label:?}")?;
    }
    match &group.description {
        Some(description) => writeln!(out, "    descr {description:?}"),
        None => Ok(()),
    }
}

/// `line 3`, and the file where it is not the plan's own.
fn place_text(line: usize, file: Option<&str>) -> String {
    file.map_or_else(|| format!("line {line}"), |file| format!("line {line} of {file}"))
}

fn write_queue(out: &mut String, plan: &Plan, queue: &Queue) -> fmt::Result {
    let writer = &plan.nodes[queue.writer.node];
    let readers: Vec<&str> = queue.readers.iter().map(|port| plan.nodes[port.node].name.as_str()).collect();
    let readers = if readers.is_empty() { "nobody".to_owned() } else { readers.join(", ") };
    writeln!(out, "  {} from {} to {readers}", queue.name, writer.name)?;
    let names = width(queue.fields.iter().map(|field| field.name.as_str()));
    let types: Vec<String> = queue
        .fields
        .iter()
        .map(|field| format!("{}{}", field.data_type, if field.nullable { " null" } else { "" }))
        .collect();
    let types_width = width(types.iter().map(String::as_str));
    for (place, (field, data_type)) in queue.fields.iter().zip(&types).enumerate() {
        let line = match &writer.kind {
            NodeKind::Input(input) if queue.writer.port == 0 && place < input.columns.len() => {
                let origin = &input.columns[place].origin;
                format!("    {:names$}  {data_type:types_width$}  {origin}", field.name)
            }
            _ => format!("    {:names$}  {data_type}", field.name),
        };
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn write_node(out: &mut String, plan: &Plan, node: &Node) -> fmt::Result {
    let place = place_text(node.line, node.file.as_deref());
    writeln!(out, "  {} {} {place}", node.name, kind_name(&node.kind))?;
    if let Some(label) = &node.label {
        writeln!(out, "    label {label:?}")?;
    }
    if let Some(description) = &node.description {
        writeln!(out, "    descr {description:?}")?;
    }
    if let Some(part) = &node.part {
        writeln!(out, "    part {part}")?;
    }
    write_waits(out, plan, node)?;
    if let Some(condition) = &node.condition {
        writeln!(out, "    where {:?}", condition.expression.text)?;
        write_parameters(out, &condition.expression.parameters)?;
    }
    match &node.kind {
        NodeKind::Input(FileInput { path, format, .. }) => writeln!(out, "    file {path:?}{}", format_text(format))?,
        NodeKind::Output(output) => {
            write_input_ports(out, plan, node)?;
            let parts = if output.is_in_parts() { " in parts" } else { "" };
            let append = if output.append { " append" } else { "" };
            writeln!(out, "    file {:?}{}{parts}{append}", output.path, format_text(&output.format))?;
        }
        NodeKind::Component(component) => {
            writeln!(out, "    component {:?}", component.path)?;
            write_parameters(out, &component.parameters)?;
            for object in &component.objects {
                writeln!(out, "    object {}", plan.objects[*object].reference())?;
            }
            for secret in &component.secrets {
                writeln!(out, "    secret {}", plan.secrets[*secret].name)?;
            }
            write_component_ports(out, plan, node, component)?;
        }
        NodeKind::Sql(sql) => write_query(out, plan, node, sql)?,
        NodeKind::Send(crossing) => {
            write_input_ports(out, plan, node)?;
            writeln!(out, "    to {}", crossing.peer)?;
        }
        NodeKind::Receive(crossing) => writeln!(out, "    from {}", crossing.peer)?,
    }
    for (port, queue) in node.outputs.iter().enumerate() {
        let name = queue.map_or("(null)", |queue| plan.queues[queue].name.as_str());
        writeln!(out, "    out {port} {name}")?;
    }
    if let NodeKind::Component(component) = &node.kind {
        if component.parallel != Parallel::default() {
            writeln!(out, "    {}", parallel_text(&component.parallel))?;
        }
        writeln!(out, "    limits {}", limits_text(&component.limits))?;
    }
    match node.on_error {
        _ if matches!(node.kind, NodeKind::Output(_) | NodeKind::Send(_) | NodeKind::Receive(_)) => Ok(()),
        OnError::Fail => writeln!(out, "    on_error fail"),
        OnError::Skip => writeln!(out, "    on_error skip"),
        OnError::Queue(queue) => writeln!(out, "    on_error queue({})", plan.queues[queue].name),
    }
}

fn write_parameters(out: &mut String, parameters: &[Parameter]) -> fmt::Result {
    parameters.iter().try_for_each(|parameter| writeln!(out, "    param {}", parameter_text(parameter)))
}

fn write_query(out: &mut String, plan: &Plan, node: &Node, sql: &SqlNode) -> fmt::Result {
    for line in sql.query.text.lines() {
        writeln!(out, "    {}", format!("| {line}").trim_end())?;
    }
    for (number, parameter) in sql.query.parameters.iter().enumerate() {
        writeln!(out, "    ${} is param {}", number + 1, parameter_text(parameter))?;
    }
    for (number, (port, scan)) in node.inputs.iter().zip(&sql.scans).enumerate() {
        let table = &sql.tables[scan.table];
        let columns: Vec<&str> = scan.columns.iter().map(|column| table.fields[*column].name.as_str()).collect();
        writeln!(out, "    in {number} {} for {} ({})", queue_names(plan, port), table.name, columns.join(", "))?;
    }
    let minimize = match sql.minimize {
        Minimize::Memory => "memory",
        Minimize::Time => "time",
    };
    writeln!(out, "    minimize {minimize}, memory {}", bytes_text(sql.memory_bytes))?;
    match sql.row_wise {
        true => writeln!(out, "    looks at one record at a time"),
        false => writeln!(
            out,
            "    reads again, in a run that goes on from a checkpoint, all that it had read; beyond {} there is no checkpoint",
            bytes_text(REREAD_BYTES_MAX)
        ),
    }
}

/// What it waits for, and the facts it sets.
fn write_waits(out: &mut String, plan: &Plan, node: &Node) -> fmt::Result {
    for signal in &node.awaits {
        let firing: Vec<&str> = signal.fired_by.iter().map(|node| plan.nodes[*node].name.as_str()).collect();
        writeln!(out, "    starts after signal {} of {}", signal.name, firing.join(", "))?;
    }
    for used in &node.facts {
        let does = match used.way {
            FactWay::Get => "starts after fact",
            FactWay::Wait => "waits for fact",
            FactWay::Set => "sets fact",
        };
        writeln!(out, "    {does} {}", plan.facts[used.fact].name)?;
    }
    if node.wait_max != WAIT_MAX_DEFAULT {
        writeln!(out, "    waits at most {}", duration_text(node.wait_max))?;
    }
    Ok(())
}

fn write_input_ports(out: &mut String, plan: &Plan, node: &Node) -> fmt::Result {
    for (number, port) in node.inputs.iter().enumerate() {
        writeln!(out, "    in {number} {}", queue_names(plan, port))?;
    }
    Ok(())
}

fn write_component_ports(out: &mut String, plan: &Plan, node: &Node, component: &ComponentNode) -> fmt::Result {
    for (number, port) in node.inputs.iter().enumerate() {
        let first = if port.first { ", to its end before the others" } else { "" };
        writeln!(out, "    in {number} {}{first}", queue_names(plan, port))?;
        let Some(bound_first) = port.queues.first() else { continue };
        for (place, bound) in bound_first.columns.iter().enumerate() {
            let field = component.inputs.get(number).and_then(|fields| fields.get(place));
            let name = field.map_or("?", |field| field.name.as_str());
            let access = if bound.read { "read" } else { "carried" };
            writeln!(out, "      {name} {}{} {access}", bound.data_type, widened(plan, port, place))?;
        }
    }
    Ok(())
}

/// `a`, or `a b merged` where the port has several queues.
fn queue_names(plan: &Plan, port: &InputPort) -> String {
    let names: Vec<&str> = port.queues.iter().map(|end| plan.queues[end.queue].name.as_str()).collect();
    let merged = if names.len() > 1 { " merged" } else { "" };
    format!("{}{merged}", names.join(" "))
}

/// ` from int32` where the host converts a column on its way into the node; ` from int32 in b` where that holds for one of
/// the port's queues.
fn widened(plan: &Plan, port: &InputPort, place: usize) -> String {
    let mut text = String::new();
    for end in &port.queues {
        let (bound, queue) = (&end.columns[place], &plan.queues[end.queue]);
        let has = queue.fields[bound.column].data_type;
        if has != bound.data_type {
            text.push_str(&format!(" from {has}"));
            if port.queues.len() > 1 {
                text.push_str(&format!(" in {}", queue.name));
            }
        }
    }
    text
}

fn kind_name(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Input(_) => "input",
        NodeKind::Output(_) => "output",
        NodeKind::Component(_) => "component",
        NodeKind::Sql(_) => "sql",
        NodeKind::Send(_) => "send",
        NodeKind::Receive(_) => "receive",
    }
}

fn parameter_text(parameter: &Parameter) -> String {
    let Parameter { name, value } = parameter;
    format!("{name} {} = {}", value.value_type().name(), value_text(value))
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Boolean(value) => value.to_string(),
        Value::Int64(value) => value.to_string(),
        Value::Float64(value) => format!("{value:?}"),
        Value::Text(value) => format!("{value:?}"),
    }
}

/// Only what differs from a plain file with commas.
fn format_text(format: &Format) -> String {
    let mut text = String::new();
    let compression = match format {
        Format::Csv(csv) => {
            if csv.delimiter != ',' {
                text.push_str(&format!(" delim={:?}", csv.delimiter.to_string()));
            }
            if let Some(null) = &csv.null {
                text.push_str(&format!(" null={null:?}"));
            }
            csv.compression
        }
        Format::JsonLines(json) => {
            text.push_str(" json-lines");
            json.compression
        }
        Format::Arrow => {
            text.push_str(" arrow");
            Compression::None
        }
        Format::Parquet => {
            text.push_str(" parquet");
            Compression::None
        }
    };
    if let Some(dates) = format.dates() {
        text.push_str(&format!(" dates={dates:?}"));
    }
    match compression {
        Compression::None => {}
        Compression::Gzip => text.push_str(" gzip"),
        Compression::Zstd => text.push_str(" zstd"),
    }
    text
}

/// `4 threads`, `16 instances by book and desk on 4 threads`.
fn parallel_text(parallel: &Parallel) -> String {
    let threads = match parallel.threads {
        1 => "1 thread".to_owned(),
        threads => format!("{threads} threads"),
    };
    if parallel.by.is_empty() {
        return threads;
    }
    format!("{} instances by {} on {threads}", parallel.instances(), parallel.by.join(" and "))
}

fn limits_text(limits: &Limits) -> String {
    format!(
        "memory={} timeout={} stack={} tables={} max_output={} max_log={}",
        bytes_text(limits.memory_bytes),
        duration_text(limits.call_time),
        bytes_text(limits.stack_bytes),
        limits.table_elements,
        bytes_text(limits.output_bytes),
        bytes_text(limits.log_bytes),
    )
}

/// A size in the largest unit that divides it: `256MiB`.
fn bytes_text(bytes: u64) -> String {
    for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] {
        if bytes != 0 && bytes.is_multiple_of(1 << shift) {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    format!("{bytes}B")
}

/// A time in the largest unit that divides it: `60s`, `250ms`.
fn duration_text(duration: Duration) -> String {
    if duration.subsec_nanos() == 0 {
        format!("{}s", duration.as_secs())
    } else {
        format!("{}ms", duration.as_millis())
    }
}

fn width<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or(0)
}
