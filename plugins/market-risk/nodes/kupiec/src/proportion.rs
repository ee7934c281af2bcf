//! Kupiec's test of the proportion of failures.
//!
//! If each day's loss exceeds the value at risk with probability p = 1 − α, independently of the others, then of T days x
//! exceed it with the binomial likelihood pˣ (1 − p)ᵀ⁻ˣ. The test compares it with the likelihood of the proportion that
//! was found, x/T:
//!
//! LR = −2 ln( pˣ (1 − p)ᵀ⁻ˣ / ((x/T)ˣ (1 − x/T)ᵀ⁻ˣ) )
//!
//! which follows the χ² distribution with one degree of freedom for large T (P. Kupiec, "Techniques for verifying the
//! accuracy of risk measurement models", Journal of Derivatives 3, 1995).

use leat_sdk::serde::{Deserialize, Serialize};

/// Days, and how many of them exceeded.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(crate = "leat_sdk::serde")]
pub struct Tally {
    pub days: i64,
    pub exceedances: i64,
}

impl Tally {
    /// Counts one more day.
    pub fn add(&mut self, exceeded: bool) {
        self.days += 1;
        self.exceedances += i64::from(exceeded);
    }

    /// How many exceedances there should be.
    pub fn expected(&self, confidence: f64) -> f64 {
        self.days as f64 * (1.0 - confidence)
    }

    /// Kupiec's ratio; 0 where the proportion is exactly as it should be.
    pub fn likelihood_ratio(&self, confidence: f64) -> f64 {
        let (days, failures) = (self.days as f64, self.exceedances as f64);
        let successes = days - failures;
        let found = n_ln(failures, failures / days) + n_ln(successes, successes / days);
        let meant = n_ln(failures, 1.0 - confidence) + n_ln(successes, confidence);
        // Rounding may leave a little less than nothing.
        (2.0 * (found - meant)).max(0.0)
    }
}

/// n ln x, with its limit 0 where n is 0.
fn n_ln(n: f64, x: f64) -> f64 {
    if n == 0.0 { 0.0 } else { n * x.ln() }
}

/// The probability that a χ² variable with one degree of freedom is larger: it is the square of a standard normal one.
pub fn p_value(likelihood_ratio: f64) -> f64 {
    libm::erfc((0.5 * likelihood_ratio).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(days: i64, exceedances: i64) -> Tally {
        Tally { days, exceedances }
    }

    #[test]
    fn the_limits_of_kupiecs_table_are_found() {
        // Kupiec's regions in which 95 % VaR over 255 days is not rejected at the 5 % level: 7 to 20 exceedances; for
        // 99 % VaR over 510 days 2 to 10, over 1,000 days 5 to 16.
        for (confidence, days, accepted) in [(0.95, 255, 7..=20), (0.99, 510, 2..=10), (0.99, 1000, 5..=16)] {
            for exceedances in 0..40 {
                let p_value = p_value(tally(days, exceedances).likelihood_ratio(confidence));
                let case = format!("{exceedances} of {days} at {confidence}");
                assert_eq!(p_value > 0.05, accepted.contains(&exceedances), "{case}: {p_value}");
            }
        }
    }

    #[test]
    fn a_proportion_as_it_should_be_has_no_ratio() {
        assert_eq!(tally(500, 5).likelihood_ratio(0.99), 0.0);
        assert_eq!(p_value(0.0), 1.0);
    }

    #[test]
    fn none_and_all_have_their_limits() {
        assert!((tally(255, 0).likelihood_ratio(0.99) - -510.0 * 0.99_f64.ln()).abs() < 1e-12);
        assert!((tally(10, 10).likelihood_ratio(0.99) - -20.0 * 0.01_f64.ln()).abs() < 1e-11);
    }

    #[test]
    fn the_probability_is_that_of_the_chi_square_distribution() {
        // Quantiles of the χ² distribution with one degree of freedom at 95 % and 99 %.
        assert!((p_value(3.841458820694124) - 0.05).abs() < 1e-12);
        assert!((p_value(6.634896601021213) - 0.01).abs() < 1e-12);
    }
}
