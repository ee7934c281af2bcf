//! An Arrow file as a source of batches.

use arrow_array::RecordBatch;
use leat_flow::step::{BATCH_ROWS, Outlet, Source, StepError};

use super::file::{ArrowFile, damaged};
use crate::fault::Fault;
use crate::open::SourceConfig;
use crate::typed::{TypedRows, places};

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
}

impl ArrowSource {
    /// Opens the file and finds its columns.
    ///
    /// # Errors
    /// The file cannot be read, lacks a column, or has one of a type that is not served. [`Fault::in_file`] has the whole
    /// message.
    pub fn open(config: SourceConfig) -> Result<Self, Fault> {
        let file = ArrowFile::open(&config.path)?;
        let places = places(&config.columns, &file.schema)?;
        Ok(ArrowSource { file: file.project(places)?, rows: TypedRows::of(config)?, next: 0, current: None })
    }

    /// Adds some more rows; `false` at the end.
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
}
