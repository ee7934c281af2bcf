//! A run that has been: its directory.

use std::path::{Path, PathBuf};

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
