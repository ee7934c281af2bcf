//! Facts in native tests of nodes.

use leat_sdk::testing::of;
use leat_sdk::{Batch, Context, Fact, Facts, Input, Node, Outputs, Ports, Record, Result, State};

const SPOT: Fact<f64> = Fact::new("spot").describe("Of the underlying");
const ROWS: Fact<i64> = Fact::new("rows");
const NAME: Fact<String> = Fact::new("name");

#[derive(Record)]
struct Amount {
    amount: f64,
}

#[derive(Record, Debug, PartialEq)]
struct Value {
    value: f64,
}

/// Values an amount at the spot.
#[leat_sdk::node(reads(SPOT))]
fn valued(row: Amount) -> Result<Value> {
    Ok(Value { value: row.amount * SPOT.get()? })
}

#[test]
fn a_fact_that_the_test_gives_is_there() {
    let run = of::<valued>().fact("spot", 2.0).input(0, [Amount { amount: 1.5 }]).run().unwrap();
    assert_eq!(run.output::<Value>(0), [Value { value: 3.0 }]);
    let facts = leat_sdk::testing::describe::<valued>().facts;
    assert_eq!(
        (facts[0].name.as_str(), facts[0].sets, facts[0].description.as_str()),
        ("spot", false, "Of the underlying")
    );
}

#[test]
fn a_fact_that_nobody_gives_fails_the_test_as_it_would_the_run() {
    let failed = of::<valued>().input(0, [Amount { amount: 1.5 }]).run().unwrap_err();
    assert!(failed.message().contains("waits for the fact `spot`, which the test does not give"), "{failed}");
    let failed = of::<valued>().fact("sport", 2.0).run().unwrap_err();
    assert_eq!(failed.message(), "the node reads no fact `sport`");
    let failed = of::<valued>().fact("spot", 2_i64).input(0, [Amount { amount: 1.5 }]).run();
    assert_eq!(failed.unwrap().rejected()[0].reason, "the fact `spot` is declared as float64");
}

/// Counts its rows, and says so as a fact.
#[derive(State)]
struct Counts {
    rows: i64,
}

#[leat_sdk::node]
impl Node for Counts {
    type Params = ();

    fn ports() -> Ports {
        Ports::new().input(Input::of::<Amount>("amounts"))
    }

    fn facts() -> Facts {
        Facts::new().sets(ROWS).sets(NAME)
    }

    fn open((): (), _: &Context) -> Result<Self> {
        Ok(Counts { rows: 0 })
    }

    fn process(&mut self, batch: &Batch<'_>, _: &mut Outputs) -> Result<()> {
        self.rows += batch.rows() as i64;
        Ok(())
    }

    fn finish(&mut self, _: &mut Outputs) -> Result<()> {
        ROWS.set(self.rows)?;
        if self.rows == 1 {
            ROWS.set(self.rows)?;
        }
        if self.rows == 2 {
            NAME.set("x".repeat(65_537))?;
        }
        if self.rows == 3 {
            SPOT.set(1.0)?;
        }
        Ok(())
    }
}

#[test]
fn what_a_node_sets_is_told_and_what_it_may_not_set_is_refused() {
    let amounts = |rows: usize| (0..rows).map(|_| Amount { amount: 1.0 });
    let run = of::<Counts>().input(0, amounts(5)).batch_rows(2).run().unwrap();
    assert_eq!((run.fact(ROWS), run.fact(NAME)), (Some(5), None));
    for (rows, said) in [(1, "`rows` is set already"), (2, "65,536 bytes"), (3, "`spot` is not among")] {
        let failed = of::<Counts>().input(0, amounts(rows)).run().unwrap_err();
        assert!(failed.message().contains(said), "{failed}");
    }
}
