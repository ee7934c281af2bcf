//! The standard normal quantile, Φ⁻¹.
//!
//! M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988),
//! 477–484, <https://doi.org/10.2307/2347330>, the routine PPND16: three rational approximations with a relative error of
//! about 10⁻¹⁶. Made of additions, multiplications, divisions and square roots alone, which IEEE 754 rounds the same
//! everywhere; the logarithm of a system's library would differ in its last bit between a component and a native test.
#![allow(clippy::excessive_precision, reason = "coefficients stand here as they were published")]

/// Numerator and denominator by powers of `0.425² − q²`, where `|q| = |p − ½|` ≤ 0.425.
const CENTRE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_608,
        133.141_667_891_784_377_45,
        1_971.590_950_306_551_442_7,
        13_731.693_765_509_461_125,
        45_921.953_931_549_871_457,
        67_265.770_927_008_700_853,
        33_430.575_583_588_128_105,
        2_509.080_928_730_122_672_7,
    ],
    [
        1.0,
        42.313_330_701_600_911_252,
        687.187_007_492_057_908_3,
        5_394.196_021_424_751_107_7,
        21_213.794_301_586_595_867,
        39_307.895_800_092_710_61,
        28_729.085_735_721_942_674,
        5_226.495_278_852_854_561,
    ],
];
/// By powers of `r − 1.6` with `r = √(−ln p)` of the tail `p`, up to `r` = 5.
const TAIL: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_577_34,
        4.630_337_846_156_545_295_9,
        5.769_497_221_460_691_405_5,
        3.647_848_324_763_204_605_04,
        1.270_458_252_452_368_382_58,
        2.417_807_251_774_506_117_7e-1,
        2.272_384_498_926_918_458_33e-2,
        7.745_450_142_783_414_076_4e-4,
    ],
    [
        1.0,
        2.053_191_626_637_758_821_87,
        1.676_384_830_183_803_849_4,
        6.897_673_349_851_000_045_5e-1,
        1.481_039_764_274_800_745_9e-1,
        1.519_866_656_361_645_719_66e-2,
        5.475_938_084_995_344_946e-4,
        1.050_750_071_644_416_843_24e-9,
    ],
];
/// By powers of `r − 5`, beyond.
const FAR_TAIL: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103_777_2,
        5.463_784_911_164_114_369_9,
        1.784_826_539_917_291_335_8,
        2.965_605_718_285_048_912_3e-1,
        2.653_218_952_657_612_309_3e-2,
        1.242_660_947_388_078_438_6e-3,
        2.711_555_568_743_487_578_15e-5,
        2.010_334_399_292_288_132_65e-7,
    ],
    [
        1.0,
        5.998_322_065_558_879_376_9e-1,
        1.369_298_809_227_358_053_1e-1,
        1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591e-4,
        1.846_318_317_510_054_681_8e-5,
        1.421_511_758_316_445_888_7e-7,
        2.044_263_103_389_939_785_64e-15,
    ],
];

/// Φ⁻¹(p), for p between 0 and 1 and neither.
pub(super) fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&CENTRE, 0.425 * 0.425 - q * q);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = (-ln(tail)).sqrt();
    let size = if r <= 5.0 { ratio(&TAIL, r - 1.6) } else { ratio(&FAR_TAIL, r - 5.0) };
    size.copysign(q)
}

fn ratio([numerator, denominator]: &[[f64; 8]; 2], x: f64) -> f64 {
    let at = |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient);
    at(numerator) / at(denominator)
}

/// The natural logarithm of a normal positive number: `x` = m · 2ᵉ with m around 1, and ln m by the series
/// 2 (s + s³/3 + s⁵/5 + …) of s = (m − 1) / (m + 1), which is at most 0.172.
fn ln(x: f64) -> f64 {
    /// ln 2 in two parts; the first has zeros at its end, so that its product with an exponent is exact.
    const LN_2: [f64; 2] = [f64::from_bits(0x3fe6_2e42_fee0_0000), f64::from_bits(0x3dea_39ef_3579_3c76)];
    const MANTISSA: u64 = (1 << 52) - 1;
    let bits = x.to_bits();
    let mut exponent = (bits >> 52) as i32 - 1023;
    let mut m = f64::from_bits(bits & MANTISSA | 1.0_f64.to_bits());
    if m > std::f64::consts::SQRT_2 {
        m /= 2.0;
        exponent += 1;
    }
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let series = (1..=11).rev().fold(0.0, |sum, k| (sum + 1.0 / f64::from(2 * k + 1)) * square);
    let e = f64::from(exponent);
    e * LN_2[0] + (2.0 * s + (2.0 * s * series + e * LN_2[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// To 20 digits, by mpmath 1.3 with 50 digits, for the floats that stand here.
    #[test]
    fn quantiles_are_right_to_the_last_digits() {
        let known = [
            (f64::EPSILON / 2.0, -8.209_536_151_601_386_855_6),
            (1e-12, -7.034_483_825_301_131_932_6),
            (1e-6, -4.753_424_308_822_898_957_3),
            (0.001, -3.090_232_306_167_813_535_4),
            (0.01, -2.326_347_874_040_841_093_1),
            (0.0749, -1.440_238_267_527_963_663_1),
            (0.0751, -1.438_825_392_752_539_982_4),
            (0.1, -1.281_551_565_544_600_435_3),
            (0.25, -0.674_489_750_196_081_743_2),
            (0.4, -0.253_347_103_135_799_741_32),
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_053_855_6),
            (0.9999, 3.719_016_485_455_708_386_7),
            (1.0 - f64::EPSILON / 2.0, 8.209_536_151_601_386_855_6),
        ];
        for (p, x) in known {
            let error = (quantile(p) - x).abs();
            assert!(error <= 4.0 * f64::EPSILON * x.abs(), "{p}: {} is not {x}", quantile(p));
        }
    }

    #[test]
    fn a_quantile_is_as_far_on_the_other_side() {
        for n in 1..1000_i32 {
            let p = f64::from(n) / 1024.0;
            assert_eq!(quantile(p), -quantile(1.0 - p));
        }
    }

    #[test]
    fn the_logarithm_is_the_librarys_but_for_the_last_bits() {
        for n in 1..4000_i32 {
            let x = (f64::from(n) / 100.0).exp2().recip() * 0.99;
            let (ours, theirs) = (ln(x), x.ln());
            assert!((ours - theirs).abs() <= 2.0 * f64::EPSILON * theirs.abs(), "{x}: {ours} is not {theirs}");
        }
    }
}
