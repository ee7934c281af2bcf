//! The columns of a queue, as one reader asked for them: fewer, in another order, of a wider type.
//!
//! Called by the loop of a node's thread, once a batch.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, RecordBatchOptions};
use arrow_schema::{ArrowError, DataType as ArrowType, SchemaRef};
use leat_stream::plan::{BoundColumn, Queue};
use leat_stream::schema::Field;

use crate::schema::arrow_schema;

/// How a port's batches are made of its queue's.
#[derive(Clone, Debug)]
pub struct Binding {
    columns: Vec<usize>,
    schema: SchemaRef,
    /// Every column of the queue, in its place and of its type: a batch goes on as it is.
    whole: bool,
}

impl Binding {
    /// The binding of a port's columns to its queue.
    pub fn new(queue: &Queue, columns: &[BoundColumn]) -> Self {
        let fields: Vec<Field> = columns
            .iter()
            .map(|bound| {
                let column = &queue.fields[bound.column];
                Field::new(&column.name, bound.data_type, column.nullable)
            })
            .collect();
        Binding {
            columns: columns.iter().map(|bound| bound.column).collect(),
            whole: fields == queue.fields && columns.iter().enumerate().all(|(place, bound)| bound.column == place),
            schema: arrow_schema(&fields),
        }
    }

    /// The port's view of a batch. Columns that keep their type are shared, not copied.
    pub fn apply(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        if self.whole {
            return Ok(batch.clone());
        }
        let columns = self.columns.iter().zip(self.schema.fields());
        let columns: Result<Vec<ArrayRef>, ArrowError> =
            columns.map(|(&place, field)| widen(batch.column(place), field.data_type())).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns?, &options)
    }
}

/// The column in a type that holds each of its values. Which are wider is said by `DataType::widens_to`.
fn widen(column: &ArrayRef, to: &ArrowType) -> Result<ArrayRef, ArrowError> {
    match (column.data_type(), to) {
        (from, to) if from == to => Ok(Arc::clone(column)),
        (ArrowType::Int32, ArrowType::Int64) => {
            let wide: Int64Array = column.as_primitive::<Int32Type>().unary(i64::from);
            Ok(Arc::new(wide))
        }
        (ArrowType::Int32, ArrowType::Float64) => {
            let wide: Float64Array = column.as_primitive::<Int32Type>().unary(f64::from);
            Ok(Arc::new(wide))
        }
        (from, to) => Err(ArrowError::CastError(format!("a column of {from} came where {to} was due"))),
    }
}

/// The Arrow schema of a queue of the plan.
pub fn queue_schema(queue: &Queue) -> SchemaRef {
    arrow_schema(&queue.fields)
}

#[cfg(test)]
mod tests {
    use arrow_array::{Int32Array, StringArray};
    use leat_stream::plan::Port;
    use leat_stream::schema::DataType;

    use super::*;

    fn queue() -> Queue {
        Queue {
            name: "trades".to_owned(),
            fields: vec![Field::new("id", DataType::Int32, true), Field::new("name", DataType::Text, false)],
            writer: Port { node: 0, port: 0 },
            readers: vec![Port { node: 1, port: 0 }],
        }
    }

    fn batch() -> RecordBatch {
        let ids = Int32Array::from(vec![Some(1), None, Some(-3)]);
        let names = StringArray::from(vec!["a", "b", "c"]);
        RecordBatch::try_new(queue_schema(&queue()), vec![Arc::new(ids), Arc::new(names)]).unwrap()
    }

    fn bound(column: usize, data_type: DataType) -> BoundColumn {
        BoundColumn { column, data_type, read: true }
    }

    #[test]
    fn columns_come_in_the_readers_order_and_type_with_their_nulls() {
        let columns = [bound(1, DataType::Text), bound(0, DataType::Float64), bound(0, DataType::Int64)];
        let seen = Binding::new(&queue(), &columns).apply(&batch()).unwrap();
        assert_eq!(seen.column(0), batch().column(1));
        let floats: ArrayRef = Arc::new(Float64Array::from(vec![Some(1.0), None, Some(-3.0)]));
        assert_eq!(seen.column(1), &floats);
        let longs: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(-3)]));
        assert_eq!(seen.column(2), &longs);
    }

    #[test]
    fn a_reader_of_no_column_still_sees_every_row() {
        let seen = Binding::new(&queue(), &[]).apply(&batch()).unwrap();
        assert_eq!((seen.num_columns(), seen.num_rows()), (0, 3));
    }

    #[test]
    fn a_batch_that_fits_goes_on_as_it_is() {
        let columns = [bound(0, DataType::Int32), bound(1, DataType::Text)];
        let whole = batch();
        let seen = Binding::new(&queue(), &columns).apply(&whole).unwrap();
        assert!(Arc::ptr_eq(seen.column(0), whole.column(0)));
        assert!(Arc::ptr_eq(&seen.schema(), &whole.schema()));
    }
}
