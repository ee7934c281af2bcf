//! The plan as a Graphviz document. Called by `leat plan --format dot`.

use std::fmt::{self, Write};

use super::Plan;
use super::picture::{BoxKind, Line, Picture};

impl Plan {
    /// The plan as a Graphviz document: `leat plan FILE --format dot | dot -Tpng`.
    pub fn to_dot(&self) -> String {
        let mut out = String::new();
        write_dot(&mut out, &self.process, &Picture::of(self)).expect("writing to a string does not fail");
        out
    }
}

fn write_dot(out: &mut String, process: &str, picture: &Picture<'_>) -> fmt::Result {
    writeln!(out, "digraph {} {{", quoted(process))?;
    writeln!(out, "  rankdir=LR;")?;
    writeln!(out, "  node [shape=box style=\"rounded,filled\" fontname=\"sans-serif\" fontsize=12];")?;
    writeln!(out, "  edge [fontname=\"sans-serif\" fontsize=10];")?;
    write_boxes(out, picture, None, 1)?;
    for (number, line) in picture.lines.iter().enumerate() {
        write_line(out, number, line)?;
    }
    writeln!(out, "}}")
}

/// The boxes that stand in a group itself, then the groups in it.
fn write_boxes(out: &mut String, picture: &Picture<'_>, group: Option<usize>, depth: usize) -> fmt::Result {
    let indent = "  ".repeat(depth);
    for (number, node) in picture.boxes.iter().enumerate().filter(|(_, node)| node.group == group) {
        let fill = match node.kind {
            BoxKind::Input => "#e3f1e5",
            BoxKind::Output => "#e2ecf8",
            BoxKind::Component => "#fdf0dc",
            BoxKind::Sql => "#f1e6f5",
        };
        let label = quoted(&format!("{}\n{}", node.title, node.detail));
        writeln!(out, "{indent}n{number} [label={label} fillcolor=\"{fill}\"];")?;
    }
    for (number, inner) in picture.groups.iter().enumerate().filter(|(_, inner)| inner.parent == group) {
        writeln!(out, "{indent}subgraph cluster_{number} {{")?;
        let label = quoted(&inner.title);
        writeln!(out, "{indent}  label={label} style=rounded color=\"#9aa5b1\" fontname=\"sans-serif\" fontsize=12;")?;
        write_boxes(out, picture, Some(number), depth + 1)?;
        writeln!(out, "{indent}}}")?;
    }
    Ok(())
}

fn write_line(out: &mut String, number: usize, line: &Line<'_>) -> fmt::Result {
    let style = if line.rejects { " style=dashed" } else { "" };
    let label = quoted(line.name);
    if line.to.is_empty() {
        writeln!(out, "  unread{number} [shape=point];")?;
        return writeln!(out, "  n{} -> unread{number} [label={label}{style}];", line.from);
    }
    for to in &line.to {
        writeln!(out, "  n{} -> n{to} [label={label}{style}];", line.from)?;
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{escaped}\"")
}
