//! Records of a test on their way into a node, as columns of bytes.

use std::ops::Range;

use crate::contract::{Column, FieldType, InputInfo};
use crate::host::memory::gather;
use crate::record::{Record, RecordField};

/// The records of one input port, all their columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Feed {
    fields: &'static [RecordField],
    whole: FeedBatch,
    /// Whether it was given, rather than left empty.
    given: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct FeedBatch {
    pub(super) rows: usize,
    pub(super) columns: Vec<Column>,
}

/// A feed whose columns are the fields of an input port, in their order.
#[derive(Debug)]
pub(super) struct Bound {
    /// The port's.
    pub(super) name: String,
    /// Of all fields, those that are carried too.
    pub(super) types: Vec<FieldType>,
    /// Which of the fields cross into the node.
    pub(super) read: Vec<bool>,
    pub(super) first: bool,
    whole: FeedBatch,
}

/// How a feed is cut into batches.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    /// Into batches of that many rows.
    Even(usize),
    /// Into 1, 1, 2, 4, 8, … rows, and no more than that: many boundaries among the first rows.
    Growing(usize),
}

impl Cut {
    /// Where each batch of so many rows begins and ends.
    pub(super) fn ranges(self, rows: usize) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        let mut start = 0;
        while start < rows {
            let size = match self {
                Cut::Even(size) => size,
                Cut::Growing(most) => start.clamp(1, most),
            };
            let end = (start + size).min(rows);
            ranges.push(start..end);
            start = end;
        }
        ranges
    }
}

impl Feed {
    pub(super) fn new<R: Record>(records: impl IntoIterator<Item = R>) -> Self {
        let (mut builder, mut rows) = (R::builder(), 0);
        for record in records {
            record.append_to(&mut builder);
            rows += 1;
        }
        Feed { fields: R::FIELDS, whole: FeedBatch { rows, columns: R::take(&mut builder) }, given: true }
    }

    pub(super) fn bind(&self, input: &InputInfo) -> Result<Bound, String> {
        let read: Vec<bool> = input.fields.iter().map(|f| f.read.is_some()).collect();
        let (name, first) = (input.name.clone(), input.first);
        if !self.given {
            let types = input.fields.iter().map(|f| f.read.unwrap_or(<Option<bool> as crate::field::Field>::TYPE));
            return Ok(Bound { name, types: types.collect(), read, first, whole: FeedBatch::default() });
        }
        let found = input.fields.iter().map(|field| self.find(&input.name, &field.name, field.read));
        let numbers: Vec<usize> = found.collect::<Result<_, _>>()?;
        let columns = numbers.iter().map(|n| self.whole.columns[*n].clone()).collect();
        let types = numbers.iter().map(|n| self.fields[*n].field_type).collect();
        Ok(Bound { name, types, read, first, whole: FeedBatch { rows: self.whole.rows, columns } })
    }

    fn find(&self, port: &str, name: &str, wanted: Option<FieldType>) -> Result<usize, String> {
        let found = self.fields.iter().position(|f| f.name == name);
        let number = found.ok_or_else(|| {
            let names: Vec<&str> = self.fields.iter().map(|f| f.name).collect();
            format!("input `{port}` asks for column `{name}`; the test's records have {}", names.join(", "))
        })?;
        let given = self.fields[number].field_type;
        let fits = |wanted: FieldType| given.data_type == wanted.data_type && (wanted.nullable || !given.nullable);
        match wanted {
            Some(wanted) if !fits(wanted) => Err(format!(
                "input `{port}` asks for column `{name}` as {wanted}, but in the test's records it is {given}"
            )),
            _ => Ok(number),
        }
    }
}

impl Bound {
    /// Its batches.
    pub(super) fn cut(&self, cut: Cut) -> Vec<FeedBatch> {
        let ranges = cut.ranges(self.whole.rows);
        if ranges.len() == 1 {
            return vec![self.whole.clone()];
        }
        let batch = |range: Range<usize>| {
            let rows: Vec<usize> = range.collect();
            let columns = self.whole.columns.iter().zip(&self.types);
            let columns = columns.map(|(column, field)| gather(field.data_type, column, &rows)).collect();
            FeedBatch { rows: rows.len(), columns }
        };
        ranges.into_iter().map(batch).collect()
    }

    /// How many rows it has.
    pub(super) fn rows(&self) -> usize {
        self.whole.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_growing_cut_has_many_boundaries_among_few_rows_and_few_among_many() {
        let sizes = |rows| Cut::Growing(4096).ranges(rows).iter().map(Range::len).collect::<Vec<_>>();
        assert_eq!(sizes(0), [0; 0]);
        assert_eq!(sizes(3), [1, 1, 1]);
        assert_eq!(sizes(20), [1, 1, 2, 4, 8, 4]);
        assert_eq!(sizes(100_000).len(), 13 + (100_000 - 4096_usize).div_ceil(4096));
        assert_eq!(Cut::Growing(1).ranges(5).len(), 5);
        assert_eq!(Cut::Even(2).ranges(5), [0..2, 2..4, 4..5]);
    }
}
