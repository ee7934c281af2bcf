//! Matrices: numbers by a row's key and a column's.

use std::collections::HashMap;

use serde::Deserialize;

use crate::NAME_BYTES_MAX;
use crate::fault::{Fault, Faults, list};
use crate::head;
use crate::sheet::{Row, Sheet};
use crate::value::number;

/// How far a sum may be from what was declared, where the file does not say: rounding in the last place of a double.
const TOLERANCE: f64 = 1e-9;

/// A matrix with keys on both axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// For people.
    pub description: String,
    /// The keys of its rows, in order.
    pub row_keys: Vec<String>,
    /// The keys of its columns, in order.
    pub column_keys: Vec<String>,
    /// Row by row.
    values: Vec<f64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Head {
    description: String,
    /// What the numbers of each row add up to.
    rows_sum_to: Option<f64>,
    /// What the numbers of each column add up to.
    columns_sum_to: Option<f64>,
    /// How far sums may be off, absolutely.
    tolerance: Option<f64>,
    /// Whether both axes have the same keys in the same order.
    square: bool,
}

impl Matrix {
    /// A matrix of these values, row by row.
    ///
    /// # Errors
    /// Where there are not as many as keys say, one is not finite, or a key stands there twice.
    pub fn new(row_keys: &[&str], column_keys: &[&str], values: &[f64]) -> Result<Self, String> {
        for keys in [row_keys, column_keys] {
            if let Some(key) = keys.iter().enumerate().find(|(place, key)| keys[..*place].contains(key)) {
                return Err(format!("the key `{}` stands there twice", key.1));
            }
        }
        if values.len() != row_keys.len() * column_keys.len() {
            let (rows, columns) = (row_keys.len(), column_keys.len());
            return Err(format!("{} values for {rows} rows of {columns} columns", values.len()));
        }
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            return Err(format!("{value} is not a finite number"));
        }
        let owned = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        let description = String::new();
        let (row_keys, column_keys) = (owned(row_keys), owned(column_keys));
        Ok(Matrix { description, row_keys, column_keys, values: values.to_vec() })
    }

    /// Reads a matrix from its text.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(text: &str) -> Result<Self, Faults> {
        let sheet = Sheet::read(text)?;
        let settings: Head = head::from_lines(&sheet.head)?;
        let mut faults = Faults::default();
        let column_keys = column_keys(&sheet.header, &mut faults);
        let mut body = Body::default();
        for record in sheet.records() {
            match record {
                Ok(row) => body.take(&row, &column_keys, &mut faults),
                Err(fault) => faults.push(fault),
            }
        }
        if body.row_keys.is_empty() && faults.is_empty() {
            faults.push(Fault::line(sheet.header.line, "there are no rows below the header"));
        }
        if faults.is_empty() {
            body.check(&settings, (&column_keys, sheet.header.line), &mut faults);
        }
        let Body { row_keys, values, .. } = body;
        faults.or(Matrix { description: settings.description, row_keys, column_keys, values })
    }

    /// The value of a row and a column, by their places.
    pub fn value(&self, row: usize, column: usize) -> Option<f64> {
        self.row(row)?.get(column).copied()
    }

    /// The values of a row, by its place.
    pub fn row(&self, row: usize) -> Option<&[f64]> {
        let width = self.column_keys.len();
        self.values.get(row.checked_mul(width)?..)?.get(..width)
    }
}

/// The keys in a header, whose first cell is only a title.
fn column_keys(header: &Row<'_>, faults: &mut Faults) -> Vec<String> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let cells = header.cells.get(1..).unwrap_or(&[]);
    if cells.is_empty() {
        faults.push(Fault::line(header.line, "a matrix has a column of row keys and at least one column of numbers"));
    }
    for cell in cells {
        if let Err(why) = key_fits(&cell.text) {
            faults.push(Fault::at(header.line, cell.column, why));
        }
        if let Some(first) = places.insert(&cell.text, cell.column) {
            let message = format!("the column key `{}` stands there twice, first at column {first}", cell.text);
            faults.push(Fault::at(header.line, cell.column, message));
        }
    }
    cells.iter().map(|cell| cell.text.clone().into_owned()).collect()
}

/// Whether a text can be a key.
pub(crate) fn key_fits(text: &str) -> Result<(), String> {
    match text.len() {
        0 => Err("a hole: expected a key".to_owned()),
        bytes if bytes > NAME_BYTES_MAX => Err(format!("a key of {bytes} bytes: at most {NAME_BYTES_MAX} are taken")),
        _ => Ok(()),
    }
}

/// The rows read so far.
#[derive(Default)]
struct Body {
    row_keys: Vec<String>,
    lines: Vec<usize>,
    places: HashMap<String, usize>,
    values: Vec<f64>,
}

impl Body {
    fn take(&mut self, row: &Row<'_>, column_keys: &[String], faults: &mut Faults) {
        let Some((key, cells)) = row.cells.split_first() else { return };
        if let Err(why) = key_fits(&key.text) {
            faults.push(Fault::at(row.line, key.column, why));
        }
        if let Some(first) = self.places.insert(key.text.clone().into_owned(), row.line) {
            let message = format!("the row key `{}` stands there twice, first in line {first}", key.text);
            faults.push(Fault::at(row.line, key.column, message));
        }
        if cells.len() != column_keys.len() {
            let message = format!("{} numbers, where the header has {} keys", cells.len(), column_keys.len());
            faults.push(Fault::line(row.line, message));
            return;
        }
        for (cell, column) in cells.iter().zip(column_keys) {
            match number(&cell.text) {
                Ok(value) => self.values.push(value),
                Err(why) => faults.push(Fault::at(row.line, cell.column, format!("column `{column}`: {why}"))),
            }
        }
        self.row_keys.push(key.text.clone().into_owned());
        self.lines.push(row.line);
    }

    /// What the head promises of the matrix as a whole.
    fn check(&self, head: &Head, (column_keys, header_line): (&[String], usize), faults: &mut Faults) {
        let tolerance = head.tolerance.unwrap_or(TOLERANCE);
        if !(0.0..f64::INFINITY).contains(&tolerance) {
            faults.push(Fault::whole(format!("tolerance = {tolerance}: expected a number from 0 on")));
        }
        if head.square && self.row_keys != column_keys {
            let (rows, columns) = (list(names(&self.row_keys)), list(names(column_keys)));
            let message =
                format!("square = true, but the keys of the rows ({rows}) are not those of the columns ({columns})");
            faults.push(Fault::line(header_line, message));
        }
        let width = column_keys.len();
        let off =
            |sum: f64, wanted: f64| format!("{sum}, which is {} off {wanted} (tolerance {tolerance})", sum - wanted);
        if let Some(wanted) = head.rows_sum_to {
            for ((values, key), line) in self.values.chunks(width).zip(&self.row_keys).zip(&self.lines) {
                let sum: f64 = values.iter().sum();
                if (sum - wanted).abs() > tolerance {
                    faults.push(Fault::line(*line, format!("row `{key}` sums to {}", off(sum, wanted))));
                }
            }
        }
        if let Some(wanted) = head.columns_sum_to {
            for (column, key) in column_keys.iter().enumerate() {
                let sum: f64 = self.values.iter().skip(column).step_by(width).sum();
                if (sum - wanted).abs() > tolerance {
                    faults.push(Fault::line(header_line, format!("column `{key}` sums to {}", off(sum, wanted))));
                }
            }
        }
    }
}

fn names(keys: &[String]) -> impl Iterator<Item = &str> {
    keys.iter().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> String {
        Matrix::read(text).unwrap_err().to_string()
    }

    #[test]
    fn a_matrix_is_read_with_its_keys() {
        let matrix = Matrix::read("# rows_sum_to = 1\n# square = true\nfrom,A,D\nA,0.9,0.1\nD,0,1\n").unwrap();
        assert_eq!(
            (matrix.row_keys.clone(), matrix.column_keys.clone()),
            (vec!["A".into(), "D".into()], vec!["A".into(), "D".into()])
        );
        assert_eq!(matrix.value(0, 1), Some(0.1));
        assert_eq!(matrix.row(1), Some(&[0.0, 1.0][..]));
        assert_eq!((matrix.value(0, 2), matrix.row(2)), (None, None));
    }

    #[test]
    fn a_row_that_does_not_sum_is_named_with_its_sum() {
        let said = faults("# rows_sum_to = 1\n# tolerance = 0.001\nfrom,A,D\nA,0.9,0.09\nD,0,1\n");
        assert!(said.starts_with("4: row `A` sums to 0.99, which is -0.01"), "{said}");
        assert!(Matrix::read("# rows_sum_to = 1\n# tolerance = 0.02\nfrom,A,D\nA,0.9,0.09\nD,0,1\n").is_ok());
        let said = faults("# columns_sum_to = 1\nfrom,A,D\nA,0.9,1\nD,0,0\n");
        assert!(said.starts_with("2: column `A` sums to 0.9"), "{said}");
    }

    #[test]
    fn every_fault_of_a_matrix_is_named_with_its_place() {
        let said = faults("from,A,A,\nA,1,x,3\nA,1\n,1,,2\n");
        let expected = [
            "1:8: the column key `A` stands there twice, first at column 6",
            "1:10: a hole: expected a key",
            "2:5: column `A`: \"x\" is not a number",
            "3:1: the row key `A` stands there twice, first in line 2",
            "3: 1 numbers, where the header has 3 keys",
            "4:1: a hole: expected a key",
            "4:4: column `A`: a hole: expected a number",
        ];
        for fault in expected {
            assert!(said.contains(fault), "{fault}\nin\n{said}");
        }
    }

    #[test]
    fn keys_of_a_square_matrix_are_the_same_on_both_axes() {
        assert!(
            faults("# square = true\nx,A,B\nB,1,2\nA,3,4\n")
                .contains("2: square = true, but the keys of the rows (B, A)")
        );
    }

    #[test]
    fn a_matrix_of_values_is_held_to_the_same_rules() {
        assert!(Matrix::new(&["A"], &["A", "B"], &[1.0]).is_err());
        assert!(Matrix::new(&["A", "A"], &["B"], &[1.0, 2.0]).is_err());
        assert!(Matrix::new(&["A"], &["B"], &[f64::NAN]).is_err());
        assert_eq!(Matrix::new(&["A"], &["B"], &[2.0]).unwrap().value(0, 0), Some(2.0));
    }
}
