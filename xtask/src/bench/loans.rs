//! Made-up loans for the credit-loss example: any number of rows, the same for the same seed.

use std::io::Write;
use std::path::Path;

use anyhow::Result;

use crate::made_up::{self, SplitMix64};

/// The seed of the playpen's sample and of the benchmark.
pub(crate) const SEED: u64 = 2009;

/// The name of the input in the credit-loss playpen.
pub(super) const INPUT: &str = "loans.csv";

/// The header of the file.
const HEADER: &str = "loan_id,segment,origination_rating,rating,days_past_due,balance,rate,floating,bullet,months_left";

/// From the best to the worst a loan is granted at or comes to without default.
const RATINGS: [&str; 7] = ["AAA", "AA", "A", "BBB", "BB", "B", "CCC"];

/// A segment of the book.
struct Segment {
    name: &'static str,
    /// Its share in the number of loans, in percent.
    share: u64,
    /// The ratings that loans are granted at, as shares in percent from AAA to B.
    granted: [u64; 6],
    /// The range of balances.
    balance: (u64, u64),
    /// The longest term, in months.
    months: u64,
    /// How many loans in a hundred are paid back at the end alone.
    bullets: u64,
}

const SEGMENTS: [Segment; 5] = [
    Segment {
        name: "large_corporate",
        share: 8,
        granted: [2, 8, 25, 40, 20, 5],
        balance: (1_000_000, 50_000_000),
        months: 84,
        bullets: 60,
    },
    Segment {
        name: "mid_market",
        share: 22,
        granted: [0, 2, 13, 40, 35, 10],
        balance: (100_000, 5_000_000),
        months: 84,
        bullets: 25,
    },
    Segment {
        name: "small_business",
        share: 40,
        granted: [0, 0, 5, 30, 45, 20],
        balance: (5_000, 500_000),
        months: 60,
        bullets: 5,
    },
    Segment {
        name: "property",
        share: 12,
        granted: [0, 5, 25, 40, 25, 5],
        balance: (200_000, 20_000_000),
        months: 240,
        bullets: 35,
    },
    Segment {
        name: "leasing",
        share: 18,
        granted: [0, 3, 15, 42, 30, 10],
        balance: (3_000, 300_000),
        months: 60,
        bullets: 0,
    },
];

/// Writes a file of loans; a file of that name is replaced.
pub(crate) fn write_file(path: &Path, rows: u64, seed: u64) -> Result<()> {
    made_up::write_file(path, |out| write_rows(out, rows, seed))
}

/// Writes the header and the rows. Seven loans in ten still have the rating they were granted at, the others moved by one
/// to three, more often down; 94 in a hundred are paid in time, one in a hundred is in default.
fn write_rows(out: &mut impl Write, rows: u64, seed: u64) -> std::io::Result<()> {
    let mut random = SplitMix64::new(seed);
    writeln!(out, "{HEADER}")?;
    for id in 1..=rows {
        let segment = &SEGMENTS[weighted(&SEGMENTS.each_ref().map(|segment| segment.share), &mut random)];
        let granted = weighted(&segment.granted, &mut random);
        let rating = moved(granted, &mut random);
        let days = match random.between(1, 100) {
            1..=94 => 0,
            95..=97 => random.between(1, 29),
            98..=99 => random.between(30, 89),
            _ => random.between(90, 360),
        };
        let (low, high) = segment.balance;
        // The smaller of two numbers: small loans are more frequent.
        let balance = random.between(low * 100, high * 100).min(random.between(low * 100, high * 100));
        // Basis points: the worse the rating, the higher.
        let rate = 150 + 45 * rating as u64 * rating as u64 / 4 + random.between(0, 150);
        let floating = random.between(1, 100) <= 40;
        let bullet = random.between(1, 100) <= segment.bullets;
        let months = random.between(1, segment.months);
        writeln!(
            out,
            "{id},{},{},{},{days},{}.{:02},0.{rate:04},{floating},{bullet},{months}",
            segment.name,
            RATINGS[granted],
            RATINGS[rating],
            balance / 100,
            balance % 100,
        )?;
    }
    Ok(())
}

/// A place, each as often as its share of a hundred.
fn weighted(shares: &[u64], random: &mut SplitMix64) -> usize {
    let mut left = random.between(1, 100);
    for (place, share) in shares.iter().enumerate() {
        if left <= *share {
            return place;
        }
        left -= share;
    }
    shares.len() - 1
}

/// Where a rating has come to since the loan was granted.
fn moved(granted: usize, random: &mut SplitMix64) -> usize {
    let worst = RATINGS.len() - 1;
    match random.between(1, 100) {
        1..=70 => granted,
        71..=78 => granted.saturating_sub(1),
        79..=90 => (granted + 1).min(worst),
        91..=97 => (granted + 2).min(worst),
        _ => (granted + 3).min(worst),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo::root;

    fn rows(rows: u64, seed: u64) -> String {
        let mut out = Vec::new();
        write_rows(&mut out, rows, seed).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn shares_are_of_a_hundred() {
        assert_eq!(SEGMENTS.iter().map(|segment| segment.share).sum::<u64>(), 100);
        for segment in &SEGMENTS {
            assert_eq!(segment.granted.iter().sum::<u64>(), 100, "{}", segment.name);
        }
    }

    #[test]
    fn the_playpen_s_sample_is_what_the_chore_writes() {
        let sample = std::fs::read_to_string(root().join("plugins/credit-loss/in/sample.csv")).unwrap();
        assert_eq!(sample, rows(1_000, SEED));
        assert_ne!(sample, rows(1_000, SEED + 1));
    }

    #[test]
    fn the_book_has_loans_of_every_segment_rating_and_stage() {
        let text = rows(20_000, 1);
        let lines: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
        let has = |column: usize, value: &str| lines.iter().any(|line| line[column] == value);
        assert!(SEGMENTS.iter().all(|segment| has(1, segment.name)));
        assert!(RATINGS.iter().all(|rating| has(3, rating)));
        let days = |line: &Vec<&str>| line[4].parse::<u64>().unwrap();
        for (low, high) in [(0, 0), (30, 89), (90, 360)] {
            assert!(lines.iter().any(|line| (low..=high).contains(&days(line))));
        }
        assert!(lines.iter().all(|line| line.len() == 10 && line[5].parse::<f64>().unwrap() >= 3_000.0));
    }
}
