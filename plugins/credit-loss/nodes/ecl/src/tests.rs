//! The node on a few loans.

use leat_sdk::testing::{self, Trial, risk_objects::ScenarioSet};
use leat_sdk::{Record, Result};

use super::{Ecl, Loan};

/// A sound loan.
pub(crate) fn loan() -> Loan<'static> {
    Loan {
        segment: "leasing",
        origination_rating: "BB",
        rating: "BB",
        days_past_due: 0,
        balance: 1000.0,
        rate: 0.05,
        floating: false,
        bullet: false,
        months_left: 48,
    }
}

#[derive(Record, Clone)]
struct Row {
    loan_id: i64,
    segment: String,
    origination_rating: String,
    rating: String,
    days_past_due: i32,
    balance: f64,
    rate: f64,
    floating: bool,
    bullet: bool,
    months_left: i32,
}

#[derive(Record, Debug)]
struct Out {
    loan_id: i64,
    stage: i32,
    scenario: String,
    weight: f64,
    ecl: f64,
}

fn row(loan_id: i64, loan: Loan<'_>) -> Row {
    Row {
        loan_id,
        segment: loan.segment.to_owned(),
        origination_rating: loan.origination_rating.to_owned(),
        rating: loan.rating.to_owned(),
        days_past_due: loan.days_past_due,
        balance: loan.balance,
        rate: loan.rate,
        floating: loan.floating,
        bullet: loan.bullet,
        months_left: loan.months_left,
    }
}

fn trial(loans: &[Loan<'_>]) -> Trial<Ecl> {
    let risk = concat!(env!("CARGO_MANIFEST_DIR"), "/../../risk");
    let files = ["ifrs9.study.toml", "macro.scenarios.csv", "transitions.matrix.csv", "lgd.table.csv"];
    let trial = files.iter().fold(testing::of::<Ecl>(), |trial, file| trial.object_file(format!("{risk}/{file}")));
    trial.batch_rows(2).input(0, loans.iter().enumerate().map(|(id, loan)| row(id as i64, loan.clone())))
}

#[test]
fn a_loan_has_a_loss_in_each_scenario_and_more_of_it_in_worse_ones() -> Result<()> {
    let late = Loan { days_past_due: 45, ..loan() };
    let defaulted = Loan { days_past_due: 120, ..loan() };
    let run = trial(&[loan(), late, defaulted]).run().unwrap();
    let losses = run.output::<Out>(0);
    let names: Vec<&str> = losses.iter().map(|loss| loss.scenario.as_str()).collect();
    assert_eq!(names, ["base", "adverse", "severe"].repeat(3));
    for (loan, of_loan) in losses.chunks(3).enumerate() {
        assert!(of_loan.iter().all(|loss| loss.stage == loan as i32 + 1 && loss.loan_id == loan as i64));
        assert!((of_loan.iter().map(|loss| loss.weight).sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(of_loan[0].ecl <= of_loan[1].ecl && of_loan[1].ecl <= of_loan[2].ecl, "{of_loan:?}");
    }
    assert!(losses[3].ecl > 2.0 * losses[0].ecl);
    // In default all of it is: 1000 × LGD of leasing.
    assert_eq!(losses[6].ecl, 300.0);
    Ok(())
}

#[test]
fn a_loan_that_cannot_be_computed_is_rejected_with_the_reason() {
    let run = trial(&[Loan { segment: "cards", ..loan() }, loan(), Loan { rating: "BB+", ..loan() }]).run().unwrap();
    let reasons: Vec<(usize, &str)> = run.rejected().iter().map(|row| (row.row, row.reason.as_str())).collect();
    assert_eq!(reasons, [(0, "no model is for segment `cards`"), (2, "`BB+` is no rating")]);
    assert_eq!(run.output::<Out>(0).len(), 3);
}

#[test]
fn a_scenario_set_that_does_not_say_its_day_fails_before_any_loan() {
    let path = [9.6; 21];
    let set = ScenarioSet::new(&[("base", "unemployment", &path), ("base", "tbill", &path)]).unwrap();
    let failed = trial(&[loan()]).object("macro.scenarios", set).run().unwrap_err();
    assert_eq!(failed.call(), "open");
    assert!(failed.message().contains("should say the day of step 0"), "{failed}");
}
