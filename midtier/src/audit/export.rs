//! An export of the audit log: lines of JSON, first the place it begins behind, then row after row, at last the head. It can be
//! checked without any server: [`check`].
//!
//! Written by the REST API piece by piece, read by the command line.

use std::io::{BufRead, Read};

use serde::{Deserialize, Serialize};

use super::chain::{Check, Fault, Link};
use super::line::{Line, Place};
use super::row::Row;

/// How long a line of an export may be, bytes: more than the longest row has.
const LINE_BYTES_MAX: u64 = 32 << 10;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Begins {
    anchor: Place,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ends {
    head: Place,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Any {
    Begins(Begins),
    Ends(Ends),
    Row(Box<Line>),
}

/// An export that is sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// How many rows it has.
    pub rows: u64,
    /// The place it begins behind.
    pub anchor: Link,
    /// Its last row.
    pub head: Link,
}

/// Why an export is not sound, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unsound {
    /// The chain is not whole.
    #[error("line {line}: {fault}")]
    Fault {
        /// Where it was found.
        line: u64,
        /// What is wrong.
        fault: Fault,
    },
    /// A line is none of an export.
    #[error("line {line} is none of an export: {why}")]
    NoLine {
        /// Which.
        line: u64,
        /// Why.
        why: String,
    },
    /// It ends before its end.
    #[error("it ends behind line {line} without telling its head: it was cut off, or the export broke off")]
    NoEnd {
        /// The last line.
        line: u64,
    },
    /// The file cannot be read.
    #[error("it cannot be read")]
    Read(#[from] std::io::Error),
}

/// The line that an export begins with.
pub fn first_line(anchor: Link) -> String {
    text(&Begins { anchor: anchor.into() })
}

/// The line of a row.
pub fn line_of(row: &Row) -> String {
    text(&Line::from(row))
}

/// The line that an export ends with.
pub fn last_line(head: Link) -> String {
    text(&Ends { head: head.into() })
}

fn text(line: &impl Serialize) -> String {
    let mut text = serde_json::to_string(line).expect("texts and numbers are JSON");
    text.push('\n');
    text
}

/// Checks an export, from its first line to its last. A place that was noted elsewhere is compared.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check(mut file: impl BufRead, noted: Option<Link>) -> Result<Checked, Unsound> {
    let mut number = 0;
    let mut anchor = None;
    let mut check: Option<Check> = None;
    let mut head = None;
    while let Some(read) = next_line(&mut file)? {
        number += 1;
        let no_line = |why: String| Unsound::NoLine { line: number, why };
        let fault = |fault| Unsound::Fault { line: number, fault };
        let line: Any = serde_json::from_str(&read).map_err(|error| no_line(error.to_string()))?;
        match (line, &mut check, head) {
            (Any::Begins(begins), None, _) => {
                let link = begins.anchor.link().map_err(no_line)?;
                anchor = Some(link);
                check = Some(Check::new(link, noted));
            }
            (Any::Row(line), Some(check), None) => check.row(&line.row().map_err(no_line)?).map_err(fault)?,
            (Any::Ends(ends), Some(check), None) => {
                let link = ends.head.link().map_err(no_line)?;
                check.end(&link).map_err(fault)?;
                head = Some(link);
            }
            _ => return Err(no_line("it does not belong here".to_owned())),
        }
    }
    match (check, anchor, head) {
        (Some(check), Some(anchor), Some(head)) => Ok(Checked { rows: check.rows(), anchor, head }),
        _ => Err(Unsound::NoEnd { line: number }),
    }
}

fn next_line(file: &mut impl BufRead) -> Result<Option<String>, Unsound> {
    let mut line = String::new();
    file.take(LINE_BYTES_MAX).read_line(&mut line)?;
    Ok(if line.is_empty() { None } else { Some(line) })
}

#[cfg(test)]
mod tests {
    use leat_scheduler::model::Moment;

    use super::*;
    use crate::audit::{Entry, Outcome, Who};

    fn lines() -> Vec<String> {
        let mut at = Link::beginning();
        let mut lines = vec![first_line(at)];
        for n in 0..4 {
            let who = Who { user: "ada\"\\ü".to_owned(), role: "user".to_owned(), identified: "token".to_owned() };
            let at_time = Moment(1_767_323_045_000_001 + n);
            let entry =
                Entry { at: at_time, who, on: format!("run {n}"), outcome: Outcome::Failed, ..Entry::default() };
            let row = at.next(entry);
            lines.push(line_of(&row));
            at = Link::from(&row);
        }
        lines.push(last_line(at));
        lines
    }

    fn checked(lines: &[String]) -> Result<Checked, String> {
        check(lines.concat().as_bytes(), None).map_err(|error| error.to_string())
    }

    #[test]
    fn an_export_that_nobody_touched_is_sound() {
        let found = checked(&lines()).unwrap();
        assert_eq!((found.rows, found.anchor.number, found.head.number), (4, 0, 4));
        assert!(lines().iter().all(|line| line.ends_with('\n') && line.matches('\n').count() == 1));
    }

    #[test]
    fn a_line_that_was_changed_taken_out_put_in_or_moved_is_found() {
        let whole = lines();
        let mut changed = whole.clone();
        changed[2] = changed[2].replace("run 1", "run 7");
        assert_eq!(checked(&changed).unwrap_err(), "line 3: row 2 was changed, or the row before it was");
        let mut missing = whole.clone();
        missing.remove(2);
        assert_eq!(checked(&missing).unwrap_err(), "line 3: row 2 is missing: 3 follows row 1");
        let mut doubled = whole.clone();
        doubled.insert(3, whole[2].clone());
        assert!(checked(&doubled).unwrap_err().starts_with("line 4: row 2 follows row 2"));
        let mut moved = whole.clone();
        moved.swap(2, 3);
        assert!(checked(&moved).unwrap_err().starts_with("line 3: row 2 is missing"));
        let mut cut = whole.clone();
        cut.remove(4);
        assert!(checked(&cut).unwrap_err().contains("were cut off"), "{:?}", checked(&cut));
        let mut more = whole.clone();
        more[1] = more[1].replace("{\"number\"", "{\"seen\":1,\"number\"");
        assert!(checked(&more).unwrap_err().starts_with("line 2 is none of an export"));
    }

    #[test]
    fn an_export_that_broke_off_is_none() {
        let whole = lines();
        assert!(checked(&whole[..4]).unwrap_err().contains("without telling its head"));
        assert!(checked(&[]).is_err() && checked(&whole[1..]).is_err());
        let after_end = [whole.clone(), whole.clone()].concat();
        assert!(checked(&after_end).unwrap_err().contains("does not belong here"));
        let endless = format!("{{\"anchor\":\"{}\"}}", "x".repeat(1 << 20));
        assert!(checked(&[endless]).unwrap_err().starts_with("line 1 is none of an export"));
    }
}
