//! Holds the nodes against the numbers of `compute.py`, which knows nothing of them: the test below runs `ecl`
//! natively on the sample, with the objects of `risk/`. The totals are compared where the process runs, by `cargo xtask test`.
#![cfg(test)]

mod csv;

use ecl::Ecl;
use leat_sdk::{Record, testing};

use csv::{Table, close};

/// Rows of a batch: not a divisor of anything, so that batches end where nothing else does.
const BATCH_ROWS: usize = 77;

#[derive(Record, Clone)]
struct Loan {
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

#[derive(Record, Clone, Debug)]
struct Loss {
    loan_id: i64,
    segment: String,
    balance: f64,
    stage: i32,
    scenario: String,
    weight: f64,
    ecl: f64,
}

fn losses() -> Vec<Loss> {
    let tape = Table::read("../in/sample.csv");
    let loan = |row| Loan {
        loan_id: tape.text(row, "loan_id").parse().unwrap(),
        segment: tape.text(row, "segment").to_owned(),
        origination_rating: tape.text(row, "origination_rating").to_owned(),
        rating: tape.text(row, "rating").to_owned(),
        days_past_due: tape.text(row, "days_past_due").parse().unwrap(),
        balance: tape.number(row, "balance"),
        rate: tape.number(row, "rate"),
        floating: tape.text(row, "floating") == "true",
        bullet: tape.text(row, "bullet") == "true",
        months_left: tape.text(row, "months_left").parse().unwrap(),
    };
    let risk = concat!(env!("CARGO_MANIFEST_DIR"), "/../risk");
    let files = ["ifrs9.study.toml", "macro.scenarios.csv", "transitions.matrix.csv", "lgd.table.csv"];
    let trial = files.iter().fold(testing::of::<Ecl>(), |trial, file| trial.object_file(format!("{risk}/{file}")));
    let run = trial.batch_rows(BATCH_ROWS).input(0, (0..tape.rows()).map(loan)).run().unwrap();
    assert!(run.rejected().is_empty());
    run.output::<Loss>(0)
}

#[test]
fn the_loss_of_each_loan_in_each_scenario_is_as_computed_independently() {
    let expected = Table::read("loans/losses.csv");
    let losses = losses();
    assert_eq!(losses.len(), expected.rows());
    for (row, found) in losses.iter().enumerate() {
        assert_eq!(found.loan_id.to_string(), expected.text(row, "loan_id"));
        assert_eq!(found.stage.to_string(), expected.text(row, "stage"));
        assert_eq!(found.scenario, expected.text(row, "scenario"));
        close(found.weight, expected.number(row, "weight"));
        close(found.ecl, expected.number(row, "ecl"));
    }
    for stage in 1..=3 {
        assert!(losses.iter().any(|loss| loss.stage == stage), "the sample has no loan in stage {stage}");
    }
}
