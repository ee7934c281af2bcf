//! log_returns: the logarithmic returns of a series of daily prices.
//!
//! A node with state: it remembers the price of the day before, also from one batch to the next.

use leat_sdk::serde::{Deserialize, Serialize};
use leat_sdk::{Batch, Context, Date, Input, Node, Output, Outputs, Ports, Record, Result, State};

/// A day's price. The columns of the file have names that are no Rust names.
#[derive(Record, Serialize, Deserialize, Clone)]
#[serde(crate = "leat_sdk::serde")]
pub struct Price {
    #[record(rename = "Date")]
    pub day: Date,
    /// Adjusted for dividends and splits.
    #[record(rename = "Adj Close")]
    pub close: f64,
}

/// The return from the trading day before to this one.
#[derive(Record, Debug, PartialEq)]
pub struct Return {
    pub day: Date,
    /// ln(close / close of the day before).
    pub log_return: f64,
}

/// The node between two batches.
#[derive(State)]
pub struct LogReturns {
    before: Option<Price>,
}

/// Log returns of a series of daily prices, from its second day on.
#[leat_sdk::node]
impl Node for LogReturns {
    type Params = ();

    fn ports() -> Ports {
        Ports::new().input(Input::of::<Price>("prices")).output(Output::of::<Return>("returns"))
    }

    fn open((): (), _: &Context) -> Result<Self> {
        Ok(LogReturns { before: None })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        for (row, price) in batch.records::<Price>()?.enumerate() {
            if let Err(reason) = self.check(&price) {
                out.reject(row, reason)?;
                continue;
            }
            if let Some(before) = self.before.replace(price.clone()) {
                let log_return = (price.close / before.close).ln();
                out.push(0, Return { day: price.day, log_return })?;
            }
        }
        Ok(())
    }
}

impl LogReturns {
    /// A price that is none, or out of order, would spoil the returns around it.
    fn check(&self, price: &Price) -> Result<(), String> {
        if !(price.close > 0.0 && price.close.is_finite()) {
            return Err(format!("{} is not a price", price.close));
        }
        match &self.before {
            Some(before) if before.day >= price.day => {
                Err(format!("{} comes after {}, but days must rise", price.day, before.day))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use leat_sdk::testing;

    use super::*;

    fn price(day: &str, close: f64) -> Price {
        Price { day: day.parse().unwrap(), close }
    }

    #[test]
    fn a_return_spans_two_trading_days_whatever_the_batches() {
        let prices = [price("2024-01-05", 100.0), price("2024-01-08", 110.0), price("2024-01-09", 99.0)];
        for batch_rows in [1, 2, 3] {
            let trial = testing::of::<LogReturns>().batch_rows(batch_rows);
            let run = trial.input(0, prices.clone()).run().unwrap();
            let returns: Vec<(String, f64)> =
                run.output::<Return>(0).iter().map(|r| (r.day.to_string(), r.log_return)).collect();
            assert_eq!(returns, [("2024-01-08".to_owned(), 1.1_f64.ln()), ("2024-01-09".to_owned(), 0.9_f64.ln())]);
        }
    }

    #[test]
    fn a_bad_price_is_refused_and_the_next_return_spans_it() {
        let prices = [
            price("2024-01-05", 100.0),
            price("2024-01-08", 0.0),
            price("2024-01-05", 100.0),
            price("2024-01-09", 90.0),
        ];
        let run = testing::of::<LogReturns>().input(0, prices).run().unwrap();
        let returns: Vec<f64> = run.output::<Return>(0).iter().map(|r| r.log_return).collect();
        assert_eq!(returns, [0.9_f64.ln()]);
        let reasons: Vec<&str> = run.rejected().iter().map(|r| r.reason.as_str()).collect();
        assert_eq!(reasons, ["0 is not a price", "2024-01-05 comes after 2024-01-05, but days must rise"]);
    }
}
