//! `cargo xtask torture`: kills workers, hosts, midtiers, the broker and the database under runs, and compares what comes out with
//! runs that nobody disturbed. What does it is the example `torture` of `leat-tests`; here is what it needs.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::cargo::{build, build_leat, ensure_wasm_target, root};
use crate::playpens;
use crate::services::{self, Service, Variables};
use crate::steps::Steps;

/// The example playpens whose processes are run.
const PLAYPENS: [&str; 2] = ["plugins/market-risk", "plugins/credit-loss"];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many runs; four of them are one round, with a seed of its own
    #[arg(long, default_value_t = 20)]
    runs: u64,
    /// Seed of the first round; each of the others has the next one
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Options {
    /// What `cargo xtask test` does: five rounds in which nearly everything that can be killed is killed.
    pub(crate) fn of_tests() -> Options {
        Options { runs: 20, seed: 1_035 }
    }
}

/// Builds and starts all that is needed, and kills it. Answers whether the promise held.
pub(crate) fn run(options: &Options) -> Result<bool> {
    let mut steps = Steps::new(5);
    steps.step("looks for the wasm target", ensure_wasm_target)?;
    let leat = steps.step("builds leat", build_leat)?;
    steps.step("compiles the nodes of the example playpens", || {
        PLAYPENS.iter().try_for_each(|folder| playpens::leat(&leat, &root(), &["build", folder]))
    })?;
    let (variables, started) =
        steps.step("starts RabbitMQ and PostgreSQL", || services::up(&[Service::RabbitMq, Service::Postgres]))?;
    let outcome = steps.step("kills what runs, and compares what comes out", || {
        let outcome = kill(options, &variables);
        // Those that ran before go on running.
        services::stop(&started)?;
        outcome
    });
    if let Err(error) = &outcome {
        println!("{error:#}");
    }
    Ok(outcome.is_ok())
}

/// Kills with everything in its place; an error where the promise did not hold.
pub(crate) fn kill(options: &Options, variables: &Variables) -> Result<()> {
    let program = build("tests", "torture", &["build", "--example", "torture"])?;
    let mut command = Command::new(&program);
    command.args(["--runs", &options.runs.to_string(), "--seed", &options.seed.to_string(), "--chores"]);
    command.arg(std::env::current_exe().context("a program knows where it lies")?);
    command.arg("--kept").arg(root().join("target/torture")).envs(variables.iter().cloned());
    let status = command.status().with_context(|| format!("cannot start {}", program.display()))?;
    ensure!(status.success(), "runs that were killed did not end as they should; see above");
    Ok(())
}
