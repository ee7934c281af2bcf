//! Made-up options for the option-pricing example: any number of rows, the same for the same seed.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};

/// The seed that the benchmark uses.
pub(crate) const SEED: u64 = 42;

/// The name of the input in the option-pricing playpen.
pub(super) const INPUT: &str = "options.csv";

/// The header of the file.
const HEADER: &str = "id,cpty,spot,strike,expiry,vol,notional";

/// SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, with the
/// constants of Sebastiano Vigna's public-domain `splitmix64.c`.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from `low` to `high`, both included. The range is tiny against 2^64, so the remainder's bias is
    /// far below what a benchmark's input could show.
    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }
}

/// Writes a file of options; a file of that name is replaced.
pub(crate) fn write_file(path: &Path, rows: u64, seed: u64) -> Result<()> {
    // Under another name first: a generator that was interrupted must not leave half a file for the next benchmark.
    let partial = path.with_extension("partial");
    let file = File::create(&partial).with_context(|| format!("cannot write {}", partial.display()))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    write_rows(&mut out, rows, seed)
        .and_then(|()| out.flush())
        .with_context(|| format!("cannot write {}", partial.display()))?;
    std::fs::rename(&partial, path).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes the header and the rows: spots about 100, strikes from 70 % to 130 % of the spot, expiries from a week to
/// three years, volatilities from 5 % to 60 %, notionals in whole thousands.
fn write_rows(out: &mut impl Write, rows: u64, seed: u64) -> std::io::Result<()> {
    let mut random = SplitMix64(seed);
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
    fn the_numbers_are_those_of_the_published_generator() {
        // The first outputs of splitmix64.c for the seed 1234567.
        let mut random = SplitMix64(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.next()).collect();
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
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
