//! The estimators: what the worst of a number of losses say of the next.
//!
//! With the losses in order, L(1) ≤ … ≤ L(n), and the confidence α:
//!
//! * **Value at risk** is the empirical quantile, the smallest loss that at least the share α of the losses do not exceed:
//!   L(k) with k = ⌈nα⌉. Nothing is interpolated (type 1 of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical
//!   packages", The American Statistician 50, 1996).
//! * **Expected shortfall** is the mean of the worst share 1 − α of the losses, the one on the edge counted in part:
//!   (L(k+1) + … + L(n) + (k − nα) L(k)) / (n (1 − α)). That is the mean of the empirical quantiles above α
//!   (C. Acerbi and D. Tasche, "On the coherence of expected shortfall", Journal of Banking & Finance 26, 2002).
//!
//! With 500 losses and 99 % these are the sixth largest loss, and the mean of the five largest.

/// What is to be feared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    pub var: f64,
    pub expected_shortfall: f64,
}

/// n α is meant exactly, but 0.99 is no binary number: products this near to a whole number are that number.
const NEAR: f64 = 1e-9;

/// Whether at least one of so many losses lies beyond the confidence.
pub fn is_estimable(losses: usize, confidence: f64) -> bool {
    losses as f64 * (1.0 - confidence) >= 1.0 - NEAR
}

/// Estimates from losses in order of their size.
///
/// # Panics
/// If there are no losses.
pub fn estimate(losses: &[f64], confidence: f64) -> Tail {
    let share = losses.len() as f64 * confidence;
    let rank = ((share - NEAR).ceil() as usize).clamp(1, losses.len());
    let var = losses[rank - 1];
    let beyond: f64 = losses[rank..].iter().sum();
    let on_the_edge = (rank as f64 - share) * var;
    Tail { var, expected_shortfall: (beyond + on_the_edge) / (losses.len() as f64 - share) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn losses(n: u32) -> Vec<f64> {
        (1..=n).map(f64::from).collect()
    }

    #[test]
    fn at_99_percent_of_500_it_is_the_sixth_largest_and_the_mean_of_the_five_largest() {
        let tail = estimate(&losses(500), 0.99);
        assert_eq!((tail.var, tail.expected_shortfall), (495.0, 498.0));
    }

    #[test]
    fn a_loss_on_the_edge_counts_in_part() {
        // The worst 25 % of 10 losses are 10, 9 and half of 8.
        let tail = estimate(&losses(10), 0.75);
        assert_eq!(tail.var, 8.0);
        assert!((tail.expected_shortfall - (10.0 + 9.0 + 0.5 * 8.0) / 2.5).abs() < 1e-12);
    }

    #[test]
    fn the_shortfall_is_never_below_the_value_at_risk() {
        for n in 100..400 {
            for confidence in [0.9, 0.95, 0.975, 0.99] {
                let tail = estimate(&losses(n), confidence);
                assert!(tail.expected_shortfall >= tail.var, "{n} losses at {confidence}: {tail:?}");
            }
        }
    }

    #[test]
    fn rounding_does_not_move_the_rank() {
        // In binary, 0.55 × 100 is 55.00000000000001.
        assert_eq!(estimate(&losses(100), 0.55).var, 55.0);
        assert!(is_estimable(100, 0.99) && !is_estimable(99, 0.99));
    }
}
