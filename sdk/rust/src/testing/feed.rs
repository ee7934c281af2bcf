//! Records of a test on their way into a node, as columns of bytes.

use crate::contract::{Column, FieldType, InputInfo};
use crate::record::{Record, RecordField};

/// The records of one input port, all their columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Feed {
    fields: &'static [RecordField],
    batches: Vec<FeedBatch>,
    /// Whether it was given, rather than left empty.
    given: bool,
}

#[derive(Clone, Debug)]
pub(super) struct FeedBatch {
    pub(super) rows: usize,
    pub(super) columns: Vec<Column>,
}

/// A feed whose columns are the fields of an input port, in their order.
#[derive(Debug)]
pub(super) struct Bound {
    /// Of all fields, those that are carried too.
    pub(super) types: Vec<FieldType>,
    /// Which of the fields cross into the node.
    pub(super) read: Vec<bool>,
    pub(super) first: bool,
    pub(super) batches: Vec<FeedBatch>,
}

impl Feed {
    pub(super) fn new<R: Record>(records: impl IntoIterator<Item = R>, batch_rows: usize) -> Self {
        let mut batches = Vec::new();
        let (mut builder, mut rows) = (R::builder(), 0);
        for record in records {
            record.append_to(&mut builder);
            rows += 1;
            if rows == batch_rows {
                batches.push(FeedBatch { rows, columns: R::take(&mut builder) });
                rows = 0;
            }
        }
        if rows > 0 {
            batches.push(FeedBatch { rows, columns: R::take(&mut builder) });
        }
        Feed { fields: R::FIELDS, batches, given: true }
    }

    pub(super) fn bind(&self, input: &InputInfo) -> Result<Bound, String> {
        let read: Vec<bool> = input.fields.iter().map(|f| f.read.is_some()).collect();
        if !self.given {
            let types = input.fields.iter().map(|f| f.read.unwrap_or(<Option<bool> as crate::field::Field>::TYPE));
            return Ok(Bound { types: types.collect(), read, first: input.first, batches: Vec::new() });
        }
        let found = input.fields.iter().map(|field| self.find(&input.name, &field.name, field.read));
        let numbers: Vec<usize> = found.collect::<Result<_, _>>()?;
        let pick = |batch: &FeedBatch| FeedBatch {
            rows: batch.rows,
            columns: numbers.iter().map(|n| batch.columns[*n].clone()).collect(),
        };
        Ok(Bound {
            types: numbers.iter().map(|n| self.fields[*n].field_type).collect(),
            read,
            first: input.first,
            batches: self.batches.iter().map(pick).collect(),
        })
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
