//! `leat trace`: the records that a run followed, each below those it was made of, with what every node saw of it.

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::Context;
use leat_worker::{TRACE_FILE, TraceLine, TracedRecord};

use crate::args::TraceArgs;
use crate::failure::Kind;
use crate::past_run;

pub(crate) fn run(args: &TraceArgs) -> anyhow::Result<ExitCode> {
    let directory = past_run::directory(&args.run)?;
    let file = directory.join(TRACE_FILE);
    if !file.is_file() {
        let message = format!("the run in {} was not traced: `leat run --trace …` does that", directory.display());
        return Err(Kind::Usage(message).into());
    }
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let lines = text.lines().enumerate().map(|(number, line)| {
        serde_json::from_str(line).with_context(|| format!("{}:{}: no line of a trace", file.display(), number + 1))
    });
    let lines: Vec<TraceLine> = lines.collect::<anyhow::Result<_>>()?;
    if lines.is_empty() {
        println!("no record was chosen: no input had one of these values, or none had records");
    }
    print!("{}", tree(&lines));
    Ok(ExitCode::SUCCESS)
}

/// Every line once: below the record it is about, or that it was made of.
fn tree(lines: &[TraceLine]) -> String {
    let mut tree = Tree { lines, shown: vec![false; lines.len()], text: String::new() };
    for (place, line) in lines.iter().enumerate() {
        if line.did == "read" {
            tree.show(place, 0);
        }
    }
    // What was made with no record in hand: totals, and the like.
    for (place, line) in lines.iter().enumerate() {
        if line.from.is_empty() {
            tree.show(place, 0);
        }
    }
    tree.text
}

struct Tree<'a> {
    lines: &'a [TraceLine],
    shown: Vec<bool>,
    text: String,
}

impl Tree<'_> {
    fn show(&mut self, place: usize, depth: usize) {
        if std::mem::replace(&mut self.shown[place], true) {
            return;
        }
        let line = &self.lines[place];
        let indent = "  ".repeat(depth);
        writeln!(self.text, "{indent}{}", told(line)).expect("writing to a string");
        if !matches!(line.did.as_str(), "read" | "sent") {
            return;
        }
        let Some(record) = &line.record else { return };
        for (next, other) in self.lines.iter().enumerate() {
            if (other.record.as_ref() == Some(record) && !matches!(other.did.as_str(), "read" | "sent"))
                || other.from.contains(record)
            {
                self.show(next, depth + 1);
            }
        }
    }
}

/// `price sent values 17, made of options 17: id=17, pv=3.5`
fn told(line: &TraceLine) -> String {
    let record = line.record.as_ref().map_or_else(|| "to nobody".to_owned(), name);
    let mut text = format!("{} {} {record}", line.node, line.did);
    let from: Vec<String> = line.from.iter().map(name).collect();
    match line.link.as_deref() {
        Some("row") => text.push_str(&format!(", made of {}", from.join(", "))),
        Some("batch") => text.push_str(&format!(", made with {} in hand", from.join(", "))),
        Some(_) => text.push_str(", made after the records it saw"),
        None => {}
    }
    let values: Vec<String> = line.values.iter().map(|(column, value)| format!("{column}={value}")).collect();
    if !values.is_empty() {
        text.push_str(&format!(": {}", values.join(", ")));
    }
    if let Some(reason) = &line.reason {
        text.push_str(&format!(" ({reason})"));
    }
    text
}

fn name(record: &TracedRecord) -> String {
    format!("{} {}", record.queue, record.row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(node: &str, did: &str, row: u64, from: &[u64], link: Option<&str>) -> TraceLine {
        let queue = |did: &str| if matches!(did, "sent" | "wrote") { "made" } else { "rows" };
        TraceLine {
            node: node.to_owned(),
            did: did.to_owned(),
            record: Some(TracedRecord { queue: queue(did).to_owned(), row }),
            from: from.iter().map(|row| TracedRecord { queue: "rows".to_owned(), row: *row }).collect(),
            link: link.map(str::to_owned),
            values: vec![("x".to_owned(), "1.5".to_owned())],
            reason: (did == "rejected").then(|| "too old".to_owned()),
        }
    }

    #[test]
    fn each_record_stands_below_what_it_was_made_of_and_every_line_once() {
        let lines = [
            line("in", "read", 1, &[], None),
            line("in", "read", 2, &[], None),
            line("n", "saw", 1, &[], None),
            line("n", "saw", 2, &[], None),
            line("n", "sent", 1, &[2], Some("row")),
            line("n", "rejected", 1, &[], None),
            line("out", "wrote", 1, &[], None),
            line("n", "sent", 2, &[1, 2], Some("batch")),
            line("n", "sent", 3, &[], Some("node")),
        ];
        assert_eq!(
            tree(&lines),
            "in read rows 1: x=1.5\n  n saw rows 1: x=1.5\n  n rejected rows 1: x=1.5 (too old)\n\
             \x20 n sent made 2, made with rows 1, rows 2 in hand: x=1.5\n\
             in read rows 2: x=1.5\n  n saw rows 2: x=1.5\n  n sent made 1, made of rows 2: x=1.5\n\
             \x20   out wrote made 1: x=1.5\nn sent made 3, made after the records it saw: x=1.5\n"
        );
    }
}
