//! The Black–Scholes formula: plain mathematics, used by the node.

use crate::normal::cumulative;

/// Value of a European call on an underlying without dividends.
///
/// `spot` and `strike` are prices above zero; `expiry` is in years, `vol` a year, both not below zero; `rate` is a year's,
/// continuously compounded. Without time or volatility left it is what exercising is worth: the discounted difference,
/// or nothing.
///
/// F. Black and M. Scholes, "The pricing of options and corporate liabilities", Journal of Political Economy 81 (1973).
pub fn call(spot: f64, strike: f64, expiry: f64, vol: f64, rate: f64) -> f64 {
    let discounted_strike = strike * (-rate * expiry).exp();
    let deviation = vol * expiry.sqrt();
    if deviation == 0.0 {
        return (spot - discounted_strike).max(0.0);
    }
    let d1 = ((spot / strike).ln() + rate * expiry) / deviation + 0.5 * deviation;
    let d2 = d1 - deviation;
    spot * cumulative(d1) - discounted_strike * cumulative(d2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Put–call parity with the put's own formula.
    fn put(spot: f64, strike: f64, expiry: f64, vol: f64, rate: f64) -> f64 {
        let deviation = vol * expiry.sqrt();
        let d1 = ((spot / strike).ln() + rate * expiry) / deviation + 0.5 * deviation;
        strike * (-rate * expiry).exp() * cumulative(deviation - d1) - spot * cumulative(-d1)
    }

    #[test]
    fn a_call_less_a_put_is_a_forward() {
        for strike in [20.0, 60.0, 100.0, 140.0, 400.0] {
            for expiry in [0.01, 0.5, 3.0] {
                let forward = 100.0 - strike * (-0.03_f64 * expiry).exp();
                let difference = call(100.0, strike, expiry, 0.25, 0.03) - put(100.0, strike, expiry, 0.25, 0.03);
                assert!((difference - forward).abs() < 1e-12 * 400.0, "strike {strike}, expiry {expiry}");
            }
        }
    }

    #[test]
    fn hulls_example_to_more_digits() {
        // Hull prints 4.76; these digits are from 50-digit arithmetic.
        assert!((call(42.0, 40.0, 0.5, 0.2, 0.1) - HULL).abs() < 1e-13);
    }

    const HULL: f64 = 4.759_422_392_871_532;

    #[test]
    fn without_time_or_volatility_a_call_is_worth_its_exercise() {
        assert_eq!(call(42.0, 40.0, 0.0, 0.2, 0.1), 2.0);
        assert_eq!(call(38.0, 40.0, 0.0, 0.2, 0.1), 0.0);
        assert_eq!(call(40.0, 40.0, 0.5, 0.0, 0.0), 0.0);
    }
}
