//! What checkpoints cost: the same runs with one every second and with none, in turns, and how soon a run that was killed flows again.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::measure::{measure, median};
use super::report::thousands;
use super::{command_in, folder};
use crate::made_up;

/// Keys of the sums.
const KEYS: u64 = 1_000_000;
/// Records that are added up by them.
const KEYED_ROWS: u64 = 20_000_000;
const KEYED: &str =
    "name keyed\nin \"keyed.csv\" -> values\nnode totals(values)(exposure) by=cpty\nout exposure -> \"totals.csv\"\n";

/// How long a run is let go before it is killed, at least: some checkpoints long.
const LIFE: Duration = Duration::from_millis(2_500);

/// Measures with this executable, on the stage of the option-pricing example with so many rows; answers the report's table.
pub(super) fn run(leat: &Path, (stage, rows): (&Path, u64), rounds: usize) -> Result<String> {
    let keyed = keyed_stage(stage)?;
    let jobs = [
        (format!("{} options priced", thousands(rows)), stage.to_owned(), "price.strm"),
        (format!("{} records added up by {} keys", thousands(KEYED_ROWS), thousands(KEYS)), keyed, "keyed.strm"),
    ];
    let mut table =
        "| run | none | one every second | overhead | checkpoints | newest | took | killed, flows again after |\n\
                     | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
            .to_owned();
    for (title, stage, process) in &jobs {
        table += &row(leat, (title, stage, process), rounds)?;
    }
    Ok(table)
}

fn row(leat: &Path, (title, stage, process): (&str, &Path, &str), rounds: usize) -> Result<String> {
    let (mut without, mut with) = (Vec::new(), Vec::new());
    let mut taken = Value::Null;
    for round in 0..=rounds {
        for (checkpoints, walls) in [("off", &mut without), ("1s", &mut with)] {
            let output = fresh(stage)?;
            let mut command = command_in(stage, leat);
            let measured =
                measure(command.args(["run", process, "--quiet", "--output", "run", "--checkpoints", checkpoints]))?;
            println!("      {title}, checkpoints {checkpoints}: {measured}");
            if round > 0 {
                walls.push(measured.wall);
            }
            if checkpoints != "off" {
                taken = report(&output)?["checkpoints"].clone();
            }
        }
    }
    let again = flows_again(leat, stage, process)?;
    let (none, one) = (median(without.iter().copied()).as_secs_f64(), median(with.iter().copied()).as_secs_f64());
    let span = |walls: &[Duration]| {
        let bound = |it: Option<&Duration>| it.map_or(0.0, Duration::as_secs_f64);
        format!("({:.2}–{:.2})", bound(walls.iter().min()), bound(walls.iter().max()))
    };
    Ok(format!(
        "| {title} | {none:.2} s {} | {one:.2} s {} | {:+.1} % | {} | {:.1} MB | {:.2} s | {:.2} s |\n",
        span(&without),
        span(&with),
        (one / none - 1.0) * 100.0,
        taken["taken"],
        taken["bytes"].as_f64().unwrap_or_default() / 1e6,
        taken["seconds"].as_f64().unwrap_or_default(),
        again.as_secs_f64(),
    ))
}

/// From the kill of a run until the one that goes on has its first batch behind its input.
fn flows_again(leat: &Path, stage: &Path, process: &str) -> Result<Duration> {
    let output = fresh(stage)?;
    let mut command = command_in(stage, leat);
    command.args(["run", process, "--quiet", "--output", "run", "--checkpoints", "1s"]);
    let mut run = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("cannot start leat")?;
    let began = Instant::now();
    while began.elapsed() < LIFE || !has_checkpoint(&output) {
        if run.try_wait()?.is_some() {
            bail!("the run was over before it could be killed: give it more rows");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    run.kill().and_then(|()| run.wait()).context("cannot kill the run")?;
    let killed = Instant::now();
    let mut resume: Command = command_in(stage, leat);
    let spent = killed.elapsed();
    measure(resume.args(["run", "--resume", "run", "--quiet"]))?;
    let report = report(&output)?;
    ensure!(report["checkpoints"]["resumed_from"].is_string(), "the run did not go on from a checkpoint");
    let first = report["nodes"][0]["first_batch_us"].as_u64().context("its input has no first batch")?;
    Ok(spent + Duration::from_micros(first))
}

fn has_checkpoint(output: &Path) -> bool {
    let folder = output.join("checkpoints/g00000001");
    let numbers = fs::read_dir(folder).into_iter().flatten().flatten();
    numbers.filter(|entry| entry.file_name() != "c00000000").any(|entry| entry.path().join("complete").exists())
}

fn report(output: &Path) -> Result<Value> {
    let path = output.join("report.json");
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(serde_json::from_slice(&text)?)
}

fn fresh(stage: &Path) -> Result<PathBuf> {
    let output = stage.join("run");
    if output.exists() {
        fs::remove_dir_all(&output).with_context(|| format!("cannot remove {}", output.display()))?;
    }
    Ok(output)
}

/// The components of another stage, with records of a million keys.
fn keyed_stage(stage: &Path) -> Result<PathBuf> {
    let keyed = folder()?.join(format!("keyed-{KEYED_ROWS}"));
    fs::create_dir_all(keyed.join("build")).with_context(|| format!("cannot make {}", keyed.display()))?;
    for file in ["playpen.toml", "build/totals.wasm"] {
        fs::copy(stage.join(file), keyed.join(file)).with_context(|| format!("cannot copy {file}"))?;
    }
    fs::write(keyed.join("keyed.strm"), KEYED).context("cannot write keyed.strm")?;
    let input = keyed.join("keyed.csv");
    if !input.exists() {
        made_up::write_file(&input, |out| {
            writeln!(out, "cpty,pv")?;
            // Every key comes again after all others.
            (0..KEYED_ROWS).try_for_each(|row| writeln!(out, "K{:07},{}.25", row * 611_953 % KEYS, row % 997))
        })?;
    }
    Ok(keyed)
}
