//! A loan's balance and discounting, quarter by quarter.

use crate::Loan;
use crate::curves::YEARS_MAX;

const MONTHS_MAX: i32 = 12 * YEARS_MAX as i32;

/// How the rates of floating loans move in a scenario.
#[derive(Clone, Debug)]
pub struct Discounting {
    /// For each quarter to come: how far the T-bill rate is from today's, as a fraction of 1. The last holds from then on.
    changes: Vec<f64>,
}

impl Discounting {
    /// From a path in percent whose first value is today's.
    pub fn new(percent: &[f64]) -> Self {
        let today = percent.first().copied().unwrap_or(0.0);
        let mut changes: Vec<f64> = percent.iter().skip(1).map(|rate| (rate - today) / 100.0).collect();
        let last = changes.last().copied().unwrap_or(0.0);
        changes.resize((4 * YEARS_MAX).max(changes.len()), last);
        Discounting { changes }
    }
}

/// A loan's terms, checked.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    balance: f64,
    rate: f64,
    floating: bool,
    /// Where it is paid back in equal monthly instalments.
    instalments: Option<Instalments>,
    months: i32,
}

/// Equal monthly instalments.
#[derive(Clone, Copy, Debug)]
struct Instalments {
    /// (1 + i)³ for the monthly rate i: what a balance grows by in a quarter.
    growth: f64,
    /// (1 + i)ⁿ for n months to the end.
    to_the_end: f64,
}

impl Terms {
    /// The terms of a loan, or what is wrong with them.
    pub fn of(loan: &Loan<'_>) -> Result<Self, String> {
        let &Loan { balance, rate, floating, bullet, months_left: months, .. } = loan;
        if !(balance > 0.0 && balance.is_finite()) {
            return Err(format!("balance {balance} is not above 0"));
        }
        if !(0.0..=1.0).contains(&rate) {
            return Err(format!("rate {rate} is not from 0 to 1"));
        }
        if !(1..=MONTHS_MAX).contains(&months) {
            return Err(format!("months_left {months} is not from 1 to {MONTHS_MAX}"));
        }
        let monthly = 1.0 + rate / 12.0;
        let instalments = || Instalments { growth: monthly * monthly * monthly, to_the_end: monthly.powi(months) };
        Ok(Terms { balance, rate, floating, instalments: (!bullet).then(instalments), months })
    }

    /// Quarters to the end, the last one perhaps in part.
    pub fn quarters(&self) -> usize {
        (self.months as usize).div_ceil(3)
    }

    /// The balance that is expected to be in default within so many quarters, discounted to today: for each of them the
    /// probability of defaulting, the balance at its beginning, and the discount factor of its end.
    pub fn expected_default(&self, curve: &[f64], discounting: &Discounting, quarters: usize) -> f64 {
        let (mut sum, mut factor, mut grown) = (0.0, 1.0, 1.0);
        for (quarter, (defaults, change)) in curve.iter().zip(&discounting.changes).take(quarters).enumerate() {
            let rate = if self.floating { (self.rate + change).max(0.0) } else { self.rate };
            factor /= 1.0 + rate / 4.0;
            let balance = match self.instalments {
                None => self.balance,
                Some(Instalments { growth, to_the_end }) if to_the_end > 1.0 => {
                    let left = (to_the_end - grown) / (to_the_end - 1.0);
                    grown *= growth;
                    self.balance * left
                }
                // Without interest it falls in a straight line.
                Some(_) => self.balance * (1.0 - 3.0 * quarter as f64 / f64::from(self.months)),
            };
            sum += defaults * balance * factor;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::loan;

    /// One default for certain in the first or the second quarter.
    fn in_quarter(loan: &Loan<'_>, quarter: usize, discounting: &Discounting) -> f64 {
        let mut curve = [0.0; 8];
        curve[quarter] = 1.0;
        Terms::of(loan).unwrap().expected_default(&curve, discounting, 8)
    }

    #[test]
    fn a_bullet_keeps_its_balance_and_instalments_follow_the_annuity() {
        let flat = Discounting::new(&[0.5]);
        let bullet = Loan { balance: 100.0, rate: 0.12, bullet: true, months_left: 24, ..loan() };
        assert!((in_quarter(&bullet, 1, &flat) - 100.0 / 1.03 / 1.03).abs() < 1e-12);
        let annuity = Loan { bullet: false, ..bullet };
        let payment = 100.0 * 0.01 / (1.0 - 1.01_f64.powi(-24));
        let after = (0..3).fold(100.0, |balance, _| balance * 1.01 - payment);
        assert!((in_quarter(&annuity, 1, &flat) - after / 1.03 / 1.03).abs() < 1e-12);
        let free = Loan { rate: 0.0, ..annuity };
        assert!((in_quarter(&free, 1, &flat) - 100.0 * 21.0 / 24.0).abs() < 1e-12);
    }

    #[test]
    fn a_floating_rate_moves_with_the_bill_and_never_below_zero() {
        let moving = Discounting::new(&[1.0, 3.0, -9.0]);
        let floating = Loan { balance: 100.0, rate: 0.04, floating: true, bullet: true, months_left: 24, ..loan() };
        assert!((in_quarter(&floating, 0, &moving) - 100.0 / (1.0 + 0.06 / 4.0)).abs() < 1e-12);
        assert!((in_quarter(&floating, 1, &moving) - 100.0 / (1.0 + 0.06 / 4.0)).abs() < 1e-12);
        let fixed = Loan { floating: false, ..floating };
        assert!((in_quarter(&fixed, 0, &moving) - 100.0 / 1.01).abs() < 1e-12);
    }

    #[test]
    fn terms_that_cannot_be_are_named() {
        let refused = |loan: Loan<'_>| Terms::of(&loan).unwrap_err();
        assert_eq!(refused(Loan { balance: 0.0, ..loan() }), "balance 0 is not above 0");
        assert_eq!(refused(Loan { rate: 1.5, ..loan() }), "rate 1.5 is not from 0 to 1");
        assert_eq!(refused(Loan { months_left: 361, ..loan() }), "months_left 361 is not from 1 to 360");
        assert_eq!(Terms::of(&Loan { months_left: 4, ..loan() }).unwrap().quarters(), 2);
    }
}
