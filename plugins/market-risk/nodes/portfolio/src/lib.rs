//! portfolio: the daily profit of a portfolio of two indices.
//!
//! A node with two input ports. Their batches take turns, so either may be ahead of the other: what has come of one waits
//! until its day has come of the other.

use std::collections::VecDeque;

use leat_sdk::serde::{Deserialize, Serialize};
use leat_sdk::{Batch, Context, Date, Error, Input, Node, Output, Outputs, Params, Ports, Record, Result, State};

/// A day's return of one index.
#[derive(Record, Serialize, Deserialize)]
#[serde(crate = "leat_sdk::serde")]
pub struct Return {
    pub day: Date,
    /// Logarithm of the day's price over that of the day before.
    pub log_return: f64,
}

/// What the portfolio gained on a day.
#[derive(Record, Debug, PartialEq)]
pub struct Profit {
    pub day: Date,
    /// In the money of the position; negative for a loss.
    pub profit: f64,
}

#[derive(Params)]
pub struct PortfolioParams {
    /// Value of the portfolio at the beginning of each day.
    #[param(default = 1_000_000)]
    pub position: f64,
    /// Share of it that lies in the S&P 500 at the beginning of each day, from 0 to 1; the rest lies in the NASDAQ.
    #[param(default = 0.5)]
    pub sp500_weight: f64,
}

/// The input ports, by number.
const SP500: usize = 0;
const NASDAQ: usize = 1;

/// The output port.
const PROFITS: usize = 0;

/// The node between two batches: for each port, the returns whose day the other port has not reached.
#[derive(State)]
pub struct Portfolio {
    #[state(skip)]
    params: PortfolioParams,
    waiting: [VecDeque<Return>; 2],
}

/// Daily profit of a portfolio of two indices that is brought back to its weights every day. Days on which one of the
/// markets did not trade are left out.
#[leat_sdk::node]
impl Node for Portfolio {
    type Params = PortfolioParams;

    fn ports() -> Ports {
        Ports::new()
            .input(Input::of::<Return>("sp500"))
            .input(Input::of::<Return>("nasdaq"))
            .output(Output::of::<Profit>("profits"))
    }

    fn open(params: PortfolioParams, _: &Context) -> Result<Self> {
        if !(0.0..=1.0).contains(&params.sp500_weight) {
            return Err(Error::new(format!("sp500_weight is {}, not from 0 to 1", params.sp500_weight)));
        }
        if !params.position.is_finite() {
            return Err(Error::new(format!("position is {}, not an amount", params.position)));
        }
        Ok(Portfolio { params, waiting: Default::default() })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        self.waiting[batch.port()].extend(batch.records::<Return>()?);
        while let [Some(sp500), Some(nasdaq)] = [self.waiting[SP500].front(), self.waiting[NASDAQ].front()] {
            if sp500.day == nasdaq.day {
                let profit = Profit { day: sp500.day, profit: self.profit(sp500.log_return, nasdaq.log_return) };
                out.push(PROFITS, profit)?;
                self.waiting[SP500].pop_front();
                self.waiting[NASDAQ].pop_front();
            } else if sp500.day < nasdaq.day {
                self.leave_out(SP500);
            } else {
                self.leave_out(NASDAQ);
            }
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut Outputs) -> Result<()> {
        for port in [SP500, NASDAQ] {
            while !self.waiting[port].is_empty() {
                self.leave_out(port);
            }
        }
        Ok(())
    }
}

impl Portfolio {
    /// Simple returns add up across a portfolio; log returns do not.
    fn profit(&self, sp500: f64, nasdaq: f64) -> f64 {
        let PortfolioParams { position, sp500_weight } = self.params;
        position * (sp500_weight * sp500.exp_m1() + (1.0 - sp500_weight) * nasdaq.exp_m1())
    }

    fn leave_out(&mut self, port: usize) {
        if let Some(left_out) = self.waiting[port].pop_front() {
            let market = ["S&P 500", "NASDAQ"][port];
            leat_sdk::count("days_left_out", 1);
            leat_sdk::log::warn("only one market traded", &[("day", &left_out.day), ("market", &market)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use leat_sdk::testing::{self, Trial};

    use super::*;

    fn returns(days: &[(i32, f64)]) -> Vec<Return> {
        let one = |&(day, simple): &(i32, f64)| Return { day: Date::from_days(day), log_return: f64::ln_1p(simple) };
        days.iter().map(one).collect()
    }

    fn profits(trial: Trial<Portfolio>) -> Vec<(i32, f64)> {
        let run = trial.run().unwrap();
        let rounded = |p: &Profit| (p.day.days(), (p.profit * 1e6).round() / 1e6);
        run.output::<Profit>(0).iter().map(rounded).collect()
    }

    #[test]
    fn a_profit_is_the_weighted_sum_of_simple_returns() {
        let trial = testing::of::<Portfolio>().param("position", 1000.0).param("sp500_weight", 0.75);
        let trial = trial.input(0, returns(&[(1, 0.04), (2, -0.02)])).input(1, returns(&[(1, -0.04), (2, 0.02)]));
        assert_eq!(profits(trial), [(1, 20.0), (2, -10.0)]);
    }

    #[test]
    fn the_profits_do_not_depend_on_how_the_ports_take_turns() {
        let sp500: Vec<(i32, f64)> = (0..40).map(|day| (day, f64::from(day) / 1000.0)).collect();
        let nasdaq: Vec<(i32, f64)> = (10..50).map(|day| (day, 0.0)).collect();
        let trial = |batch_rows| {
            let trial = testing::of::<Portfolio>().batch_rows(batch_rows);
            trial.input(0, returns(&sp500)).input(1, returns(&nasdaq))
        };
        let expected: Vec<(i32, f64)> = (10..40).map(|day| (day, f64::from(day) * 500.0)).collect();
        for batch_rows in [1, 7, 4096] {
            assert_eq!(profits(trial(batch_rows)), expected, "{batch_rows} rows a batch");
        }
        assert_eq!(trial(7).run().unwrap().counter("days_left_out"), 20);
    }

    #[test]
    fn a_day_on_which_one_market_did_not_trade_is_left_out_and_said() {
        let trial = testing::of::<Portfolio>()
            .input(0, returns(&[(1, 0.1), (2, 0.1), (4, 0.1)]))
            .input(1, returns(&[(1, 0.1), (3, 0.1), (4, 0.1)]));
        let run = trial.run().unwrap();
        let days: Vec<i32> = run.output::<Profit>(0).iter().map(|p| p.day.days()).collect();
        assert_eq!(days, [1, 4]);
        assert_eq!(run.counter("days_left_out"), 2);
        let markets: Vec<&str> = run.logs().iter().map(|line| line.fields[1].1.as_str()).collect();
        assert_eq!(markets, ["S&P 500", "NASDAQ"]);
    }

    #[test]
    fn a_weight_that_is_no_share_is_refused_before_the_run() {
        let failed = testing::of::<Portfolio>().param("sp500_weight", 1.5).run().unwrap_err();
        assert_eq!(failed.to_string(), "open: sp500_weight is 1.5, not from 0 to 1");
    }
}
