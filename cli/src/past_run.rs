//! A run that has been: its directory, and the report and plan in it.

use std::path::{Path, PathBuf};

use anyhow::Context;
use leat_worker::Report;

use crate::failure::Kind;
use crate::playpen::Playpen;

/// The directory of a run: as it is named, or of that name in `runs/` of the playpen around the current directory.
pub(crate) fn directory(run: &Path) -> anyhow::Result<PathBuf> {
    if run.join("report.json").is_file() {
        return Ok(run.to_owned());
    }
    let playpen = Playpen::around_file(Path::new("run.strm"))?;
    let named = playpen.root.join("runs").join(run);
    if named.join("report.json").is_file() {
        return Ok(named);
    }
    let message = format!("there is no run in {}, nor in {}: no report.json", run.display(), named.display());
    Err(Kind::Usage(message).into())
}

/// The report of a run.
pub(crate) fn report(directory: &Path) -> anyhow::Result<Report> {
    let file = directory.join("report.json");
    let text = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is no report of this version of Leat", file.display()))
}
