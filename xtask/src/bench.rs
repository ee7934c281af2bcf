//! `cargo xtask bench`: option-pricing beside other engines doing the same job in the same run, so too sums by key,
//! Parquet files and SQL; one node on one thread and on two, the start of a small run, a node's boundary, the
//! scheduler's planner, the credit-loss example, queues between hosts, and a server. Prints the table that README.md shows, with the machine it was
//! measured on.

mod check;
mod checkpoints;
mod contest;
mod cores;
mod credit_loss;
mod jobs;
pub(crate) mod loans;
mod measure;
pub(crate) mod options;
mod peers;
mod rabbitmq;
mod report;
mod server;
mod sql;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::cargo::{build, build_leat, ensure_wasm_target, output, root};
use crate::playpens;
use crate::steps::Steps;
use contest::Contest;
use jobs::Peers;
use measure::{measure, median};
use report::{Besides, Engine};

/// The interest rate that every engine prices with: the default of the example's node.
const RATE: f64 = 0.03;

/// What is measured, and how often.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Options in the file that every engine prices
    #[arg(long, default_value_t = 2_000_000)]
    rows: u64,
    /// Loans on the tape of the credit-loss example
    #[arg(long, default_value_t = 1_000_000)]
    loans: u64,
    /// Times that each engine runs, in turns
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Also run Leat on ten times the rows, for its memory (about 1.1 GB of input and 0.7 GB of output)
    #[arg(long)]
    large: bool,
    /// Leave plain Python out
    #[arg(long)]
    skip_plain_python: bool,
    /// Measure queues between hosts alone
    #[arg(long)]
    only_rabbitmq: bool,
    /// Measure the server alone
    #[arg(long, conflicts_with = "only_rabbitmq")]
    only_server: bool,
    /// Measure what checkpoints cost alone, on ten times the rows
    #[arg(long, conflicts_with_all = ["only_rabbitmq", "only_server"])]
    only_checkpoints: bool,
}

/// Runs of the ten-row file, for the median of its wall time.
const SMALL_RUNS: usize = 30;

/// Measures everything and prints the report.
pub(crate) fn run(options: &Options) -> Result<()> {
    if options.only_rabbitmq {
        let mut steps = Steps::new(1);
        let queues = steps.step("carries records between hosts over RabbitMQ", || rabbitmq::run(options.rounds))?;
        println!("\n{}\n\n{queues}", report::machine());
        return Ok(());
    }
    if options.only_server {
        let mut steps = Steps::new(2);
        let leat = steps.step("builds leat", build_leat)?;
        let server = steps.step("asks a server", || server::run(&leat, &folder()?))?;
        println!("\n{}\n\n{server}", report::machine());
        return Ok(());
    }
    if options.only_checkpoints {
        let mut steps = Steps::new(4);
        steps.step("looks for the wasm target", ensure_wasm_target)?;
        let leat = steps.step("builds leat", build_leat)?;
        let playpen = root().join("plugins/option-pricing");
        steps.step("compiles the nodes", || playpens::leat(&leat, &playpen, &["build"]))?;
        let rows = options.rows * 10;
        let table = steps.step("runs with checkpoints and without", || {
            checkpoints::run(&leat, (&stage(&playpen, rows)?, rows), options.rounds)
        })?;
        println!("\n{}\n\n{table}", report::machine());
        return Ok(());
    }
    let mut steps = Steps::new(16 + usize::from(options.large));
    steps.step("looks for the wasm target", ensure_wasm_target)?;
    let leat = steps.step("builds leat", build_leat)?;
    let playpen = root().join("plugins/option-pricing");
    steps.step("compiles the nodes", || playpens::leat(&leat, &playpen, &["build"]))?;
    let python = steps.step("prepares Python with polars, duckdb and datafusion", || peers::prepare(&folder()?))?;

    let mut engines = vec![Engine::leat(&leat, &stage(&playpen, options.rows)?)];
    engines.extend(peers::engines(python.as_deref(), options.skip_plain_python, RATE));
    let title = format!("prices {} options with {}", report::thousands(options.rows), report::names(&engines));
    steps.step(&title, || race(&mut engines, options))?;

    let large = match options.large {
        true => Some(steps.step("prices ten times as many with Leat", || {
            let stage = stage(&playpen, options.rows * 10)?;
            let engine = Engine::leat(&leat, &stage);
            engine.clear(&stage)?;
            measure(&mut engine.command(&stage))
        })?),
        false => None,
    };
    let small = steps.step("runs a file of ten rows, again and again", || small_runs(&leat, &playpen))?;
    let peers = Peers {
        python: python.as_deref(),
        names: peers::names(python.as_deref()),
        skip_plain: options.skip_plain_python,
    };
    let contests = contests(&mut steps, (&leat, &playpen), options, &peers)?;
    let boundary = steps.step("measures the boundary of a node", boundary)?;
    let planner = steps.step("plans 100,000 runs on 10,000 hosts", planner)?;

    let book = root().join("plugins/credit-loss");
    steps.step("compiles the nodes of credit-loss", || playpens::leat(&leat, &book, &["build"]))?;
    let title = format!("computes the expected losses of {} loans", report::thousands(options.loans));
    let credit_loss = steps.step(&title, || credit_loss::run(&leat, &book, options.loans))?;

    let queues = steps.step("carries records between hosts over RabbitMQ", || rabbitmq::run(options.rounds))?;

    let server = steps.step("asks a server", || server::run(&leat, &folder()?))?;

    let besides = Besides { large: large.as_ref(), small, boundary: &boundary, planner: &planner, contests: &contests };
    let report =
        report::markdown(options.rows, &engines, &besides) + "\n" + &credit_loss + "\n" + &queues + "\n" + &server;
    let file = folder()?.join("report.md");
    std::fs::write(&file, &report).with_context(|| format!("cannot write {}", file.display()))?;
    println!("\n{report}\nThe report is in {}, after {}.", file.display(), steps.elapsed());
    Ok(())
}

/// The jobs beside the pricing, each measured; the one on two threads is the last.
fn contests(
    steps: &mut Steps,
    (leat, playpen): (&Path, &Path),
    options: &Options,
    peers: &Peers<'_>,
) -> Result<Vec<Contest>> {
    let stage = stage(playpen, options.rows)?;
    let parquet = steps.step("copies columns from Parquet to Parquet", || {
        let mut contest = jobs::parquet(leat, &stage, options.rows, peers)?;
        contest.run(&stage, options.rounds).map(|()| contest)
    })?;
    let exposure = steps.step("adds values up by counterparty", || {
        let mut contest = jobs::exposure(leat, &stage, options.rows, peers);
        contest.run(&stage, options.rounds).map(|()| contest)
    })?;
    let threads = steps.step("values options by a tree on one thread and on two", || {
        let (stage, mut contest) = jobs::threads(leat, playpen, |rows| self::stage(playpen, rows))?;
        contest.run(&stage, options.rounds).map(|()| contest)
    })?;
    let sql = steps.step("joins and adds up in SQL", || {
        let stage = sql::stage(&folder()?)?;
        let mut contest = sql::contest(leat, &stage, peers, &peers::datafusion(peers.python));
        contest.run(&stage, options.rounds).map(|()| contest)
    })?;
    Ok(vec![parquet, exposure, sql, threads])
}

/// Where inputs, outputs and the virtual environment live, from one benchmark to the next.
fn folder() -> Result<PathBuf> {
    let folder = root().join("target/bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

/// A copy of the option-pricing playpen whose input has so many rows; made once.
fn stage(playpen: &Path, rows: u64) -> Result<PathBuf> {
    let stage = folder()?.join(format!("options-{rows}"));
    for folder in ["build", "in"] {
        let folder = stage.join(folder);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let nodes = ["build/price.wasm", "build/totals.wasm", "build/american.wasm"];
    for file in ["playpen.toml", "price.strm", "exposure.strm"].iter().chain(&nodes) {
        let (from, to) = (playpen.join(file), stage.join(file));
        std::fs::copy(&from, &to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    }
    let input = stage.join(options::INPUT);
    if !input.exists() {
        options::write_file(&input, rows, options::SEED)?;
    }
    Ok(stage)
}

/// Runs the engines in turns, so that a busy minute of the machine hits them alike, and compares what they wrote.
fn race(engines: &mut [Engine], options: &Options) -> Result<()> {
    let stage = folder()?.join(format!("options-{}", options.rows));
    for round in 0..=options.rounds {
        for engine in engines.iter_mut() {
            // One slow row-at-a-time pass is enough; its output is the yardstick for the others.
            if engine.is_yardstick() && round != 1 {
                continue;
            }
            engine.clear(&stage)?;
            let measured = measure(&mut engine.command(&stage))?;
            let warm_up = round == 0;
            if !warm_up {
                println!("      {}: {measured}", engine.name);
                engine.rounds.push(measured);
            }
        }
    }
    compare(engines, &stage)
}

/// Every engine's values must be those of the first that computes them exactly.
fn compare(engines: &[Engine], stage: &Path) -> Result<()> {
    let input = stage.join(options::INPUT);
    let leat = engines.first().context("there is no engine to compare")?;
    for other in &engines[1..] {
        let compared = check::same_values(&input, &leat.values(stage), &other.values(stage), other.tolerance)
            .with_context(|| format!("{} and {} do not agree", leat.name, other.name))?;
        println!("      {}: {compared}", other.name);
    }
    Ok(())
}

/// The median wall time of a run that has next to nothing to do.
fn small_runs(leat: &Path, playpen: &Path) -> Result<Duration> {
    let stage = stage(playpen, 10)?;
    let engine = Engine::leat(leat, &stage);
    let mut walls = Vec::new();
    for run in 0..=SMALL_RUNS {
        engine.clear(&stage)?;
        let measured = measure(&mut engine.command(&stage))?;
        let warm_up = run == 0;
        if !warm_up {
            walls.push(measured.wall);
        }
    }
    Ok(median(walls))
}

/// What the runtime's own example prints: ns a row through the sandbox against the same function native.
fn boundary() -> Result<String> {
    let example = build("host/runtime", "boundary", &["build", "--example", "boundary"])?;
    output(Command::new(example).current_dir(root()))
}

/// What the examples of the planner and of the simulator print: how long a plan takes from scratch, and for one more run;
/// and how long a working day of runs.
fn planner() -> Result<String> {
    let mut printed = Vec::new();
    for (package, name) in [("scheduler/planner", "planning"), ("scheduler/simulator", "simulating")] {
        let example = build(package, name, &["build", "--example", name])?;
        printed.push(output(Command::new(example).current_dir(root()))?.trim_end().to_owned());
    }
    Ok(printed.join("\n\n"))
}

/// A command of an engine, in its stage.
fn command_in(stage: &Path, program: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(stage);
    command
}
