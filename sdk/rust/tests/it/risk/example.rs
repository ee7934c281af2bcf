//! The node of docs/risk-objects.md, as it stands there.

use leat_sdk::{
    Batch, Block, Context, Date, Input, Node, Objects, Output, Outputs, Params, Ports, Record, Result, named_by,
};

#[derive(Record)]
pub struct Loan<'a> {
    pub segment: &'a str,
    pub rating: &'a str,
    pub balance: f64,
}

#[derive(Record)]
pub struct Loss {
    pub loss: f64,
}

#[derive(Params)]
pub struct LossParams {
    /// The matrix of one-year transition rates.
    #[param(default = "ratings")]
    pub ratings: String,
}

pub struct ExpectedLoss {
    ratings: leat_sdk::Matrix,
    lgd: leat_sdk::ControlTable,
    stress: f64,
    today: Date,
}

/// The expected loss of a year, under the worst of the scenarios.
#[leat_sdk::node(stateless)]
impl Node for ExpectedLoss {
    type Params = LossParams;

    fn ports() -> Ports {
        Ports::new().input(Input::of::<Loan>("loans")).output(Output::of::<Loss>("losses"))
    }

    fn objects() -> Objects {
        Objects::new().scenarios("macro").matrix(named_by("ratings")).table("lgd")
    }

    fn open(params: LossParams, context: &Context) -> Result<Self> {
        let scenarios = context.scenarios("macro")?;
        let worst = scenarios.path("severe", "unemployment")?;
        let base = scenarios.path("base", "unemployment")?;
        Ok(ExpectedLoss {
            ratings: context.matrix(&params.ratings)?,
            lgd: context.table("lgd")?,
            stress: worst[0] / base[0],
            today: scenarios.start().unwrap_or_default(),
        })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        let mut losses = Vec::with_capacity(batch.rows());
        for loan in batch.records::<Loan<'_>>()? {
            let pd = self.ratings.get(loan.rating, "D")? * self.stress;
            let lgd: f64 = self.lgd.get(&[loan.segment], Some(self.today))?.get("lgd")?;
            losses.push(pd.min(1.0) * lgd * loan.balance);
        }
        out.emit(0, Block::fresh(losses.len()).made(losses))
    }
}
