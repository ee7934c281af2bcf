//! A text of lines and cells, as spreadsheets export it: settings in `#` lines at the top, a header, records.
//!
//! Written by hand it is CSV with comments. A spreadsheet that has opened and saved it may have put `#` lines in quotes,
//! padded them with commas, or chosen another delimiter; all of that is read as it was meant.

use std::borrow::Cow;

use crate::fault::Fault;

/// One cell of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// Its text: quotes taken off, or, where there are none, white space around it left out.
    pub text: Cow<'a, str>,
    /// Where it begins: in characters, from 1.
    pub column: usize,
}

/// One line of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// Its line, from 1.
    pub line: usize,
    /// Its cells.
    pub cells: Vec<Cell<'a>>,
}

/// A text taken apart as far as its header.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    /// The settings: the `#` lines without their `#`.
    pub head: Vec<HeadLine<'a>>,
    /// What stands between cells.
    pub delimiter: char,
    /// The header.
    pub header: Row<'a>,
    /// What follows the header, and the number of its first line.
    body: &'a str,
    body_line: usize,
}

/// A line of settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadLine<'a> {
    /// Its line, from 1.
    pub line: usize,
    /// What stands after the `#`.
    pub text: Cow<'a, str>,
}

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// Nothing, or only delimiters.
    Blank,
    /// Settings.
    Head(HeadLine<'a>),
    /// Cells: a header or a record.
    Cells(&'a str),
}

impl<'a> Sheet<'a> {
    /// Takes a text apart.
    ///
    /// # Errors
    /// Where there is no header, or a setting stands below it.
    pub fn read(text: &'a str) -> Result<Self, Fault> {
        let mut head = Vec::new();
        let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut number = 0;
        while let Some((line, after)) = next_line(rest) {
            number += 1;
            rest = after;
            match classify(line, number)? {
                Line::Blank => {}
                Line::Head(line) => head.push(line),
                Line::Cells(line) => {
                    let delimiter = delimiter_of(line);
                    let header = row(line, number, delimiter)?;
                    return Ok(Sheet { head, delimiter, header, body: rest, body_line: number + 1 });
                }
            }
        }
        Err(Fault::whole("there is no header: expected a line with the names of the columns"))
    }

    /// The records below the header; blank lines are passed over.
    pub fn records(&self) -> impl Iterator<Item = Result<Row<'a>, Fault>> {
        let (mut rest, mut number, delimiter) = (self.body, self.body_line - 1, self.delimiter);
        std::iter::from_fn(move || {
            loop {
                let (line, after) = next_line(rest)?;
                rest = after;
                number += 1;
                match classify(line, number) {
                    Ok(Line::Blank) => {}
                    Ok(Line::Cells(line)) => return Some(row(line, number, delimiter)),
                    Ok(Line::Head(_)) => return Some(Err(below_header(number))),
                    Err(fault) => return Some(Err(fault)),
                }
            }
        })
    }
}

/// That a `#` line stands where records are.
pub(crate) fn below_header(line: usize) -> Fault {
    Fault::line(line, "a `#` line below the header: settings stand above it")
}

/// The first line of a text without its line end, and what follows it; nothing at the end.
fn next_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    Some((line.strip_suffix('\r').unwrap_or(line), rest))
}

/// What a line is. `number` is its number.
///
/// # Errors
/// Where it begins as a quoted `#` line and does not go on as one.
pub fn classify(line: &str, number: usize) -> Result<Line<'_>, Fault> {
    let is_delimiter = |c: char| matches!(c, ',' | ';' | '\t');
    let trimmed = line.trim_start();
    if trimmed.trim_end_matches(|c: char| is_delimiter(c) || c.is_whitespace()).is_empty() {
        return Ok(Line::Blank);
    }
    if let Some(setting) = trimmed.strip_prefix('#') {
        let text = Cow::Borrowed(setting.trim_end_matches(|c: char| is_delimiter(c) || c.is_whitespace()));
        return Ok(Line::Head(HeadLine { line: number, text }));
    }
    if trimmed.starts_with("\"#") {
        // As a spreadsheet has saved it: a cell in quotes, cut where it had a delimiter.
        let delimiter = if trimmed.trim_end().ends_with(';') { ';' } else { ',' };
        let cells = row(trimmed, number, delimiter)?.cells;
        let texts: Vec<&str> = cells.iter().map(|cell| &*cell.text).collect();
        let joined = texts.join(&delimiter.to_string());
        let text = joined.trim_start_matches('#').trim_end_matches(is_delimiter).to_owned();
        return Ok(Line::Head(HeadLine { line: number, text: Cow::Owned(text) }));
    }
    Ok(Line::Cells(line))
}

/// What stands between the cells of a header.
pub fn delimiter_of(header: &str) -> char {
    let outside = header.split('"').step_by(2).collect::<String>();
    ['\t', ';'].into_iter().find(|delimiter| outside.contains(*delimiter) && !outside.contains(',')).unwrap_or(',')
}

/// The cells of a line.
///
/// # Errors
/// Where a quote is not closed in its line, or something follows it before the next delimiter.
pub fn row(line: &str, number: usize, delimiter: char) -> Result<Row<'_>, Fault> {
    let mut cells = Vec::new();
    let (mut rest, mut column) = (line, 1);
    loop {
        let (cell, length) = match rest.trim_start_matches(' ').strip_prefix('"') {
            Some(_) => quoted(rest, delimiter).map_err(|message| Fault::at(number, column, message))?,
            None => {
                let end = rest.find(delimiter).unwrap_or(rest.len());
                (Cow::Borrowed(rest[..end].trim()), end)
            }
        };
        let white = rest.chars().take_while(|c| *c == ' ').count();
        cells.push(Cell { text: cell, column: column + white });
        column += rest[..length].chars().count() + 1;
        match rest[length..].strip_prefix(delimiter) {
            Some(after) => rest = after,
            None => return Ok(Row { line: number, cells }),
        }
    }
}

/// The cell in quotes that a text begins with, and how many bytes it takes up.
fn quoted(text: &str, delimiter: char) -> Result<(Cow<'_, str>, usize), String> {
    let start = text.len() - text.trim_start_matches(' ').len() + 1;
    let mut from = start;
    let close = loop {
        let Some(quote) = text[from..].find('"').map(|place| from + place) else {
            return Err("a quote that is not closed in its line".to_owned());
        };
        if !text[quote + 1..].starts_with('"') {
            break quote;
        }
        from = quote + 2;
    };
    let after = &text[close + 1..];
    let white = after.len() - after.trim_start_matches(' ').len();
    let end = close + 1 + white;
    if !(text[end..].is_empty() || text[end..].starts_with(delimiter)) {
        return Err(format!("text after a closing quote: expected `{delimiter}` or the end of the line"));
    }
    let inner = &text[start..close];
    let cell = if inner.contains("\"\"") { Cow::Owned(inner.replace("\"\"", "\"")) } else { Cow::Borrowed(inner) };
    Ok((cell, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'a>(row: &'a Row<'_>) -> Vec<&'a str> {
        row.cells.iter().map(|cell| &*cell.text).collect()
    }

    #[test]
    fn cells_know_where_they_stand() {
        let row = row("a, \"b \"\"x\"\", c\" ,dé,", 4, ',').unwrap();
        assert_eq!(texts(&row), ["a", "b \"x\", c", "dé", ""]);
        assert_eq!(row.cells.iter().map(|cell| cell.column).collect::<Vec<_>>(), [1, 4, 18, 21]);
    }

    #[test]
    fn a_quote_that_goes_wrong_is_named_with_its_place() {
        assert_eq!(row("a,\"b", 2, ',').unwrap_err(), Fault::at(2, 3, "a quote that is not closed in its line"));
        assert!(row("\"a\"b,c", 2, ',').unwrap_err().message.starts_with("text after a closing quote"));
    }

    #[test]
    fn a_sheet_is_head_header_and_records() {
        let sheet = Sheet::read("\u{feff}# x = 1\r\n\r\nk,v\r\na,1\r\n,,\r\nb,2").unwrap();
        assert_eq!(sheet.head, [HeadLine { line: 1, text: " x = 1".into() }]);
        assert_eq!(texts(&sheet.header), ["k", "v"]);
        let records: Vec<Row<'_>> = sheet.records().collect::<Result<_, _>>().unwrap();
        assert_eq!(records.iter().map(|row| row.line).collect::<Vec<_>>(), [4, 6]);
    }

    #[test]
    fn what_a_spreadsheet_makes_of_a_head_is_read_as_it_was_meant() {
        let sheet = Sheet::read("\"# description = \"\"a\",\" b\"\"\",\n# x = 1,,,\nk;v\n").unwrap();
        assert_eq!(sheet.head[0].text, " description = \"a, b\"");
        assert_eq!(sheet.head[1].text, " x = 1");
        assert_eq!(sheet.delimiter, ';');
    }

    #[test]
    fn settings_below_the_header_and_no_header_at_all_are_faults() {
        let sheet = Sheet::read("k,v\n# x = 1\n").unwrap();
        assert_eq!(sheet.records().next().unwrap().unwrap_err().line, 2);
        assert!(Sheet::read("# x = 1\n\n").unwrap_err().message.contains("no header"));
    }
}
