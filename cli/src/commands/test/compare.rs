//! Two CSV texts held against each other, and where they first differ. One of them comes from a run, the other from a
//! person; both are small.

/// One record of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The line it begins on, from 1.
    line: usize,
    cells: Vec<String>,
    /// One past its last byte, the line end counted.
    pub(super) end: usize,
}

/// The records of a text, the header first; blank lines are left out but in a file of one column.
pub(super) fn records(text: &str) -> Vec<Record> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut records: Vec<Record> = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let (cells, end) = record(text, at);
        let blank = cells.len() == 1 && cells[0].is_empty();
        if !blank || records.first().is_some_and(|header| header.cells.len() == 1) {
            records.push(Record { line, cells, end });
        }
        line += text[at..end].matches('\n').count();
        at = end;
    }
    records
}

/// The cells of the record at a place, and the place after its line end.
fn record(text: &str, start: usize) -> (Vec<String>, usize) {
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut chars = text[start..].char_indices().peekable();
    let (mut quoted, mut begun) = (false, false);
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if quoted && chars.next_if(|(_, next)| *next == '"').is_some() => cell.push('"'),
            '"' if quoted => quoted = false,
            '"' if !begun => quoted = true,
            ',' if !quoted => {
                cells.push(std::mem::take(&mut cell));
                begun = false;
                continue;
            }
            '\n' if !quoted => {
                let kept = cell.strip_suffix('\r').unwrap_or(&cell).to_owned();
                cells.push(kept);
                return (cells, start + at + 1);
            }
            c => cell.push(c),
        }
        begun = true;
    }
    cells.push(cell);
    (cells, text.len())
}

/// The number of rows where the texts say the same, else the first difference, by row and column. Numbers that differ
/// by no more than `tolerance`, absolutely or relatively, say the same.
pub(super) fn first_difference(expected: &str, made: &str, tolerance: f64) -> Result<usize, String> {
    let (expected, made) = (records(expected), records(made));
    let none = Record { line: 1, cells: Vec::new(), end: 0 };
    let (header, made_header) = (expected.first().unwrap_or(&none), made.first().unwrap_or(&none));
    if header.cells != made_header.cells {
        let (expected, made) = (header.cells.join(", "), made_header.cells.join(", "));
        return Err(format!("the columns are {made}, and expected were {expected}"));
    }
    for (row, (wanted, got)) in expected.iter().zip(&made).enumerate().skip(1) {
        let line = wanted.line;
        if wanted.cells.len() != header.cells.len() {
            let (cells, columns) = (wanted.cells.len(), header.cells.len());
            return Err(format!("line {line} of the expected file has {cells} cells, and its header {columns}"));
        }
        for ((column, wanted), got) in header.cells.iter().zip(&wanted.cells).zip(&got.cells) {
            if !same(wanted, got, tolerance) {
                return Err(format!("row {row}, column `{column}`: expected {wanted:?} (line {line}), got {got:?}"));
            }
        }
    }
    let (wanted, got) = (expected.len().saturating_sub(1), made.len().saturating_sub(1));
    if wanted == got {
        Ok(got)
    } else {
        Err(format!("{got} rows, and expected were {wanted}; the rows both have are the same"))
    }
}

fn same(expected: &str, made: &str, tolerance: f64) -> bool {
    if expected == made {
        return true;
    }
    match (expected.parse::<f64>(), made.parse::<f64>()) {
        (Ok(a), Ok(b)) => a == b || (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named_by_row_and_column() {
        let expected = "id,pv\n1,2.5\n2,\"a\"\"b\"\n";
        assert_eq!(first_difference(expected, "id,pv\r\n1,2.50\r\n2,a\"b\r\n", 0.0), Ok(2));
        let said = first_difference(expected, "id,pv\n1,2.5\n2,c\n", 0.0).unwrap_err();
        assert_eq!(said, "row 2, column `pv`: expected \"a\\\"b\" (line 3), got \"c\"");
        assert!(
            first_difference(expected, "id,pv\n1,2.5\n", 0.0).unwrap_err().starts_with("1 rows, and expected were 2")
        );
        assert!(first_difference(expected, "id,x\n", 0.0).unwrap_err().contains("the columns are id, x"));
    }

    #[test]
    fn numbers_may_differ_by_the_tolerance_and_no_more() {
        let (expected, made) = ("x\n1000000\n", "x\n1000001\n");
        assert!(first_difference(expected, made, 0.0).is_err());
        assert_eq!(first_difference(expected, made, 1e-6), Ok(1));
        assert!(first_difference(expected, made, 1e-7).is_err());
        assert!(first_difference("x\nNaN\n", "x\n1\n", 1.0).is_err());
    }

    #[test]
    fn a_quoted_cell_may_hold_line_ends_and_commas() {
        let found = records("a,b\n\"1\n2\",\"x,y\"\n\nlast,");
        let cells: Vec<_> = found.iter().map(|record| (record.line, record.cells.join("|"))).collect();
        assert_eq!(cells, [(1, "a|b".to_owned()), (2, "1\n2|x,y".to_owned()), (5, "last|".to_owned())]);
    }
}
