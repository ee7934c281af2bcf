//! Control tables: small tables by key, whose rows may be in force for a time.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::day::{day_from_text, day_to_text};
use crate::fault::{Fault, Faults, list};
use crate::head;
use crate::matrix::key_fits;
use crate::sheet::{Cell, Row, Sheet};
use crate::value::{Value, ValueType};

/// The columns that say from which day to which a row is in force, both days included.
const FROM: &str = "valid_from";
/// See [`FROM`].
const TO: &str = "valid_to";

/// A table by key.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlTable {
    /// For people.
    pub description: String,
    /// The names of the columns that make the key, in order.
    pub keys: Vec<String>,
    /// The names of the columns that hold values, in order.
    pub columns: Vec<String>,
    /// The type of each of them.
    pub types: Vec<ValueType>,
    /// Whether rows are in force for a time.
    pub dated: bool,
    rows: BTreeMap<Vec<String>, Vec<Version>>,
}

/// A row, and when it is in force.
#[derive(Clone, Debug, PartialEq)]
struct Version {
    from: i32,
    to: i32,
    line: usize,
    values: Vec<Option<Value>>,
}

/// Why there is no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableProblem {
    /// The key is not there.
    UnknownKey(String),
    /// The key is there, but no row of it is in force that day.
    NotInForce(String),
    /// The question makes no sense of this table: a key of other columns, or no day for a dated table.
    Misused(String),
}

impl TableProblem {
    /// The sentence for a person, without the table's name.
    pub fn message(&self) -> &str {
        match self {
            TableProblem::UnknownKey(text) | TableProblem::NotInForce(text) | TableProblem::Misused(text) => text,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Head {
    description: String,
    /// The columns of the key; the first column alone where the file does not say.
    key: Option<Vec<String>>,
    /// Types of columns; the others have the narrowest that takes all their values.
    types: BTreeMap<String, String>,
}

impl ControlTable {
    /// The row of a key that is in force on a day (days since 1970-01-01), or the only one where rows are not dated.
    ///
    /// # Errors
    /// Why there is none.
    pub fn row(&self, key: &[&str], on: Option<i32>) -> Result<&[Option<Value>], TableProblem> {
        if key.len() != self.keys.len() {
            let (given, wanted) = (key.join(", "), self.keys.join(", "));
            return Err(TableProblem::Misused(format!("({given}) is no key: expected a value each for {wanted}")));
        }
        let owned: Vec<String> = key.iter().map(|part| (*part).to_owned()).collect();
        let Some(versions) = self.rows.get(&owned) else {
            let known: Vec<String> = self.rows.keys().map(|key| key.join("/")).collect();
            let known = list(known.iter().map(String::as_str));
            return Err(TableProblem::UnknownKey(format!("no row `{}`; there are {known}", key.join("/"))));
        };
        let on = match (self.dated, on) {
            (false, _) => return Ok(&versions[0].values),
            (true, Some(day)) => day,
            (true, None) => {
                return Err(TableProblem::Misused("its rows are in force for a time: a day is needed".to_owned()));
            }
        };
        let version = versions.iter().find(|version| (version.from..=version.to).contains(&on));
        version.map(|version| &*version.values).ok_or_else(|| {
            TableProblem::NotInForce(format!("no row `{}` is in force on {}", key.join("/"), day_to_text(on)))
        })
    }

    /// How many rows there are, all versions together.
    pub fn rows(&self) -> usize {
        self.rows.values().map(Vec::len).sum()
    }

    /// Reads a control table from its text.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(text: &str) -> Result<Self, Faults> {
        let sheet = Sheet::read(text)?;
        let settings: Head = head::from_lines(&sheet.head)?;
        let mut faults = Faults::default();
        let layout = Layout::of(&sheet.header, &settings, &mut faults);
        let mut records = Vec::new();
        for record in sheet.records() {
            match record {
                Ok(row) if row.cells.len() == sheet.header.cells.len() => records.push(row),
                Ok(row) => {
                    let (has, wants) = (row.cells.len(), sheet.header.cells.len());
                    faults.push(Fault::line(row.line, format!("{has} cells, where the header has {wants}")));
                }
                Err(fault) => faults.push(fault),
            }
        }
        if records.is_empty() && faults.is_empty() {
            faults.push(Fault::line(sheet.header.line, "there are no rows below the header"));
        }
        let types = layout.types(&records, &settings);
        let mut rows: BTreeMap<Vec<String>, Vec<Version>> = BTreeMap::new();
        for record in &records {
            let key = layout.key(record, &mut faults);
            rows.entry(key).or_default().extend(layout.version(record, &types, &mut faults));
        }
        for (key, versions) in &mut rows {
            settle(&key.join("/"), versions, layout.from.is_some() && layout.to.is_none(), &mut faults);
        }
        let named = |places: &[usize]| places.iter().map(|place| layout.names[*place].clone()).collect();
        let (keys, columns) = (named(&layout.keys), named(&layout.values));
        let dated = layout.from.is_some() || layout.to.is_some();
        faults.or(ControlTable { description: settings.description, keys, columns, types, dated, rows })
    }
}

/// What stands in which column.
struct Layout {
    names: Vec<String>,
    keys: Vec<usize>,
    values: Vec<usize>,
    from: Option<usize>,
    to: Option<usize>,
}

impl Layout {
    fn of(header: &Row<'_>, head: &Head, faults: &mut Faults) -> Self {
        let names: Vec<String> = header.cells.iter().map(|cell| cell.text.clone().into_owned()).collect();
        for (place, cell) in header.cells.iter().enumerate() {
            if let Err(why) = key_fits(&cell.text) {
                faults.push(Fault::at(header.line, cell.column, why.replace("a key", "a column's name")));
            } else if names[..place].contains(&names[place]) {
                let message = format!("the column `{}` stands there twice", cell.text);
                faults.push(Fault::at(header.line, cell.column, message));
            }
        }
        let find = |name: &str| names.iter().position(|other| other == name);
        let known = || list(names.iter().map(String::as_str));
        let mut keys = Vec::new();
        for name in head.key.iter().flatten() {
            match find(name) {
                Some(place) => keys.push(place),
                None => {
                    let message = format!("key names `{name}`, which is no column here; there are {}", known());
                    faults.push(Fault::line(header.line, message));
                }
            }
        }
        if head.key.as_ref().is_none_or(Vec::is_empty) {
            keys.push(0);
        }
        let (from, to) = (find(FROM), find(TO));
        let taken = |place: &usize| keys.contains(place) || from == Some(*place) || to == Some(*place);
        let values: Vec<usize> = (0..names.len()).filter(|place| !taken(place)).collect();
        if values.is_empty() {
            faults.push(Fault::line(header.line, "there is no column besides the key"));
        }
        for (name, written) in &head.types {
            if let Err(why) = written.parse::<ValueType>() {
                faults.push(Fault::line(header.line, format!("types: column `{name}`: {why}")));
            }
            if !values.iter().any(|place| names[*place] == *name) {
                let message = format!("types names `{name}`, which is no column of values here");
                faults.push(Fault::line(header.line, message));
            }
        }
        Layout { names, keys, values, from, to }
    }

    /// The types of the columns of values: written, else the narrowest that takes every cell.
    fn types(&self, records: &[Row<'_>], head: &Head) -> Vec<ValueType> {
        let fits = |place: usize, value_type: ValueType| {
            let cells = records.iter().map(|row| &*row.cells[place].text);
            cells.filter(|text| !text.is_empty()).all(|text| value_type.read(text).is_ok())
        };
        let found = |place: usize| ValueType::ALL.into_iter().find(|value_type| fits(place, *value_type));
        let written = |place: usize| head.types.get(&self.names[place]).and_then(|written| written.parse().ok());
        self.values.iter().map(|place| written(*place).or_else(|| found(*place)).unwrap_or(ValueType::Text)).collect()
    }

    fn key(&self, row: &Row<'_>, faults: &mut Faults) -> Vec<String> {
        let part = |place: &usize| {
            let cell = &row.cells[*place];
            if let Err(why) = key_fits(&cell.text) {
                faults.push(Fault::at(row.line, cell.column, format!("column `{}`: {why}", self.names[*place])));
            }
            cell.text.clone().into_owned()
        };
        self.keys.iter().map(part).collect()
    }

    fn version(&self, row: &Row<'_>, types: &[ValueType], faults: &mut Faults) -> Option<Version> {
        let mut values = Vec::with_capacity(types.len());
        for (place, value_type) in self.values.iter().zip(types) {
            let cell = &row.cells[*place];
            match value_type.read(&cell.text) {
                _ if cell.text.is_empty() => values.push(None),
                Ok(value) => values.push(Some(value)),
                Err(why) => {
                    faults.push(Fault::at(row.line, cell.column, format!("column `{}`: {why}", self.names[*place])));
                }
            }
        }
        let from = day(row, self.from.map(|place| &row.cells[place]), i32::MIN, faults)?;
        let to = day(row, self.to.map(|place| &row.cells[place]), i32::MAX, faults)?;
        if from > to {
            let message = format!("{TO} {} is before {FROM} {}", day_to_text(to), day_to_text(from));
            faults.push(Fault::line(row.line, message));
            return None;
        }
        Some(Version { from, to, line: row.line, values })
    }
}

/// A day, or `open` where the cell is empty or there is none.
fn day(row: &Row<'_>, cell: Option<&Cell<'_>>, open: i32, faults: &mut Faults) -> Option<i32> {
    let Some(cell) = cell.filter(|cell| !cell.text.is_empty()) else { return Some(open) };
    let day = day_from_text(&cell.text);
    if day.is_none() {
        let message = format!("\"{}\" is not a day: expected one such as 2024-01-31", cell.text);
        faults.push(Fault::at(row.line, cell.column, message));
    }
    day
}

/// Puts the versions of a key in order, ends each where the next begins if the table only says where they begin, and
/// finds those that overlap.
fn settle(key: &str, versions: &mut [Version], open_ended: bool, faults: &mut Faults) {
    versions.sort_by_key(|version| (version.from, version.line));
    for place in 1..versions.len() {
        let (before, after) = versions.split_at_mut(place);
        let (before, after) = (&mut before[place - 1], &after[0]);
        if open_ended && before.from < after.from {
            before.to = after.from - 1;
        }
        if before.to >= after.from {
            let message = match (before.from, before.to) {
                (i32::MIN, i32::MAX) => format!("row `{key}` stands there twice, first in line {}", before.line),
                _ => format!("row `{key}` is in force on {} twice, by line {} too", first_day(after), before.line),
            };
            faults.push(Fault::line(after.line, message));
        }
    }
}

fn first_day(version: &Version) -> String {
    if version.from == i32::MIN { "every day up to its end".to_owned() } else { day_to_text(version.from) }
}

#[cfg(test)]
mod tests;
