//! `cargo xtask lint`: format, clippy, the house rules, and the dependencies where cargo-deny is installed.

use std::process::Command;

use anyhow::Result;

use crate::cargo::{WASM_TARGET, build, cargo, ensure_component, ensure_wasm_target, root, run, works};
use crate::playpens;
use crate::steps::Steps;

/// Warnings are errors here; at a developer's desk they are warnings.
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// Runs every check; the first that fails ends the chore.
pub(crate) fn run_all() -> Result<()> {
    let mut steps = Steps::new(7);
    steps.step("looks for rustfmt, clippy and the wasm target", || {
        ensure_component("fmt", "rustfmt")?;
        ensure_component("clippy", "clippy")?;
        ensure_wasm_target()
    })?;
    let others = playpens::workspaces()?;
    steps.step("checks the format", || {
        run(&mut cargo("", &["fmt", "--all", "--check"]))?;
        others.iter().try_for_each(|folder| run(&mut cargo(folder, &["fmt", "--all", "--check"])))
    })?;
    steps.step("runs clippy on the workspace", || clippy("", &["--release", "--workspace", "--all-targets"]))?;
    steps.step("runs clippy on what the SDK is inside a component", || {
        clippy("", &["--release", "--package", "leat-sdk", "--target", WASM_TARGET])
    })?;
    steps.step("runs clippy on the example playpens and the guests", || {
        playpens::examples()?
            .iter()
            .try_for_each(|folder| clippy(folder, &["--release", "--workspace", "--all-targets"]))?;
        clippy(playpens::GUESTS, &["--release", "--workspace", "--target", WASM_TARGET])
    })?;
    steps.step("runs the house test", || {
        let tests = build("tests", "it", &["test", "--no-run", "--test", "it"])?;
        run(Command::new(tests).current_dir(root().join("tests")).arg("house::"))
    })?;
    steps.step("checks the dependencies", check_dependencies)?;
    println!("lint is clean, after {}", steps.elapsed());
    Ok(())
}

fn clippy(folder: &str, arguments: &[&str]) -> Result<()> {
    let mut command = cargo(folder, &["clippy", "--quiet"]);
    println!("      clippy {} {folder}", arguments.join(" "));
    run(command.args(arguments).args(DENY_WARNINGS))
}

/// Licences, advisories, bans and sources, by deny.toml. Installing cargo-deny takes minutes, so it is not asked for.
fn check_dependencies() -> Result<()> {
    if !works(Command::new("cargo").args(["deny", "--version"])) {
        println!(
            "      skipped: cargo-deny is not installed (`cargo install --locked cargo-deny` takes some minutes);"
        );
        println!("      the bans that draw the architecture are in the house test too");
        return Ok(());
    }
    run(&mut cargo("", &["deny", "check"]))
}
