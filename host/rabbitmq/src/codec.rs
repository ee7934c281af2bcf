//! Batches as the bodies of messages: Arrow's IPC stream, cut at its batches. Knows no broker.

use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::{RecordBatch, RecordBatchOptions};
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::writer::StreamEncoder;
use arrow_schema::{ArrowError, SchemaRef};

use crate::config::Compression;
use crate::message::{HEADER_BYTES, Header, Kind};

/// Where compression does not pay, it is tried again with one batch of so many.
const RETRY_EVERY: u32 = 64;
/// LZ4 cannot shrink anything by more than this factor; what claims more is not believed.
const LZ4_FACTOR_MAX: u64 = 256;

/// Makes messages of the batches of one edge.
pub(crate) struct Encoder {
    schema: SchemaRef,
    stream: StreamEncoder,
    generation: u64,
    sequence: u64,
    message_bytes_max: usize,
    compression: Compression,
    /// Batches until compression is tried again.
    uncompressed_left: u32,
}

/// Makes batches of the messages of one edge.
pub(crate) struct Decoder {
    schema: SchemaRef,
    stream: StreamDecoder,
    /// The parts of a batch that have come.
    parts: Vec<u8>,
}

impl Encoder {
    /// For the batches of a schema, in messages with at most so many bytes of body.
    pub(crate) fn new(
        schema: &SchemaRef,
        generation: u64,
        message_bytes_max: usize,
        compression: Compression,
    ) -> Result<Self, ArrowError> {
        Ok(Encoder {
            stream: StreamEncoder::try_new(schema)?,
            schema: SchemaRef::clone(schema),
            generation,
            sequence: 0,
            message_bytes_max: message_bytes_max.max(1),
            compression,
            uncompressed_left: 0,
        })
    }

    /// The messages of a batch, in their order, with their sequence numbers; the first is made in `message`, whatever it holds.
    pub(crate) fn batch(
        &mut self,
        batch: &RecordBatch,
        mut message: Vec<u8>,
    ) -> Result<Vec<(u64, Vec<u8>)>, ArrowError> {
        if batch.schema_ref() != &self.schema {
            let reason = "a batch of another schema than the edge was opened with".to_owned();
            return Err(ArrowError::SchemaError(reason));
        }
        let rows = batch.num_rows() as u64;
        // A body that is empty would not come out of Arrow's decoder; what it would say stands in the header.
        let buffers = if has_body(&self.schema, rows) { self.stream.encode(batch)? } else { Vec::new() };
        let plain_bytes: usize = buffers.iter().map(Buffer::len).sum();
        let mut header = Header {
            kind: Kind::Batch,
            compressed: false,
            generation: self.generation,
            sequence: self.sequence,
            rows,
            body_bytes: plain_bytes as u64,
            plain_bytes: plain_bytes as u64,
        };
        message.clear();
        message.reserve_exact(HEADER_BYTES + plain_bytes);
        message.extend_from_slice(&header.encode());
        buffers.iter().for_each(|buffer| message.extend_from_slice(buffer));
        if let Some(compressed) = self.compressed(&message[HEADER_BYTES..]) {
            header.compressed = true;
            header.body_bytes = compressed.len() as u64;
            message.truncate(HEADER_BYTES);
            message.extend_from_slice(&compressed);
            message[..HEADER_BYTES].copy_from_slice(&header.encode());
        }
        if message.len() - HEADER_BYTES <= self.message_bytes_max {
            self.sequence += 1;
            return Ok(vec![(header.sequence, message)]);
        }
        Ok(self.split(&header, &message[HEADER_BYTES..]))
    }

    /// The message that says that there are no more batches.
    pub(crate) fn end(&mut self) -> (u64, Vec<u8>) {
        self.bodyless(Kind::End, 0)
    }

    /// The message with the barrier of a checkpoint.
    pub(crate) fn barrier(&mut self, number: u64) -> (u64, Vec<u8>) {
        self.bodyless(Kind::Barrier, number)
    }

    fn bodyless(&mut self, kind: Kind, rows: u64) -> (u64, Vec<u8>) {
        let (sequence, generation) = (self.sequence, self.generation);
        self.sequence += 1;
        let header = Header { kind, compressed: false, generation, sequence, rows, body_bytes: 0, plain_bytes: 0 };
        (sequence, header.encode().to_vec())
    }

    fn split(&mut self, header: &Header, body: &[u8]) -> Vec<(u64, Vec<u8>)> {
        let parts = body.chunks(self.message_bytes_max);
        let last = parts.len() - 1;
        let messages = parts.enumerate().map(|(number, part)| {
            let kind = if number == last { Kind::Batch } else { Kind::Part };
            let header = Header { kind, sequence: self.sequence + number as u64, ..*header };
            (header.sequence, [&header.encode(), part].concat())
        });
        let messages: Vec<_> = messages.collect();
        self.sequence += messages.len() as u64;
        messages
    }

    /// The body compressed, where that is wished and pays.
    fn compressed(&mut self, body: &[u8]) -> Option<Vec<u8>> {
        if self.compression == Compression::Off {
            return None;
        }
        if self.uncompressed_left > 0 {
            self.uncompressed_left -= 1;
            return None;
        }
        let compressed = lz4_flex::block::compress(body);
        let pays = compressed.len() <= body.len() - body.len() / 8 && !body.is_empty();
        if !pays {
            self.uncompressed_left = RETRY_EVERY - 1;
        }
        pays.then_some(compressed)
    }
}

impl Decoder {
    /// For the batches of a schema.
    pub(crate) fn new(schema: &SchemaRef) -> Self {
        Decoder { schema: SchemaRef::clone(schema), stream: StreamDecoder::new(), parts: Vec::new() }
    }

    /// The batch that ends with this message; nothing where more parts are to come. The error says what is wrong with it.
    pub(crate) fn batch(&mut self, header: &Header, message: Vec<u8>) -> Result<Option<RecordBatch>, String> {
        let whole = header.kind == Kind::Batch && self.parts.is_empty();
        let body = if whole {
            // Shared by the batch's columns from here on, and not copied.
            let buffer = Buffer::from_vec(message);
            buffer.slice_with_length(HEADER_BYTES, buffer.len() - HEADER_BYTES)
        } else {
            self.parts.extend_from_slice(&message[HEADER_BYTES..]);
            if self.parts.len() as u64 > header.body_bytes {
                return Err(format!("a batch in parts is longer than {} bytes, which it claims", header.body_bytes));
            }
            if header.kind == Kind::Part {
                return Ok(None);
            }
            Buffer::from_vec(std::mem::take(&mut self.parts))
        };
        if body.len() as u64 != header.body_bytes {
            return Err(format!("a batch has {} bytes and claims {}", body.len(), header.body_bytes));
        }
        let body = if header.compressed { decompressed(&body, header.plain_bytes)? } else { body };
        self.decode(header.rows, body).map(Some)
    }

    fn decode(&mut self, rows: u64, mut body: Buffer) -> Result<RecordBatch, String> {
        let rows = usize::try_from(rows).map_err(|error| error.to_string())?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let columns = if has_body(&self.schema, rows as u64) {
            let decoded = guarded(|| self.stream.decode(&mut body))?;
            let batch = decoded.ok_or("a batch is cut off")?;
            if batch.num_rows() != rows || !body.is_empty() {
                return Err("a message holds something else than its batch".to_owned());
            }
            if batch.schema_ref() != &self.schema {
                return Err("its sender was opened with another schema".to_owned());
            }
            batch.columns().to_vec()
        } else if rows == 0 {
            return Ok(RecordBatch::new_empty(SchemaRef::clone(&self.schema)));
        } else {
            Vec::new()
        };
        // Under the receiver's own schema, which is then recognised without being compared.
        RecordBatch::try_new_with_options(SchemaRef::clone(&self.schema), columns, &options)
            .map_err(|error| error.to_string())
    }
}

/// Arrow's decoder on bytes that may be anything: it panics where a batch claims a buffer beyond its end, and to the
/// edge that is a damaged message like any other.
fn guarded<T>(decode: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(decoded) => decoded.map_err(|error| error.to_string()),
        Err(_) => Err("a batch makes no sense to the decoder".to_owned()),
    }
}

/// Whether a batch has anything beside the number of its rows.
fn has_body(schema: &SchemaRef, rows: u64) -> bool {
    rows > 0 && !schema.fields().is_empty()
}

fn decompressed(body: &[u8], plain_bytes: u64) -> Result<Buffer, String> {
    let believable = plain_bytes <= LZ4_FACTOR_MAX * body.len() as u64;
    let length = usize::try_from(plain_bytes).ok().filter(|_| believable);
    let length = length.ok_or_else(|| format!("{} compressed bytes claim to be {plain_bytes}", body.len()))?;
    let plain = lz4_flex::block::decompress(body, length).map_err(|error| error.to_string())?;
    Ok(Buffer::from_vec(plain))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array, StringArray};
    use leat_fuzzing::{Fuzz, Shape};

    use super::*;

    fn batch(rows: i64) -> RecordBatch {
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter((0..rows).map(|n| (n % 3 != 0).then_some(n))));
        let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(|n| format!("text {n}"))));
        RecordBatch::try_from_iter_with_nullable([("n", numbers, true), ("t", texts, false)]).unwrap()
    }

    fn through(messages: Vec<(u64, Vec<u8>)>, decoder: &mut Decoder) -> Result<Option<RecordBatch>, String> {
        let mut last = None;
        for (sequence, message) in messages {
            let header = Header::decode(&message).unwrap();
            assert_eq!(header.sequence, sequence);
            last = decoder.batch(&header, message)?;
        }
        Ok(last)
    }

    fn encoder(message_bytes_max: usize, compression: Compression) -> Encoder {
        Encoder::new(&batch(1).schema(), 1, message_bytes_max, compression).unwrap()
    }

    #[test]
    fn batches_come_out_as_they_went_in_whole_or_in_parts_compressed_or_not() {
        for compression in [Compression::Off, Compression::Lz4] {
            for message_bytes_max in [100, 1 << 20] {
                let mut encoder = encoder(message_bytes_max, compression);
                let mut decoder = Decoder::new(&batch(1).schema());
                for batch in [batch(0), batch(1000), batch(500).slice(7, 400), batch(0), batch(1)] {
                    let messages = encoder.batch(&batch, vec![7; 9]).unwrap();
                    assert!(messages.iter().all(|(_, message)| message.len() <= HEADER_BYTES + message_bytes_max));
                    assert_eq!(through(messages, &mut decoder), Ok(Some(batch)));
                }
            }
        }
    }

    #[test]
    fn a_batch_without_columns_keeps_its_rows() {
        let schema = SchemaRef::new(arrow_schema::Schema::empty());
        let options = RecordBatchOptions::new().with_row_count(Some(17));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&schema), Vec::new(), &options).unwrap();
        let mut encoder = Encoder::new(&schema, 1, 1 << 20, Compression::Off).unwrap();
        let messages = encoder.batch(&batch, vec![7; 9]).unwrap();
        assert_eq!(through(messages, &mut Decoder::new(&schema)), Ok(Some(batch)));
    }

    #[test]
    fn what_does_not_shrink_travels_as_it_is() {
        let mut state = 1_u64;
        let noise = Int64Array::from_iter_values((0..1000).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state ^ (state >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9).cast_signed()
        }));
        let noise = RecordBatch::try_from_iter([("n", Arc::new(noise) as ArrayRef)]).unwrap();
        let mut encoder = Encoder::new(&noise.schema(), 1, 1 << 20, Compression::Lz4).unwrap();
        let (_, message) = encoder.batch(&noise, Vec::new()).unwrap().remove(0);
        assert!(!Header::decode(&message).unwrap().compressed);
        let mut encoder = self::encoder(1 << 20, Compression::Lz4);
        let (_, message) = encoder.batch(&batch(1000), Vec::new()).unwrap().remove(0);
        assert!(Header::decode(&message).unwrap().compressed);
    }

    #[test]
    fn bytes_that_are_no_batch_are_an_error_and_no_panic() {
        let schema = batch(1).schema();
        let (_, message) = encoder(1 << 20, Compression::Off).batch(&batch(100), Vec::new()).unwrap().remove(0);
        let header = Header::decode(&message).unwrap();
        for length in (HEADER_BYTES..message.len()).step_by(61) {
            let (cut, body_bytes) = (message[..length].to_vec(), (length - HEADER_BYTES) as u64);
            assert!(Decoder::new(&schema).batch(&Header { body_bytes, ..header }, cut.clone()).is_err(), "{length}");
            assert!(Decoder::new(&schema).batch(&header, cut).is_err(), "{length}");
        }
        let compressed = Header { compressed: true, plain_bytes: u64::MAX, ..header };
        assert!(Decoder::new(&schema).batch(&compressed, message.clone()).is_err());
        assert!(Decoder::new(&Arc::clone(&batch(1).project(&[0]).unwrap().schema())).batch(&header, message).is_err());
    }

    #[test]
    fn fuzzed_messages_are_batches_or_refused() {
        let mut good = Vec::new();
        for compression in [Compression::Off, Compression::Lz4] {
            let mut encoder = encoder(1 << 20, compression);
            for rows in [1, 5, 400] {
                good.extend(encoder.batch(&batch(rows), Vec::new()).unwrap().into_iter().take(1));
            }
        }
        // The first message of an edge brings the schema, and the others are read after it.
        let opening = good[0].1.clone();
        let good: Vec<Vec<u8>> = good.into_iter().map(|(_, message)| message).collect();
        Fuzz::new("messages of queues", Shape::Bytes, good).run(|message| {
            let Some(header) = Header::decode(message) else { return false };
            let mut alone = Decoder::new(&batch(1).schema());
            let first = alone.batch(&header, message.to_vec());
            let mut decoder = Decoder::new(&batch(1).schema());
            decoder.batch(&Header::decode(&opening).unwrap(), opening.clone()).unwrap();
            let later = decoder.batch(&header, message.to_vec());
            first.is_ok() || later.is_ok()
        });
    }
}
