//! Made-up options for the option-pricing example: any number of rows, the same for the same seed.

use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::made_up::{self, SplitMix64};

/// The seed that the benchmark uses.
pub(crate) const SEED: u64 = 42;

/// The name of the input in the option-pricing playpen.
pub(super) const INPUT: &str = "options.csv";

/// The header of the file.
const HEADER: &str = "id,cpty,spot,strike,expiry,vol,notional";

/// Writes a file of options; a file of that name is replaced.
pub(crate) fn write_file(path: &Path, rows: u64, seed: u64) -> Result<()> {
    made_up::write_file(path, |out| write_rows(out, rows, seed))
}

/// Writes the header and the rows: spots about 100, strikes from 70 % to 130 % of the spot, expiries from a week to
/// three years, volatilities from 5 % to 60 %, notionals in whole thousands.
fn write_rows(out: &mut impl Write, rows: u64, seed: u64) -> std::io::Result<()> {
    let mut random = SplitMix64::new(seed);
    writeln!(out, "{HEADER}")?;
    for id in 1..=rows {
        let counterparty = random.between(0, 9_999);
        let spot = random.between(500_000, 1_500_000);
        let strike = spot * random.between(700, 1_300) / 1_000;
        let expiry = random.between(192, 30_000);
        let vol = random.between(500, 6_000);
        let notional = random.between(10, 9_999) * 1_000;
        writeln!(
            out,
            "{id},CPT{counterparty:04},{}.{:04},{}.{:04},{}.{:04},0.{vol:04},{notional}.00",
            spot / 10_000,
            spot % 10_000,
            strike / 10_000,
            strike % 10_000,
            expiry / 10_000,
            expiry % 10_000,
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: u64, seed: u64) -> String {
        let mut out = Vec::new();
        write_rows(&mut out, rows, seed).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_same_seed_gives_the_same_file_and_another_another() {
        assert_eq!(rows(100, 7), rows(100, 7));
        assert_ne!(rows(100, 7), rows(100, 8));
    }

    #[test]
    fn every_option_can_be_priced() {
        let text = rows(1_000, SEED);
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some(HEADER));
        for line in lines {
            let fields: Vec<&str> = line.split(',').collect();
            assert_eq!(fields.len(), 7, "{line}");
            for number in &fields[2..] {
                assert!(number.parse::<f64>().unwrap() > 0.0, "{line}");
            }
        }
        assert_eq!(text.lines().count(), 1_001);
    }
}
