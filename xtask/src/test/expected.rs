//! Outputs of the example playpens beside the values that an independent program computed.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::tally::Tally;
use crate::cargo::root;
use crate::playpens;
use crate::table::Csv;

/// How far a number may be from the expected one, as a share of it: sums in another order differ in the last digits.
const RELATIVE: f64 = 1e-9;

/// Runs every playpen that has a folder `expected` and compares each file there with the output of that name.
pub(super) fn compare_examples(leat: &Path, tally: &mut Tally) -> Result<()> {
    let mut compared = 0;
    for playpen in playpens::examples()? {
        let expected = root().join(&playpen).join("expected");
        if !expected.is_dir() {
            continue;
        }
        let output = playpens::output_folder(&playpen);
        for stream in playpens::stream_files(&playpen)? {
            playpens::leat(leat, &root(), &["run", &stream, "--quiet", "--output", &output])?;
        }
        for entry in std::fs::read_dir(&expected).with_context(|| format!("cannot list {}", expected.display()))? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "csv") {
                let name = path.file_name().unwrap_or_default();
                let actual = root().join(&output).join(name);
                tally.add_check(&format!("{playpen}: {}", name.to_string_lossy()), same(&actual, &path));
                compared += 1;
            }
        }
    }
    ensure!(compared > 0, "no example playpen has expected values");
    Ok(())
}

fn same(actual: &Path, expected: &Path) -> Result<()> {
    compare(&Csv::read(actual)?, &Csv::read(expected)?)
}

fn compare(actual: &Csv, expected: &Csv) -> Result<()> {
    ensure!(
        actual.columns == expected.columns,
        "the columns are {}, expected {}",
        actual.columns.join(","),
        expected.columns.join(",")
    );
    let (found, wanted) = (actual.rows.len(), expected.rows.len());
    ensure!(found == wanted, "there are {found} rows, expected {wanted}");
    ensure!(wanted > 0, "the expected file has no rows");
    for (number, (row, wanted)) in actual.rows.iter().zip(&expected.rows).enumerate() {
        for ((cell, wanted), column) in row.iter().zip(wanted).zip(&expected.columns) {
            let line = number + 2;
            ensure!(is_same(cell, wanted), "line {line}, column {column}: {cell}, expected {wanted}");
        }
    }
    Ok(())
}

/// The same text, or numbers that differ by rounding alone.
fn is_same(actual: &str, expected: &str) -> bool {
    if actual == expected {
        return true;
    }
    match (actual.parse::<f64>(), expected.parse::<f64>()) {
        (Ok(actual), Ok(expected)) => (actual - expected).abs() <= RELATIVE * expected.abs().max(RELATIVE),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_may_differ_by_rounding_and_text_not_at_all() {
        assert!(is_same("0.1", "0.10000000000000001"));
        assert!(is_same("12", "12.0"));
        assert!(!is_same("0.1", "0.100001"));
        assert!(!is_same("sp500", "nasdaq"));
        assert!(!is_same("", "0"));
    }

    #[test]
    fn a_missing_row_and_a_wrong_value_are_found_with_their_place() {
        let csv = |rows: &[&str]| Csv {
            columns: vec!["var".to_owned()],
            rows: rows.iter().map(|cell| vec![(*cell).to_owned()]).collect(),
        };
        assert!(compare(&csv(&["1", "2"]), &csv(&["1", "2"])).is_ok());
        let missing = compare(&csv(&["1"]), &csv(&["1", "2"])).unwrap_err().to_string();
        assert_eq!(missing, "there are 1 rows, expected 2");
        let wrong = compare(&csv(&["1", "3"]), &csv(&["1", "2"])).unwrap_err().to_string();
        assert_eq!(wrong, "line 3, column var: 3, expected 2");
        assert!(compare(&csv(&[]), &csv(&[])).is_err());
    }
}
