//! Probabilities of default, quarter by quarter, from a matrix of one-year transition rates and a scenario.
//!
//! Belkin, Suchower and Forest, "A one-parameter representation of credit risk and transition matrices", CreditMetrics
//! Monitor, third quarter 1998: a borrower's year is a standard normal variable √ρ Z + √(1 − ρ) ε, where Z is common to all
//! borrowers; its thresholds are those that give the matrix on average. A year's Z says how the matrix is that year.

use leat_sdk::{Error, Matrix, Result};

use crate::normal::{cumulative, quantile};

/// Years that a loan may have left: as many as curves are worked out for.
pub const YEARS_MAX: usize = 30;

/// Rows of numbers.
pub type Rows = Vec<Vec<f64>>;

/// What Z is taken from: the change of the unemployment rate over four quarters, standardised and with its sign turned.
#[derive(Clone, Copy, Debug)]
pub struct Factors {
    pub change_mean: f64,
    pub change_sd: f64,
}

impl Factors {
    /// Z of each whole year of a path of unemployment, whose first value is today's.
    pub fn of_years(&self, path: &[f64]) -> Vec<f64> {
        let ends: Vec<f64> = path.iter().step_by(4).copied().collect();
        ends.windows(2).map(|year| -(year[1] - year[0] - self.change_mean) / self.change_sd).collect()
    }
}

/// The rows of a square matrix as probabilities: rates that are rounded, or in percent, are divided by their sums.
pub fn rows(matrix: &Matrix) -> Result<Rows> {
    if matrix.row_keys() != matrix.column_keys() {
        return Err(Error::new("a transition matrix should have the same ratings on both axes"));
    }
    let rows = matrix.row_keys().iter().map(|key| {
        let row = matrix.row(key)?;
        let sum: f64 = row.iter().sum();
        Ok(row.iter().map(|rate| rate / sum).collect())
    });
    rows.collect()
}

/// For each rating: the probability that a loan which is alive today defaults in a quarter to come.
#[derive(Clone, Debug)]
pub struct Curves {
    quarters: Rows,
}

impl Curves {
    /// For a matrix of one-year transitions whose last rating is default. Beyond the years of the scenario the matrix is
    /// as on average.
    pub fn new(yearly: &Rows, correlation: f64, years: &[f64]) -> Result<Self> {
        if !(0.0..1.0).contains(&correlation) {
            return Err(Error::new(format!("asset_correlation {correlation} should be from 0 to below 1")));
        }
        let ratings = yearly.len();
        let mut reached: Rows =
            (0..ratings).map(|from| (0..ratings).map(|to| f64::from(from == to)).collect()).collect();
        let mut quarters: Rows = vec![Vec::with_capacity(4 * YEARS_MAX); ratings];
        for year in 0..YEARS_MAX {
            let conditional = years.get(year).map(|z| yearly.iter().map(|row| shifted(row, correlation, *z)).collect());
            let matrix: &Rows = conditional.as_ref().unwrap_or(yearly);
            for (row, curve) in reached.iter_mut().zip(&mut quarters) {
                let next: Vec<f64> =
                    (0..ratings).map(|to| row.iter().zip(matrix).map(|(p, rates)| p * rates[to]).sum()).collect();
                let defaults = (next[ratings - 1] - row[ratings - 1]) / 4.0;
                curve.extend([defaults; 4]);
                *row = next;
            }
        }
        Ok(Curves { quarters })
    }

    /// The curve of the rating at that place.
    pub fn of_rating(&self, rating: usize) -> &[f64] {
        &self.quarters[rating]
    }
}

/// A row of the matrix in a year of that Z.
fn shifted(row: &[f64], correlation: f64, z: f64) -> Vec<f64> {
    let (common, own) = (correlation.sqrt() * z, (1.0 - correlation).sqrt());
    let mut shifted = vec![0.0; row.len()];
    let (mut at_most, mut below) = (0.0, 0.0);
    // From default upwards: the threshold of a rating is that of all the worse ones together.
    for (place, rate) in row.iter().enumerate().rev() {
        at_most += rate;
        let reached = match place {
            0 => 1.0,
            _ if at_most <= 0.0 => 0.0,
            _ if at_most >= 1.0 => 1.0,
            _ => cumulative((quantile(at_most) - common) / own),
        };
        shifted[place] = reached - below;
        below = reached;
    }
    shifted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix() -> Rows {
        vec![vec![0.9, 0.08, 0.02], vec![0.1, 0.8, 0.1], vec![0.0, 0.0, 1.0]]
    }

    #[test]
    fn rows_stay_probabilities_and_bad_years_have_more_defaults() {
        for row in matrix() {
            for z in [-3.0, 0.0, 2.0] {
                let row = shifted(&row, 0.2, z);
                assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-15 && row.iter().all(|p| *p >= 0.0), "{row:?}");
            }
        }
        let default = |z| shifted(&matrix()[0], 0.2, z)[2];
        assert!(default(-2.0) > default(0.0) && default(0.0) > default(2.0));
        assert_eq!(shifted(&matrix()[2], 0.2, -2.0), [0.0, 0.0, 1.0]);
    }

    #[test]
    fn averaged_over_z_the_matrix_comes_back() {
        // Midpoints of 20,000 equally likely slices of Z.
        let slices = 20_000;
        let z = |slice: i32| quantile((f64::from(slice) + 0.5) / f64::from(slices));
        let mean = (0..slices).map(|slice| shifted(&matrix()[1], 0.2, z(slice))[2]).sum::<f64>() / f64::from(slices);
        assert!((mean - 0.1).abs() < 1e-5, "{mean}");
    }

    #[test]
    fn without_a_scenario_the_matrix_is_multiplied_by_itself() {
        let curves = Curves::new(&matrix(), 0.2, &[]).unwrap();
        let curve = curves.of_rating(0);
        assert_eq!(curve.len(), 4 * YEARS_MAX);
        assert!((curve[..4].iter().sum::<f64>() - 0.02).abs() < 1e-15);
        assert!((curve[..8].iter().sum::<f64>() - (0.9 * 0.02 + 0.08 * 0.1 + 0.02)).abs() < 1e-15);
        assert_eq!(curves.of_rating(2), [0.0; 4 * YEARS_MAX]);
        assert!(Curves::new(&matrix(), 1.0, &[]).is_err());
    }

    #[test]
    fn z_is_the_standardised_change_of_a_year_with_its_sign_turned() {
        let factors = Factors { change_mean: 0.5, change_sd: 2.0 };
        assert_eq!(factors.of_years(&[9.0, 0.0, 0.0, 0.0, 13.5, 0.0, 0.0, 0.0, 12.0, 1.0]), [-2.0, 1.0]);
    }
}
