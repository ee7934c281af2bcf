//! Statements that touch many rows at once.

use std::fmt::Write;

/// How many rows one statement takes, the largest first. Few sizes, so that each connection keeps each statement prepared;
/// and the largest stays below SQLite's 32,766 parameters with 30 columns.
const SIZES: [usize; 4] = [512, 64, 8, 1];

/// Cuts rows into pieces of these sizes.
pub(crate) fn pieces<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = SIZES.into_iter().find(|size| *size <= rows.len())?;
        let (piece, rest) = rows.split_at(size);
        rows = rest;
        Some(piece)
    })
}

/// `($1, $2), ($3, $4)`: so many rows of so many columns.
pub(crate) fn rows(rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 6);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            let comma = if column == 0 { "" } else { ", " };
            write!(text, "{comma}${}", row * columns + column + 1).expect("a text takes whatever is written");
        }
        text.push(')');
    }
    text
}

/// `($3, $4, $5)`: a list of so many, from this parameter on.
pub(crate) fn list(from: usize, length: usize) -> String {
    let numbers: Vec<String> = (from..from + length).map(|number| format!("${number}")).collect();
    format!("({})", numbers.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_of_few_sizes_and_lose_nothing() {
        let rows: Vec<usize> = (0..600).collect();
        let sizes: Vec<usize> = pieces(&rows).map(<[usize]>::len).collect();
        assert_eq!(sizes, [512, 64, 8, 8, 8]);
        assert_eq!(pieces(&rows).flatten().copied().collect::<Vec<_>>(), rows);
        assert_eq!(pieces::<usize>(&[]).count(), 0);
    }

    #[test]
    fn parameters_are_numbered_through() {
        assert_eq!(rows(2, 2), "($1, $2), ($3, $4)");
        assert_eq!(list(3, 2), "($3, $4)");
    }
}
