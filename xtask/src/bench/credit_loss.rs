//! The credit-loss example on a large tape: how many loans a second go from CSV to totals, three scenarios each.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use super::measure::{Measured, measure, median};
use super::report::thousands;
use super::{command_in, folder, loans};

/// Runs, after one that is not counted.
const ROUNDS: usize = 5;

/// Measures the example with this executable and answers the report's paragraph.
pub(super) fn run(leat: &Path, playpen: &Path, rows: u64) -> Result<String> {
    let stage = stage(playpen, rows)?;
    let output = stage.join("run");
    let mut rounds = Vec::new();
    for round in 0..=ROUNDS {
        if output.exists() {
            std::fs::remove_dir_all(&output).with_context(|| format!("cannot remove {}", output.display()))?;
        }
        let mut command = command_in(&stage, leat);
        command.args(["run", "credit_loss.strm", "--param", "tape=loans", "--quiet", "--output", "run"]);
        let measured = measure(&mut command)?;
        if round > 0 {
            println!("      credit-loss: {measured}");
            rounds.push(measured);
        }
    }
    Ok(paragraph(rows, &rounds))
}

fn paragraph(rows: u64, rounds: &[Measured]) -> String {
    let wall: Duration = median(rounds.iter().map(|round| round.wall));
    let peak = rounds.iter().filter_map(|round| round.peak_bytes).max();
    let memory = peak.map_or(String::new(), |bytes| format!(", peak memory {} MB", bytes / 1_000_000));
    let (rows_text, seconds) = (thousands(rows), wall.as_secs_f64());
    let million = rows as f64 / seconds / 1e6;
    format!(
        "credit-loss, {rows_text} loans in three scenarios, CSV to totals: {seconds:.2} s, {million:.2} million loans/s{memory} (median of {ROUNDS}).\n"
    )
}

/// A copy of the playpen whose tape has so many loans; the tape is made once.
fn stage(playpen: &Path, rows: u64) -> Result<PathBuf> {
    let stage = folder()?.join(format!("credit-loss-{rows}"));
    for folder in ["build", "in", "risk"] {
        let folder = stage.join(folder);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let files = [
        "playpen.toml",
        "credit_loss.strm",
        "build/ecl.wasm",
        "risk/macro.scenarios.csv",
        "risk/transitions.matrix.csv",
        "risk/lgd.table.csv",
        "risk/ifrs9.study.toml",
    ];
    for file in files {
        let (from, to) = (playpen.join(file), stage.join(file));
        std::fs::copy(&from, &to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    }
    let tape = stage.join("in").join(loans::INPUT);
    if !tape.exists() {
        loans::write_file(&tape, rows, loans::SEED)?;
    }
    Ok(stage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paragraph_says_loans_a_second() {
        let round = Measured { wall: Duration::from_millis(500), peak_bytes: Some(64_000_000) };
        let text = paragraph(1_000_000, &[round]);
        assert!(text.contains("1,000,000 loans") && text.contains("0.50 s, 2.00 million loans/s, peak memory 64 MB"));
    }
}
