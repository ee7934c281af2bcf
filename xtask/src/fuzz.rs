//! `cargo xtask fuzz`: every parser that reads what others send, tried with broken input.

use anyhow::Result;

use crate::cargo::{cargo, run};

/// What the chore may be told.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many broken inputs each parser gets
    #[arg(long, default_value_t = 1_000_000)]
    cases: u64,
    /// Where the inputs come from: the same seed is the same inputs
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// This case of the seed alone, as a failure names it
    #[arg(long)]
    only: Option<u64>,
    /// Tests whose names hold this; all that have `fuzzed` in their name where it is left out
    #[arg(default_value = "fuzzed")]
    tests: String,
}

/// Runs the tests that break input, one after the other, and lets them say how it went.
pub(crate) fn run_all(options: &Options) -> Result<()> {
    let mut command = cargo("", &["test", "--release", "--workspace", "--no-fail-fast", "--", "--nocapture"]);
    command.arg(&options.tests);
    command.env("LEAT_FUZZ_CASES", options.cases.to_string()).env("LEAT_FUZZ_SEED", options.seed.to_string());
    if let Some(only) = options.only {
        command.env("LEAT_FUZZ_ONLY", only.to_string());
    }
    run(&mut command)
}
