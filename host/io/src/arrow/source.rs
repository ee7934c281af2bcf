//! An Arrow file as a source of batches.

use arrow_array::RecordBatch;
use leat_flow::step::{BATCH_ROWS, Outlet, Source, StepError};
use serde::{Deserialize, Serialize};

use super::file::{ArrowFile, damaged};
use crate::fault::Fault;
use crate::mark::Mark;
use crate::open::SourceConfig;
use crate::position::{self, PositionError};
use crate::typed::{RowPlace, TypedRows, places};

/// Reads an Arrow file.
///
/// Rows with a null where there may be none, or a value that the column's type cannot hold, go to [`Outlet::reject`]. All
/// rows before such a row have been delivered by then. A damaged file ends the reading whatever the outlet says.
pub struct ArrowSource {
    file: ArrowFile,
    rows: TypedRows,
    /// The next batch of the file.
    next: usize,
    /// The batch in hand and how much of it was handed on.
    current: Option<(RecordBatch, usize)>,
    /// Where the rows that were added last begin.
    added: BatchPlace,
}

/// A place in the file.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct BatchPlace {
    /// A batch, and how many of its rows come before the place.
    batch: usize,
    row: usize,
}

/// What positions are of.
const KIND: &str = "an Arrow input";

impl ArrowSource {
    /// Opens the file and finds its columns.
    ///
    /// # Errors
    /// The file cannot be read, lacks a column, or has one of a type that is not served. [`Fault::in_file`] has the whole
    /// message.
    pub fn open(config: SourceConfig) -> Result<Self, Fault> {
        let file = ArrowFile::open(&config.path)?;
        let places = places(&config.columns, &file.schema)?;
        let (file, rows) = (file.project(places)?, TypedRows::of(config)?);
        Ok(ArrowSource { file, rows, next: 0, current: None, added: BatchPlace::default() })
    }

    /// Where the rows begin that are to be added next.
    fn place(&self) -> BatchPlace {
        match &self.current {
            Some((_, row)) => BatchPlace { batch: self.next - 1, row: *row },
            None => BatchPlace { batch: self.next, row: 0 },
        }
    }

    fn go_to(&mut self, position: &[u8]) -> Result<(), PositionError> {
        let ((mark, place, rows), _): ((Mark, BatchPlace, RowPlace), _) = position::read(KIND, position)?;
        self.file.progress.require(&mark)?;
        if self.next > 0 {
            return Err(PositionError::Late);
        }
        if place.batch > self.file.batches() {
            return Err(PositionError::Outside);
        }
        self.next = place.batch;
        if place.row > 0 {
            if place.batch == self.file.batches() {
                return Err(PositionError::Outside);
            }
            let batch = self.file.batch(place.batch);
            let batch = batch.map_err(|fault| PositionError::Named(fault.in_file(self.rows.name())))?;
            if place.row >= batch.num_rows() {
                return Err(PositionError::Outside);
            }
            self.current = Some((batch, place.row));
            self.next += 1;
        }
        self.rows.go_to(rows)
    }

    /// Adds some more rows; `false` at the end.
    fn advance(&mut self) -> Result<bool, Fault> {
        self.added = self.place();
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
        let piece = batch.slice(from, count);
        if from + count < batch.num_rows() {
            self.current = Some((batch, from + count));
        }
        self.rows.add(piece.columns(), count).map_err(damaged)?;
        Ok(true)
    }
}

impl Source for ArrowSource {
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        loop {
            if let Some(batch) = self.rows.next(outlet)? {
                return Ok(Some(batch));
            }
            let more = self.advance().map_err(|fault| StepError::Failed(fault.in_file(self.rows.name())))?;
            outlet.progress(self.file.progress.done(), Some(self.file.progress.total));
            if !more {
                return Ok(None);
            }
        }
    }

    fn position(&mut self) -> Result<Vec<u8>, StepError> {
        let mark = self.file.progress.mark().map_err(|error| error.of(self.rows.name()))?;
        let rows = self.rows.place();
        let place = if self.rows.is_empty() { self.place() } else { self.added };
        Ok(position::write(KIND, &(mark, place, rows), &[]))
    }

    fn resume(&mut self, position: &[u8]) -> Result<(), StepError> {
        self.go_to(position).map_err(|error| error.of(self.rows.name()))
    }
}
