//! totals: the values of each counterparty, added up.
//!
//! It keeps a sum for each counterparty, so in a process it says `by=cpty`: then all records of one come to one instance.

use std::collections::BTreeMap;

use leat_sdk::{Batch, Context, Input, Node, Output, Outputs, Ports, Record, Result, State};

/// A value of a counterparty.
#[derive(Record)]
pub struct Value<'a> {
    /// Who holds it.
    pub cpty: &'a str,
    /// How much it is worth.
    pub pv: f64,
}

/// What a counterparty's values are together.
#[derive(Record, Debug, Clone, PartialEq)]
pub struct Total {
    /// Who holds them.
    pub cpty: String,
    /// How many there are.
    pub options: i64,
    /// How much they are worth, added up in the order of the records.
    pub pv: f64,
}

/// The node between two batches: for each counterparty how many values there are, and their sum.
#[derive(State, Default)]
pub struct Totals {
    by_cpty: BTreeMap<String, (i64, f64)>,
}

/// Adds the values of each counterparty up; the totals leave at the end, in the order of the counterparties' names.
#[leat_sdk::node]
impl Node for Totals {
    type Params = ();

    fn ports() -> Ports {
        Ports::new().input(Input::of::<Value<'_>>("values")).output(Output::of::<Total>("totals"))
    }

    fn open((): (), _: &Context) -> Result<Self> {
        Ok(Totals::default())
    }

    fn process(&mut self, batch: &Batch<'_>, _: &mut Outputs) -> Result<()> {
        for Value { cpty, pv } in batch.records::<Value<'_>>()? {
            // A name is copied when it is met for the first time alone.
            match self.by_cpty.get_mut(cpty) {
                Some((options, sum)) => {
                    *options += 1;
                    *sum += pv;
                }
                None => drop(self.by_cpty.insert(cpty.to_owned(), (1, pv))),
            }
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Outputs) -> Result<()> {
        for total in self.totals() {
            out.push(0, total)?;
        }
        Ok(())
    }
}

impl Totals {
    fn totals(&self) -> impl Iterator<Item = Total> {
        self.by_cpty.iter().map(|(cpty, (options, pv))| Total { cpty: cpty.clone(), options: *options, pv: *pv })
    }
}

#[cfg(test)]
mod tests {
    use leat_sdk::testing;

    use super::*;

    fn value(cpty: &str, pv: f64) -> Value<'_> {
        Value { cpty, pv }
    }

    fn total(cpty: &str, options: i64, pv: f64) -> Total {
        Total { cpty: cpty.to_owned(), options, pv }
    }

    #[test]
    fn each_counterparty_has_one_total_whatever_the_batches_are() {
        for batch_rows in [1, 2, 4096] {
            let values = [value("b", 1.5), value("a", 1.0), value("b", 2.0)];
            let run = testing::of::<Totals>().batch_rows(batch_rows).input(0, values).run().unwrap();
            assert_eq!(run.output::<Total>(0), [total("a", 1, 1.0), total("b", 2, 3.5)]);
        }
    }
}
