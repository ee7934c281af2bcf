//! One line as one row.

use std::collections::HashMap;

use super::columns::Columns;
use super::convert::{Cell, convert};
use super::scan::{Malformed, members};
use crate::open::SourceColumn;
use crate::record::{Complaint, escape};
use crate::value::DateForm;

/// Reads lines into columns.
pub(crate) struct Reader {
    columns: Vec<SourceColumn>,
    dates: DateForm,
    /// Which column a key is.
    keys: HashMap<String, usize>,
    /// The keys of the last line in order with their columns: most lines have the same.
    expected: Vec<(String, Option<usize>)>,
}

/// Lines with more keys than this look each of the further ones up.
const EXPECTED_MAX: usize = 1024;

/// Why a line gives no row.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    NotUtf8 { at: usize, byte: u8 },
    Malformed(Malformed),
    Column { name: String, what: String, way_out: &'static str },
}

impl Reader {
    pub(crate) fn new(columns: Vec<SourceColumn>, dates: DateForm) -> Self {
        let keys = columns.iter().enumerate().map(|(index, column)| (column.header.clone(), index)).collect();
        Reader { columns, dates, keys, expected: Vec::new() }
    }

    /// Adds the row of a line.
    pub(crate) fn read(&mut self, line: &[u8], columns: &mut Columns) -> Result<(), Problem> {
        let text = str::from_utf8(line).map_err(|error| {
            let at = error.valid_up_to();
            Problem::NotUtf8 { at, byte: line.get(at).copied().unwrap_or_default() }
        })?;
        let mut cells: Vec<Option<Cell<'_>>> = Vec::new();
        cells.resize_with(self.columns.len(), || None);
        let mut problem = None;
        let mut place = 0;
        members(text, |key, value| {
            let Some(column) = self.column(place, &key) else {
                place += 1;
                return;
            };
            place += 1;
            let cell = match (&problem, &cells[column]) {
                (Some(_), _) => return,
                (None, Some(_)) => Err(("the key stands twice in the object".to_owned(), "correct the file")),
                (None, None) => convert(value, self.columns[column].field.data_type, &self.dates)
                    .map_err(|what| (what, "correct the file or declare another type")),
            };
            match cell {
                Ok(Cell::Null) if !self.columns[column].field.nullable => {
                    problem = Some(self.no_null(column, "it is null"));
                }
                Ok(cell) => cells[column] = Some(cell),
                Err((what, way_out)) => {
                    let name = self.columns[column].header.clone();
                    problem = Some(Problem::Column { name, what, way_out });
                }
            }
        })
        .map_err(Problem::Malformed)?;
        if let Some(problem) = problem {
            return Err(problem);
        }
        let missing = |column: &usize| cells[*column].is_none() && !self.columns[*column].field.nullable;
        if let Some(column) = (0..cells.len()).find(missing) {
            return Err(self.no_null(column, "the object has no such key"));
        }
        columns.push(cells);
        Ok(())
    }

    /// The column of the key at this place of a line; nothing where none asks for it.
    #[inline]
    fn column(&mut self, place: usize, key: &str) -> Option<usize> {
        if let Some((known, column)) = self.expected.get(place)
            && known == key
        {
            return *column;
        }
        let column = self.keys.get(key).copied();
        if place < self.expected.len() {
            self.expected[place] = (key.to_owned(), column);
        } else if place == self.expected.len() && place < EXPECTED_MAX {
            self.expected.push((key.to_owned(), column));
        }
        column
    }

    #[cold]
    fn no_null(&self, column: usize, found: &str) -> Problem {
        let column = &self.columns[column];
        let what = format!("{found}, but the column may hold no nulls ({})", column.field.data_type);
        let way_out = "correct the file, or let the column hold nulls where it is declared or asked for";
        Problem::Column { name: column.header.clone(), what, way_out }
    }
}

impl Problem {
    pub(crate) fn complaint(self, place: String) -> Complaint {
        let (what, way_out) = match self {
            Problem::NotUtf8 { at, byte } => {
                (format!("byte {} of the line (0x{byte:02x}) is not valid UTF-8", at + 1), "save the file as UTF-8")
            }
            Problem::Malformed(Malformed { at, expected }) => {
                (format!("byte {} of the line: expected {expected}", at + 1), "correct the file")
            }
            Problem::Column { name, what, way_out } => (format!("column \"{}\": {what}", escape(&name)), way_out),
        };
        Complaint { place, what, way_out: way_out.to_owned() }
    }
}
