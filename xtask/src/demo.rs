//! `cargo xtask demo`: from a fresh clone to figures on the screen.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::cargo::{build_leat, ensure_wasm_target, root};
use crate::playpens;
use crate::steps::Steps;
use crate::table::{Csv, aligned};

/// The example that is shown.
const PLAYPEN: &str = "plugins/market-risk";

/// An output of up to so many records is shown whole, of a longer one the last few.
const ROWS_SHOWN_WHOLE: usize = 12;
const LAST_ROWS_SHOWN: usize = 5;

/// Builds leat, compiles the example's nodes, runs its process and shows what came out.
pub(crate) fn run() -> Result<()> {
    let mut steps = Steps::new(4);
    steps.step("looks for the wasm target", ensure_wasm_target)?;
    let leat = steps.step("builds leat (minutes the first time, then a second)", build_leat)?;
    steps.step("compiles the example's nodes to components", || playpens::leat(&leat, &root(), &["build", PLAYPEN]))?;
    let output = playpens::output_folder(PLAYPEN);
    let streams = playpens::stream_files(PLAYPEN)?;
    steps.step("runs it on the daily prices of the S&P 500 and the NASDAQ, 1999 to 2018", || {
        streams.iter().try_for_each(|stream| playpens::leat(&leat, &root(), &["run", stream, "--output", &output]))
    })?;

    let outputs = outputs(&root().join(&output))?;
    for file in &outputs {
        show(file)?;
    }
    println!("\nDone, after {}. The run's directory is {output}:", steps.elapsed());
    for file in &outputs {
        println!("  {output}/{}", name(file));
    }
    println!("  {output}/report.json  rows, times and peaks of every node and queue");
    println!("The process is {}; leat itself is {}.", streams.join(", "), leat.display());
    Ok(())
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The outputs that the run's report names, in the process's order.
fn outputs(folder: &Path) -> Result<Vec<PathBuf>> {
    let file = folder.join("report.json");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let report: Value = serde_json::from_str(&text).with_context(|| format!("cannot read {}", file.display()))?;
    let outputs = report["outputs"].as_array().context("the report names no outputs")?;
    Ok(outputs.iter().filter_map(|output| output["path"].as_str()).map(PathBuf::from).collect())
}

fn show(file: &Path) -> Result<()> {
    let csv = Csv::read(file)?;
    let whole = csv.rows.len() <= ROWS_SHOWN_WHOLE;
    let from = if whole { 0 } else { csv.rows.len() - LAST_ROWS_SHOWN };
    let part = if whole { String::new() } else { format!(", the last {LAST_ROWS_SHOWN} of {}", csv.rows.len()) };
    println!("\n{}{part}\n", name(file));
    let mut rows = vec![csv.columns];
    rows.extend(csv.rows[from..].iter().map(|row| row.iter().map(|cell| rounded(cell)).collect()));
    print!("{}", aligned(&rows));
    Ok(())
}

/// A number of many digits with six significant ones; anything else as it stands.
fn rounded(cell: &str) -> String {
    match cell.parse::<f64>() {
        Ok(number) if cell.len() > 8 && cell.contains('.') && number.is_finite() && number != 0.0 => {
            let whole_digits = number.abs().log10().floor() as i32 + 1;
            let decimals = usize::try_from(6 - whole_digits).unwrap_or(0).min(12);
            format!("{number:.decimals$}")
        }
        _ => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_rounded_for_the_eye_alone() {
        assert_eq!(rounded("0.031234567890123"), "0.0312346");
        assert_eq!(rounded("163759.44370753612"), "163759");
        assert_eq!(rounded("-12.345678901"), "-12.3457");
        assert_eq!(rounded("2018-12-31"), "2018-12-31");
        assert_eq!(rounded("1234567890"), "1234567890");
        assert_eq!(rounded("0.5"), "0.5");
    }
}
