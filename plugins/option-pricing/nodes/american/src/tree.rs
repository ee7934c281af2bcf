//! The binomial tree of Cox, Ross and Rubinstein, "Option Pricing: A Simplified Approach", Journal of Financial Economics 7
//! (1979), with early exercise looked at in every node.

/// The most steps a tree may have.
pub const STEPS_MAX: usize = 512;

/// What the option is on and what the market says.
#[derive(Clone, Copy)]
pub struct Terms {
    pub spot: f64,
    pub strike: f64,
    /// In years.
    pub expiry: f64,
    /// A year.
    pub vol: f64,
    /// A year, continuously compounded.
    pub rate: f64,
}

/// The price of an American put. Nothing where a step is so long that no probability fits it.
pub fn put(terms: Terms, steps: usize) -> Option<f64> {
    let Terms { spot, strike, expiry, vol, rate } = terms;
    let step = expiry / steps as f64;
    let up = (vol * step.sqrt()).exp();
    let down = 1.0 / up;
    let probability = ((rate * step).exp() - down) / (up - down);
    if !(0.0..=1.0).contains(&probability) {
        return None;
    }
    let discount = (-rate * step).exp();
    let (rising, falling) = (discount * probability, discount * (1.0 - probability));
    let mut prices = [0.0; STEPS_MAX + 1];
    let mut values = [0.0; STEPS_MAX + 1];
    let mut price = spot * down.powi(steps as i32);
    for (at, value) in prices.iter_mut().zip(&mut values).take(steps + 1) {
        *at = price;
        *value = (strike - price).max(0.0);
        price *= up * up;
    }
    for level in (0..steps).rev() {
        for node in 0..=level {
            prices[node] *= up;
            let held = falling * values[node] + rising * values[node + 1];
            values[node] = held.max(strike - prices[node]);
        }
    }
    Some(values[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hull, "Options, Futures, and Other Derivatives", the American put of the chapter on numerical procedures.
    const HULL: Terms = Terms { spot: 50.0, strike: 50.0, expiry: 5.0 / 12.0, vol: 0.4, rate: 0.1 };

    #[test]
    fn the_value_goes_where_hulls_goes_as_the_steps_become_more() {
        for (steps, expected) in [(30, "4.263"), (50, "4.272"), (100, "4.278"), (500, "4.283")] {
            assert_eq!(format!("{:.3}", put(HULL, steps).unwrap()), expected, "{steps} steps");
        }
    }

    #[test]
    fn a_put_that_is_deep_in_the_money_is_exercised_at_once() {
        let value = put(Terms { spot: 1.0, ..HULL }, 100).unwrap();
        assert!((value - 49.0).abs() < 1e-12, "{value}");
    }

    #[test]
    fn a_step_without_a_probability_is_told() {
        assert_eq!(put(Terms { vol: 0.001, ..HULL }, 5), None);
    }
}
