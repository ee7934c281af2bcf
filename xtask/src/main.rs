//! The project's own chores, for people and CI alike: `cargo xtask demo`, `test`, `api`, `torture`, `lint`, `bench`,
//! `fuzz`, `gen`, `services`, `options`, `loans`.
//!
//! Every chore is a list of steps that say what they do before they do it. Nothing of the product depends on this
//! crate, and it depends on nothing of the product: it calls the `leat` executable as anybody else would.

// Chores talk to the person at the terminal.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod bench;
mod cargo;
mod demo;
mod fuzz;
mod lint;
mod made_up;
mod playpens;
mod python;
mod services;
mod steps;
mod table;
mod test;
mod torture;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Leat's own chores", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Builds Leat and runs the market-risk example on the history of the S&P 500 and the NASDAQ
    Demo,
    /// Runs every test there is
    Test(services::Without),
    /// Asks the API everything that its OpenAPI document allows, and things that it does not; part of `test`
    Api,
    /// Kills whatever runs Leat, again and again, and compares what comes out with undisturbed runs; part of `test`
    Torture(torture::Options),
    /// Tries every parser that reads what others send with broken input; part of `test`, with fewer cases
    Fuzz(fuzz::Options),
    /// Checks format, clippy, the house rules and (where cargo-deny is installed) the dependencies
    Lint,
    /// Measures Leat beside Polars and DuckDB on this machine and prints the README's table
    Bench(bench::Options),
    /// Makes Rust of the protocol between hosts and the midtier
    Gen,
    /// Starts and stops a real RabbitMQ, PostgreSQL, Consul and OpenBao for tests
    #[command(subcommand)]
    Services(services::Action),
    /// Writes a file of made-up options, the same for the same seed
    Options(OptionsFile),
    /// Writes a tape of made-up loans, the same for the same seed
    Loans(LoansFile),
}

#[derive(clap::Args)]
struct OptionsFile {
    /// How many options
    #[arg(long)]
    rows: u64,
    /// Seed of the numbers
    #[arg(long, default_value_t = bench::options::SEED)]
    seed: u64,
    /// The file to write
    #[arg(long)]
    out: PathBuf,
}

#[derive(clap::Args)]
struct LoansFile {
    /// How many loans
    #[arg(long)]
    rows: u64,
    /// Seed of the numbers
    #[arg(long, default_value_t = bench::loans::SEED)]
    seed: u64,
    /// The file to write
    #[arg(long)]
    out: PathBuf,
}

fn main() -> ExitCode {
    match run(&Arguments::parse().chore) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Does a chore; answers `false` where it was done, has said its result, and the result is bad.
fn run(chore: &Chore) -> Result<bool> {
    match chore {
        Chore::Demo => demo::run()?,
        Chore::Test(without) => return test::run(*without),
        Chore::Api => return test::run_api(),
        Chore::Torture(options) => return torture::run(options),
        Chore::Fuzz(options) => fuzz::run_all(options)?,
        Chore::Lint => lint::run_all()?,
        Chore::Bench(options) => bench::run(options)?,
        Chore::Gen => generate()?,
        Chore::Services(action) => return services::run(*action),
        Chore::Loans(file) => bench::loans::write_file(&file.out, file.rows, file.seed)?,
        Chore::Options(file) => bench::options::write_file(&file.out, file.rows, file.seed)?,
    }
    Ok(true)
}

/// The Rust of the protocols in `scheduler/wire/proto`, which is checked in.
fn generate() -> Result<()> {
    cargo::run(&mut cargo::cargo("scheduler/wire/gen", &["run", "--quiet", "--locked"]))
}
