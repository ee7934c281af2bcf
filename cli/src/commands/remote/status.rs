//! `leat status`: one run, its nodes, and why it is where it is.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::Value;

use super::runs::shown_time;
use super::{connect, exit_code, parsed, path_of, print_json, said};
use crate::args::{StatusArgs, TextOrJson};
use crate::config::Environment;
use crate::remote::{Checkpoint, Run, block_on};
use crate::view::{Table, number};

/// How often a run that is watched is asked after.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// Goes to the first line and clears what is below.
const HOME: &str = "\u{1b}[H\u{1b}[J";

pub(crate) fn run(args: &StatusArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&args.run.server, environment)?;
    block_on(async {
        let path = path_of(&remote, &args.run.run).await?;
        let mut before = String::new();
        loop {
            let answer: Value = remote.get(&path, &[]).await?;
            let run: Run = parsed(&answer)?;
            match args.format {
                TextOrJson::Json => print_json(&answer)?,
                TextOrJson::Text => {
                    let text = text(&run);
                    if text != before {
                        let home = if args.watch && environment.terminal { HOME } else { "" };
                        print!("{home}{text}");
                        before = text;
                    }
                }
            }
            if !args.watch {
                return Ok(ExitCode::SUCCESS);
            }
            if run.has_ended() {
                return Ok(exit_code(&run));
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    })
}

/// A run for people.
pub(super) fn text(run: &Run) -> String {
    let mut text = format!("run        {}\nprocess    {}\nstate      {}\n", run.id, run.process, said(run));
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            text.push_str(&format!("{name:10} {value}\n"));
        }
    };
    line("of", format!("{} ({}), priority {}", run.user, run.group, run.priority));
    line("submitted", shown_time(&run.submitted));
    line("started", run.started.as_deref().map(shown_time).unwrap_or_default());
    line("ended", run.ended.as_deref().map(shown_time).unwrap_or_default());
    if run.attempts > 1 {
        line("attempt", format!("{}; at most {} in a row that get no further", run.attempts, run.attempts_max));
    }
    if let Some(Checkpoint { generation, number, bytes, kept }) = &run.checkpoint {
        let of = format!("{number} of attempt {generation}, {}, kept {}", number::bytes(*bytes), shown_time(kept));
        line("checkpoint", of);
    }
    line("on", run.hosts.join(", "));
    text.push_str(&nodes(run));
    for output in &run.outputs {
        text.push_str(&format!("  {}  {}\n", output.path, number::bytes(output.bytes)));
    }
    text
}

fn nodes(run: &Run) -> String {
    let Some(status) = &run.status else { return String::new() };
    let mut table = Table::new(&["  node", "state", "in", "out", "rejected", "waits for"]);
    for node in &status.nodes {
        let rejected = if node.rows_rejected > 0 { number::count(node.rows_rejected) } else { String::new() };
        table.row(vec![
            format!("  {}", node.name),
            format!("{:?}", node.state).to_lowercase(),
            number::count(node.rows_in),
            number::count(node.rows_out),
            rejected,
            node.awaits.join(", "),
        ]);
    }
    table.text()
}
