//! A Parquet file as a source of batches.

use std::num::NonZeroUsize;

use arrow_array::RecordBatch;
use leat_flow::step::{BATCH_ROWS, Outlet, Source, StepError};

use super::bounds::kept;
use super::file::ParquetFile;
use super::lanes::Lanes;
use crate::fault::{Fault, FaultKind};
use crate::mark::Mark;
use crate::open::SourceConfig;
use crate::position::{self, PositionError, require_same};
use crate::typed::{RowPlace, TypedRows, places};

/// Reads a Parquet file, with threads of its own, which end when it is dropped.
///
/// Rows with a null where there may be none, or a value that the column's type cannot hold, go to [`Outlet::reject`]. All
/// rows before such a row have been delivered by then. A damaged file ends the reading whatever the outlet says.
pub struct ParquetSource {
    file: ParquetFile,
    /// By column that is read: its place in the file.
    places: Vec<usize>,
    rows: TypedRows,
    /// By row group: whether it is read.
    kept: Vec<bool>,
    threads: NonZeroUsize,
    /// Nothing until the first batch is wanted.
    lanes: Option<Lanes>,
    /// The row group at hand, and how many of its rows are still to come.
    group: usize,
    left: u64,
    /// How many rows of the file were delivered or passed over.
    done: u64,
}

/// What positions are of.
const KIND: &str = "a Parquet input";

impl ParquetSource {
    /// Opens the file, finds its columns and chooses the row groups that are read.
    ///
    /// # Errors
    /// The file cannot be read, lacks a column, or has one of a type that is not served. [`Fault::in_file`] has the whole
    /// message.
    pub fn open(config: SourceConfig) -> Result<Self, Fault> {
        let file = ParquetFile::open(&config.path)?;
        let places = places(&config.columns, file.schema())?;
        let kept = kept(&file, &places, &config).map_err(FaultKind::ParquetDamaged)?;
        let (threads, rows) = (config.threads, TypedRows::of(config)?);
        Ok(ParquetSource { file, places, rows, kept, threads, lanes: None, group: 0, left: 0, done: 0 })
    }

    /// Adds some more rows; `false` at the end.
    fn advance(&mut self) -> Result<bool, Fault> {
        while self.left == 0 {
            let Some(kept) = self.kept.get(self.group) else { return Ok(false) };
            let rows = self.file.rows_in(self.group);
            if *kept {
                self.left = rows;
            } else {
                self.rows.skip(rows);
                self.done = self.done.saturating_add(rows);
            }
            self.group += 1;
        }
        let count = usize::try_from(self.left).map_or(BATCH_ROWS, |left| left.min(BATCH_ROWS));
        let group = self.group - 1;
        let columns = self.lanes()?.next(group, count)?;
        self.left -= count as u64;
        self.done = self.done.saturating_add(count as u64);
        let damaged = |what| FaultKind::RowGroupDamaged { group: group + 1, what };
        self.rows.add(&columns, count).map_err(damaged)?;
        Ok(true)
    }

    fn lanes(&mut self) -> Result<&mut Lanes, Fault> {
        let waiting = match &mut self.lanes {
            Some(lanes) => return Ok(lanes),
            waiting => waiting,
        };
        // The first is the one at hand.
        let groups: Vec<usize> = (self.group - 1..self.kept.len()).filter(|group| self.kept[*group]).collect();
        let passed = self.file.rows_in(self.group - 1) - self.left;
        let lanes = Lanes::start(&self.file, &self.places, (&groups, passed), self.threads);
        Ok(waiting.insert(lanes.map_err(FaultKind::Threads)?))
    }

    fn go_to(&mut self, position: &[u8]) -> Result<(), PositionError> {
        let ((mark, place), _): ((Mark, RowPlace), _) = position::read(KIND, position)?;
        require_same(&mark, &self.file.mark().map_err(PositionError::Read)?)?;
        if self.group > 0 {
            return Err(PositionError::Late);
        }
        let mut left = place.row;
        while self.group < self.kept.len() && self.file.rows_in(self.group) <= left {
            left -= self.file.rows_in(self.group);
            self.group += 1;
        }
        if left > 0 {
            // In the middle of a row group, which is at hand then, its batches are of the same rows again.
            if !left.is_multiple_of(BATCH_ROWS as u64) || !self.kept.get(self.group).is_some_and(|kept| *kept) {
                return Err(PositionError::Outside);
            }
            self.left = self.file.rows_in(self.group) - left;
            self.group += 1;
        }
        self.done = place.row;
        self.rows.go_to(place)
    }

    /// How much of the file is done, as bytes: by its rows, for pages are read in no order.
    fn bytes_done(&self) -> u64 {
        let rows = (0..self.kept.len()).map(|group| self.file.rows_in(group)).fold(0, u64::saturating_add);
        let share = u128::from(self.file.size()) * u128::from(self.done) / u128::from(rows.max(1));
        u64::try_from(share).unwrap_or(u64::MAX)
    }
}

impl Source for ParquetSource {
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        loop {
            if let Some(batch) = self.rows.next(outlet)? {
                return Ok(Some(batch));
            }
            let more = self.advance().map_err(|fault| StepError::Failed(fault.in_file(self.rows.name())))?;
            outlet.progress(self.bytes_done(), Some(self.file.size()));
            if !more {
                return Ok(None);
            }
        }
    }

    fn position(&mut self) -> Result<Vec<u8>, StepError> {
        let mark = self.file.mark().map_err(|error| PositionError::Read(error).of(self.rows.name()))?;
        Ok(position::write(KIND, &(mark, self.rows.place()), &[]))
    }

    fn resume(&mut self, position: &[u8]) -> Result<(), StepError> {
        self.go_to(position).map_err(|error| error.of(self.rows.name()))
    }
}
