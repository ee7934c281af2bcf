//! A node's state as bytes: records, column by column, one section after another.
//!
//! Called by the `snapshot` and `restore` of nodes. The bytes are read by the same version of the same component alone.

use crate::contract::Column;
use crate::error::{Error, Result};
use crate::record::Record;

/// Writes a node's state, for [`crate::Node::snapshot`].
///
/// ```
/// # use leat_sdk::{Record, StateReader, StateWriter};
/// #[derive(Record, Debug, PartialEq)]
/// struct Count { key: String, count: i64 }
///
/// let counts = || [Count { key: "a".into(), count: 3 }];
/// let bytes = StateWriter::new().records(counts()).into_bytes();
/// let mut state = StateReader::new(&bytes);
/// assert_eq!(state.records::<Count>().unwrap(), counts());
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct StateWriter {
    bytes: Vec<u8>,
}

impl StateWriter {
    /// An empty state.
    pub fn new() -> Self {
        StateWriter::default()
    }

    /// Adds a section of records.
    pub fn records<R: Record>(mut self, records: impl IntoIterator<Item = R>) -> Self {
        let (mut builder, mut rows) = (R::builder(), 0_usize);
        for record in records {
            record.append_to(&mut builder);
            rows += 1;
        }
        self.number(rows);
        for column in R::take(&mut builder) {
            self.buffer(Some(&column.data));
            self.buffer(column.offsets.as_deref());
            self.buffer(column.validity.as_deref());
        }
        self
    }

    /// The whole.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn number(&mut self, number: usize) {
        self.bytes.extend_from_slice(&(number as u64).to_le_bytes());
    }

    /// A buffer after its length and one, or a zero for none.
    fn buffer(&mut self, buffer: Option<&[u8]>) {
        self.number(buffer.map_or(0, |b| b.len() + 1));
        self.bytes.extend_from_slice(buffer.unwrap_or_default());
    }
}

/// Reads a node's state, for [`crate::Node::restore`]: the sections in the order in which they were written.
#[derive(Debug)]
pub struct StateReader<'a> {
    rest: &'a [u8],
}

impl<'a> StateReader<'a> {
    /// Begins with the first section.
    pub fn new(state: &'a [u8]) -> Self {
        StateReader { rest: state }
    }

    /// The records of the next section. They own their text, as nothing else would.
    pub fn records<R: for<'r> Record<In<'r> = R>>(&mut self) -> Result<Vec<R>> {
        let rows = self.number()?;
        let mut column = || -> Result<Column> {
            Ok(Column {
                data: self.buffer()?.ok_or_else(cut_short)?,
                offsets: self.buffer()?,
                validity: self.buffer()?,
            })
        };
        let columns: Vec<Column> = R::FIELDS.iter().map(|_| column()).collect::<Result<_>>()?;
        let columns = R::bind(&columns.iter().collect::<Vec<_>>(), rows)?;
        Ok((0..rows).map(|row| R::get(&columns, row)).collect())
    }

    fn number(&mut self) -> Result<usize> {
        let (number, rest) = self.rest.split_first_chunk().ok_or_else(cut_short)?;
        self.rest = rest;
        usize::try_from(u64::from_le_bytes(*number)).map_err(|_| cut_short())
    }

    fn buffer(&mut self) -> Result<Option<Vec<u8>>> {
        let Some(len) = self.number()?.checked_sub(1) else {
            return Ok(None);
        };
        let (buffer, rest) = self.rest.split_at_checked(len).ok_or_else(cut_short)?;
        self.rest = rest;
        Ok(Some(buffer.to_vec()))
    }
}

fn cut_short() -> Error {
    Error::new("the state is cut short, or another node's")
}
