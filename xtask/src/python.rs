//! A Python of the project's own, below `target`, with the packages of `tests/api/requirements.txt`: the API is asked with programs
//! that others wrote. Used by `test/api.rs`; knows nothing of what is asked.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cargo::{root, run, spelled, works};
use crate::services;

/// Which packages, each by its version.
const REQUIREMENTS: &str = "tests/api/requirements.txt";

/// Sees to it that the packages are there; answers the folder of their programs.
pub(crate) fn ensure() -> Result<PathBuf> {
    let home = root().join("target/python");
    let programs = home.join("bin");
    let wanted_path = root().join(REQUIREMENTS);
    let wanted = fs::read_to_string(&wanted_path).with_context(|| format!("cannot read {}", wanted_path.display()))?;
    // Written last: what broke off on the way is made anew.
    let stamp = home.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted)
        && works(Command::new(programs.join("python")).arg("--version"))
    {
        println!("      {REQUIREMENTS} is installed in {}", home.display());
        return Ok(programs);
    }
    make(&home)?;
    let mut install = Command::new(programs.join("python"));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&wanted_path);
    println!("      {}", spelled(&install));
    run(&mut install)
        .context("the packages come from PyPI: it must be reachable, or pip be told of a mirror (PIP_INDEX_URL)")?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    Ok(programs)
}

/// An empty environment, after installing what Debian keeps in a package of its own.
fn make(home: &Path) -> Result<()> {
    let mut make = Command::new("python3");
    make.args(["-m", "venv", "--clear"]).arg(home);
    println!("      {}", spelled(&make));
    if works(&mut make) {
        return Ok(());
    }
    if let Err(error) = services::install_package("python3-venv") {
        bail!(
            "`{}` does not work, and python3-venv cannot be installed ({error:#}): install Python 3.10 or newer with its \
             modules venv and pip",
            spelled(&make)
        );
    }
    run(&mut make)
}
