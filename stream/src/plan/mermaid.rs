//! The plan as a Mermaid flow chart, for pages that draw it (Markdown on most forges). Called by
//! `leat plan --format mermaid`.

use std::fmt::{self, Write};

use super::Plan;
use super::picture::{BoxKind, Picture};

impl Plan {
    /// The plan as a Mermaid flow chart.
    pub fn to_mermaid(&self) -> String {
        let mut out = String::new();
        write_mermaid(&mut out, &Picture::of(self)).expect("writing to a string does not fail");
        out
    }
}

fn write_mermaid(out: &mut String, picture: &Picture<'_>) -> fmt::Result {
    writeln!(out, "flowchart LR")?;
    write_boxes(out, picture, None, 1)?;
    for (number, line) in picture.lines.iter().enumerate() {
        let arrow = if line.rejects { "-.->" } else { "-->" };
        let name = escaped(line.name);
        if line.to.is_empty() {
            writeln!(out, "  n{} {arrow}|\"{name}\"| unread{number}((\" \"))", line.from)?;
        }
        for to in &line.to {
            writeln!(out, "  n{} {arrow}|\"{name}\"| n{to}", line.from)?;
        }
    }
    Ok(())
}

/// The boxes that stand in a group itself, then the groups in it.
fn write_boxes(out: &mut String, picture: &Picture<'_>, group: Option<usize>, depth: usize) -> fmt::Result {
    let indent = "  ".repeat(depth);
    for (number, node) in picture.boxes.iter().enumerate().filter(|(_, node)| node.group == group) {
        let label = format!("{}<br/><small>{}</small>", escaped(&node.title), escaped(&node.detail));
        match node.kind {
            BoxKind::Input => writeln!(out, "{indent}n{number}[(\"{label}\")]")?,
            BoxKind::Output => writeln!(out, "{indent}n{number}[/\"{label}\"/]")?,
            BoxKind::Component => writeln!(out, "{indent}n{number}[\"{label}\"]")?,
            BoxKind::Sql => writeln!(out, "{indent}n{number}[[\"{label}\"]]")?,
        }
    }
    for (number, inner) in picture.groups.iter().enumerate().filter(|(_, inner)| inner.parent == group) {
        writeln!(out, "{indent}subgraph g{number}[\"{}\"]", escaped(&inner.title))?;
        write_boxes(out, picture, Some(number), depth + 1)?;
        writeln!(out, "{indent}end")?;
    }
    Ok(())
}

/// Mermaid has no escapes but its own entities.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '#' | '<' | '>' | '&' | '`' | '\\' | '[' | ']' | '(' | ')' | '{' | '}' | '|' | ';' => {
                out.push_str(&format!("#{};", u32::from(c)));
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
