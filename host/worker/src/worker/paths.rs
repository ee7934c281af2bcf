//! The file of an input or output: the path of the plan, or one that facts are part of.
//!
//! A value that a node has set is no word of the user's: it may not lead out of where the rest of the path is.

use leat_stream::node_info::Value;
use leat_stream::plan::{Format, Node, NodeKind, PathPiece, Plan};

/// The path of a node's file, its facts filled in; nothing for a component or query. The error is the end of a sentence that begins with the node.
pub(crate) fn path_of(
    plan: &Plan,
    node: &Node,
    value: impl Fn(usize) -> Option<Value>,
) -> Option<Result<String, String>> {
    let (written, format) = match &node.kind {
        NodeKind::Input(file) => (&file.path, &file.format),
        NodeKind::Output(file) => (&file.path, &file.format),
        NodeKind::Component(_) | NodeKind::Sql(_) | NodeKind::Send(_) | NodeKind::Receive(_) => return None,
    };
    if node.dynamic_path.is_empty() {
        return Some(Ok(written.clone()));
    }
    Some(filled(plan, node, value).and_then(|path| judged(plan, node, path, format)))
}

fn filled(plan: &Plan, node: &Node, value: impl Fn(usize) -> Option<Value>) -> Result<String, String> {
    let mut path = String::new();
    for piece in &node.dynamic_path {
        match piece {
            PathPiece::Text(text) => path.push_str(text),
            PathPiece::Fact(fact) => match value(*fact) {
                Some(value) => path.push_str(&value.to_path_text()),
                None => return Err(format!("the fact `{}` in its path is not set", plan.facts[*fact].name)),
            },
        }
    }
    Ok(path)
}

fn judged(plan: &Plan, node: &Node, path: String, format: &Format) -> Result<String, String> {
    let facts = node.dynamic_path.iter().filter_map(|piece| match piece {
        PathPiece::Fact(fact) => Some(&plan.facts[*fact]),
        PathPiece::Text(_) => None,
    });
    let facts: Vec<_> = facts.collect();
    let names: Vec<&str> = facts.iter().map(|fact| fact.name.as_str()).collect();
    let (names, refuse) = (names.join(", "), |why: &str| Err(why.to_owned()));
    if path.is_empty() || path.contains('\0') {
        return refuse(&format!("the path that the fact {names} makes is {path:?}, which names no file"));
    }
    let rooted = matches!(node.dynamic_path.first(), Some(PathPiece::Text(text)) if text.starts_with('/'));
    let climbs = path.split('/').any(|step| step == "..");
    let set_by_nodes = facts.iter().any(|fact| fact.given().is_none());
    let is_output = matches!(node.kind, NodeKind::Output(_));
    if (set_by_nodes && (climbs || (path.starts_with('/') && !rooted))) || (is_output && climbs) {
        return refuse(&format!(
            "the path {path:?} that the fact {names} makes leads out of its folder: a value that a node has set may \
             neither begin with `/` nor hold `..`"
        ));
    }
    match (node.dynamic_path.last(), Format::of_path(&path).ok()) {
        (Some(PathPiece::Fact(_)), Some(other)) if !alike(&other, format) => refuse(&format!(
            "the path {path:?} that the fact {names} makes is of another format than its statement says; write the suffix \
             behind the fact, as in \"${{dyn.{names}}}.csv.gz\", and leave it out of the value"
        )),
        _ => Ok(path),
    }
}

/// Whether a suffix means the format that a statement has; delimiters and the like are the statement's own.
fn alike(suffix: &Format, format: &Format) -> bool {
    let packing = |format: &Format| match format {
        Format::Csv(csv) => Some(csv.compression),
        Format::JsonLines(json) => Some(json.compression),
        _ => None,
    };
    packing(suffix) == packing(format) && std::mem::discriminant(suffix) == std::mem::discriminant(format)
}
