//! The standard normal distribution.

/// Coefficients of Hart's rational approximation, numerator and denominator, highest power first.
const NUMERATOR: [f64; 7] = [
    3.52624965998911e-02,
    0.700383064443688,
    6.37396220353165,
    33.912866078383,
    112.079291497871,
    221.213596169931,
    220.206867912376,
];
const DENOMINATOR: [f64; 8] = [
    8.83883476483184e-02,
    1.75566716318264,
    16.064177579207,
    86.7807322029461,
    296.564248779674,
    637.333633378831,
    793.826512519948,
    440.413735824752,
];

/// Beyond it the rational approximation loses its grip and a continued fraction takes over.
const TAIL: f64 = 7.07106781186547;

const SQRT_2_PI: f64 = 2.5066282746310002;

/// The probability that a standard normal variable is at most `x`. The absolute error is below 3e-16.
///
/// J. F. Hart, "Computer Approximations" (1968), algorithm 5666, in the form of G. West, "Better approximations to
/// cumulative normal functions", Wilmott Magazine (May 2005). One exponential and one division, where `erfc` of the C
/// libraries takes several of each.
pub fn cumulative(x: f64) -> f64 {
    let distance = x.abs();
    let density = (-0.5 * distance * distance).exp();
    let below = if distance < TAIL {
        density * polynomial(&NUMERATOR, distance) / polynomial(&DENOMINATOR, distance)
    } else {
        density / (SQRT_2_PI * continued_fraction(distance))
    };
    // 1 - below on the right and below on the left, without a branch: the sign of x is a coin toss for the processor.
    let side = 1.0_f64.copysign(x);
    (0.5 + 0.5 * side) - side * below
}

/// The number that a standard normal variable stays below with probability `p`, which must be above 0 and below 1.
///
/// P. J. Acklam's rational approximation (2003), with a relative error of 1.15e-9, and one step of Halley's method after it.
pub fn quantile(p: f64) -> f64 {
    let start = if p < LOW {
        let q = (-2.0 * p.ln()).sqrt();
        polynomial(&TAIL_NUMERATOR, q) / polynomial(&TAIL_DENOMINATOR, q)
    } else if p <= 1.0 - LOW {
        let q = p - 0.5;
        let r = q * q;
        polynomial(&MIDDLE_NUMERATOR, r) * q / polynomial(&MIDDLE_DENOMINATOR, r)
    } else {
        let q = (-2.0 * (1.0 - p).ln()).sqrt();
        -polynomial(&TAIL_NUMERATOR, q) / polynomial(&TAIL_DENOMINATOR, q)
    };
    let error = (cumulative(start) - p) * SQRT_2_PI * (start * start / 2.0).exp();
    start - error / (1.0 + start * error / 2.0)
}

/// Where Acklam's tails begin.
const LOW: f64 = 0.02425;
const MIDDLE_NUMERATOR: [f64; 6] = [
    -3.969683028665376e+01,
    2.209460984245205e+02,
    -2.759285104469687e+02,
    138.357751867269,
    -3.066479806614716e+01,
    2.506628277459239e+00,
];
const MIDDLE_DENOMINATOR: [f64; 6] = [
    -5.447609879822406e+01,
    1.615858368580409e+02,
    -1.556989798598866e+02,
    6.680131188771972e+01,
    -1.328068155288572e+01,
    1.0,
];
const TAIL_NUMERATOR: [f64; 6] = [
    -7.784894002430293e-03,
    -3.223964580411365e-01,
    -2.400758277161838e+00,
    -2.549732539343734e+00,
    4.374664141464968e+00,
    2.938163982698783e+00,
];
const TAIL_DENOMINATOR: [f64; 5] =
    [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00, 1.0];

/// Horner's scheme.
fn polynomial<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

fn continued_fraction(x: f64) -> f64 {
    let start = x + 0.65;
    [4.0, 3.0, 2.0, 1.0].iter().fold(start, |rest, numerator| x + numerator / rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From arithmetic with 60 digits, by the power series of the error function.
    const EXACT: [(f64, f64); 10] = [
        (-8.0, 6.220_960_574_271_784e-16),
        (-7.5, 3.190_891_672_910_896_3e-14),
        (-5.0, 2.866_515_718_791_939e-7),
        (-3.0, 1.349_898_031_630_094_6e-3),
        (-1.5, 6.680_720_126_885_807e-2),
        (-0.5, 3.085_375_387_259_869e-1),
        (0.1, 5.398_278_372_770_29e-1),
        (1.0, 8.413_447_460_685_429e-1),
        (2.0, 9.772_498_680_518_208e-1),
        (4.0, 9.999_683_287_581_669e-1),
    ];

    #[test]
    fn probabilities_are_exact_to_the_last_digits() {
        for (x, exact) in EXACT {
            assert!((cumulative(x) - exact).abs() < 3e-16, "{x}: {} for {exact}", cumulative(x));
        }
    }

    #[test]
    fn far_tails_come_to_their_limits() {
        assert_eq!(cumulative(f64::INFINITY), 1.0);
        assert_eq!(cumulative(f64::NEG_INFINITY), 0.0);
        assert_eq!(cumulative(40.0), 1.0);
        assert!(cumulative(-37.0) > 0.0 && cumulative(-37.0) < 1e-299);
        assert!(cumulative(f64::NAN).is_nan());
    }

    #[test]
    fn a_quantile_is_the_inverse() {
        for p in [1e-10, 1e-4, 0.0022, 0.02, 0.025, 0.3, 0.5, 0.9, 0.9767, 0.9999] {
            assert!((cumulative(quantile(p)) - p).abs() < 1e-14 * p.max(0.01), "{p}");
        }
        // statistics.NormalDist().inv_cdf(0.0098) of Python.
        assert!((quantile(0.0098) - -2.333918306183626).abs() < 1e-13);
    }

    #[test]
    fn the_distribution_rises() {
        let values: Vec<f64> = (-900..=900).map(|n| cumulative(f64::from(n) / 100.0)).collect();
        assert!(values.windows(2).all(|pair| pair[0] <= pair[1]));
    }
}
