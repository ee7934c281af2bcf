//! What one `emit` says, checked against the output port and the batch in hand, and made into record batches.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::SchemaRef;
use leat_stream::schema::Field;

use super::fresh::{Sent, Span};
use super::gather;
use crate::failure::Violation;

/// One call of `emit`.
pub(crate) struct Emission<'a> {
    pub(crate) port: usize,
    pub(crate) fields: &'a [Field],
    pub(crate) schema: &'a SchemaRef,
    /// Rows that the guest says it sends.
    pub(crate) rows: usize,
    pub(crate) selection: Option<&'a [u8]>,
    pub(crate) in_hand: Option<&'a RecordBatch>,
    /// What this call may still emit.
    pub(crate) bytes_left: u64,
    /// What a call may emit in all, for the message.
    pub(crate) bytes_max: u64,
}

/// Where one column comes from.
pub(crate) enum Source<'a> {
    /// The guest made it.
    Fresh(Sent<'a>),
    /// A column of the batch in hand, by number.
    Passed(usize),
}

impl Emission<'_> {
    /// `count` rows from row `from` on, and the bytes they take.
    pub(crate) fn batch(
        &self,
        sources: &[Source<'_>],
        from: usize,
        count: usize,
    ) -> Result<(RecordBatch, u64), Violation> {
        let span = Span { from, count };
        let selected = self.selected(span)?;
        let mut columns = Vec::with_capacity(sources.len());
        let mut bytes = 0;
        for (field, source) in self.fields.iter().zip(sources) {
            let lie = |what: String| {
                let (port, name) = (self.port, &field.name);
                Violation::Lie(format!("emit to output port {port}, column `{name}`: {what}"))
            };
            match source {
                Source::Fresh(sent) => {
                    sent.check_lengths(field.data_type, self.rows).map_err(lie)?;
                    bytes += sent.bytes(field.data_type, span).map_err(lie)? as u64;
                    self.check_limit(bytes)?;
                    columns.push(sent.array(field, span).map_err(lie)?);
                }
                Source::Passed(number) => {
                    let array = self.passed(field, *number).map_err(lie)?;
                    bytes += match &selected {
                        Some(rows) => gather::gathered_bytes(array, rows.values()),
                        None => gather::lent_bytes(&array.slice(from, count)),
                    };
                    self.check_limit(bytes)?;
                    let array = match &selected {
                        Some(rows) => gather::gather(array, rows).map_err(lie)?,
                        None if count == array.len() => Arc::clone(array),
                        None => array.slice(from, count),
                    };
                    if !field.nullable && array.null_count() > 0 {
                        return Err(lie(format!(
                            "passed field {number}, which holds nulls here, and the column takes none"
                        )));
                    }
                    columns.push(array);
                }
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let batch = RecordBatch::try_new_with_options(Arc::clone(self.schema), columns, &options)
            .map_err(|error| Violation::Lie(format!("emit to output port {}: {error}", self.port)))?;
        Ok((batch, bytes))
    }

    fn check_limit(&self, bytes: u64) -> Result<(), Violation> {
        if bytes > self.bytes_left {
            return Err(Violation::Output { limit: self.bytes_max });
        }
        Ok(())
    }

    /// The rows of the batch in hand that passed columns are gathered from.
    fn selected(&self, span: Span) -> Result<Option<UInt32Array>, Violation> {
        let Some(bytes) = self.selection else { return Ok(None) };
        let lie = |what: String| Violation::Lie(format!("emit to output port {}: {what}", self.port));
        let Some(batch) = self.in_hand else {
            return Err(lie("a selection, where there is a batch in hand only during process".into()));
        };
        if bytes.len() != self.rows * 4 {
            return Err(lie(format!(
                "{} bytes of selection, where {} rows take {}",
                bytes.len(),
                self.rows,
                self.rows * 4
            )));
        }
        let bytes = &bytes[span.from * 4..(span.from + span.count) * 4];
        let rows = gather::row_numbers(bytes, batch.num_rows()).map_err(|what| lie(format!("selection of {what}")))?;
        Ok(Some(rows.into()))
    }

    /// A column of the batch in hand, if it may go out as this field.
    fn passed(&self, field: &Field, number: usize) -> Result<&ArrayRef, String> {
        let Some(batch) = self.in_hand else {
            return Err(format!("passed field {number}, where there is a batch in hand only during process"));
        };
        let Some(array) = batch.columns().get(number) else {
            return Err(format!("passed field {number}, where the input port has {} fields", batch.num_columns()));
        };
        let expected = leat_flow::schema::arrow_type(field.data_type);
        if *array.data_type() != expected {
            return Err(format!(
                "passed field {number} of type {}, where the column is {}",
                array.data_type(),
                field.data_type
            ));
        }
        if self.selection.is_none() && self.rows != batch.num_rows() {
            return Err(format!(
                "passed field {number} whole and said {} rows, where the batch in hand has {}",
                self.rows,
                batch.num_rows()
            ));
        }
        Ok(array)
    }
}
