//! How many bytes a batch holds: what queues are bounded by.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;

/// What a batch costs beside its rows; it also bounds how many batches without a column fit in a queue.
const BATCH_OVERHEAD_BYTES: usize = 256;

/// Bytes of the batch's own rows: values, offsets and validity.
///
/// A slice of a larger buffer counts for its rows alone: the pieces that a writer cuts from one buffer lie in the queue
/// together and count for the whole of it together, where counting the buffer for each piece would fill a queue with
/// nearly nothing. What a single small piece keeps alive beyond its count is bounded by the batch it was cut from.
pub fn batch_bytes(batch: &RecordBatch) -> usize {
    BATCH_OVERHEAD_BYTES + batch.columns().iter().map(column_bytes).sum::<usize>()
}

fn column_bytes(column: &ArrayRef) -> usize {
    let rows = column.len();
    let validity = if column.nulls().is_some() { rows.div_ceil(8) } else { 0 };
    let values = match column.data_type() {
        DataType::Boolean => rows.div_ceil(8),
        DataType::Utf8 => text_bytes(column.as_string::<i32>().value_offsets()),
        DataType::Binary => text_bytes(column.as_binary::<i32>().value_offsets()),
        other => rows * other.primitive_width().unwrap_or(16),
    };
    values + validity
}

fn text_bytes(offsets: &[i32]) -> usize {
    let ends = offsets.first().zip(offsets.last());
    let values = ends.map_or(0, |(first, last)| (last - first).max(0) as usize);
    values + size_of_val(offsets)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Float64Array, StringArray};

    use super::*;

    fn batch() -> RecordBatch {
        let numbers: ArrayRef = Arc::new(Float64Array::from_iter_values((0..1000).map(f64::from)));
        let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..1000).map(|_| "abcd")));
        RecordBatch::try_from_iter([("x", numbers), ("t", texts)]).unwrap()
    }

    #[test]
    fn a_batch_counts_for_its_values_and_offsets() {
        assert_eq!(batch_bytes(&batch()), BATCH_OVERHEAD_BYTES + 8000 + 4000 + 4004);
    }

    #[test]
    fn slices_of_one_buffer_count_together_for_about_the_whole() {
        let whole = batch();
        let pieces: usize = (0..10).map(|i| batch_bytes(&whole.slice(i * 100, 100))).sum();
        assert_eq!(pieces, batch_bytes(&whole) + 9 * (4 + BATCH_OVERHEAD_BYTES));
    }
}
