//! The process around a component under test, as a stream file.

use std::fmt::Write;
use std::path::Path;

use leat_stream::diagnostic::nearest;
use leat_stream::node_info::NodeInfo;

use super::{absolute, secrets};
use crate::args::TestArgs;
use crate::failure::Kind;

/// Where rejected records go.
pub(super) const REJECTS: &str = "rejects.csv";

/// What is tested.
pub(super) struct Subject {
    /// The node's name in the process.
    pub(super) name: String,
    /// Its component, from the playpen's root.
    pub(super) component: String,
}

/// Where an output port's records go.
pub(super) fn output_file(port: usize) -> String {
    format!("out_{port}.csv")
}

impl Subject {
    /// A node of the playpen by its name, or any component by its file.
    pub(super) fn of(node: &str) -> anyhow::Result<Self> {
        let (stem, component) = match node.strip_suffix(".wasm") {
            Some(path) => (Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned(), {
                absolute(Path::new(node))?.to_string_lossy().into_owned()
            }),
            None => (node.to_owned(), format!("build/{node}.wasm")),
        };
        let word: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        // A letter in front keeps it a name, whatever the file is called.
        let name =
            if word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') { word } else { format!("n{word}") };
        Ok(Subject { name, component })
    }
}

/// The stream file: an input for each input port, the node, an output for each output port.
pub(super) fn text(subject: &Subject, info: &NodeInfo, args: &TestArgs) -> anyhow::Result<String> {
    let (wanted, given) = (info.inputs.len(), args.input.len());
    if wanted != given {
        let names: Vec<&str> = info.inputs.iter().map(|port| port.name.as_str()).collect();
        let message = format!(
            "`{}` has {wanted} input ports ({}), and {given} `--input` were given: one for each, in this order",
            args.node,
            names.join(", ")
        );
        return Err(Kind::Usage(message).into());
    }
    let mut text = format!("name test_{}\n", subject.name);
    for (name, value) in &args.params {
        let Some(parameter) = info.parameters.iter().find(|parameter| parameter.name == *name) else {
            let known = info.parameters.iter().map(|parameter| parameter.name.as_str());
            let hint = nearest(name, known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(Kind::Usage(format!("`{}` has no parameter `{name}` (={value}){hint}", args.node)).into());
        };
        writeln!(text, "param {name} {}", parameter.value_type.name())?;
    }
    text.push_str(&secrets::declared(args)?);
    for (port, file) in args.input.iter().enumerate() {
        writeln!(text, "in {} -> in_{port}", quoted(&absolute(file)?.to_string_lossy()))?;
    }
    let queues =
        |way: &str, count: usize| (0..count).map(|port| format!("{way}_{port}")).collect::<Vec<_>>().join(", ");
    let inputs = if given == 0 { "null".to_owned() } else { queues("in", given) };
    // Records that a node with several inputs refuses have no one shape; they are counted and named.
    let on_error = if given == 1 { "queue(rejects)" } else { "skip" };
    let (name, outputs) = (&subject.name, queues("out", info.outputs.len()));
    let component = quoted(&subject.component);
    let options = facts(info) + &secrets::named(args);
    writeln!(text, "node {name}({inputs})({outputs}) component={component} on_error={on_error}{options}")?;
    for port in 0..info.outputs.len() {
        writeln!(text, "out out_{port} -> {}", quoted(&output_file(port)))?;
    }
    if given == 1 {
        writeln!(text, "out rejects -> {}", quoted(REJECTS))?;
    }
    Ok(text)
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// ` getfact=…` and ` setfact=…`, for the facts that the component reads and sets.
fn facts(info: &NodeInfo) -> String {
    let option = |option: &str, sets: bool| {
        let names = info.facts.iter().filter(|fact| fact.sets == sets).map(|fact| fact.name.as_str());
        let names: Vec<&str> = names.collect();
        if names.is_empty() { String::new() } else { format!(" {option}={}", names.join(",")) }
    };
    option("getfact", false) + &option("setfact", true)
}
