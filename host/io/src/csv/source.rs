//! A CSV file as a source of batches.

use std::collections::VecDeque;
use std::num::NonZeroUsize;

use arrow_array::RecordBatch;
use leat_flow::schema::arrow_schema;
use leat_flow::step::{Outlet, Rejected, Source, StepError};
use leat_stream::plan::CsvFormat;
use leat_stream::schema::Field;
use serde::{Deserialize, Serialize};

use super::chunks::{ChunkReader, count_lines};
use super::columns::{Column, Spelling};
use super::open;
use super::parse::{BadRecord, Parsed, Parser, Piece};
use super::problem::Describer;
use super::workers::{Outcome, Workers};
use crate::fault::{Fault, FaultKind};
use crate::file::Progress;
use crate::mark::Mark;
use crate::open::SourceConfig;
use crate::position::{self, PositionError};
use crate::value::DateForm;

/// Reads a CSV file, plain or packed, with threads of its own, which end when it is dropped.
///
/// Records that cannot be read go to [`Outlet::reject`]; where the outlet takes them, reading goes on. All rows before a
/// bad record have been delivered by then. Faults of the whole file (a quote never closed, a record of more than 16 MiB,
/// damaged packing) end it whatever the outlet says.
pub struct CsvSource {
    state: State,
    describer: Describer,
    progress: Progress,
    /// Not delivered yet, in the file's order.
    pending: VecDeque<Piece>,
    /// The chunk that the pending pieces are of.
    bytes: Vec<u8>,
    /// How far into that chunk lines were counted, and how many lines come before that place.
    counted: (usize, u64),
    /// Where that chunk begins, and how many of its pieces were delivered.
    current: Place,
    /// Where the next chunk begins.
    next: Place,
}

/// A place between two batches.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Place {
    /// How many unpacked bytes and how many lines come before the chunk.
    at: u64,
    lines: u64,
    /// How many pieces of the chunk are before the place.
    pieces: usize,
}

/// What positions are of.
const KIND: &str = "a CSV input";

enum State {
    /// Threads are not started before the first batch is wanted.
    Ready {
        reader: Box<ChunkReader>,
        parser: Box<Parser>,
        threads: NonZeroUsize,
    },
    Running(Workers),
    Ended,
}

impl CsvSource {
    /// Opens the file and reads its header.
    ///
    /// # Errors
    /// The file cannot be read, its header lacks a column, or the format makes no sense. [`Fault::in_file`] has the
    /// whole message.
    pub fn open(format: &CsvFormat, config: SourceConfig) -> Result<Self, Fault> {
        let spelling = Spelling {
            null: format.null.clone().filter(|null| !null.is_empty()),
            dates: DateForm::new(format.dates.as_deref()).map_err(|e| FaultKind::Setting(e.to_string()))?,
        };
        let opened = open::open(&config.path, format)?;
        let mut columns = Vec::with_capacity(config.columns.len());
        for column in &config.columns {
            columns.push(Column { position: opened.header.position(&column.header)?, field: column.field.clone() });
        }
        let fields: Vec<Field> = config.columns.into_iter().map(|column| column.field).collect();
        let parser = Parser {
            columns: columns.clone(),
            schema: arrow_schema(&fields),
            width: opened.header.names.len(),
            dialect: opened.dialect,
            spelling: spelling.clone(),
        };
        let next = Place { at: opened.reader.at(), lines: opened.header.lines, pieces: 0 };
        Ok(CsvSource {
            state: State::Ready { reader: Box::new(opened.reader), parser: Box::new(parser), threads: config.threads },
            describer: Describer {
                file: config.name,
                names: opened.header.names,
                columns,
                spelling,
                dialect: opened.dialect,
            },
            progress: opened.progress,
            pending: VecDeque::new(),
            bytes: Vec::new(),
            counted: (0, 0),
            current: next,
            next,
        })
    }

    fn go_to(&mut self, position: &[u8]) -> Result<(), PositionError> {
        let ((mark, place), _): ((Mark, Place), _) = position::read(KIND, position)?;
        let State::Ready { reader, .. } = &mut self.state else { return Err(PositionError::Late) };
        self.progress.require(&mark)?;
        let there = reader.go_to(place.at);
        let there = there.map_err(|fault| PositionError::Named(fault.in_file(&self.describer.file)))?;
        // A line has a byte at least.
        if !there || place.lines > place.at {
            return Err(PositionError::Outside);
        }
        self.next = place;
        Ok(())
    }

    /// The next result of the threads; nothing at the end.
    fn advance(&mut self) -> Result<Option<Parsed>, StepError> {
        let outcome = match &mut self.state {
            State::Ended => return Ok(None),
            State::Running(workers) => workers.next(),
            State::Ready { .. } => self.start()?.next(),
        };
        let file = &self.describer.file;
        let error = match outcome {
            Some(Outcome::Parsed(parsed)) => return Ok(Some(parsed)),
            Some(Outcome::End) => None,
            Some(Outcome::Fault(fault)) => Some(fault.after_lines(self.next.lines).in_file(file)),
            Some(Outcome::Batch(error)) => Some(format!("{file}: internal error: no batch could be made: {error}")),
            None => Some(format!("{file}: internal error: a thread that parsed it ended before its time")),
        };
        self.state = State::Ended;
        error.map_or(Ok(None), |message| Err(StepError::Failed(message)))
    }

    fn start(&mut self) -> Result<&mut Workers, StepError> {
        if let State::Ready { reader, parser, threads } = std::mem::replace(&mut self.state, State::Ended) {
            let workers = Workers::start(*reader, *parser, threads).map_err(|error| {
                StepError::Failed(format!("{}: no thread could be started: {error}", self.describer.file))
            })?;
            self.state = State::Running(workers);
        }
        match &mut self.state {
            State::Running(workers) => Ok(workers),
            _ => Err(StepError::Failed(format!("{}: it was read to its end", self.describer.file))),
        }
    }

    /// Takes up what came of the next chunk.
    fn take(&mut self, parsed: Parsed) -> Result<(), StepError> {
        self.pending.extend(parsed.pieces);
        self.bytes = parsed.bytes;
        self.current = self.next;
        self.counted = (0, self.current.lines);
        let (at, lines) = (self.current.at + parsed.length, self.current.lines + parsed.lines);
        self.next = Place { at, lines, pieces: 0 };
        if self.pending.len() < self.current.pieces {
            return Err(PositionError::Outside.of(&self.describer.file));
        }
        self.pending.drain(..self.current.pieces);
        Ok(())
    }

    fn reject(&mut self, bad: &[BadRecord], outlet: &mut dyn Outlet) -> Result<(), StepError> {
        for record in bad {
            let start = record.start as usize;
            let (from, before) = self.counted;
            self.counted = (start, before + count_lines(&self.bytes[from..start]));
            let line = self.counted.1 + 1;
            let described = self.describer.describe(&self.bytes, *record, line);
            let rejected =
                Rejected::Record { file: &self.describer.file, line, text: &described.text, reason: &described.reason };
            outlet.reject(rejected).map_err(StepError::Stopped)?;
        }
        Ok(())
    }
}

impl Source for CsvSource {
    fn next(&mut self, outlet: &mut dyn Outlet) -> Result<Option<RecordBatch>, StepError> {
        loop {
            let piece = self.pending.pop_front();
            self.current.pieces += usize::from(piece.is_some());
            match piece {
                Some(Piece::Rows(batch)) => return Ok(Some(batch)),
                Some(Piece::Bad(bad)) => {
                    self.reject(&bad, outlet).inspect_err(|_| self.state = State::Ended)?;
                }
                None => {
                    let parsed = self.advance()?;
                    outlet.progress(self.progress.done(), Some(self.progress.total));
                    let Some(parsed) = parsed else {
                        return Ok(None);
                    };
                    self.take(parsed)?;
                }
            }
        }
    }

    fn position(&mut self) -> Result<Vec<u8>, StepError> {
        let mark = self.progress.mark().map_err(|error| error.of(&self.describer.file))?;
        let place = if self.pending.is_empty() { self.next } else { self.current };
        Ok(position::write(KIND, &(mark, place), &[]))
    }

    fn resume(&mut self, position: &[u8]) -> Result<(), StepError> {
        self.go_to(position).map_err(|error| error.of(&self.describer.file))
    }
}
