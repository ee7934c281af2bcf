//! From a chunk of whole records to batches, and the records that gave no row.
//!
//! Called by the parser's threads; knows of nothing but its chunk.

use std::sync::atomic::{AtomicBool, Ordering};

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, SchemaRef};
use leat_flow::step::BATCH_ROWS;

use super::chunks::{Chunk, count_lines};
use super::columns::{BadCell, CellProblem, Cells, Column, Spelling, check_text};
use super::scan::{Dialect, Records, Scanner, Shape};

/// What records are parsed into.
pub(crate) struct Parser {
    /// Those that are read, in the order of the schema.
    pub(crate) columns: Vec<Column>,
    pub(crate) schema: SchemaRef,
    /// How many fields a record has.
    pub(crate) width: usize,
    pub(crate) dialect: Dialect,
    pub(crate) spelling: Spelling,
}

/// What came of a chunk, in the order of the file.
pub(crate) struct Parsed {
    pub(crate) pieces: Vec<Piece>,
    /// How many lines end in the chunk.
    pub(crate) lines: u64,
    /// How many bytes it has.
    pub(crate) length: u64,
    /// The chunk itself, where bad records lie in it.
    pub(crate) bytes: Vec<u8>,
}

/// A part of what came of a chunk.
pub(crate) enum Piece {
    Rows(RecordBatch),
    Bad(Vec<BadRecord>),
}

/// A record that gave no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadRecord {
    /// Where it begins in the chunk.
    pub(crate) start: u32,
    pub(crate) problem: RecordProblem,
}

/// Why a record gave no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordProblem {
    Shape(Shape),
    /// The first of its fields, in the order of the file, that is no value of its column: which of those that are read.
    Cell {
        column: u32,
        problem: CellProblem,
    },
}

impl Parser {
    /// Parses a chunk; leaves off in the middle where `stopped` is set, for nobody wants the rest then.
    pub(crate) fn parse(&self, chunk: &mut Chunk, stopped: &AtomicBool) -> Result<Parsed, ArrowError> {
        let mut pieces = Vec::new();
        let (lines, length) = (count_lines(chunk.bytes()), chunk.bytes().len() as u64);
        let clean = check_text(chunk.bytes()).is_ok();
        let mut records = Records::new(self.width);
        let mut scanner = Scanner::new(chunk.bytes(), self.dialect, chunk.quoted);
        while !scanner.is_done() && !stopped.load(Ordering::Relaxed) {
            scanner.next_batch(&mut records, BATCH_ROWS);
            self.parse_batch(chunk, clean, &mut records, &mut pieces)?;
        }
        let any_bad = pieces.iter().any(|piece| matches!(piece, Piece::Bad(_)));
        let bytes = if any_bad { chunk.take_bytes() } else { Vec::new() };
        Ok(Parsed { pieces, lines, length, bytes })
    }

    fn parse_batch(
        &self,
        chunk: &Chunk,
        clean: bool,
        records: &mut Records,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), ArrowError> {
        let mut bad_cells = Vec::new();
        let batch = self.convert(chunk, clean, records, &mut bad_cells)?;
        if bad_cells.is_empty() && records.misshapen.is_empty() {
            push_rows(batch, pieces);
            return Ok(());
        }
        let bad = self.gather(records, &bad_cells);
        let mut bad_rows: Vec<usize> = bad_cells.iter().map(|(_, cell)| cell.row as usize).collect();
        bad_rows.sort_unstable();
        bad_rows.dedup();
        records.remove(&bad_rows);
        let sound = self.convert(chunk, clean, records, &mut Vec::new())?;
        // All rows before the first bad record are handed on before it is told: the run may end there.
        let first = bad.first().map_or(0, |record| record.start);
        let before = (0..records.len()).take_while(|row| records.start(*row) < first).count();
        push_rows(sound.slice(0, before), pieces);
        pieces.push(Piece::Bad(bad));
        push_rows(sound.slice(before, sound.num_rows() - before), pieces);
        Ok(())
    }

    fn convert(
        &self,
        chunk: &Chunk,
        clean: bool,
        records: &Records,
        bad: &mut Vec<(u32, BadCell)>,
    ) -> Result<RecordBatch, ArrowError> {
        let mut arrays = Vec::with_capacity(self.columns.len());
        let mut bad_here = Vec::new();
        for (index, column) in self.columns.iter().enumerate() {
            let cells =
                Cells { bytes: chunk.bytes(), quoted: chunk.quoted, clean, records, column, spelling: &self.spelling };
            arrays.push(cells.convert(&mut bad_here)?);
            bad.extend(bad_here.drain(..).map(|cell| (index as u32, cell)));
        }
        if !bad.is_empty() {
            // It is only looked at for its bad cells, which stand as nulls even where there may be none.
            return Ok(RecordBatch::new_empty(self.schema.clone()));
        }
        // A run may read no column at all and still count the rows.
        let options = RecordBatchOptions::new().with_row_count(Some(records.len()));
        RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options)
    }

    /// The bad records of a batch in the order of the file, each with the first problem in it.
    fn gather(&self, records: &Records, bad_cells: &[(u32, BadCell)]) -> Vec<BadRecord> {
        let mut by_row = bad_cells.to_vec();
        by_row.sort_by_key(|(column, cell)| (cell.row, self.columns[*column as usize].position));
        by_row.dedup_by_key(|(_, cell)| cell.row);
        let cells = by_row.iter().map(|(column, cell)| BadRecord {
            start: records.start(cell.row as usize),
            problem: RecordProblem::Cell { column: *column, problem: cell.problem },
        });
        let shapes = records
            .misshapen
            .iter()
            .map(|misshapen| BadRecord { start: misshapen.start, problem: RecordProblem::Shape(misshapen.shape) });
        let mut bad: Vec<BadRecord> = cells.chain(shapes).collect();
        bad.sort_by_key(|record| record.start);
        bad
    }
}

fn push_rows(batch: RecordBatch, pieces: &mut Vec<Piece>) {
    if batch.num_rows() > 0 {
        pieces.push(Piece::Rows(batch));
    }
}
