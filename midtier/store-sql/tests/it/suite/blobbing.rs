//! Contents of files: the same rules for those in the database and those in a directory.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use leat_bundle::{Content, Digest};
use leat_midtier::blobs::{BlobError, BlobReader, Blobs};
use leat_scheduler::clock::Clock;
use leat_scheduler::model::Moment;
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

const ROOMY: u64 = 1 << 30;

/// Contents, and the clock by which they grow old.
pub(crate) struct Shelf {
    pub(crate) blobs: Arc<dyn Blobs>,
    /// The same as another midtier has them.
    pub(crate) other: Arc<dyn Blobs>,
    pub(crate) clock: Arc<Hands>,
}

/// A clock that a test turns.
pub(crate) struct Hands(AtomicI64);

impl Hands {
    pub(crate) fn at(moment: Moment) -> Arc<Self> {
        Arc::new(Hands(AtomicI64::new(moment.0)))
    }

    pub(crate) fn turn(&self, duration: Duration) {
        self.0.fetch_add(duration.as_micros() as i64, Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::Relaxed))
    }
}

/// Bytes that come in odd pieces, and then, if so wished, break off.
struct Trickle {
    bytes: Vec<u8>,
    at: usize,
    breaks_off: bool,
}

impl AsyncRead for Trickle {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let end = self.bytes.len().min(self.at + buffer.remaining().min(10_007));
        if self.at == end && self.breaks_off {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::ConnectionReset, "the sender is gone")));
        }
        buffer.put_slice(&self.bytes[self.at..end]);
        self.at = end;
        Poll::Ready(Ok(()))
    }
}

pub(crate) fn sent(bytes: &[u8]) -> BlobReader {
    Box::pin(Trickle { bytes: bytes.to_vec(), at: 0, breaks_off: false })
}

/// The same, and then the sender is gone.
pub(crate) fn broken(bytes: &[u8]) -> BlobReader {
    Box::pin(Trickle { bytes: bytes.to_vec(), at: 0, breaks_off: true })
}

/// Bytes that are the same nowhere in a piece and the next.
pub(crate) fn long(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|n| (n % 251) as u8 ^ (n >> 13) as u8).collect()
}

pub(crate) fn content(bytes: &[u8]) -> Content {
    Content { digest: Digest::of(bytes), bytes: bytes.len() as u64 }
}

async fn write(shelf: &Shelf, bytes: &[u8]) {
    let written = shelf.blobs.write(Digest::of(bytes), ROOMY, sent(bytes)).await.unwrap();
    assert_eq!(written, content(bytes));
}

pub(crate) async fn read(shelf: &Shelf, digest: Digest, from: u64) -> Option<(u64, Vec<u8>)> {
    let (bytes, mut reader) = shelf.blobs.read(digest, from).await.unwrap()?;
    let mut text = Vec::new();
    reader.read_to_end(&mut text).await.unwrap();
    Some((bytes, text))
}

pub(crate) async fn a_content_reads_back_from_any_place(shelf: &Shelf) {
    // None, one byte, whole pieces exactly, several transactions of them and a bit.
    for length in [0, 1, 256 << 10, 512 << 10, (9 << 18) + 77] {
        let bytes = long(length);
        let digest = Digest::of(&bytes);
        assert_eq!(read(shelf, digest, 0).await, None);
        write(shelf, &bytes).await;
        for from in [0, 1, length / 2, 256 << 10, length.saturating_sub(1), length, length + 9] {
            let rest = bytes.get(from..).unwrap_or_default().to_vec();
            assert_eq!(read(shelf, digest, from as u64).await, Some((length as u64, rest)), "{length} from {from}");
        }
    }
}

pub(crate) async fn what_is_not_there_is_missing(shelf: &Shelf) {
    write(shelf, b"one").await;
    let asked: Vec<Content> = [&b"one"[..], b"two", b"three"].map(content).to_vec();
    assert_eq!(shelf.blobs.missing(&asked).await.unwrap(), [asked[1].digest, asked[2].digest]);
    assert!(shelf.blobs.missing(&[]).await.unwrap().is_empty());
}

pub(crate) async fn a_content_of_another_digest_is_not_kept(shelf: &Shelf) {
    let (promised, bytes) = (Digest::of(b"promised"), long(600_000));
    match shelf.blobs.write(promised, ROOMY, sent(&bytes)).await {
        Err(BlobError::OtherDigest { promised: said, found }) => {
            assert_eq!((said, found), (promised, Digest::of(&bytes)));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(read(shelf, promised, 0).await, None);
    assert_eq!(read(shelf, Digest::of(&bytes), 0).await, None);
}

pub(crate) async fn a_content_that_is_too_large_is_not_kept(shelf: &Shelf) {
    let bytes = long(600_000);
    let digest = Digest::of(&bytes);
    let refused = shelf.blobs.write(digest, 599_999, sent(&bytes)).await;
    assert!(matches!(refused, Err(BlobError::TooLarge { bytes_max: 599_999 })), "{refused:?}");
    assert_eq!(read(shelf, digest, 0).await, None);
    assert_eq!(shelf.blobs.write(digest, 600_000, sent(&bytes)).await.unwrap().bytes, 600_000);
}

pub(crate) async fn a_content_that_breaks_off_is_not_kept(shelf: &Shelf) {
    let bytes = long(600_000);
    let digest = Digest::of(&bytes);
    for length in [0, 100, 300_000, 600_000] {
        let refused = shelf.blobs.write(digest, ROOMY, broken(&bytes[..length])).await;
        assert!(matches!(&refused, Err(error @ BlobError::BrokenOff(_)) if error.is_retryable()), "{refused:?}");
        assert_eq!(read(shelf, digest, 0).await, None);
    }
    write(shelf, &bytes).await;
    assert_eq!(read(shelf, digest, 0).await.unwrap().1, bytes);
}

pub(crate) async fn several_may_write_the_same_at_once(shelf: &Shelf) {
    let bytes = long(700_000);
    let digest = Digest::of(&bytes);
    let write = || shelf.blobs.write(digest, ROOMY, sent(&bytes));
    let (one, two, three) = tokio::join!(write(), write(), write());
    for written in [one, two, three] {
        assert_eq!(written.unwrap(), content(&bytes));
    }
    write().await.unwrap();
    assert_eq!(read(shelf, digest, 0).await.unwrap().1, bytes);
    // Only one of them is kept: with it goes all there is.
    shelf.clock.turn(Duration::from_secs(7200));
    assert_eq!(shelf.blobs.retain(&[], Duration::from_secs(3600)).await.unwrap(), 700_000);
}

pub(crate) async fn what_is_old_and_not_referred_to_goes(shelf: &Shelf) {
    let hour = Duration::from_secs(3600);
    for bytes in [&b"referred"[..], b"asked for", b"forgotten"] {
        write(shelf, bytes).await;
    }
    assert_eq!(shelf.blobs.retain(&[], hour).await.unwrap(), 0, "all is young");
    shelf.clock.turn(2 * hour);
    write(shelf, b"young").await;
    // Somebody who is about to refer to it asked whether it is there.
    assert!(shelf.blobs.missing(&[content(b"asked for")]).await.unwrap().is_empty());
    let referred = [Digest::of(b"referred"), Digest::of(b"of something else")];
    assert_eq!(shelf.blobs.retain(&referred, hour).await.unwrap(), 9);
    for (bytes, there) in [(&b"referred"[..], true), (b"asked for", true), (b"young", true), (b"forgotten", false)] {
        assert_eq!(read(shelf, Digest::of(bytes), 0).await.is_some(), there);
    }
    write(shelf, b"forgotten").await;
    assert_eq!(read(shelf, Digest::of(b"forgotten"), 2).await, Some((9, b"rgotten".to_vec())));
}
