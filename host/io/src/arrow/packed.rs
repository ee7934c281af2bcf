//! Packed bodies of Arrow files: what they say they unpack to is held against a bound before the decoder believes it.

use arrow_ipc::{RecordBatch, root_as_message};
use arrow_schema::ArrowError;

/// What one buffer of a batch may unpack to: what the columns that Leat reads count with.
const UNPACKED_BYTES_MAX: i64 = i32::MAX as i64;
/// A buffer that was not worth packing says this for its size.
const NOT_PACKED: i64 = -1;
/// What a message begins with since version 0.15 of the format, and what stands there before its length.
pub(super) const CONTINUATION: [u8; 4] = [0xff; 4];

/// Looks at the sizes that the buffers of a block say they unpack to. `block` is the message and its body, of which the
/// message takes the first `message_bytes`.
pub(super) fn require_bounded(block: &[u8], message_bytes: usize) -> Result<(), ArrowError> {
    let bad = |what: &str| ArrowError::ParseError(what.to_owned());
    let (message, body) = block.split_at_checked(message_bytes).ok_or_else(|| bad("a message is cut short"))?;
    let head = if message.starts_with(&CONTINUATION) { 8 } else { 4 };
    let message = message.get(head..).ok_or_else(|| bad("a message is cut short"))?;
    let message = root_as_message(message).map_err(|error| bad(&error.to_string()))?;
    let dictionary = message.header_as_dictionary_batch().and_then(|dictionary| dictionary.data());
    let Some(batch) = message.header_as_record_batch().or(dictionary) else { return Ok(()) };
    if batch.compression().is_none() { Ok(()) } else { require_bounded_buffers(&batch, body) }
}

fn require_bounded_buffers(batch: &RecordBatch<'_>, body: &[u8]) -> Result<(), ArrowError> {
    for buffer in batch.buffers().into_iter().flatten().filter(|buffer| buffer.length() > 0) {
        let size = usize::try_from(buffer.offset()).ok().and_then(|start| body.get(start..)?.first_chunk());
        let size = size.map(|size| i64::from_le_bytes(*size));
        if !size.is_some_and(|size| (NOT_PACKED..=UNPACKED_BYTES_MAX).contains(&size)) {
            return Err(ArrowError::ParseError("a packed column has no size that makes sense".to_owned()));
        }
    }
    Ok(())
}
