//! The function form of a node: what a function of one record may answer, and how the answers are collected.
//!
//! Called by the code that `#[leat_sdk::node]` writes above a function.

use std::fmt::Display;

use crate::batch::Batch;
use crate::contract::Column;
use crate::error::Result;
use crate::outputs::{BATCH_ROWS, Outputs};
use crate::ports::{Input, Output, Ports};
use crate::record::Record;

/// What a function node may return: a record, `Option` of one (nothing: the row is left out), `Vec` or an array of them
/// (any number), and `Result` of these, where an error refuses the row with its text as the reason.
#[diagnostic::on_unimplemented(
    message = "a node cannot return `{Self}`",
    note = "return a record, Option<record>, Vec<record>, [record; N], or Result of these with an error that can be displayed"
)]
pub trait Answer {
    /// The record it makes.
    type Record: Record;
    /// How many it makes.
    const SHAPE: Shape;
    /// Puts the records among the others; `row` is the input's.
    fn put(self, row: usize, rows: &mut Rows<BuilderOf<Self>>, out: &mut Outputs) -> Result<()>;
}

/// How many records an answer makes of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Exactly one.
    One,
    /// One or none.
    AtMostOne,
    /// Any number.
    Many,
}

impl<R: Record> Answer for R {
    type Record = R;
    const SHAPE: Shape = Shape::One;

    #[inline]
    fn put(self, row: usize, rows: &mut Rows<R::Builder>, _: &mut Outputs) -> Result<()> {
        rows.push(row, &self);
        Ok(())
    }
}

impl<R: Record> Answer for Option<R> {
    type Record = R;
    const SHAPE: Shape = Shape::AtMostOne;

    #[inline]
    fn put(self, row: usize, rows: &mut Rows<R::Builder>, _: &mut Outputs) -> Result<()> {
        if let Some(record) = self {
            rows.push(row, &record);
        }
        Ok(())
    }
}

impl<R: Record> Answer for Vec<R> {
    type Record = R;
    const SHAPE: Shape = Shape::Many;

    fn put(self, row: usize, rows: &mut Rows<R::Builder>, out: &mut Outputs) -> Result<()> {
        self.into_iter().try_for_each(|record| rows.push_one_of_many(row, &record, out))
    }
}

impl<R: Record, const N: usize> Answer for [R; N] {
    type Record = R;
    const SHAPE: Shape = Shape::Many;

    fn put(self, row: usize, rows: &mut Rows<R::Builder>, out: &mut Outputs) -> Result<()> {
        self.into_iter().try_for_each(|record| rows.push_one_of_many(row, &record, out))
    }
}

impl<A: Answer, E: Display> Answer for Result<A, E> {
    type Record = A::Record;
    const SHAPE: Shape = match A::SHAPE {
        Shape::Many => Shape::Many,
        Shape::One | Shape::AtMostOne => Shape::AtMostOne,
    };

    #[inline]
    fn put(self, row: usize, rows: &mut Rows<BuilderOf<A>>, out: &mut Outputs) -> Result<()> {
        match self {
            Ok(answer) => answer.put(row, rows, out),
            Err(reason) => out.reject(row, reason.to_string()),
        }
    }
}

/// The ports of a function node: one in, one out, passed columns first.
pub fn ports<I: Record, A: Answer>(passed: &[&str]) -> Ports {
    let input = passed.iter().fold(Input::of::<I>("input"), |input, name| input.carry(name));
    let output = passed.iter().fold(Output::new("output"), |output, name| output.pass("input", name));
    Ports::new().input(input).output(output.record::<A::Record>())
}

/// The columns in the making that an answer's records go to.
pub type BuilderOf<A> = <<A as Answer>::Record as Record>::Builder;

/// Answers on their way out, with the number of the row that each came from where passed columns must be gathered.
#[derive(Debug)]
pub struct Rows<B> {
    builder: B,
    take: fn(&mut B) -> Vec<Column>,
    rows: usize,
    selection: Selection,
}

/// Which rows of the batch in hand the answers came from.
#[derive(Debug)]
enum Selection {
    /// Nothing depends on it: nothing is passed on, or each row has its answer.
    Untold,
    /// All so far, each once: what is kept of most batches, and needs no list.
    AllSoFar,
    /// These, 32 bits each.
    Listed(Vec<u8>),
}

impl<B> Rows<B> {
    /// Without rows, for the records of an answer.
    pub fn new<A: Answer>() -> Self
    where
        A::Record: Record<Builder = B>,
    {
        Rows { builder: A::Record::builder(), take: A::Record::take, rows: 0, selection: Selection::Untold }
    }

    /// Before the first row of a batch.
    pub fn begin(&mut self, shape: Shape, out: &Outputs) {
        self.selection = match shape {
            _ if !out.passes(0) => Selection::Untold,
            Shape::One => Selection::Untold,
            Shape::AtMostOne => Selection::AllSoFar,
            Shape::Many => Selection::Listed(Vec::new()),
        };
        if self.rows > 0 {
            // The last batch was refused half-way.
            (self.take)(&mut self.builder);
            self.rows = 0;
        }
    }

    /// After the last row of a batch.
    pub fn send(&mut self, batch: &Batch<'_>, out: &mut Outputs) -> Result<()> {
        if matches!(self.selection, Selection::AllSoFar) && self.rows < batch.rows() {
            self.selection = self.list();
        }
        self.flush(out)
    }

    #[inline]
    fn push<R: Record<Builder = B>>(&mut self, row: usize, record: &R) {
        if matches!(self.selection, Selection::AllSoFar) && row != self.rows {
            self.selection = self.list();
        }
        if let Selection::Listed(list) = &mut self.selection {
            list.extend_from_slice(&(row as u32).to_le_bytes());
        }
        record.append_to(&mut self.builder);
        self.rows += 1;
    }

    #[cold]
    fn list(&self) -> Selection {
        Selection::Listed((0..self.rows as u32).flat_map(u32::to_le_bytes).collect())
    }

    fn push_one_of_many<R: Record<Builder = B>>(&mut self, row: usize, record: &R, out: &mut Outputs) -> Result<()> {
        self.push(row, record);
        if self.rows < BATCH_ROWS { Ok(()) } else { self.flush(out) }
    }

    fn flush(&mut self, out: &mut Outputs) -> Result<()> {
        let columns = (self.take)(&mut self.builder);
        let selection = match &mut self.selection {
            Selection::Listed(list) => Some(std::mem::take(list)),
            Selection::Untold | Selection::AllSoFar => None,
        };
        out.send(0, std::mem::take(&mut self.rows), selection, columns)
    }
}
