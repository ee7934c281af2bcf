//! Columns as a file has them, made batches of a queue: in Leat's layout, and without the rows that its columns cannot
//! hold, which are told of one by one.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::filter::filter_record_batch;
use leat_flow::schema::arrow_schema;
use leat_flow::step::{Outlet, Rejected, StepError};
use leat_stream::schema::Field;
use serde::{Deserialize, Serialize};

use super::decode::decode;
use super::guarded;
use crate::fault::FaultKind;
use crate::json::Objects;
use crate::open::SourceConfig;
use crate::position::PositionError;
use crate::record::{Complaint, Described, escape};
use crate::text::RowFormat;
use crate::value::DateForm;

/// Rows on their way from a file to a queue.
///
/// Rows with a null where there may be none, or a value that the column's type cannot hold, go to [`Outlet::reject`]. All
/// rows before such a row have been delivered by then.
pub(crate) struct TypedRows {
    name: String,
    fields: Vec<Field>,
    schema: SchemaRef,
    /// How a bad row is shown.
    objects: Objects,
    /// How many rows of the file come before the next.
    before: u64,
    pending: VecDeque<Piece>,
    /// Where the rows that were added last begin, and how many of their pieces were delivered.
    current: RowPlace,
    /// How many pieces of the next rows were delivered before the source was opened.
    delivered: usize,
}

/// A place between two batches.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct RowPlace {
    /// How many rows of the file come before those that are added at once.
    pub(crate) row: u64,
    /// How many pieces of what came of these are before the place.
    pub(crate) pieces: usize,
}

/// Columns in Leat's layout, and the bad rows in order with the first problem of each.
type Decoded = (Vec<ArrayRef>, Vec<(usize, String)>);

enum Piece {
    Rows(RecordBatch),
    Bad(Vec<(u64, Described)>),
}

impl TypedRows {
    pub(crate) fn of(config: SourceConfig) -> Result<Self, FaultKind> {
        let fields: Vec<Field> = config.columns.into_iter().map(|column| column.field).collect();
        let dates = DateForm::new(None).map_err(|error| FaultKind::Setting(error.to_string()))?;
        Ok(TypedRows {
            name: config.name,
            schema: arrow_schema(&fields),
            objects: Objects::new(&fields, dates),
            fields,
            before: 0,
            pending: VecDeque::new(),
            current: RowPlace::default(),
            delivered: 0,
        })
    }

    /// What messages call the file.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Passes rows of the file over: they are counted, since rows are named by their numbers.
    pub(crate) fn skip(&mut self, rows: u64) {
        self.before += rows;
    }

    /// Where it is. Between two calls of [`Self::next`] nothing of the rows before [`RowPlace::row`] is held.
    pub(crate) fn place(&self) -> RowPlace {
        if self.pending.is_empty() { RowPlace { row: self.before, pieces: self.delivered } } else { self.current }
    }

    /// Whether all rows that were added are delivered.
    pub(crate) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Goes to a place; the rows from there on are to be added next.
    pub(crate) fn go_to(&mut self, place: RowPlace) -> Result<(), PositionError> {
        // Rows are counted in signed numbers by the formats.
        if place.row > i64::MAX as u64 {
            return Err(PositionError::Outside);
        }
        (self.before, self.delivered) = (place.row, place.pieces);
        Ok(())
    }

    /// Adds rows of the file: their columns in the order of the queue's, each `rows` long.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub(crate) fn add(&mut self, columns: &[ArrayRef], rows: usize) -> Result<(), String> {
        self.current = RowPlace { row: self.before, pieces: 0 };
        self.before += rows as u64;
        if rows == 0 {
            return Ok(());
        }
        self.push(columns, rows)?;
        let delivered = std::mem::take(&mut self.delivered);
        if delivered > self.pending.len() {
            return Err("the place in the checkpoint is not one in it".to_owned());
        }
        self.pending.drain(..delivered);
        self.current.pieces = delivered;
        Ok(())
    }

    fn push(&mut self, columns: &[ArrayRef], rows: usize) -> Result<(), String> {
        let before = self.current.row;
        let (arrays, bad) = guarded(|| self.decode(columns))?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let schema = Arc::clone(&self.schema);
        let whole = |arrays| guarded(|| RecordBatch::try_new_with_options(schema, arrays, &options));
        let Some((first, _)) = bad.first() else {
            self.pending.push_back(Piece::Rows(whole(arrays)?));
            return Ok(());
        };
        let first = *first;
        // The nulls that may not be there stand in the way of the schema; these rows go, and the others have none.
        let nullable: Vec<Field> = self.fields.iter().map(|field| Field { nullable: true, ..field.clone() }).collect();
        let open = guarded(|| RecordBatch::try_new(arrow_schema(&nullable), arrays))?;
        let mut kept = vec![true; rows];
        let mut described = Vec::new();
        for (row, what) in bad {
            kept[row] = false;
            described.push((before + row as u64 + 1, self.describe(&open, row, what, before)));
        }
        let sound = guarded(|| filter_record_batch(&open, &BooleanArray::from(kept)))?;
        let sound = guarded(|| RecordBatch::try_new(Arc::clone(&self.schema), sound.columns().to_vec()))?;
        self.push_rows(sound.slice(0, first));
        self.pending.push_back(Piece::Bad(described));
        self.push_rows(sound.slice(first, sound.num_rows() - first));
        Ok(())
    }

    /// The next of the rows that were added; bad ones before it are rejected. Nothing where all are delivered.
    pub(crate) fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        while let Some(piece) = self.pending.pop_front() {
            self.current.pieces += 1;
            match piece {
                Piece::Rows(batch) => return Ok(Some(batch)),
                Piece::Bad(bad) => {
                    for (row, Described { text, reason }) in &bad {
                        let rejected = Rejected::Record { file: &self.name, line: *row, text, reason };
                        outlet.reject(rejected).map_err(StepError::Stopped)?;
                    }
                }
            }
        }
        Ok(None)
    }

    fn decode(&self, columns: &[ArrayRef]) -> Result<Decoded, ArrowError> {
        let mut bad: Vec<(usize, String)> = Vec::new();
        let mut arrays = Vec::with_capacity(self.fields.len());
        for (field, array) in self.fields.iter().zip(columns) {
            let name = escape(&field.name);
            let layout = || ArrowError::SchemaError(format!("column \"{name}\" has another type than the schema says"));
            let (decoded, unheld) = decode(array, field.data_type).ok_or_else(layout)?;
            let unheld = unheld.into_iter().map(|row| {
                let what = "the value has nanoseconds, or is too large, for a timestamp of microseconds";
                (row, format!("column \"{name}\": {what}; nothing is rounded silently"))
            });
            bad.extend(unheld);
            if !field.nullable && decoded.null_count() > 0 {
                let null = |row: &usize| decoded.is_null(*row);
                let what =
                    format!("column \"{name}\": it is null, but the column may hold no nulls ({})", field.data_type);
                bad.extend((0..decoded.len()).filter(null).map(|row| (row, what.clone())));
            }
            arrays.push(decoded);
        }
        bad.sort_by_key(|(row, _)| *row);
        bad.dedup_by_key(|(row, _)| *row);
        Ok((arrays, bad))
    }

    fn describe(&self, batch: &RecordBatch, row: usize, what: String, before: u64) -> Described {
        let mut text = Vec::new();
        // A row that cannot be written is still told by its number.
        if let Ok(rows) = self.objects.rows(batch)
            && rows.write_object(row, &mut text).is_err()
        {
            text.clear();
        }
        let place = format!("{}: row {}", self.name, before + row as u64 + 1);
        let way_out = "correct the file, or let the column hold nulls where it is declared or asked for".to_owned();
        Complaint { place, what, way_out }.about(&text)
    }

    fn push_rows(&mut self, batch: RecordBatch) {
        if batch.num_rows() > 0 {
            self.pending.push_back(Piece::Rows(batch));
        }
    }
}
