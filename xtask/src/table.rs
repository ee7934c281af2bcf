//! CSV files of results, read as text, and tables of text for the terminal. Knows nothing of the files' meaning.

use std::path::Path;

use anyhow::{Context, Result, ensure};

/// A small CSV file, as text.
pub(crate) struct Csv {
    /// The header.
    pub(crate) columns: Vec<String>,
    /// The records, each with as many fields as the header.
    pub(crate) rows: Vec<Vec<String>>,
}

impl Csv {
    /// Reads a file of results: no quotes in it, every record as long as the header.
    pub(crate) fn read(path: &Path) -> Result<Csv> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Csv::parse(&text).with_context(|| path.display().to_string())
    }

    fn parse(text: &str) -> Result<Csv> {
        ensure!(!text.contains('"'), "quoted fields are not expected in results");
        let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let columns = lines.next().context("the file is empty")?;
        let rows: Vec<_> = lines.collect();
        for (number, row) in rows.iter().enumerate() {
            let (found, expected) = (row.len(), columns.len());
            ensure!(found == expected, "line {} has {found} fields, expected {expected}", number + 2);
        }
        Ok(Csv { columns, rows })
    }
}

/// Rows of text with their columns aligned: the first to the left, the others to the right.
pub(crate) fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[column] - cell.chars().count());
            let (before, after) = if column == 0 { ("", padding.as_str()) } else { (padding.as_str(), "") };
            line.push_str("  ");
            line.push_str(before);
            line.push_str(cell);
            line.push_str(after);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn records_must_be_as_long_as_the_header() {
        let csv = Csv::parse("a,b\n1,2\n").unwrap();
        assert_eq!((csv.columns, csv.rows), (row(&["a", "b"]), vec![row(&["1", "2"])]));
        let error = Csv::parse("a,b\n1,2\n3\n").err().unwrap();
        assert_eq!(error.to_string(), "line 3 has 1 fields, expected 2");
    }

    #[test]
    fn numbers_stand_under_each_other() {
        let rows = [row(&["index", "var"]), row(&["sp500", "0.0312"]), row(&["n", "1"])];
        assert_eq!(aligned(&rows), "  index     var\n  sp500  0.0312\n  n           1\n");
    }
}
