//! historical_var: value at risk and expected shortfall by historical simulation over a rolling window.
//!
//! The node is the carrying only; the estimators are in [`tail`], the window in [`window`].

mod tail;
mod window;

use leat_sdk::{Batch, Context, Date, Error, Input, Node, Output, Outputs, Params, Ports, Record, Result, State};

use tail::Tail;
use window::Window;

/// What the portfolio gained on a day.
#[derive(Record, Clone)]
pub struct Profit {
    pub day: Date,
    /// Negative for a loss.
    pub profit: f64,
}

/// What was to be feared on a day, going by the days before it, and what happened.
#[derive(Record, Debug, PartialEq)]
pub struct Risk {
    pub day: Date,
    /// The day's loss, negative for a profit.
    pub loss: f64,
    /// The value at risk, known on the evening before.
    pub var: f64,
    /// The expected shortfall, known on the evening before.
    pub expected_shortfall: f64,
    /// Whether the loss was beyond the value at risk.
    pub exceeded: bool,
}

#[derive(Params)]
pub struct VarParams {
    /// Probability with which the day's loss shall stay within the value at risk.
    #[param(default = 0.99)]
    pub confidence: f64,
    /// Number of days before the day that it is estimated from.
    #[param(default = 500)]
    pub window: i64,
}

/// The node between two batches.
#[derive(State)]
pub struct HistoricalVar {
    #[state(skip)]
    confidence: f64,
    window: Window,
}

/// One-day value at risk and expected shortfall by historical simulation, from the first day with a full window before it.
#[leat_sdk::node]
impl Node for HistoricalVar {
    type Params = VarParams;

    fn ports() -> Ports {
        Ports::new().input(Input::of::<Profit>("profits")).output(Output::of::<Risk>("risk"))
    }

    fn open(params: VarParams, _: &Context) -> Result<Self> {
        let VarParams { confidence, window } = params;
        if !(confidence > 0.0 && confidence < 1.0) {
            return Err(Error::new(format!("confidence is {confidence}, not between 0 and 1")));
        }
        let days = usize::try_from(window).ok().filter(|days| (1..=LONGEST_WINDOW).contains(days));
        let days =
            days.ok_or_else(|| format!("window is {window}, not a number of days from 1 to {LONGEST_WINDOW}"))?;
        if !tail::is_estimable(days, confidence) {
            return Err(Error::new(format!("a window of {days} days has no loss beyond a confidence of {confidence}")));
        }
        Ok(HistoricalVar { confidence, window: Window::new(days) })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        for (row, Profit { day, profit }) in batch.records::<Profit>()?.enumerate() {
            if !profit.is_finite() {
                out.reject(row, format!("profit {profit} is not an amount"))?;
                continue;
            }
            let loss = -profit;
            if let Some(losses) = self.window.full() {
                let Tail { var, expected_shortfall } = tail::estimate(losses, self.confidence);
                let exceeded = loss > var;
                out.push(0, Risk { day, loss, var, expected_shortfall, exceeded })?;
            }
            self.window.push(loss);
        }
        Ok(())
    }
}

/// Four hundred years of trading days: a bound for the memory, not for the model.
const LONGEST_WINDOW: usize = 100_000;

#[cfg(test)]
mod tests {
    use leat_sdk::testing;

    use super::*;

    fn profits(losses: impl IntoIterator<Item = f64>) -> Vec<Profit> {
        let profit = |(day, loss): (usize, f64)| Profit { day: Date::from_days(day as i32), profit: -loss };
        losses.into_iter().enumerate().map(profit).collect()
    }

    #[test]
    fn a_days_risk_is_estimated_from_the_days_before_it_alone() {
        for batch_rows in [1, 4, 4096] {
            let run = testing::of::<HistoricalVar>()
                .param("window", 4)
                .param("confidence", 0.75)
                .batch_rows(batch_rows)
                .input(0, profits([4.0, 1.0, 3.0, 2.0, 10.0, 0.0]))
                .run()
                .unwrap();
            let risk = |day, loss, var, expected_shortfall, exceeded| Risk {
                day: Date::from_days(day),
                loss,
                var,
                expected_shortfall,
                exceeded,
            };
            // From 4 1 3 2: three quarters are at most 3, the worst quarter is 4. From 1 3 2 10: 3, and 10.
            assert_eq!(run.output::<Risk>(0), [risk(4, 10.0, 3.0, 4.0, true), risk(5, 0.0, 3.0, 10.0, false)]);
        }
    }

    #[test]
    fn a_day_without_a_full_window_before_it_has_no_risk() {
        let losses = (0..500).map(f64::from);
        let run = testing::of::<HistoricalVar>().input(0, profits(losses)).run().unwrap();
        assert_eq!(run.output::<Risk>(0), []);
        let losses = (0..501).map(f64::from);
        let run = testing::of::<HistoricalVar>().input(0, profits(losses)).run().unwrap();
        assert_eq!(run.output::<Risk>(0).len(), 1);
    }

    #[test]
    fn a_profit_that_is_no_amount_is_refused() {
        let trial = testing::of::<HistoricalVar>().param("window", 2).param("confidence", 0.5);
        let run = trial.input(0, profits([1.0, f64::NAN, 2.0, 3.0])).run().unwrap();
        assert_eq!(run.rejected()[0].reason, "profit NaN is not an amount");
        assert_eq!(run.output::<Risk>(0).len(), 1);
    }

    #[test]
    fn parameters_that_leave_nothing_to_estimate_are_refused_before_the_run() {
        let failed = |confidence: f64, window: i64| {
            let trial = testing::of::<HistoricalVar>().param("confidence", confidence);
            trial.param("window", window).run().unwrap_err().message().to_owned()
        };
        assert_eq!(failed(1.0, 500), "confidence is 1, not between 0 and 1");
        assert_eq!(failed(0.99, 0), "window is 0, not a number of days from 1 to 100000");
        assert_eq!(failed(0.99, 99), "a window of 99 days has no loss beyond a confidence of 0.99");
    }
}
