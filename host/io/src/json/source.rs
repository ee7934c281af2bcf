//! A file of JSON lines as a source of batches.

use std::collections::VecDeque;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use leat_flow::step::{BATCH_ROWS, Outlet, Rejected, Source, StepError};
use leat_stream::plan::JsonFormat;
use serde::{Deserialize, Serialize};

use super::columns::Columns;
use super::lines::Lines;
use super::reader::Reader;
use crate::fault::{Fault, FaultKind};
use crate::file::Progress;
use crate::mark::Mark;
use crate::open::SourceConfig;
use crate::position::{self, PositionError};
use crate::record::Described;
use crate::value::DateForm;

/// Reads a file of JSON lines, plain or packed.
///
/// Records that cannot be read go to [`Outlet::reject`]; where the outlet takes them, reading goes on. All rows before a
/// bad record have been delivered by then. Faults of the whole file (a line of more than 16 MiB, damaged packing) end it
/// whatever the outlet says.
pub struct JsonSource {
    file: String,
    lines: Lines,
    progress: Progress,
    reader: Reader,
    columns: Columns,
    /// Not delivered yet, in the file's order.
    pending: VecDeque<Piece>,
    /// Where the lines begin that the pending pieces are of, and how many of those were delivered.
    current: Place,
    ended: bool,
}

/// A place between two batches.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct Place {
    /// How many unpacked bytes and how many lines come before those that are read at once.
    at: u64,
    lines: u64,
    /// How many pieces of what came of these are before the place.
    pieces: usize,
}

/// What positions are of.
const KIND: &str = "an input of JSON lines";

enum Piece {
    Rows(RecordBatch),
    Bad(Vec<(u64, Described)>),
    Fault(String),
}

/// A batch ends after this many bytes of lines at the latest: it is memory.
const BATCH_BYTES: usize = 4 << 20;

impl JsonSource {
    /// Opens the file.
    ///
    /// # Errors
    /// The file cannot be read, or the format makes no sense. [`Fault::in_file`] has the whole message.
    pub fn open(format: &JsonFormat, config: SourceConfig) -> Result<Self, Fault> {
        let dates = DateForm::new(format.dates.as_deref()).map_err(|e| FaultKind::Setting(e.to_string()))?;
        let (lines, progress) = Lines::open(&config.path, format)?;
        let fields: Vec<_> = config.columns.iter().map(|column| column.field.clone()).collect();
        Ok(JsonSource {
            file: config.name,
            lines,
            progress,
            reader: Reader::new(config.columns, dates),
            columns: Columns::new(&fields),
            pending: VecDeque::new(),
            current: Place::default(),
            ended: false,
        })
    }

    /// Reads the lines of one batch; what came of them is pending then.
    fn advance(&mut self) -> Result<(), ArrowError> {
        let mut bad = Vec::new();
        let mut before = None;
        let mut bytes = 0;
        let mut fault = None;
        self.current = Place { at: self.lines.at, lines: self.lines.line, pieces: 0 };
        while self.columns.rows() + bad.len() < BATCH_ROWS && bytes < BATCH_BYTES {
            let line = match self.lines.next() {
                Ok(Some(line)) => line,
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Err(error) => {
                    self.ended = true;
                    fault = Some(error.in_file(&self.file));
                    break;
                }
            };
            let line = self.lines.bytes(line);
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            bytes += line.len();
            if let Err(problem) = self.reader.read(line, &mut self.columns) {
                before.get_or_insert(self.columns.rows());
                let number = self.lines.line;
                let place = format!("{}:{number}", self.file);
                bad.push((number, problem.complaint(place).about(line.trim_ascii_end())));
            }
        }
        let rows = self.columns.finish()?;
        // All rows before the first bad record are handed on before it is told: the run may end there.
        let before = before.unwrap_or(rows.num_rows());
        self.push_rows(rows.slice(0, before));
        if !bad.is_empty() {
            self.pending.push_back(Piece::Bad(bad));
            self.push_rows(rows.slice(before, rows.num_rows() - before));
        }
        self.pending.extend(fault.map(Piece::Fault));
        Ok(())
    }

    fn go_to(&mut self, position: &[u8]) -> Result<(), PositionError> {
        let ((mark, place), _): ((Mark, Place), _) = position::read(KIND, position)?;
        self.progress.require(&mark)?;
        if self.lines.at > 0 || self.ended {
            return Err(PositionError::Late);
        }
        let there = self.lines.go_to(place.at, place.lines);
        let there = there.map_err(|fault| PositionError::Named(fault.in_file(&self.file)))?;
        // A line has a byte at least.
        if !there || place.lines > place.at {
            return Err(PositionError::Outside);
        }
        if place.pieces > 0 {
            let advanced = self.advance();
            advanced.map_err(|error| PositionError::Named(no_batch(&self.file, &error)))?;
            if self.pending.len() < place.pieces {
                return Err(PositionError::Outside);
            }
            self.pending.drain(..place.pieces);
            self.current.pieces = place.pieces;
        }
        Ok(())
    }

    fn push_rows(&mut self, batch: RecordBatch) {
        if batch.num_rows() > 0 {
            self.pending.push_back(Piece::Rows(batch));
        }
    }
}

impl Source for JsonSource {
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        loop {
            let piece = self.pending.pop_front();
            self.current.pieces += usize::from(piece.is_some());
            match piece {
                Some(Piece::Rows(batch)) => return Ok(Some(batch)),
                Some(Piece::Bad(bad)) => {
                    for (line, Described { text, reason }) in &bad {
                        let rejected = Rejected::Record { file: &self.file, line: *line, text, reason };
                        outlet.reject(rejected).map_err(StepError::Stopped)?;
                    }
                }
                Some(Piece::Fault(message)) => return Err(StepError::Failed(message)),
                None if self.ended => return Ok(None),
                None => {
                    self.advance().map_err(|error| StepError::Failed(no_batch(&self.file, &error)))?;
                    outlet.progress(self.progress.done(), Some(self.progress.total));
                }
            }
        }
    }

    fn position(&mut self) -> Result<Vec<u8>, StepError> {
        let mark = self.progress.mark().map_err(|error| error.of(&self.file))?;
        let next = Place { at: self.lines.at, lines: self.lines.line, pieces: 0 };
        let place = if self.pending.is_empty() { next } else { self.current };
        Ok(position::write(KIND, &(mark, place), &[]))
    }

    fn resume(&mut self, position: &[u8]) -> Result<(), StepError> {
        self.go_to(position).map_err(|error| error.of(&self.file))
    }
}

fn no_batch(file: &str, error: &ArrowError) -> String {
    format!("{file}: internal error: no batch could be made: {error}")
}
