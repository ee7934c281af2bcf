//! The rows of a row group that is not whole: a position has them, because the half of it that is packed already cannot be
//! taken out of the packer.

use ::parquet::errors::Result;
use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::held;
use crate::position::PositionError;

/// Rows are held as they came, which costs no time, until they are so many bytes; those are packed, which bounds the memory.
const LOOSE_BYTES_MAX: usize = 128 << 20;
/// The lowest level: packing must be fast, and what is packed is soon forgotten.
const LEVEL: i32 = 1;

/// Rows as they were written, piece by piece.
pub(super) struct RowsOfGroup {
    schema: SchemaRef,
    /// Those that came first.
    packed: Vec<Vec<u8>>,
    loose: Vec<RecordBatch>,
    loose_bytes: usize,
    count: usize,
    bytes: usize,
}

impl RowsOfGroup {
    pub(super) fn new(schema: SchemaRef) -> Self {
        RowsOfGroup { schema, packed: Vec::new(), loose: Vec::new(), loose_bytes: 0, count: 0, bytes: 0 }
    }

    pub(super) fn add(&mut self, piece: &RecordBatch) -> Result<()> {
        let bytes = held::value_bytes(piece);
        self.count += piece.num_rows();
        self.bytes += bytes;
        self.loose_bytes += bytes;
        self.loose.push(piece.clone());
        if self.loose_bytes > LOOSE_BYTES_MAX { self.pack().map(drop) } else { Ok(()) }
    }

    /// How many rows they are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// How many bytes their values are. Whether they are packed, which depends on checkpoints, does not matter.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// All of them, for [`unpack`].
    pub(super) fn pack(&mut self) -> Result<&[Vec<u8>]> {
        if !self.loose.is_empty() {
            let bytes = held::pack(&self.schema, &self.loose)?;
            self.packed.push(zstd::stream::encode_all(&bytes[..], LEVEL)?);
            self.loose.clear();
            self.loose_bytes = 0;
        }
        Ok(&self.packed)
    }
}

/// The pieces that were packed.
pub(super) fn unpack(schema: &SchemaRef, packed: &[u8]) -> std::result::Result<Vec<RecordBatch>, PositionError> {
    let bytes = zstd::stream::decode_all(packed).map_err(|_| PositionError::Unreadable)?;
    held::unpack(schema, &bytes)
}
