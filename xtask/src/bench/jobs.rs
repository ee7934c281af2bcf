//! The jobs beside the pricing of options: three columns of a Parquet file, sums by key, and a node on two threads.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::check::Tolerance;
use super::contest::{Contest, Sameness};
use super::options::INPUT;
use super::report::Engine;
use super::{RATE, measure::measure};
use crate::cargo::root;

/// Options that the node of a microsecond a row values: enough that a run's start does not count.
const TREE_ROWS: u64 = 1_000_000;

/// Where Leat puts the Parquet file that every engine reads, below the stage.
const PARQUET: &str = "made/options.parquet";
const TO_PARQUET: &str = "name made\nin \"options.csv\" -> options\nout options -> \"options.parquet\"\n";
const TO_ARROW: &str = "name made\nin \"options.csv\" -> options\nout options -> \"options.arrow\"\n";
const COPY: &str = "name copy\nqueue options (id int64, cpty text, notional float64)\n\
                    in \"made/options.parquet\" -> options\nout options -> \"copy.parquet\"\n";

/// The other engines, where there is a Python for them.
pub(super) struct Peers<'a> {
    pub(super) python: Option<&'a Path>,
    /// The names with versions, of Polars and DuckDB.
    pub(super) names: [String; 2],
    pub(super) skip_plain: bool,
}

/// Three of seven columns from Parquet to Parquet.
pub(super) fn parquet(leat: &Path, stage: &Path, rows: u64, peers: &Peers<'_>) -> Result<Contest> {
    write(stage, "to_parquet.strm", TO_PARQUET)?;
    write(stage, "copy.strm", COPY)?;
    if !stage.join(PARQUET).exists() {
        let made = Engine::leat_running(leat, stage, ("to_parquet.strm", "made"), "options.parquet");
        measure(&mut made.command(stage))?;
    }
    let mut engines = vec![Engine::leat_running(leat, stage, ("copy.strm", "run"), "copy.parquet")];
    for (name, script) in peers.names.iter().zip(["polars_parquet.py", "duckdb_parquet.py"]) {
        engines.extend(peers.python.map(|python| engine(name, python, script, PARQUET, "parquet")));
    }
    let sameness = peers.python.map_or(Sameness::Bytes, |python| Sameness::Parquet(python.to_owned()));
    let title = "options, three columns from Parquet to Parquet".to_owned();
    Ok(Contest { title, rows, engines, sameness })
}

/// Options priced and added up by counterparty, of which there are ten thousand.
pub(super) fn exposure(leat: &Path, stage: &Path, rows: u64, peers: &Peers<'_>) -> Contest {
    let mut engines = vec![Engine::leat_running(leat, stage, ("exposure.strm", "run"), "exposure.csv")];
    for (name, script) in peers.names.iter().zip(["polars_exposure.py", "duckdb_exposure.py"]) {
        engines.extend(peers.python.map(|python| engine(name, python, script, INPUT, "csv")));
    }
    if let Some(python) = peers.python.filter(|_| !peers.skip_plain) {
        let name = "plain Python, one row at a time";
        engines.push(engine(name, python, "plain_exposure.py", INPUT, "csv").into_yardstick());
    }
    let title = "options priced and added up by counterparty".to_owned();
    Contest { title, rows, engines, sameness: Sameness::Totals }
}

/// One node of about a microsecond a row, on one thread and on two, from Arrow file to Arrow file: text would keep the second
/// core busy without it. Its stage has rows of its own.
pub(super) fn threads(
    leat: &Path,
    playpen: &Path,
    stage: impl Fn(u64) -> Result<PathBuf>,
) -> Result<(PathBuf, Contest)> {
    let stage = stage(TREE_ROWS)?;
    let file = playpen.join("american.strm");
    let process = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    write(&stage, "to_arrow.strm", TO_ARROW)?;
    if !stage.join("made/options.arrow").exists() {
        let made = Engine::leat_running(leat, &stage, ("to_arrow.strm", "made"), "options.arrow");
        measure(&mut made.command(&stage))?;
    }
    let process =
        process.replace("\"options.csv\"", "\"made/options.arrow\"").replace("american.csv", "american.arrow");
    let mut engines = Vec::new();
    for threads in 1..=2 {
        let (name, run) = (format!("american-{threads}.strm"), format!("run-{threads}"));
        write(&stage, &name, &process.replace("threads=2", &format!("threads={threads}")))?;
        let mut engine = Engine::leat_running(leat, &stage, (&name, &run), "american.arrow");
        engine.name = format!("Leat, threads={threads}");
        engines.push(engine);
    }
    let title = "options valued by a tree of 24 steps, Arrow to Arrow".to_owned();
    Ok((stage, Contest { title, rows: TREE_ROWS, engines, sameness: Sameness::Bytes }))
}

fn engine(name: &str, python: &Path, script: &str, input: &str, ending: &str) -> Engine {
    let script = root().join("xtask/bench").join(script);
    Engine::python_on(name, python, script, (input, ending), (Tolerance::Exact, RATE))
}

fn write(stage: &Path, name: &str, text: &str) -> Result<()> {
    let file = stage.join(name);
    std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
}
