//! The header line: the names of a file's columns.

use super::chunks::count_lines;
use super::scan::{Dialect, after_closing_quote, split_record};
use crate::fault::{Fault, FaultKind};

/// The names of a file's columns.
#[derive(Debug)]
pub(crate) struct Header {
    /// In the file's order. One that stands there twice matters only where it is asked for.
    pub(crate) names: Vec<String>,
    /// Where it stands.
    line: u64,
    /// How many lines come before the first record.
    pub(crate) lines: u64,
}

/// How far a misspelt name may be from one it is taken for.
const NEAREST_DISTANCE_MAX: usize = 3;
/// How many of the header's names a message lists.
const SHOWN_NAMES_MAX: usize = 20;

impl Header {
    /// Reads the header from its record, line end included, which comes after some blank lines.
    pub(crate) fn parse(record: &[u8], blank_lines: u64, dialect: Dialect) -> Result<Self, Fault> {
        let line = blank_lines + 1;
        if record.is_empty() {
            return Err(FaultKind::Empty.into());
        }
        // NUL bytes are how UTF-16 looks to a reader of bytes.
        if record.starts_with(b"\xff\xfe") || record.starts_with(b"\xfe\xff") || record.contains(&0) {
            return Err(FaultKind::NotText.into());
        }
        let text = str::from_utf8(record).map_err(|error| {
            let offset = error.valid_up_to();
            Fault::on_line(line, FaultKind::HeaderNotUtf8 { offset })
        })?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        Ok(Header {
            names: split_names(text, dialect).map_err(|kind| Fault::on_line(line, kind))?,
            line,
            lines: blank_lines + count_lines(record),
        })
    }

    /// Where the column of a name stands, from 0.
    pub(crate) fn position(&self, name: &str) -> Result<usize, Fault> {
        let mut positions = (0..self.names.len()).filter(|position| self.names[*position] == name);
        if let Some(first) = positions.next() {
            return match positions.next() {
                None => Ok(first),
                Some(second) => {
                    let (name, first, second) = (name.to_owned(), first + 1, second + 1);
                    Err(Fault::on_line(self.line, FaultKind::DuplicateColumn { name, first, second }))
                }
            };
        }
        let kind = FaultKind::MissingColumn {
            name: name.to_owned(),
            nearest: self.nearest(name),
            header: list_names(&self.names),
        };
        Err(Fault::on_line(self.line, kind))
    }

    fn nearest(&self, name: &str) -> Vec<String> {
        let plain = |text: &str| text.trim().to_lowercase();
        let wanted = plain(name);
        let mut near: Vec<(usize, &String)> = self
            .names
            .iter()
            .map(|candidate| (strsim::damerau_levenshtein(&wanted, &plain(candidate)), candidate))
            .filter(|(distance, candidate)| {
                *distance <= NEAREST_DISTANCE_MAX && *distance < candidate.chars().count().max(2)
            })
            .collect();
        near.sort();
        near.into_iter().take(2).map(|(_, candidate)| candidate.clone()).collect()
    }
}

/// The first names, for messages.
fn list_names(names: &[String]) -> String {
    let mut list = names.iter().take(SHOWN_NAMES_MAX).map(String::as_str).collect::<Vec<&str>>().join(", ");
    if names.len() > SHOWN_NAMES_MAX {
        list.push_str(&format!(" and {} more", names.len() - SHOWN_NAMES_MAX));
    }
    list
}

fn split_names(text: &str, dialect: Dialect) -> Result<Vec<String>, FaultKind> {
    let bytes = text.as_bytes();
    let mut places = Vec::new();
    let record = split_record(bytes, 0, dialect, |start, end| places.push((start, end)));
    if let Some(field) = record.text_after_quote {
        return Err(FaultKind::HeaderTextAfterQuote { position: field as usize + 1 });
    }
    let mut names = Vec::with_capacity(places.len());
    for (start, end) in places {
        // Fields end at ASCII bytes: cut there, text stays text.
        let field = &text[start..end];
        if !field.starts_with('"') {
            if field.contains('\r') {
                return Err(FaultKind::CarriageReturns);
            }
            names.push(field.to_owned());
        } else if after_closing_quote(bytes, start).is_none() {
            return Err(FaultKind::QuoteNeverClosed);
        } else {
            names.push(field[1..field.len() - 1].replace("\"\"", "\""));
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Dialect = Dialect { delimiter: b',' };

    fn parse(record: &str) -> Result<Header, String> {
        Header::parse(record.as_bytes(), 0, COMMA).map_err(|fault| fault.to_string())
    }

    #[test]
    fn names_may_stand_in_quotes_and_span_lines() {
        let header = parse("id,\"a \"\"b\"\"\nc\",,\"d\"\r\n").unwrap();
        assert_eq!(header.names, ["id", "a \"b\"\nc", "", "d"]);
        assert_eq!(header.lines, 2);
    }

    #[test]
    fn a_missing_column_is_told_with_the_nearest_names() {
        let header = parse("id,Strike,spot\n").unwrap();
        assert_eq!(header.position("spot").unwrap(), 2);
        assert_eq!(
            header.position("strke").unwrap_err().to_string(),
            "line 1: the header has no column \"strke\" (did you mean \"Strike\"?); it has id, Strike, spot"
        );
    }

    #[test]
    fn a_name_that_stands_twice_is_an_error_where_it_is_asked_for() {
        let header = parse("a,b,a\n").unwrap();
        assert_eq!(header.position("b").unwrap(), 1);
        assert_eq!(
            header.position("a").unwrap_err().to_string(),
            "line 1: the header names \"a\" twice, as columns 1 and 3; give each column a name of its own"
        );
    }

    #[test]
    fn a_header_that_names_no_columns_well_is_an_error() {
        for (record, expected) in [
            ("", "the file is empty; a CSV file begins with a header line that names its columns"),
            (
                "a,\"b\"c\n",
                "line 1: text follows the closing quote of column 2 of the header; quotes inside quotes are written \
                 twice",
            ),
            (
                "a,\"b\n1,2\n",
                "line 1: a quote opens here and is never closed; a quote inside a quoted field is written twice",
            ),
            (
                "a,b\r1,2\r",
                "line 1: its lines end in a carriage return alone, as on old Macs; save it with LF or CRLF line ends",
            ),
            ("a\0b\0", "the file is UTF-16 text or no text at all; save it as UTF-8"),
        ] {
            assert_eq!(parse(record).unwrap_err(), expected);
        }
    }
}
