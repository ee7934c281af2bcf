//! A job that several engines do in turns, each checked against Leat's outcome.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::measure::measure;
use super::report::{Engine, race_table};
use crate::cargo::{output, root};

/// How two outcomes are compared.
pub(super) enum Sameness {
    /// Totals by counterparty in a CSV file, in any order, as far apart as sums in another order may be.
    Totals,
    /// Parquet files with the same records in the same order, compared by a Python of these packages.
    Parquet(PathBuf),
    /// The same bytes.
    Bytes,
}

/// A job and who does it; Leat is the first.
pub(super) struct Contest {
    /// What the job is, for the table's head.
    pub(super) title: String,
    pub(super) rows: u64,
    pub(super) engines: Vec<Engine>,
    pub(super) sameness: Sameness,
}

impl Contest {
    /// Runs the engines in turns, so that a busy minute of the machine hits them alike, and compares what they made.
    pub(super) fn run(&mut self, stage: &Path, rounds: usize) -> Result<()> {
        for round in 0..=rounds {
            for engine in &mut self.engines {
                // One slow row-at-a-time pass is enough.
                if engine.is_yardstick() && round != 1 {
                    continue;
                }
                engine.clear(stage)?;
                let measured = measure(&mut engine.command(stage))?;
                let warm_up = round == 0;
                if !warm_up {
                    println!("      {}: {measured}", engine.name);
                    engine.rounds.push(measured);
                }
            }
        }
        let first = self.engines.first().context("there is no engine to compare")?;
        for other in &self.engines[1..] {
            let (one, two) = (first.values(stage), other.values(stage));
            let compared = match &self.sameness {
                Sameness::Totals => same_totals(&one, &two),
                Sameness::Parquet(python) => same_parquet(python, &one, &two),
                Sameness::Bytes => same_bytes(&one, &two),
            };
            compared.with_context(|| format!("{} and {} do not agree", first.name, other.name))?;
        }
        Ok(())
    }

    /// The table of what was measured.
    pub(super) fn table(&self) -> String {
        race_table(&self.title, self.rows, &self.engines)
    }

    /// How many times as long the first engine took as the last.
    pub(super) fn ratio(&self) -> Option<f64> {
        let (first, last) = (self.engines.first()?, self.engines.last()?);
        Some(first.wall().as_secs_f64() / last.wall().as_secs_f64())
    }
}

fn same_bytes(one: &Path, other: &Path) -> Result<()> {
    let read = |path: &Path| std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    ensure!(read(one)? == read(other)?, "their bytes differ");
    Ok(())
}

fn same_parquet(python: &Path, one: &Path, other: &Path) -> Result<()> {
    let script = root().join("xtask/bench/same_parquet.py");
    output(Command::new(python).arg(script).args([one, other])).map(drop)
}

fn same_totals(one: &Path, other: &Path) -> Result<()> {
    let read = |path: &Path| -> Result<BTreeMap<String, (u64, f64)>> {
        totals(&std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?)
    };
    compare_totals(&read(one)?, &read(other)?)
}

/// The records of `cpty,options,pv`.
fn totals(text: &str) -> Result<BTreeMap<String, (u64, f64)>> {
    let record = |line: &str| -> Result<(String, (u64, f64))> {
        let fields: Vec<&str> = line.split(',').collect();
        ensure!(fields.len() == 3, "`{line}` is no total");
        let (options, pv) = (fields[1].parse(), fields[2].parse());
        let (options, pv) = (options.with_context(|| line.to_owned())?, pv.with_context(|| line.to_owned())?);
        Ok((fields[0].to_owned(), (options, pv)))
    };
    text.lines().skip(1).map(record).collect()
}

/// One engine approximates the normal distribution to 7.5e-8, and each adds up in an order of its own.
fn compare_totals(one: &BTreeMap<String, (u64, f64)>, other: &BTreeMap<String, (u64, f64)>) -> Result<()> {
    ensure!(!one.is_empty() && one.len() == other.len(), "{} against {} counterparties", one.len(), other.len());
    for (cpty, (options, pv)) in one {
        let (others, theirs) = other.get(cpty).with_context(|| format!("{cpty} is missing"))?;
        ensure!(options == others, "{cpty}: {options} against {others} options");
        ensure!((pv - theirs).abs() <= 1e-5 * pv.abs(), "{cpty}: {pv} against {theirs}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_compared_in_any_order_and_as_sums() {
        let one = totals("cpty,options,pv\na,1,1.0\nb,2,3.0\n").unwrap();
        assert!(compare_totals(&one, &totals("cpty,options,pv\nb,2,3.000001\na,1,1.0\n").unwrap()).is_ok());
        for wrong in ["a,1,1.0\nb,2,3.1", "a,1,1.0\nb,3,3.0", "a,1,1.0", "a,1,1.0\nc,2,3.0"] {
            assert!(compare_totals(&one, &totals(&format!("h\n{wrong}\n")).unwrap()).is_err(), "{wrong}");
        }
        assert!(totals("h\na,1\n").is_err() && totals("h\na,x,1\n").is_err());
    }
}
