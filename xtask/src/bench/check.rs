//! Whether two engines did the same job: their value files compared row by row, beside the options they priced.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// How far a value may be from Leat's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tolerance {
    /// The engine has an error function of full precision: 1e-9 of the value, or of the option's exposure where the
    /// value is a difference of much larger numbers.
    Exact,
    /// The engine approximates the normal distribution by Abramowitz and Stegun's 26.2.17, whose error is below 7.5e-8.
    Approximated,
}

impl Tolerance {
    /// The largest difference allowed for an option: the call is `spot · N(d1) − strike · exp(−rT) · N(d2)`, so an
    /// error of the distribution weighs as much as both amounts together.
    fn allows(self, exposure: f64, value: f64) -> f64 {
        match self {
            Tolerance::Exact => 1e-9 * value.abs() + 1e-14 * exposure,
            Tolerance::Approximated => 1e-9 * value.abs() + 7.5e-8 * exposure,
        }
    }
}

/// What a comparison found.
pub(super) struct Compared {
    rows: u64,
    /// As a share of the option's exposure.
    largest_difference: f64,
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the same {} values as Leat's, at most {:.1e} of the exposure apart",
            self.rows, self.largest_difference
        )
    }
}

/// Compares two files of values (`id,cpty,pv`) in the order of the options they were made from.
pub(super) fn same_values(input: &Path, left: &Path, right: &Path, tolerance: Tolerance) -> Result<Compared> {
    let (input, left, right) = (records(input)?, records(left)?, records(right)?);
    compare(input, left, right, tolerance)
}

type Line = Result<String, std::io::Error>;

/// The records of a file, without its header.
fn records(path: &Path) -> Result<impl Iterator<Item = Line>> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(BufReader::with_capacity(1 << 20, file).lines().skip(1))
}

fn compare(
    input: impl Iterator<Item = Line>,
    mut left: impl Iterator<Item = Line>,
    mut right: impl Iterator<Item = Line>,
    tolerance: Tolerance,
) -> Result<Compared> {
    let mut compared = Compared { rows: 0, largest_difference: 0.0 };
    for option in input {
        let option = option?;
        let line = compared.rows + 2;
        let (Some(left), Some(right)) = (left.next().transpose()?, right.next().transpose()?) else {
            bail!("an output ends before line {line}");
        };
        let fields: Vec<&str> = option.split(',').collect();
        ensure!(fields.len() == 7, "line {line} of the input has {} fields", fields.len());
        let exposure = (number(fields[2])? + number(fields[3])?) * number(fields[6])? / 100.0;
        let ((left_key, left_value), (right_key, right_value)) = (split(&left)?, split(&right)?);
        ensure!(left_key == right_key, "line {line}: {left_key} against {right_key}");
        ensure!(option.starts_with(left_key), "line {line}: {left_key} is not the input's");
        let difference = (left_value - right_value).abs();
        let allowed = tolerance.allows(exposure, left_value);
        ensure!(difference <= allowed, "line {line}: {left} against {right}; {allowed:e} is allowed");
        compared.rows += 1;
        compared.largest_difference = compared.largest_difference.max(difference / exposure);
    }
    ensure!(left.next().is_none() && right.next().is_none(), "an output has more rows than the input");
    Ok(compared)
}

/// `id,cpty` and the value behind it.
fn split(line: &str) -> Result<(&str, f64)> {
    let (key, value) = line.rsplit_once(',').with_context(|| format!("`{line}` is no record of values"))?;
    Ok((key, number(value)?))
}

fn number(text: &str) -> Result<f64> {
    text.parse().with_context(|| format!("`{text}` is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INPUT: &str = "1,CPTY0001,100.0,100.0,1.0,0.2,100.00";

    fn lines(text: &str) -> impl Iterator<Item = Line> {
        text.lines().map(|line| Ok(line.to_owned())).collect::<Vec<_>>().into_iter()
    }

    fn outcome(left: &str, right: &str, tolerance: Tolerance) -> Result<u64> {
        compare(lines(INPUT), lines(left), lines(right), tolerance).map(|compared| compared.rows)
    }

    #[test]
    fn a_difference_beyond_the_engines_precision_is_found() {
        let (left, right) = ("1,CPTY0001,9.413", "1,CPTY0001,9.413001");
        assert_eq!(outcome(left, right, Tolerance::Approximated).unwrap(), 1);
        let error = outcome(left, right, Tolerance::Exact).unwrap_err().to_string();
        assert!(error.starts_with("line 2: 1,CPTY0001,9.413 against"), "{error}");
    }

    #[test]
    fn rows_of_another_option_or_another_number_are_found() {
        let good = "1,CPTY0001,9.4";
        assert!(outcome(good, "2,CPTY0001,9.4", Tolerance::Exact).is_err());
        assert!(outcome("3,X,9.4", "3,X,9.4", Tolerance::Exact).is_err());
        assert!(outcome(good, "", Tolerance::Exact).is_err());
        assert!(outcome(good, "1,CPTY0001,9.4\n1,CPTY0001,9.4", Tolerance::Exact).is_err());
    }
}
