//! Columns for an output port, many rows at once.

use super::mismatch;
use crate::batch::Batch;
use crate::contract::{Column, FieldType, OutputInfo};
use crate::error::{Error, Result};
use crate::field::{Builder, Field};
use crate::record::Record;

/// Rows for an output port, by column. Give the columns that the node makes, in the port's order; those that the port
/// passes on are put in between by the host, which never shows their values to the node.
///
/// ```
/// # use leat_sdk::{Batch, Block, Outputs, Result};
/// # fn process(batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
/// let spot = batch.f64("spot")?;
/// let keep: Vec<u32> = (0..batch.rows() as u32).filter(|row| spot.get(*row as usize) > 0.0).collect();
/// let logs = keep.iter().map(|row| spot.get(*row as usize).ln());
/// out.emit(0, Block::selected(batch, &keep).made(logs))
/// # }
/// ```
#[derive(Debug)]
#[must_use]
pub struct Block {
    rows: usize,
    selection: Option<Vec<u8>>,
    made: Vec<Made>,
    /// A selected row that the batch does not have.
    beyond: Option<u32>,
}

#[derive(Debug)]
struct Made {
    /// Known where the column came with a record.
    name: Option<&'static str>,
    field_type: FieldType,
    rows: usize,
    column: Column,
}

impl Block {
    /// As many rows as the batch in hand; passed columns go on whole.
    pub fn whole(batch: &Batch<'_>) -> Self {
        Block::new(batch.rows(), None)
    }

    /// One row for each of these row numbers of the batch in hand, in any order, repeats allowed: passed columns are
    /// gathered from there.
    pub fn selected(batch: &Batch<'_>, rows: &[u32]) -> Self {
        let selection = rows.iter().flat_map(|row| row.to_le_bytes()).collect();
        Block {
            beyond: rows.iter().copied().find(|row| *row as usize >= batch.rows()),
            ..Block::new(rows.len(), Some(selection))
        }
    }

    /// That many rows for a port that passes nothing on.
    pub fn fresh(rows: usize) -> Self {
        Block::new(rows, None)
    }

    fn new(rows: usize, selection: Option<Vec<u8>>) -> Self {
        Block { rows, selection, made: Vec::new(), beyond: None }
    }

    /// Adds a column: one value for each row.
    pub fn made<F: Field>(mut self, values: impl IntoIterator<Item = F>) -> Self {
        let mut builder = F::Builder::default();
        let mut rows = 0;
        for value in values {
            value.append_to(&mut builder);
            rows += 1;
        }
        self.made.push(Made { name: None, field_type: F::TYPE, rows, column: builder.take() });
        self
    }

    /// Adds the columns of a record: one record for each row.
    pub fn records<R: Record>(mut self, records: impl IntoIterator<Item = R>) -> Self {
        let mut builder = R::builder();
        let mut rows = 0;
        for record in records {
            record.append_to(&mut builder);
            rows += 1;
        }
        let made = R::FIELDS.iter().zip(R::take(&mut builder)).map(|(field, column)| Made {
            name: Some(field.name),
            field_type: field.field_type,
            rows,
            column,
        });
        self.made.extend(made);
        self
    }

    /// Makes sure that the block is one of the port's, and takes it apart.
    pub(super) fn check(self, info: &OutputInfo) -> Result<(usize, Option<Vec<u8>>, Vec<Column>)> {
        let given: Vec<_> = self.made.iter().map(|m| (m.name, m.field_type)).collect();
        if let Some(error) = mismatch(info, &given) {
            return Err(error);
        }
        if let Some(row) = self.beyond {
            return Err(Error::new(format!("row {row} is selected, but the batch in hand has fewer rows")));
        }
        if let Some((number, odd)) = self.made.iter().enumerate().find(|(_, m)| m.rows != self.rows) {
            let (name, found, wanted) = (&info.name, odd.rows, self.rows);
            return Err(Error::new(format!(
                "made column {number} for output `{name}` has {found} values for {wanted} rows"
            )));
        }
        let columns = self.made.into_iter().map(|m| m.column).collect();
        Ok((self.rows, self.selection, columns))
    }
}
