//! ecl: the expected credit loss of each loan in each scenario, IFRS 9 style.
//!
//! What is used comes from the study `ifrs9`: the scenarios, the transition matrix and the asset correlation of each model,
//! the table of losses given default. The formulas are in README.md.

mod curves;
mod loan;
mod normal;
mod staging;

use std::collections::BTreeMap;

use leat_sdk::contract::ObjectKind;
use leat_sdk::{Batch, Block, Context, Date, Error, Input, Node, Objects, Output, Outputs, Ports, Record, Result};

use curves::{Curves, Factors};
use loan::{Discounting, Terms};
use staging::{Stage, Staging};

/// A loan of the tape.
#[derive(Record, Clone, Debug)]
pub struct Loan<'a> {
    pub segment: &'a str,
    /// When it was granted.
    pub origination_rating: &'a str,
    pub rating: &'a str,
    pub days_past_due: i32,
    pub balance: f64,
    /// Effective rate, a year.
    pub rate: f64,
    /// Whether the rate moves with the three-month T-bill's.
    pub floating: bool,
    /// Whether it is paid back at the end alone, rather than in equal monthly instalments.
    pub bullet: bool,
    pub months_left: i32,
}

/// What is expected to be lost of a loan in one scenario.
#[derive(Record, Clone, Debug, PartialEq)]
pub struct Loss {
    pub stage: i32,
    pub scenario: String,
    /// The scenario's weight.
    pub weight: f64,
    pub ecl: f64,
}

/// The node between two batches: everything that the study says, worked out.
pub struct Ecl {
    scenarios: Vec<Scenario>,
    staging: Staging,
    segments: BTreeMap<String, Segment>,
}

struct Scenario {
    name: String,
    weight: f64,
    discounting: Discounting,
}

/// What holds for the loans of a segment.
struct Segment {
    lgd: f64,
    /// For each scenario.
    curves: Vec<Curves>,
}

/// Expected credit loss of each loan in each scenario, for twelve months or its lifetime, by its stage.
#[leat_sdk::node(stateless)]
impl Node for Ecl {
    type Params = ();

    fn ports() -> Ports {
        let losses = Output::new("losses").pass("loans", "loan_id").pass("loans", "segment").pass("loans", "balance");
        Ports::new().input(Input::of::<Loan<'static>>("loans").carry("loan_id")).output(losses.record::<Loss>())
    }

    fn objects() -> Objects {
        Objects::new().study("ifrs9")
    }

    fn open((): (), context: &Context) -> Result<Self> {
        let study = context.study("ifrs9")?;
        let set = context.scenarios("macro")?;
        let today = set.start().ok_or("the scenario set `macro` should say the day of step 0: `# start = …`")?;
        let mut scenarios = Vec::new();
        for name in set.scenarios() {
            let discounting = Discounting::new(&set.path(name, "tbill")?);
            scenarios.push(Scenario { name: name.clone(), weight: set.weight(name)?, discounting });
        }
        let factors = Factors {
            change_mean: study.option("unemployment_change_mean")?,
            change_sd: study.option("unemployment_change_sd")?,
        };
        let mut ratings = Vec::new();
        let mut segments = BTreeMap::new();
        for model in study.models() {
            let matrix = context.matrix(model.uses_one(ObjectKind::Matrix)?)?;
            ratings = matrix.row_keys().to_vec();
            let correlation: f64 = model.option("asset_correlation")?;
            let yearly = curves::rows(&matrix)?;
            let curves = set.scenarios().iter().map(|scenario| {
                let unemployment = set.path(scenario, "unemployment")?;
                Curves::new(&yearly, correlation, &factors.of_years(&unemployment))
            });
            let curves: Vec<Curves> = curves.collect::<Result<_>>()?;
            let meant = model.filter.iter().find(|(column, _)| column == "segment");
            let (_, names) = meant.ok_or_else(|| Error::new(format!("model `{}` has no segment", model.name)))?;
            for name in names {
                let lgd = lgd(context, name, today)?;
                segments.insert(name.clone(), Segment { lgd, curves: curves.clone() });
            }
        }
        Ok(Ecl { scenarios, staging: Staging::new(&study, ratings)?, segments })
    }

    fn process(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        let mut rows = Vec::with_capacity(batch.rows() * self.scenarios.len());
        let mut losses = Vec::with_capacity(rows.capacity());
        for (row, loan) in batch.records::<Loan<'_>>()?.enumerate() {
            match self.losses(&loan, &mut losses) {
                Ok(()) => rows.extend(std::iter::repeat_n(row as u32, self.scenarios.len())),
                Err(reason) => out.reject(row, reason)?,
            }
        }
        out.emit(0, Block::selected(batch, &rows).records(losses))
    }
}

fn lgd(context: &Context, segment: &str, on: Date) -> Result<f64> {
    context.table("lgd")?.get(&[segment], Some(on))?.get("lgd")
}

impl Ecl {
    /// Adds the loss of a loan in each scenario, or says what is wrong with the loan and adds none.
    fn losses(&self, loan: &Loan<'_>, losses: &mut Vec<Loss>) -> Result<(), String> {
        let segment =
            self.segments.get(loan.segment).ok_or_else(|| format!("no model is for segment `{}`", loan.segment))?;
        let terms = Terms::of(loan)?;
        let (stage, rating) = self.staging.of(loan)?;
        let quarters = match stage {
            Stage::Performing => terms.quarters().min(4),
            Stage::Deteriorated => terms.quarters(),
            Stage::Defaulted => 0,
        };
        for (scenario, curves) in self.scenarios.iter().zip(&segment.curves) {
            let share = match stage {
                Stage::Defaulted => loan.balance,
                _ => terms.expected_default(curves.of_rating(rating), &scenario.discounting, quarters),
            };
            losses.push(Loss {
                stage: stage.number(),
                scenario: scenario.name.clone(),
                weight: scenario.weight,
                ecl: share * segment.lgd,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
