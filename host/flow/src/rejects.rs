//! Records that a node could not take, on their way to a queue or the report.
//!
//! Called by [`Node`](crate::node::Node). Rows of the batch in hand are collected while the step is in its call and
//! settled after it, so that a step that rejects row by row makes one batch of them.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, Int64Array, RecordBatch, RecordBatchOptions, StringArray, UInt32Array};
use arrow_schema::{ArrowError, SchemaRef};

use crate::step::REJECTED_TEXT_BYTES_MAX;

/// How many of a node's rejected records are kept for the report, with their reasons.
pub const REJECTS_KEPT_MAX: usize = 10;

/// A record that a node could not take, for the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRecord {
    /// Where it came from: queue and row, or file and line.
    pub place: String,
    /// Why, with the record's values where they are known.
    pub reason: String,
}

/// A rejected record itself, as far as it can be kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A row of a queue.
    Row {
        /// Which of the queues that end at the node.
        end: usize,
        /// The one row, with all columns of the queue.
        row: RecordBatch,
    },
    /// The text of what never became a row.
    Text(String),
}

/// A row of a batch by itself: it does not hold on to the batch.
pub(crate) fn row_of(end: usize, batch: &RecordBatch, row: u32) -> Content {
    let alone = arrow_select::take::take_record_batch(batch, &UInt32Array::from(vec![row]));
    match alone {
        Ok(row) => Content::Row { end, row },
        // Rows are taken of columns of every type there is; one that could not be would still be shown.
        Err(_) => Content::Text(crate::record::record_text(batch, row as usize)),
    }
}

/// Rows of the batch in hand with the reasons they were refused for.
#[derive(Debug, Default)]
pub(crate) struct RefusedRows {
    rows: Vec<u32>,
    /// Where in `rows` the reason begins to hold.
    reasons: Vec<(usize, String)>,
}

impl RefusedRows {
    pub(crate) fn add(&mut self, rows: &[u32], reason: &str) {
        if !rows.is_empty() {
            self.reasons.push((self.rows.len(), clip(reason).to_owned()));
            self.rows.extend_from_slice(rows);
        }
    }

    /// Refuses what is left of a batch of `rows` rows.
    pub(crate) fn add_rest(&mut self, rows: usize, reason: &str) {
        let mut refused = vec![false; rows];
        for &row in &self.rows {
            if let Some(place) = refused.get_mut(row as usize) {
                *place = true;
            }
        }
        let rest: Vec<u32> = (0..rows).filter(|&row| !refused[row]).map(|row| row as u32).collect();
        self.add(&rest, reason);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Each row with its reason, in the order they were refused in.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        let ends = self.reasons.iter().skip(1).map(|(from, _)| *from).chain([self.rows.len()]);
        let spans = self.reasons.iter().zip(ends);
        spans.flat_map(|((from, reason), to)| self.rows[*from..to].iter().map(move |&row| (row, reason.as_str())))
    }

    /// The refused rows with all their columns, and the reason as the last.
    pub(crate) fn batch(&self, of: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
        let rows = UInt32Array::from(self.rows.clone());
        let mut columns = arrow_select::take::take_arrays(of.columns(), &rows, None)?;
        let mut reasons = StringBuilder::new();
        self.iter().for_each(|(_, reason)| reasons.append_value(reason));
        columns.push(Arc::new(reasons.finish()));
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows.len()));
        RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
    }
}

/// Records of a source that never became rows.
#[derive(Debug, Default)]
pub(crate) struct RefusedTexts {
    files: Vec<String>,
    lines: Vec<i64>,
    records: Vec<String>,
    reasons: Vec<String>,
}

impl RefusedTexts {
    /// Of the reason the first line alone is kept: what follows it repeats the record, or tells the way out to who
    /// reads it as the run's failure.
    pub(crate) fn add(&mut self, file: &str, line: u64, text: &str, reason: &str) {
        let reason = reason.lines().next().unwrap_or_default();
        self.files.push(file.to_owned());
        self.lines.push(i64::try_from(line).unwrap_or(i64::MAX));
        self.records.push(clip(text).to_owned());
        self.reasons.push(clip(reason).to_owned());
    }

    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The batch of them: `file`, `line`, `record`, `reason`.
    pub(crate) fn batch(self, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from(self.files)),
            Arc::new(Int64Array::from(self.lines)),
            Arc::new(StringArray::from(self.records)),
            Arc::new(StringArray::from(self.reasons)),
        ];
        RecordBatch::try_new(Arc::clone(schema), columns)
    }
}

/// At most [`REJECTED_TEXT_BYTES_MAX`] bytes of a text.
pub(crate) fn clip(text: &str) -> &str {
    &text[..text.floor_char_boundary(REJECTED_TEXT_BYTES_MAX)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refused_row_keeps_its_own_reason() {
        let mut refused = RefusedRows::default();
        refused.add(&[3, 1], "negative");
        refused.add(&[], "nobody");
        refused.add(&[0], "too old");
        refused.add_rest(5, "the batch");
        let seen: Vec<_> = refused.iter().collect();
        assert_eq!(seen, [(3, "negative"), (1, "negative"), (0, "too old"), (2, "the batch"), (4, "the batch")]);
    }

    #[test]
    fn a_long_text_is_clipped_at_a_character() {
        let text = "é".repeat(REJECTED_TEXT_BYTES_MAX);
        assert_eq!(clip(&text).len(), REJECTED_TEXT_BYTES_MAX);
        assert_eq!(clip(&text[..10]), &text[..10]);
    }
}
