//! `cargo xtask test`: every test there is, counted to one closing line.

mod api;
mod expected;
mod tally;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::cargo::{WASM_TARGET, build_leat, cargo, ensure_wasm_target, run as run_command, spelled};
use crate::playpens;
use crate::services;
use crate::steps::Steps;
use crate::torture;
use tally::Tally;

/// What makes Rust of the protocol between hosts and the midtier.
const GENERATOR: &str = "scheduler/wire/gen";

/// Runs everything, even after a failure, and says at the end how many passed and failed. Answers whether all passed.
pub(crate) fn run(without: services::Without) -> Result<bool> {
    let mut steps = Steps::new(11);
    steps.step("looks for the wasm target", ensure_wasm_target)?;
    steps.step("compiles the guests of the tests", || {
        run_command(&mut cargo(
            playpens::GUESTS,
            &["build", "--release", "--locked", "--workspace", "--target", WASM_TARGET],
        ))
    })?;
    let leat = steps.step("builds leat", build_leat)?;
    let examples = playpens::examples()?;
    steps.step("compiles the nodes of the example playpens", || {
        examples.iter().try_for_each(|folder| playpens::leat(&leat, &crate::cargo::root(), &["build", folder]))
    })?;

    let mut tally = Tally::default();
    // A test that fails ends neither its step nor the chore; what could not run at all is counted as one failure.
    steps.step("tests the nodes of the example playpens natively", || {
        for folder in &examples {
            // As their author would; optimised for all crates at once they would take a minute to link.
            tally.add_command(|tally| cargo_test(folder, &["--workspace"], &[], tally));
        }
        Ok(())
    })?;
    steps.step("compares the protocol's Rust with the protocol", || {
        tally.add_command(|tally| cargo_test(GENERATOR, &["--locked"], &[], tally));
        Ok(())
    })?;
    let (variables, started) =
        steps.step("starts RabbitMQ, PostgreSQL, Consul and OpenBao", || services::up(&without.services()))?;
    steps.step("tests the workspace", || {
        without.warn();
        let mut arguments = vec!["--release", "--workspace"];
        if without.without_openbao {
            // What needs it has it in its name.
            arguments.extend(["--", "--skip", "openbao"]);
        }
        tally.add_command(|tally| cargo_test("", &arguments, &variables, tally));
        Ok(())
    })?;
    steps.step("kills what runs, and compares what comes out", || {
        tally.add_check("runs that are killed", torture::kill(&torture::Options::of_tests(), &variables));
        // Those that ran before go on running.
        services::stop(&started)
    })?;
    steps.step("compares the examples with the values computed independently", || {
        tally.add_command(|tally| expected::compare_examples(&leat, tally));
        Ok(())
    })?;

    steps.step("asks the API what its document says", || {
        tally.add_command(|tally| api::check(&leat, tally));
        Ok(())
    })?;

    println!("All tests took {}.", steps.elapsed());
    println!("{tally}");
    Ok(tally.is_good())
}

/// The step that asks the API, alone. Answers whether all was well.
pub(crate) fn run_api() -> Result<bool> {
    let leat = build_leat()?;
    let mut tally = Tally::default();
    api::check(&leat, &mut tally)?;
    println!("{tally}");
    Ok(tally.is_good())
}

/// `cargo test` in a folder: its output goes to the terminal and its closing lines into the tally.
fn cargo_test(folder: &str, arguments: &[&str], variables: &[(String, String)], tally: &mut Tally) -> Result<()> {
    let mut command = cargo(folder, &["test", "--no-fail-fast"]);
    command.args(arguments).envs(variables.iter().cloned());
    println!("      {} in {}", spelled(&command), if folder.is_empty() { "the workspace" } else { folder });
    let failed_before = tally.failed();
    let succeeded = stream(&mut command, |line| {
        println!("{line}");
        tally.read_line(line);
    })?;
    // A failure that no closing line tells of: a test that does not compile, or a binary that died.
    let told = tally.failed() > failed_before;
    ensure!(succeeded || told, "`{}` did not run to its end", spelled(&command));
    Ok(())
}

/// Runs a command and hands on its standard output line by line; answers whether it succeeded.
fn stream(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool> {
    let name = spelled(command);
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{name}`"))?;
    let stdout = child.stdout.take().expect("its standard output was asked to be a pipe");
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.with_context(|| format!("cannot read what `{name}` says"))?;
        each(&String::from_utf8_lossy(&line));
    }
    let status = child.wait().with_context(|| format!("cannot wait for `{name}`"))?;
    Ok(status.success())
}
