//! The other engines: Python programs in a virtual environment with the packages polars and duckdb.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::check::Tolerance;
use super::report::Engine;
use crate::cargo::{output, root, works};

const PACKAGES: [&str; 2] = ["polars", "duckdb"];

/// The Python of a virtual environment that has the packages; nothing, with a message, where it can't be had.
pub(super) fn prepare(folder: &Path) -> Result<Option<PathBuf>> {
    let venv = folder.join("venv");
    let python = venv.join("bin/python");
    let import = format!("import {}", PACKAGES.join(", "));
    let is_ready = || works(Command::new(&python).args(["-c", &import]));
    if is_ready() {
        return Ok(Some(python));
    }
    if !works(Command::new("python3").args(["-m", "venv"]).arg(&venv)) {
        println!("      skipped: `python3 -m venv` does not work here (Debian: apt install python3-venv)");
        return Ok(None);
    }
    println!("      pip install {}", PACKAGES.join(" "));
    let installed = works(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES));
    if !(installed && is_ready()) {
        println!("      skipped: pip could not install {}", PACKAGES.join(" and "));
        return Ok(None);
    }
    Ok(Some(python))
}

/// The engines that can run here, with their versions in their names.
pub(super) fn engines(python: Option<&Path>, skip_plain: bool, rate: f64) -> Vec<Engine> {
    let Some(python) = python else {
        return Vec::new();
    };
    let script = |file: &str| root().join("xtask/bench").join(file);
    let [polars, duckdb] = names(Some(python));
    let mut engines = vec![
        Engine::python(&polars, python, script("polars_price.py"), Tolerance::Exact, rate),
        Engine::python(&duckdb, python, script("duckdb_price.py"), Tolerance::Approximated, rate),
    ];
    if !skip_plain {
        let name = "plain Python, one row at a time";
        engines.push(Engine::python(name, python, script("plain_price.py"), Tolerance::Exact, rate).into_yardstick());
    }
    engines
}

/// Polars and DuckDB, with their versions where they are there.
pub(super) fn names(python: Option<&Path>) -> [String; 2] {
    [("Polars", "polars"), ("DuckDB", "duckdb")]
        .map(|(name, package)| python.map_or_else(|| name.to_owned(), |python| named(name, package, python)))
}

fn named(name: &str, package: &str, python: &Path) -> String {
    let print = format!("import {package}; print({package}.__version__)");
    let version = output(Command::new(python).args(["-c", &print])).context("the version is not known");
    version.map_or_else(|_| name.to_owned(), |version| format!("{name} {}", version.trim()))
}
