//! The cargo workspaces beside the main one: example playpens in `plugins/`, guests and the fuzz target.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cargo::{root, run, spelled};

/// The folder of the guests, one tiny component per behaviour.
pub(crate) const GUESTS: &str = "tests/guests";

/// The folders of the example playpens that have nodes of their own, by name.
pub(crate) fn examples() -> Result<Vec<String>> {
    let plugins = root().join("plugins");
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(&plugins).with_context(|| format!("cannot list {}", plugins.display()))? {
        let entry = entry.with_context(|| format!("cannot list {}", plugins.display()))?;
        if entry.path().join("Cargo.toml").is_file() && entry.path().join("playpen.toml").is_file() {
            folders.push(format!("plugins/{}", entry.file_name().to_string_lossy()));
        }
    }
    folders.sort();
    ensure!(!folders.is_empty(), "there is no playpen in {}", plugins.display());
    Ok(folders)
}

/// Every cargo workspace beside the main one: the example playpens, the guests and the fuzz target.
pub(crate) fn workspaces() -> Result<Vec<String>> {
    let mut folders = examples()?;
    folders.extend([GUESTS, "stream/fuzz"].map(str::to_owned));
    Ok(folders)
}

/// The stream files of a playpen.
pub(crate) fn stream_files(playpen: &str) -> Result<Vec<String>> {
    let folder = root().join(playpen);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let name = entry.with_context(|| format!("cannot list {}", folder.display()))?.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".strm") {
            files.push(format!("{playpen}/{name}"));
        }
    }
    files.sort();
    ensure!(!files.is_empty(), "there is no stream file in {}", folder.display());
    Ok(files)
}

/// The run directory that the chores use for a playpen, from the root.
pub(crate) fn output_folder(playpen: &str) -> String {
    let name = Path::new(playpen).file_name().unwrap_or_default().to_string_lossy();
    format!("target/runs/{name}")
}

/// `leat` in a folder, output to the terminal.
pub(crate) fn leat(leat: &Path, folder: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = Command::new(leat);
    command.current_dir(folder).args(arguments);
    println!("      {}", spelled(&command));
    run(&mut command)
}
