//! Contents that come in pieces: what all adapters of [`Blobs`](super::Blobs) do alike, without files and databases.
//!
//! What is there is told by its length and the state of its hasher, and counts as unchanged where both are the same. So a
//! content that two send at once, or that was thrown away and begun again, is never made of the bytes of one and the digest of
//! another.

use leat_bundle::{Content, Digest, Hasher};
use tokio::io::AsyncReadExt;

use super::{BlobError, BlobReader};

/// How much is taken before it is kept, bytes: what a sender holds in memory, and what is sent again after a midtier was
/// killed.
const BATCH_BYTES: u64 = 2 << 20;

/// A content that was begun and is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// How many of its bytes are there.
    pub bytes: u64,
    /// How many it will have.
    pub length: u64,
}

/// What a sender says of the bytes that come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The content that they are of.
    pub digest: Digest,
    /// Where in it they begin.
    pub offset: u64,
    /// How many bytes the content has in all.
    pub length: u64,
}

/// How much may be begun and not whole, all senders together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BegunLimits {
    /// How many contents. Default 1,000.
    pub count_max: u64,
    /// How many bytes they will have, each counted with its whole length from its beginning. Default 256 GiB.
    pub bytes_max: u64,
}

impl Default for BegunLimits {
    fn default() -> Self {
        BegunLimits { count_max: 1_000, bytes_max: 256 << 30 }
    }
}

/// What a piece has led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// There is more of it.
    Begun(Begun),
    /// It is there.
    Whole(Content),
}

impl BegunLimits {
    /// Refuses a content of this length beside so many others that will have so many bytes together.
    pub fn require_room(&self, length: u64, count: u64, bytes: u64) -> Result<(), BlobError> {
        let BegunLimits { count_max, bytes_max } = *self;
        if count >= count_max {
            let text = format!("{count} contents are begun and not whole, and no more may be");
            return Err(BlobError::TooManyBegun(text));
        }
        if bytes.saturating_add(length) > bytes_max {
            return Err(BlobError::TooManyBegun(format!(
                "contents of {bytes} bytes are begun and not whole, and with {length} more there would be more than \
                 {bytes_max}"
            )));
        }
        Ok(())
    }
}

/// A content as far as it has come, and the hasher of that.
#[derive(Clone, Debug)]
pub struct Growing {
    digest: Digest,
    length: u64,
    bytes: u64,
    hasher: Hasher,
}

impl Growing {
    /// What was kept of a content; nothing where the hasher's state cannot be read any more.
    pub fn restore(digest: Digest, begun: Begun, hasher: &str) -> Option<Self> {
        let hasher = Hasher::of_state(hasher)?;
        Some(Growing { digest, length: begun.length, bytes: begun.bytes, hasher })
    }

    /// What a piece goes on from, if it begins where that ends.
    pub fn before(piece: &Piece, there: Option<Growing>) -> Result<Self, BlobError> {
        let fresh = Growing { digest: piece.digest, length: piece.length, bytes: 0, hasher: Hasher::default() };
        let there = there.filter(|there| there.length == piece.length).unwrap_or(fresh);
        if there.bytes == piece.offset { Ok(there) } else { Err(BlobError::OtherOffset { expected: there.bytes }) }
    }

    /// The same after these bytes.
    pub fn after(&self, bytes: &[u8]) -> Self {
        let mut hasher = self.hasher.clone();
        hasher.update(bytes);
        Growing { hasher, bytes: self.bytes + bytes.len() as u64, ..*self }
    }

    /// That nobody else went on meanwhile: what is there now is still this.
    pub fn require_unchanged(&self, there: Option<&Growing>) -> Result<(), BlobError> {
        let there = there.filter(|there| there.length == self.length);
        let (bytes, hasher) = there.map_or((0, Hasher::default().state()), |there| (there.bytes, there.hasher.state()));
        if (bytes, hasher) == (self.bytes, self.hasher.state()) {
            return Ok(());
        }
        Err(BlobError::OtherOffset { expected: bytes })
    }

    /// That the bytes, which are all there, are what the digest says.
    pub fn require_digest(&self) -> Result<(), BlobError> {
        let found = self.hasher.clone().finish();
        if found == self.digest { Ok(()) } else { Err(BlobError::OtherDigest { promised: self.digest, found }) }
    }

    /// Which content it is.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// How far it has come.
    pub fn begun(&self) -> Begun {
        Begun { bytes: self.bytes, length: self.length }
    }

    /// Whether nothing of it was kept yet.
    pub fn is_new(&self) -> bool {
        self.bytes == 0
    }

    /// Whether all of its bytes have come.
    pub fn is_whole(&self) -> bool {
        self.bytes == self.length
    }

    /// The hasher's state, to be kept beside the bytes.
    pub fn hasher_state(&self) -> String {
        self.hasher.state()
    }
}

/// Bytes that are kept at once.
#[derive(Debug)]
pub struct Batch {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// How it went with the sender, where no more come after these.
    pub end: Option<Result<(), BlobError>>,
}

impl Batch {
    /// What comes next of a content that goes on from here. Of one that is longer than it was said to be, the bytes that it
    /// was found by are dropped.
    pub async fn next(content: &mut BlobReader, growing: &Growing) -> Batch {
        let rest = growing.length - growing.bytes;
        let room = rest.min(BATCH_BYTES);
        let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or(0));
        let read = (&mut *content).take(room).read_to_end(&mut bytes).await;
        let end = match read {
            // What came until then is as good as ever.
            Err(error) => Some(Err(BlobError::BrokenOff(error.to_string()))),
            Ok(_) if (bytes.len() as u64) < room => Some(Ok(())),
            Ok(_) if room < rest => None,
            Ok(_) if content.read_u8().await.is_ok() => {
                bytes.clear();
                Some(Err(BlobError::TooLarge { bytes_max: growing.length }))
            }
            Ok(_) => Some(Ok(())),
        };
        Batch { bytes, end }
    }

    /// Whether there is something to keep after what is there: some bytes, or the end of a content that has none.
    pub fn counts_after(&self, growing: &Growing) -> bool {
        !self.bytes.is_empty() || (growing.is_whole() && matches!(self.end, Some(Ok(()))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(offset: u64, length: u64) -> Piece {
        Piece { digest: Digest::of(b"hello"), offset, length }
    }

    fn there(bytes: &[u8], length: u64) -> Growing {
        Growing::before(&piece(0, length), None).unwrap().after(bytes)
    }

    fn expected<T>(refused: Result<T, BlobError>) -> Option<u64> {
        match refused {
            Err(BlobError::OtherOffset { expected }) => Some(expected),
            Err(other) => panic!("{other}"),
            Ok(_) => None,
        }
    }

    #[test]
    fn a_piece_begins_where_what_is_there_ends() {
        let before = |offset, length| expected(Growing::before(&piece(offset, length), Some(there(b"hel", 5))));
        assert_eq!((before(3, 5), before(0, 5), before(4, 5)), (None, Some(3), Some(3)));
        assert_eq!((before(0, 6), before(3, 6)), (None, Some(0)), "of another length, it is another beginning");
        assert_eq!(expected(Growing::before(&piece(1, 5), None)), Some(0));
    }

    #[test]
    fn what_is_there_is_the_same_only_if_its_bytes_are() {
        let ours = there(b"hel", 5);
        let unchanged = |there: Option<&Growing>| expected(ours.require_unchanged(there));
        assert_eq!(unchanged(Some(&there(b"hel", 5))), None);
        assert_eq!(unchanged(Some(&there(b"hell", 5))), Some(4));
        assert_eq!(unchanged(Some(&there(b"HEL", 5))), Some(3), "begun again by somebody who sends other bytes");
        assert_eq!((unchanged(Some(&there(b"hel", 9))), unchanged(None)), (Some(0), Some(0)));
        let fresh = Growing::before(&piece(0, 5), None).unwrap();
        assert!(fresh.require_unchanged(None).is_ok() && fresh.require_unchanged(Some(&there(b"x", 9))).is_ok());
        assert_eq!(expected(fresh.require_unchanged(Some(&ours))), Some(3));
    }

    #[test]
    fn room_is_taken_by_number_and_by_the_bytes_that_will_come() {
        let limits = BegunLimits { count_max: 2, bytes_max: 10 };
        assert!(limits.require_room(6, 1, 4).is_ok());
        for (length, count, bytes) in [(1, 2, 2), (7, 1, 4), (u64::MAX, 1, 4), (11, 0, 0)] {
            let refused = limits.require_room(length, count, bytes);
            assert!(matches!(refused, Err(BlobError::TooManyBegun(_))), "{refused:?}");
        }
    }

    #[tokio::test]
    async fn what_is_longer_than_it_was_said_to_be_is_found() {
        let mut content: BlobReader = Box::pin(&b"hello!"[..]);
        let batch = Batch::next(&mut content, &there(b"", 5)).await;
        assert!(batch.bytes.is_empty() && matches!(batch.end, Some(Err(BlobError::TooLarge { bytes_max: 5 }))));
    }
}
