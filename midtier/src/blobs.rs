//! The port `Blobs`: contents of files, by their digests.

mod begun;
mod directory;

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use leat_bundle::{Content, Digest};
use tokio::io::AsyncRead;

pub use begun::{Batch, Begun, BegunLimits, Growing, Piece, Taken};
pub use directory::DirectoryBlobs;

/// A content that is read or written piece by piece.
pub type BlobReader = Pin<Box<dyn AsyncRead + Send>>;

/// What goes wrong with contents.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// What came is not what its digest promised; nothing was kept.
    #[error("the content does not have the digest {promised}: it has {found}")]
    OtherDigest {
        /// What it was said to be.
        promised: Digest,
        /// What it is.
        found: Digest,
    },
    /// It is larger than it may be; nothing was kept.
    #[error("the content is larger than {bytes_max} bytes")]
    TooLarge {
        /// The limit.
        bytes_max: u64,
    },
    /// There is no room for it; nothing was kept.
    #[error("there is no room for the content: {0}")]
    Full(String),
    /// The sender went away in the middle. Of a content that was sent whole nothing was kept, of one that was gone on with
    /// all that came.
    #[error("the content broke off: {0}")]
    BrokenOff(String),
    /// What came begins elsewhere than what is there ends; nothing of it was kept.
    #[error("the content goes on at byte {expected}")]
    OtherOffset {
        /// Where what is there ends.
        expected: u64,
    },
    /// Too much is begun and not whole; nothing was kept. A content that is sent whole needs no such room.
    #[error("{0}")]
    TooManyBegun(String),
    /// They cannot be reached: later it may work.
    #[error("the contents cannot be reached: {0}")]
    Unavailable(String),
}

impl BlobError {
    /// Whether the same may work later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, BlobError::Unavailable(_) | BlobError::BrokenOff(_))
    }
}

/// Contents of files. A content that is there never changes; what is half there is not there.
#[async_trait]
pub trait Blobs: Send + Sync {
    /// Those of these that are not there. Who asks is about to refer to the others: they count as written now.
    async fn missing(&self, contents: &[Content]) -> Result<Vec<Digest>, BlobError>;
    /// Keeps a content, if it is what its digest says. One that is there already may be read to its end or not.
    async fn write(&self, digest: Digest, bytes_max: u64, content: BlobReader) -> Result<Content, BlobError>;
    /// A content from byte `from` on; nothing where it is not there. Answers its whole size too. At or past its end there is
    /// nothing to read, and its size is answered all the same.
    async fn read(&self, digest: Digest, from: u64) -> Result<Option<(u64, BlobReader)>, BlobError>;
    /// Removes every content that is not among these and was written longer than `age` ago. Answers how many bytes went.
    async fn retain(&self, referred: &[Digest], age: Duration) -> Result<u64, BlobError>;
    /// How much of a content is there that was begun and is not whole; nothing where it was not begun or is there.
    async fn begun(&self, digest: Digest) -> Result<Option<Begun>, BlobError>;
    /// Takes a piece of a content, the first or one that goes on where what is there ends. All that comes is kept until
    /// [`forget_begun`](Blobs::forget_begun), also where it breaks off; one that is not what its digest says once it is
    /// whole is thrown away. Several may go on with the same content at once, here or at another midtier: each piece counts
    /// only where nobody was quicker. A first piece of another length throws away what was begun with the old one.
    async fn go_on(&self, piece: Piece, limits: &BegunLimits, content: BlobReader) -> Result<Taken, BlobError>;
    /// Removes what was begun and not gone on with for longer than `age`. Answers how many bytes went.
    async fn forget_begun(&self, age: Duration) -> Result<u64, BlobError>;
}
