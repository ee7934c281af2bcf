//! Kills whatever runs Leat, at moments drawn from a seed, and holds what comes out against undisturbed runs: `cargo xtask torture`
//! builds and calls it, with RabbitMQ and PostgreSQL that were started for it.
//!
//! A round is one seed: three processes submitted to two midtiers and three hosts, and one in a `leat run`, while workers, agents,
//! midtiers, the broker and the database are killed, stopped and let go on. Each run must come to its end, and one that succeeds must
//! have published, once, the bytes of the undisturbed run. The same seed does the same to the same at the same moments; what the
//! operating system does in between is not repeated.

#![allow(clippy::print_stdout, reason = "it talks to the person at the terminal")]

mod alone;
mod judge;
mod plan;
mod playpens;
mod round;
mod seeded;
mod stage;
mod tally;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use plan::{Plan, SUBMITTED};
use round::Round;
use stage::Stage;
use tally::Tally;

/// Runs of a round: those that are submitted, and the one of `leat run`.
const EACH: u64 = SUBMITTED as u64 + 1;
/// Rounds on one installation; then comes a fresh one.
const ROUNDS_MAX: u64 = 25;

/// The logs of a round that takes longer are kept too: somebody waited for something.
const SLOW: Duration = Duration::from_secs(25);

/// What is asked for on the command line.
struct Options {
    runs: u64,
    seed: u64,
    /// The executable of `cargo xtask`, which knows where broker and database are.
    chores: PathBuf,
    /// Where logs of rounds are kept that have broken the promise.
    kept: PathBuf,
}

fn main() -> ExitCode {
    match options().and_then(|options| run(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options> {
    let mut options = Options { runs: 0, seed: 0, chores: PathBuf::new(), kept: PathBuf::new() };
    let mut words = std::env::args().skip(1);
    while let Some(name) = words.next() {
        let value = words.next().with_context(|| format!("{name} is without its value"))?;
        match name.as_str() {
            "--runs" => options.runs = value.parse().context("--runs is no number")?,
            "--seed" => options.seed = value.parse().context("--seed is no number")?,
            "--chores" => options.chores = value.into(),
            "--kept" => options.kept = value.into(),
            _ => bail!("there is no {name}: call it by `cargo xtask torture`"),
        }
    }
    Ok(options)
}

/// Does all rounds; answers whether the promise held.
fn run(options: &Options) -> Result<bool> {
    let processes = playpens::all()?;
    let rounds = options.runs.div_ceil(EACH);
    let (mut tally, begun) = (Tally::default(), Instant::now());
    let mut stage = Stage::start(&processes, &options.chores)?;
    for number in 0..rounds {
        if number > 0 && number % ROUNDS_MAX == 0 {
            drop(stage);
            stage = Stage::start(&processes, &options.chores)?;
        }
        let seed = options.seed + number;
        let before = tally.violations();
        let (plan, started) = (Plan::of(seed), Instant::now());
        println!("seed {seed}:");
        std::thread::scope(|scope| -> Result<()> {
            let alone = scope.spawn(|| alone::run(&plan.alone, &processes));
            Round::new(&mut stage, &processes, &plan, seed).run(&mut tally)?;
            alone.join().map_err(|_| anyhow::anyhow!("the part with `leat run` panicked"))?.add_to(&mut tally, seed);
            Ok(())
        })
        .with_context(|| format!("in the round of seed {seed}"))?;
        println!("  {:.1} s", started.elapsed().as_secs_f64());
        if tally.violations() > before || started.elapsed() > SLOW {
            stage.keep_logs(&options.kept.join(format!("seed-{seed}")))?;
        }
    }
    println!(
        "\n{rounds} rounds, seeds {} to {}, in {} s",
        options.seed,
        options.seed + rounds - 1,
        begun.elapsed().as_secs()
    );
    println!("{tally}");
    Ok(tally.is_good())
}
