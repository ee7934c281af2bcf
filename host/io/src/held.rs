//! Batches that an output holds until a block of its file is full: how many bytes they are, and how they stand in a position.
//!
//! Called by the encoders of Arrow and Parquet files.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, SchemaRef};

use crate::position::PositionError;
use crate::typed::guarded;

/// How many bytes the values of a batch are. Depends on the values alone, not on how they lie in memory: where blocks end may
/// depend on it.
pub(crate) fn value_bytes(batch: &RecordBatch) -> usize {
    batch.columns().iter().map(column_bytes).sum()
}

fn column_bytes(column: &ArrayRef) -> usize {
    let rows = column.len();
    let text = |offsets: &[i32]| {
        let ends = offsets.first().zip(offsets.last());
        size_of_val(offsets) + ends.map_or(0, |(first, last)| (last - first).max(0) as usize)
    };
    match column.data_type() {
        DataType::Boolean => rows.div_ceil(8),
        DataType::Utf8 => text(column.as_string::<i32>().value_offsets()),
        DataType::Binary => text(column.as_binary::<i32>().value_offsets()),
        other => rows * other.primitive_width().unwrap_or(16),
    }
}

/// Batches as bytes.
pub(crate) fn pack(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Vec<u8>, ArrowError> {
    let mut stream = StreamWriter::try_new(Vec::new(), schema)?;
    for batch in batches {
        stream.write(batch)?;
    }
    stream.into_inner()
}

/// The batches of such bytes, as they were.
pub(crate) fn unpack(schema: &SchemaRef, bytes: &[u8]) -> Result<Vec<RecordBatch>, PositionError> {
    let batches = guarded(|| StreamReader::try_new(bytes, None)?.collect::<Result<Vec<RecordBatch>, ArrowError>>());
    let batches = batches.map_err(|_| PositionError::Unreadable)?;
    let ours = |batch: &RecordBatch| batch.schema().fields() == schema.fields();
    if batches.iter().all(ours) { Ok(batches) } else { Err(PositionError::Unreadable) }
}
