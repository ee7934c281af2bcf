//! Messages as bytes: the header of a batch's message, and what a receiver says of what is done. Knows no Arrow.

/// A header's length. A multiple of 64, so that columns behind it lie as Arrow wants them and need no copying.
pub(crate) const HEADER_BYTES: usize = 64;
/// What every message begins with: the name, and the version of this format.
const MAGIC: [u8; 8] = *b"leat\0\0\0\x01";
/// A length of what a receiver says.
const CREDIT_BYTES: usize = 32;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A batch, or the last part of one.
    Batch,
    /// A part of a batch, and more follow.
    Part,
    /// There are no more batches.
    End,
    /// The barrier of a checkpoint.
    Barrier,
}

/// What stands before a message's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// What it is.
    pub(crate) kind: Kind,
    /// Whether the batch's body is compressed with LZ4.
    pub(crate) compressed: bool,
    /// The generation of the run that sent it.
    pub(crate) generation: u64,
    /// Its number on the edge.
    pub(crate) sequence: u64,
    /// Rows of the batch; of a barrier, the number of its checkpoint.
    pub(crate) rows: u64,
    /// Bytes of the batch's whole body as it travels, all parts together.
    pub(crate) body_bytes: u64,
    /// Bytes of it once it is no longer compressed.
    pub(crate) plain_bytes: u64,
}

/// What a receiver says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Credit {
    /// The receiver's generation.
    pub(crate) generation: u64,
    /// How many messages are done: all with a lower sequence number.
    pub(crate) done: u64,
    /// Nobody reads the edge any more.
    pub(crate) unread: bool,
}

impl Header {
    /// Its bytes.
    pub(crate) fn encode(&self) -> [u8; HEADER_BYTES] {
        let kind = match self.kind {
            Kind::Batch => 0,
            Kind::Part => 1,
            Kind::End => 2,
            Kind::Barrier => 3,
        };
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8] = kind;
        bytes[9] = u8::from(self.compressed);
        let numbers = [self.generation, self.sequence, self.rows, self.body_bytes, self.plain_bytes];
        for (place, number) in bytes[16..56].chunks_exact_mut(8).zip(numbers) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    /// Reads what a message begins with; nothing where it is none of ours.
    pub(crate) fn decode(message: &[u8]) -> Option<Header> {
        let bytes: &[u8; HEADER_BYTES] = message.first_chunk()?;
        let kind = match bytes[8] {
            0 => Kind::Batch,
            1 => Kind::Part,
            2 => Kind::End,
            3 => Kind::Barrier,
            _ => return None,
        };
        let number = |at: usize| Some(u64::from_le_bytes(bytes[at..at + 8].try_into().ok()?));
        (bytes[..8] == MAGIC).then_some(())?;
        Some(Header {
            kind,
            compressed: bytes[9] != 0,
            generation: number(16)?,
            sequence: number(24)?,
            rows: number(32)?,
            body_bytes: number(40)?,
            plain_bytes: number(48)?,
        })
    }
}

impl Credit {
    /// Its bytes.
    pub(crate) fn encode(&self) -> [u8; CREDIT_BYTES] {
        let mut bytes = [0; CREDIT_BYTES];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8] = u8::from(self.unread);
        bytes[16..24].copy_from_slice(&self.generation.to_le_bytes());
        bytes[24..].copy_from_slice(&self.done.to_le_bytes());
        bytes
    }

    /// Reads what a receiver said; nothing where it is none of ours.
    pub(crate) fn decode(message: &[u8]) -> Option<Credit> {
        let bytes: &[u8; CREDIT_BYTES] = message.try_into().ok()?;
        let number = |at: usize| Some(u64::from_le_bytes(bytes[at..at + 8].try_into().ok()?));
        (bytes[..8] == MAGIC).then_some(())?;
        Some(Credit { unread: bytes[8] != 0, generation: number(16)?, done: number(24)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_it_was_written() {
        for kind in [Kind::Batch, Kind::Part, Kind::End, Kind::Barrier] {
            let header = Header {
                kind,
                compressed: kind == Kind::Part,
                generation: 3,
                sequence: u64::MAX,
                rows: 4096,
                body_bytes: 77,
                plain_bytes: 1 << 40,
            };
            let mut message = header.encode().to_vec();
            message.extend(b"body");
            assert_eq!(Header::decode(&message), Some(header));
        }
    }

    #[test]
    fn what_is_none_of_ours_is_refused() {
        let credit = Credit { generation: 1, done: 2, unread: true };
        assert_eq!(Credit::decode(&credit.encode()), Some(credit));
        assert_eq!(Header::decode(&credit.encode()), None);
        assert_eq!(Header::decode(&[0; 64]), None);
        assert_eq!(Credit::decode(b"hello"), None);
    }
}
