//! `leat runs`.

use std::process::ExitCode;

use serde_json::Value;

use super::{connect, said, show_list};
use crate::args::RunsArgs;
use crate::config::Environment;
use crate::remote::{Page, Run, block_on};
use crate::view::Table;

pub(crate) fn run(args: &RunsArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&args.server, environment)?;
    let mut query = vec![("limit", args.limit.to_string())];
    query.extend(args.state.iter().map(|state| ("state", state.clone())));
    let one = [("user", &args.user), ("group", &args.group), ("process", &args.process)];
    query.extend(one.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))));
    let answer: Value = block_on(remote.get("/runs", &query))?;
    show_list(&answer, args.format, |page: &Page<Run>| {
        let mut table = Table::new(&["run", "process", "user", "submitted", "hosts", "state"]);
        for run in &page.items {
            table.row(vec![
                run.id.clone(),
                run.process.clone(),
                run.user.clone(),
                shown_time(&run.submitted),
                run.hosts.join(" "),
                said(run),
            ]);
        }
        if page.items.is_empty() {
            println!("no runs");
        } else {
            print!("{}", table.text());
        }
        if page.next.is_some() {
            println!("and more; --limit shows them");
        }
    })
}

/// A point in time to the second, as it was answered otherwise.
pub(super) fn shown_time(text: &str) -> String {
    text.parse::<jiff::Timestamp>()
        .map_or_else(|_| text.to_owned(), |time| time.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
}
