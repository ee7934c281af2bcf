//! Holds the nodes against the numbers of `compute.py`, which knows nothing of them: the tests below run the process's
//! nodes natively, one after the other, on the same history.
#![cfg(test)]

mod csv;

use exceedances::exceedances;
use historical_var::{HistoricalVar, Risk};
use kupiec::{Kupiec, Overall, Yearly};
use leat_sdk::{Date, Record, testing};
use log_returns::{LogReturns, Price, Return};
use portfolio::{Portfolio, Profit};

use csv::{Table, close};

/// Rows of a batch: not a divisor of anything, so that batches end where nothing else does.
const BATCH_ROWS: usize = 1000;

#[derive(Record)]
struct Beyond {
    day: Date,
    loss: f64,
    var: f64,
    excess: f64,
}

fn returns(file: &str) -> Vec<Return> {
    let table = Table::read(&format!("../in/{file}"));
    let price = |row| Price { day: table.american_date(row, "Date"), close: table.number(row, "Adj Close") };
    let prices = (0..table.rows()).map(price);
    let run = testing::of::<LogReturns>().batch_rows(BATCH_ROWS).input(0, prices).run().unwrap();
    run.output::<Return>(0)
}

fn risk() -> Vec<Risk> {
    let portfolio = testing::of::<Portfolio>().batch_rows(BATCH_ROWS);
    let run = portfolio.input(0, returns("sp500.csv")).input(1, returns("nasdaq.csv")).run().unwrap();
    let var = testing::of::<HistoricalVar>().batch_rows(BATCH_ROWS);
    let run = var.input(0, run.output::<Profit>(0)).run().unwrap();
    run.output::<Risk>(0)
}

#[test]
fn value_at_risk_and_expected_shortfall_are_as_computed_independently() {
    let expected = Table::read("var.csv");
    let risk = risk();
    assert_eq!(risk.len(), expected.rows());
    for (row, found) in risk.iter().enumerate() {
        assert_eq!(found.day, expected.date(row, "day"));
        close(found.loss, expected.number(row, "loss"));
        close(found.var, expected.number(row, "var"));
        close(found.expected_shortfall, expected.number(row, "expected_shortfall"));
        assert_eq!(found.exceeded.to_string(), expected.text(row, "exceeded"));
    }
}

#[test]
fn exceedances_are_as_computed_independently() {
    let expected = Table::read("exceedances.csv");
    let run = testing::of::<exceedances>().batch_rows(BATCH_ROWS).input(0, risk()).run().unwrap();
    let beyond = run.output::<Beyond>(0);
    assert_eq!(beyond.len(), expected.rows());
    for (row, found) in beyond.iter().enumerate() {
        assert_eq!(found.day, expected.date(row, "day"));
        close(found.loss, expected.number(row, "loss"));
        close(found.var, expected.number(row, "var"));
        close(found.excess, expected.number(row, "excess"));
    }
}

#[test]
fn kupiecs_test_is_as_computed_independently() {
    let run = testing::of::<Kupiec>().batch_rows(BATCH_ROWS).input(0, risk()).run().unwrap();
    let expected = Table::read("kupiec.csv");
    let overall = run.output::<Overall>(0);
    assert_eq!((overall.len(), expected.rows()), (1, 1));
    assert_eq!(overall[0].days.to_string(), expected.text(0, "days"));
    assert_eq!(overall[0].exceedances.to_string(), expected.text(0, "exceedances"));
    close(overall[0].expected, expected.number(0, "expected"));
    close(overall[0].likelihood_ratio, expected.number(0, "likelihood_ratio"));
    close(overall[0].p_value, expected.number(0, "p_value"));

    let expected = Table::read("kupiec_by_year.csv");
    let yearly = run.output::<Yearly>(1);
    assert_eq!(yearly.len(), expected.rows());
    for (row, found) in yearly.iter().enumerate() {
        assert_eq!(found.year.to_string(), expected.text(row, "year"));
        assert_eq!(found.days.to_string(), expected.text(row, "days"));
        assert_eq!(found.exceedances.to_string(), expected.text(row, "exceedances"));
        close(found.expected, expected.number(row, "expected"));
        close(found.likelihood_ratio, expected.number(row, "likelihood_ratio"));
        close(found.p_value, expected.number(row, "p_value"));
    }
}
