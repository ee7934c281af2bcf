//! A server and its one host on this machine: how long a small run takes from its submission to its end, and what the API
//! answers under load.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cargo::{output, root};

const PROCESS: &str = "name small\nin \"rows.csv\" -> rows\nout rows -> \"copy.csv\"\n";

/// A table, as `xtask/bench/server.py` prints it.
pub(super) fn run(leat: &Path, folder: &Path) -> Result<String> {
    let playpen = folder.join("small");
    std::fs::create_dir_all(&playpen).with_context(|| format!("cannot make {}", playpen.display()))?;
    for (name, text) in [("playpen.toml", "name = \"small\"\n"), ("small.strm", PROCESS), ("rows.csv", "id,x\n")] {
        let file = playpen.join(name);
        std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    let script = root().join("xtask/bench/server.py");
    let table = output(Command::new("python3").arg(script).arg(leat).arg(&playpen).arg(folder.join("server")))?;
    Ok(format!("`leat serve` with its host on this machine, asked by a Python program on it:\n\n{table}"))
}
