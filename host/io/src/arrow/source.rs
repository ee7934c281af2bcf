//! An Arrow file as a source of batches.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::filter::filter_record_batch;
use leat_flow::schema::arrow_schema;
use leat_flow::step::{BATCH_ROWS, Outlet, Rejected, Source, StepError};
use leat_stream::schema::Field;

use super::decode::{decode, type_of};
use super::file::{ArrowFile, guarded};
use crate::fault::{Fault, FaultKind};
use crate::json::{Rows, Writer};
use crate::open::SourceConfig;
use crate::record::{Complaint, Described, escape};
use crate::value::DateForm;

/// Reads an Arrow file.
///
/// Rows with a null where there may be none, or a value that the column's type cannot hold, go to [`Outlet::reject`]. All
/// rows before such a row have been delivered by then. A damaged file ends the reading whatever the outlet says.
pub struct ArrowSource {
    name: String,
    file: ArrowFile,
    fields: Vec<Field>,
    schema: SchemaRef,
    writer: Writer,
    /// The next batch of the file.
    next: usize,
    /// The batch in hand and how much of it was handed on.
    current: Option<(RecordBatch, usize)>,
    /// How many rows of the file come before the batch in hand.
    rows: u64,
    pending: VecDeque<Piece>,
}

/// Columns in Leat's layout, and the bad rows in order with the first problem of each.
type Decoded = (Vec<ArrayRef>, Vec<(usize, String)>);

enum Piece {
    Rows(RecordBatch),
    Bad(Vec<(u64, Described)>),
}

impl ArrowSource {
    /// Opens the file and finds its columns.
    ///
    /// # Errors
    /// The file cannot be read, lacks a column, or has one of a type that is not served. [`Fault::in_file`] has the whole
    /// message.
    pub fn open(config: SourceConfig) -> Result<Self, Fault> {
        let file = ArrowFile::open(&config.path)?;
        let mut places = Vec::new();
        for column in &config.columns {
            let name = &column.header;
            let Some((place, found)) = file.schema.column_with_name(name) else {
                return Err(FaultKind::NoArrowColumn(name.clone()).into());
            };
            let is = type_of(found.data_type());
            if !is.is_some_and(|is| is.widens_to(column.field.data_type)) {
                let (is, wanted) = (found.data_type().to_string(), column.field.data_type);
                return Err(FaultKind::ArrowType { name: name.clone(), is, wanted }.into());
            }
            places.push(place);
        }
        let fields: Vec<Field> = config.columns.into_iter().map(|column| column.field).collect();
        let dates = DateForm::new(None).map_err(|error| FaultKind::Setting(error.to_string()))?;
        Ok(ArrowSource {
            name: config.name,
            file: file.project(places)?,
            schema: arrow_schema(&fields),
            writer: Writer::new(&fields, dates),
            fields,
            next: 0,
            current: None,
            rows: 0,
            pending: VecDeque::new(),
        })
    }

    /// Makes some more rows pending; `false` at the end.
    fn advance(&mut self) -> Result<bool, Fault> {
        let (batch, from) = match self.current.take() {
            Some(current) => current,
            None if self.next == self.file.batches() => return Ok(false),
            None => {
                let batch = self.file.batch(self.next)?;
                self.next += 1;
                (batch, 0)
            }
        };
        let count = (batch.num_rows() - from).min(BATCH_ROWS);
        let before = self.rows;
        self.rows += count as u64;
        let piece = batch.slice(from, count);
        if from + count < batch.num_rows() {
            self.current = Some((batch, from + count));
        }
        if count > 0 {
            self.convert(&piece, before)?;
        }
        Ok(true)
    }

    /// Converts rows of the file, `before` of which come before them.
    fn convert(&mut self, piece: &RecordBatch, before: u64) -> Result<(), FaultKind> {
        let (arrays, bad) = guarded(|| self.decode(piece))?;
        let options = RecordBatchOptions::new().with_row_count(Some(piece.num_rows()));
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
        let mut kept = vec![true; piece.num_rows()];
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

    /// The columns in Leat's layout, and the bad rows in order with the first problem of each.
    fn decode(&self, piece: &RecordBatch) -> Result<Decoded, ArrowError> {
        let mut bad: Vec<(usize, String)> = Vec::new();
        let mut arrays = Vec::with_capacity(self.fields.len());
        for (field, array) in self.fields.iter().zip(piece.columns()) {
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
        if let Ok(rows) = Rows::of(&self.fields, batch)
            && self.writer.write(&rows, row, &mut text).is_err()
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

impl Source for ArrowSource {
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        loop {
            match self.pending.pop_front() {
                Some(Piece::Rows(batch)) => return Ok(Some(batch)),
                Some(Piece::Bad(bad)) => {
                    for (row, Described { text, reason }) in &bad {
                        let rejected = Rejected::Record { file: &self.name, line: *row, text, reason };
                        outlet.reject(rejected).map_err(StepError::Stopped)?;
                    }
                }
                None => {
                    let more = self.advance().map_err(|fault| StepError::Failed(fault.in_file(&self.name)))?;
                    outlet.progress(self.file.progress.done(), Some(self.file.progress.total));
                    if !more {
                        return Ok(None);
                    }
                }
            }
        }
    }
}
