//! `leat fetch`: the outputs of a run, and its report.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use leat_bundle::{Content, require_inside};

use super::{connect, path_of, said};
use crate::args::FetchArgs;
use crate::config::Environment;
use crate::remote::{Remote, Run, block_on, escaped};
use crate::view::number;

pub(crate) fn run(args: &FetchArgs, environment: &Environment) -> anyhow::Result<ExitCode> {
    let remote = connect(&args.run.server, environment)?;
    block_on(async {
        let path = path_of(&remote, &args.run.run).await?;
        let run: Run = remote.get(&path, &[]).await?;
        fetch(&remote, &run, &args.output, args.quiet).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Fetches what a run has published, and its report.
pub(super) async fn fetch(remote: &Remote, run: &Run, directory: &Path, quiet: bool) -> anyhow::Result<()> {
    if !run.has_ended() {
        bail!("run {} has not ended: it is {}; wait for it with `leat status {} --watch`", run.id, said(run), run.id);
    }
    std::fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
    let path = format!("/runs/{}", escaped(&run.id));
    for output in &run.outputs {
        // A path from elsewhere is not trusted to stay where it is put.
        require_inside(&output.path).context("the server named an output that cannot be written")?;
        let digest = output.digest.parse().context("the server named an output that cannot be fetched")?;
        let content = Content { digest, bytes: output.bytes };
        let steps: Vec<String> = output.path.split('/').map(escaped).collect();
        let file = directory.join(&output.path);
        remote.download(&format!("{path}/outputs/{}", steps.join("/")), content, &file).await?;
        if !quiet {
            println!("  {}  {}", file.display(), number::bytes(output.bytes));
        }
    }
    let report = remote.text(&format!("{path}/report")).await;
    match report {
        Ok(report) => {
            let file = directory.join("report.json");
            std::fs::write(&file, report).with_context(|| format!("cannot write {}", file.display()))?;
        }
        // A run that never came to a host has none.
        Err(_) if run.state != "succeeded" => {}
        Err(error) => return Err(error),
    }
    if run.state != "succeeded" {
        bail!("run {} has published nothing: it is {}", run.id, said(run));
    }
    Ok(())
}
