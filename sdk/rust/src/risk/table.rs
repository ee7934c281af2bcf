//! Control tables: rows by key, in force on a day.

use std::rc::Rc;

use super::place;
use crate::contract::{Value, ValueType};
use crate::date::Date;
use crate::error::{Error, Result};
use crate::host::risk;
use crate::params::Parameter;

/// A small table by key, whose rows may be in force for a time.
#[derive(Debug)]
pub struct ControlTable {
    name: Rc<str>,
    handle: risk::ControlTable,
    columns: Rc<[String]>,
}

impl ControlTable {
    pub(super) fn open(name: &str) -> Result<Self> {
        let handle = risk::control_table(name)?;
        let columns = handle.columns().into();
        Ok(ControlTable { name: name.into(), handle, columns })
    }

    /// The columns that make the key.
    pub fn keys(&self) -> Vec<String> {
        self.handle.keys()
    }

    /// The columns that hold values.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Whether rows are in force for a time; then a day is needed to find one.
    pub fn dated(&self) -> bool {
        self.handle.dated()
    }

    /// The row of a key, one text for each column of the key, that is in force on a day; `None` for a table whose rows
    /// are not dated. An error where there is none.
    pub fn get(&self, key: &[&str], on: Option<Date>) -> Result<TableRow> {
        let values = self.handle.row(key, on.map(Date::days));
        let values = values.map_err(|error| Error::new(format!("the control table `{}`: {error}", self.name)))?;
        let (table, columns) = (Rc::clone(&self.name), Rc::clone(&self.columns));
        Ok(TableRow { table, key: key.join("/"), columns, values })
    }
}

/// A row of a control table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    table: Rc<str>,
    key: String,
    columns: Rc<[String]>,
    values: Vec<Option<Value>>,
}

impl TableRow {
    /// The value of a column: `bool`, `i64`, `f64` or `String`. An error where it is empty, of another type or not there.
    pub fn get<T: Parameter>(&self, column: &str) -> Result<T> {
        let value = self.optional(column)?;
        let empty = || format!("the control table `{}` has no value of `{column}` for `{}`", self.table, self.key);
        value.ok_or_else(|| Error::new(empty()))
    }

    /// The value of a column; nothing where it is empty.
    pub fn optional<T: Parameter>(&self, column: &str) -> Result<Option<T>> {
        let place = place(&format!("the control table `{}` has no column", self.table), &self.columns, column)?;
        let Some(value) = self.values.get(place).and_then(Option::as_ref) else { return Ok(None) };
        // A column of whole numbers is one of integers, whatever its author thought of.
        let wider = match value {
            Value::Int64(whole) if T::TYPE == ValueType::Float64 => Some(Value::Float64(*whole as f64)),
            _ => None,
        };
        let taken = T::from_value(wider.as_ref().unwrap_or(value));
        let other =
            || format!("`{column}` of the control table `{}` is {value:?}, not of type {:?}", self.table, T::TYPE);
        taken.map(Some).ok_or_else(|| Error::new(other()))
    }
}
