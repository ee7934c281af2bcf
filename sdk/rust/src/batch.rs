//! The batch in hand: records or columns of one input port.
//!
//! Made by the driver for each call of `process`; knows the port's fields but not where the batch came from.

use std::marker::PhantomData;

use crate::contract::{Column, FieldType, InputInfo};
use crate::date::Date;
use crate::error::{Error, Result};
use crate::field::Field;
use crate::record::Record;
use crate::timestamp::Timestamp;

/// Some records of one input port, at most a few thousand.
#[derive(Debug)]
pub struct Batch<'a> {
    port: usize,
    rows: usize,
    columns: &'a [Column],
    input: &'a InputInfo,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(port: usize, rows: usize, columns: &'a [Column], input: &'a InputInfo) -> Self {
        Batch { port, rows, columns, input }
    }

    /// Number of the input port it came from.
    pub fn port(&self) -> usize {
        self.port
    }

    /// How many records it has; more than none.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The records, typed. Fails where the port does not read a column of the record, or reads it as another type.
    pub fn records<R: Record>(&self) -> Result<Records<'a, R>> {
        Ok(Records { columns: self.bind::<R>()?, rows: 0..self.rows })
    }

    /// The columns of a record, for reading rows by number with [`Record::get`].
    pub fn bind<R: Record>(&self) -> Result<R::Columns<'a>> {
        let find = |field: &crate::record::RecordField| self.find(field.name, field.field_type);
        let columns: Vec<&'a Column> = R::FIELDS.iter().map(find).collect::<Result<_>>()?;
        R::bind(&columns, self.rows)
    }

    /// One column, typed: `batch.column::<Option<&str>>("book")`.
    pub fn column<F: Field>(&self, name: &str) -> Result<Values<'a, F>> {
        Ok(Values { reader: F::reader(self.find(name, F::TYPE)?, self.rows)?, rows: self.rows, field: PhantomData })
    }

    /// A column of 64-bit floats without nulls.
    pub fn f64(&self, name: &str) -> Result<Values<'a, f64>> {
        self.column(name)
    }

    /// A column of 64-bit integers without nulls.
    pub fn i64(&self, name: &str) -> Result<Values<'a, i64>> {
        self.column(name)
    }

    /// A column of 32-bit integers without nulls.
    pub fn i32(&self, name: &str) -> Result<Values<'a, i32>> {
        self.column(name)
    }

    /// A column of booleans without nulls.
    pub fn bool(&self, name: &str) -> Result<Values<'a, bool>> {
        self.column(name)
    }

    /// A column of days without nulls.
    pub fn date(&self, name: &str) -> Result<Values<'a, Date>> {
        self.column(name)
    }

    /// A column of moments without nulls.
    pub fn timestamp(&self, name: &str) -> Result<Values<'a, Timestamp>> {
        self.column(name)
    }

    /// A column of text without nulls.
    pub fn text(&self, name: &str) -> Result<Values<'a, &'static str>> {
        self.column(name)
    }

    fn find(&self, name: &str, wanted: FieldType) -> Result<&'a Column> {
        let mut read = self.input.fields.iter().filter_map(|f| f.read.map(|t| (f.name.as_str(), t)));
        let (number, declared) = read
            .by_ref()
            .enumerate()
            .find_map(|(number, (field, declared))| (field == name).then_some((number, declared)))
            .ok_or_else(|| self.no_such_field(name))?;
        if declared.data_type != wanted.data_type || (declared.nullable && !wanted.nullable) {
            let port = &self.input.name;
            return Err(Error::new(format!(
                "column `{name}` of input `{port}` is read as {wanted}, but declared as {declared}"
            )));
        }
        self.columns.get(number).ok_or_else(|| {
            let (port, found) = (&self.input.name, self.columns.len());
            Error::new(format!("input `{port}` got {found} columns, fewer than it declared"))
        })
    }

    fn no_such_field(&self, name: &str) -> Error {
        let names: Vec<&str> = self.input.fields.iter().map(|f| f.name.as_str()).collect();
        let port = &self.input.name;
        Error::new(format!("input `{port}` declares no column `{name}`; it has {}", names.join(", ")))
    }
}

/// The records of a batch, in order.
#[derive(Debug)]
pub struct Records<'a, R: Record> {
    columns: R::Columns<'a>,
    rows: std::ops::Range<usize>,
}

impl<'a, R: Record> Iterator for Records<'a, R> {
    type Item = R::In<'a>;

    #[inline]
    fn next(&mut self) -> Option<R::In<'a>> {
        self.rows.next().map(|row| R::get(&self.columns, row))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rows.size_hint()
    }
}

impl<R: Record> ExactSizeIterator for Records<'_, R> {}

/// The values of a column, decoded as they are read.
#[derive(Debug)]
pub struct Values<'a, F: Field> {
    reader: F::Reader<'a>,
    rows: usize,
    field: PhantomData<F>,
}

impl<'a, F: Field> Values<'a, F> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The value of one row.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    pub fn get(&self, row: usize) -> F::In<'a> {
        F::get(&self.reader, row)
    }

    /// The values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = F::In<'a>> + '_ {
        (0..self.rows).map(|row| self.get(row))
    }

    /// The values in a vector, for code that wants a slice.
    pub fn to_vec(&self) -> Vec<F::In<'a>> {
        self.iter().collect()
    }
}
