//! `leat logs`: what the nodes of a run have logged.

use std::io::Write;
use std::process::ExitCode;

use serde::Deserialize;

use super::{connect, path_of};
use crate::args::LogsArgs;
use crate::config::Environment;
use crate::remote::{Page, block_on, escaped};

#[derive(Deserialize)]
struct Logged {
    node: String,
}

pub(crate) fn run(args: &LogsArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&args.run.server, environment)?;
    block_on(async {
        let path = path_of(&remote, &args.run.run).await?;
        let Some(node) = &args.node else {
            let nodes: Page<Logged> = remote.get(&format!("{path}/logs"), &[]).await?;
            if nodes.items.is_empty() {
                println!("no node has logged anything");
            }
            nodes.items.iter().for_each(|logged| println!("{}", logged.node));
            return Ok(ExitCode::SUCCESS);
        };
        let path = format!("{path}/logs/{}?follow={}", escaped(node), args.follow);
        let mut output = std::io::stdout().lock();
        remote.stream(&path, |piece| output.write_all(piece).and_then(|()| output.flush())).await?;
        Ok(ExitCode::SUCCESS)
    })
}
