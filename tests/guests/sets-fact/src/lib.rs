//! Passes its records on and sets the fact `total`, as its parameter says: to the sum of `x`, early, twice, never, or
//! to what cannot be a fact. Written with the SDK, whose side of facts it is the test of.

use leat_sdk::{
    Batch, Block, Context, Fact, Facts, Input, Node, Output, Outputs, Params, Ports, Record, Result, State,
};

const TOTAL: Fact<f64> = Fact::new("total").describe("The sum of x");
const OTHER_TYPE: Fact<i64> = Fact::new("total");
const STRANGER: Fact<f64> = Fact::new("stranger");

#[derive(Record)]
struct Row {
    x: f64,
}

#[derive(Params)]
struct SetsFactParams {
    /// What it sets, and when.
    #[param(default = "sum")]
    how: String,
}

#[derive(State)]
struct SetsFact {
    #[state(skip)]
    how: String,
    sum: f64,
}

/// Sets the fact `total`.
#[leat_sdk::node]
impl Node for SetsFact {
    type Params = SetsFactParams;

    fn ports() -> Ports {
        let rows = Input::of::<Row>("rows").carry("id");
        Ports::new().input(rows).output(Output::new("rows").pass("rows", "id").pass("rows", "x"))
    }

    fn facts() -> Facts {
        Facts::new().sets(TOTAL)
    }

    fn open(params: SetsFactParams, _: &Context) -> Result<Self> {
        if params.how == "open" {
            TOTAL.set(2.5)?;
        }
        Ok(SetsFact { how: params.how, sum: 0.0 })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        if self.how == "hang" {
            loop {
                std::hint::spin_loop();
            }
        }
        self.sum += batch.records::<Row>()?.map(|row| row.x).sum::<f64>();
        out.emit(0, Block::whole(batch))
    }

    fn end_of_input(&mut self, _: usize, _: &mut Outputs) -> Result<()> {
        match self.how.as_str() {
            "sum" => TOTAL.set(self.sum),
            "twice" => TOTAL.set(self.sum).and_then(|()| TOTAL.set(self.sum)),
            "nan" => TOTAL.set(f64::NAN),
            "other-type" => OTHER_TYPE.set(7_i64),
            "stranger" => STRANGER.set(self.sum),
            "reads" => TOTAL.get().map(|_| ()),
            _ => Ok(()),
        }
    }
}
