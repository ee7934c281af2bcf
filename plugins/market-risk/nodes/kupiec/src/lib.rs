//! kupiec: whether a value at risk was exceeded as often as it should be.
//!
//! A node with two output ports: the test over all days, and over each year.

mod proportion;

use leat_sdk::{Batch, Context, Date, Error, Input, Node, Output, Outputs, Params, Ports, Record, Result, State};

use proportion::Tally;

/// Whether a day's loss was beyond the value at risk.
#[derive(Record)]
pub struct Outcome {
    pub day: Date,
    pub exceeded: bool,
}

/// The test over all days.
#[derive(Record, Debug, PartialEq)]
pub struct Overall {
    pub days: i64,
    pub exceedances: i64,
    /// How many there should be.
    pub expected: f64,
    /// The likelihood ratio; small where the number is as it should be.
    pub likelihood_ratio: f64,
    /// The probability of a ratio as large as this one if the value at risk is right.
    pub p_value: f64,
}

/// The test over the days of one year.
#[derive(Record, Debug, PartialEq)]
pub struct Yearly {
    pub year: i32,
    pub days: i64,
    pub exceedances: i64,
    pub expected: f64,
    pub likelihood_ratio: f64,
    pub p_value: f64,
}

#[derive(Params)]
pub struct KupiecParams {
    /// Probability with which a day's loss should have stayed within the value at risk.
    #[param(default = 0.99)]
    pub confidence: f64,
}

/// The output ports, by number.
const OVERALL: usize = 0;
const YEARLY: usize = 1;

/// The node between two batches: the days so far, and those of the year that is being counted.
#[derive(State)]
pub struct Kupiec {
    #[state(skip)]
    confidence: f64,
    overall: Tally,
    year: Option<(i32, Tally)>,
}

/// Kupiec's test of the proportion of failures, over all days and over each year.
#[leat_sdk::node]
impl Node for Kupiec {
    type Params = KupiecParams;

    fn ports() -> Ports {
        Ports::new()
            .input(Input::of::<Outcome>("outcomes"))
            .output(Output::of::<Overall>("overall"))
            .output(Output::of::<Yearly>("yearly"))
    }

    fn open(params: KupiecParams, _: &Context) -> Result<Self> {
        let confidence = params.confidence;
        if !(confidence > 0.0 && confidence < 1.0) {
            return Err(Error::new(format!("confidence is {confidence}, not between 0 and 1")));
        }
        Ok(Kupiec { confidence, overall: Tally::default(), year: None })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        for Outcome { day, exceeded } in batch.records::<Outcome>()? {
            let (year, _, _) = day.year_month_day();
            if self.year.is_some_and(|(current, _)| current != year) {
                self.end_year(out)?;
            }
            let (_, tally) = self.year.get_or_insert((year, Tally::default()));
            tally.add(exceeded);
            self.overall.add(exceeded);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Outputs) -> Result<()> {
        self.end_year(out)?;
        let Tally { days, exceedances } = self.overall;
        if days == 0 {
            leat_sdk::log::warn("there are no days to test", &[]);
            return Ok(());
        }
        let likelihood_ratio = self.overall.likelihood_ratio(self.confidence);
        let overall = Overall {
            days,
            exceedances,
            expected: self.overall.expected(self.confidence),
            likelihood_ratio,
            p_value: proportion::p_value(likelihood_ratio),
        };
        out.push(OVERALL, overall)
    }
}

impl Kupiec {
    /// A year's record leaves as soon as the next begins.
    fn end_year(&mut self, out: &mut Outputs) -> Result<()> {
        let Some((year, tally)) = self.year.take() else {
            return Ok(());
        };
        let likelihood_ratio = tally.likelihood_ratio(self.confidence);
        let yearly = Yearly {
            year,
            days: tally.days,
            exceedances: tally.exceedances,
            expected: tally.expected(self.confidence),
            likelihood_ratio,
            p_value: proportion::p_value(likelihood_ratio),
        };
        out.push(YEARLY, yearly)
    }
}

#[cfg(test)]
mod tests {
    use leat_sdk::testing;

    use super::*;

    fn outcomes(first: &str, days: i32, exceeded: impl Fn(i32) -> bool) -> Vec<Outcome> {
        let first: Date = first.parse().unwrap();
        let outcome = |n| Outcome { day: first + n, exceeded: exceeded(n) };
        (0..days).map(outcome).collect()
    }

    #[test]
    fn years_and_the_whole_are_counted_whatever_the_batches() {
        for batch_rows in [1, 100, 4096] {
            let days = outcomes("2022-12-01", 100, |n| n % 20 == 0);
            let trial = testing::of::<Kupiec>().batch_rows(batch_rows);
            let run = trial.input(0, days).run().unwrap();
            let yearly: Vec<_> = run.output::<Yearly>(1).iter().map(|y| (y.year, y.days, y.exceedances)).collect();
            assert_eq!(yearly, [(2022, 31, 2), (2023, 69, 3)]);
            let overall = run.output::<Overall>(0);
            assert_eq!((overall[0].days, overall[0].exceedances), (100, 5));
            assert!((overall[0].expected - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn without_days_there_is_no_test_but_a_warning() {
        let run = testing::of::<Kupiec>().run().unwrap();
        assert_eq!(run.output::<Overall>(0), []);
        assert_eq!(run.output::<Yearly>(1), []);
        assert_eq!(run.logs()[0].message, "there are no days to test");
    }
}
