//! Contents that come in pieces: the same rules for those in the database and those in a directory.

use std::sync::Arc;
use std::time::Duration;

use leat_bundle::Digest;
use leat_midtier::blobs::{Begun, BegunLimits, BlobError, BlobReader, Blobs, Piece, Taken};
use tokio::io::AsyncWriteExt;

use super::blobbing::{Shelf, broken, content, long, read, sent};

const HOUR: Duration = Duration::from_secs(3600);
/// Longer than anything here takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much is kept at once.
const BATCH_BYTES: usize = 2 << 20;

/// Someone who sends one content.
struct Sender {
    blobs: Arc<dyn Blobs>,
    bytes: Vec<u8>,
    limits: BegunLimits,
}

impl Sender {
    fn of(shelf: &Shelf, bytes: &[u8]) -> Self {
        Sender { blobs: Arc::clone(&shelf.blobs), bytes: bytes.to_vec(), limits: BegunLimits::default() }
    }

    fn digest(&self) -> Digest {
        Digest::of(&self.bytes)
    }

    async fn send(&self, offset: usize, bytes: BlobReader) -> Result<Taken, BlobError> {
        let piece = Piece { digest: self.digest(), offset: offset as u64, length: self.bytes.len() as u64 };
        self.blobs.go_on(piece, &self.limits, bytes).await
    }

    /// Sends from byte `from` up to `to`.
    async fn piece(&self, from: usize, to: usize) -> Result<Taken, BlobError> {
        self.send(from, sent(&self.bytes[from..to])).await
    }

    /// The same, and is gone.
    async fn break_off(&self, from: usize, to: usize) {
        let refused = self.send(from, broken(&self.bytes[from..to])).await;
        assert!(matches!(&refused, Err(error @ BlobError::BrokenOff(_)) if error.is_retryable()), "{refused:?}");
    }

    /// How far it has come.
    async fn begun(&self) -> Option<u64> {
        let begun = self.blobs.begun(self.digest()).await.unwrap();
        begun.map(|Begun { bytes, length }| {
            assert_eq!(length, self.bytes.len() as u64);
            bytes
        })
    }
}

fn expected(refused: Result<Taken, BlobError>) -> u64 {
    match refused {
        Err(BlobError::OtherOffset { expected }) => expected,
        other => panic!("{other:?}"),
    }
}

fn is_too_many(refused: &Result<Taken, BlobError>) -> bool {
    matches!(refused, Err(BlobError::TooManyBegun(_)))
}

pub(crate) async fn a_content_goes_on_where_it_broke_off(shelf: &Shelf) {
    let bytes = long((9 << 19) + 77);
    let sender = Sender::of(shelf, &bytes);
    assert_eq!(sender.begun().await, None);
    // Nothing, a byte, around a piece of the database, several batches; each goes on where the one before broke off.
    let breaks = [0, 1, 100, (256 << 10) - 1, 256 << 10, (256 << 10) + 1, BATCH_BYTES, 2 * BATCH_BYTES + 9];
    let mut at = 0;
    for to in breaks {
        sender.break_off(at, to).await;
        assert_eq!(sender.begun().await.unwrap_or(0), to as u64);
        assert_eq!(read(shelf, sender.digest(), 0).await, None, "what is half there is not there");
        at = to;
    }
    // A piece that ends well is no end of the content.
    let next = at + 300_000;
    let begun = Begun { bytes: next as u64, length: bytes.len() as u64 };
    assert_eq!(sender.piece(at, next).await.unwrap(), Taken::Begun(begun));
    assert_eq!(sender.piece(next, bytes.len()).await.unwrap(), Taken::Whole(content(&bytes)));
    assert_eq!((sender.begun().await, read(shelf, sender.digest(), 0).await.unwrap().1), (None, bytes));
}

pub(crate) async fn a_content_goes_on_at_another_midtier(shelf: &Shelf) {
    let bytes = long(1_000_000);
    let (here, there) =
        (Sender::of(shelf, &bytes), Sender { blobs: Arc::clone(&shelf.other), ..Sender::of(shelf, &bytes) });
    here.break_off(0, 300_001).await;
    assert_eq!(there.begun().await, Some(300_001));
    there.break_off(300_001, 700_000).await;
    assert_eq!(here.piece(700_000, bytes.len()).await.unwrap(), Taken::Whole(content(&bytes)));
    assert_eq!((there.begun().await, read(shelf, here.digest(), 0).await.unwrap().1), (None, bytes));
}

pub(crate) async fn a_piece_that_begins_elsewhere_is_refused(shelf: &Shelf) {
    let sender = Sender::of(shelf, &long(600_000));
    assert_eq!(expected(sender.piece(1, 9).await), 0);
    assert_eq!(sender.begun().await, None);
    sender.break_off(0, 400_000).await;
    for offset in [0, 1, 399_999, 400_001, 600_000] {
        assert_eq!(expected(sender.piece(offset, 600_000).await), 400_000);
        assert_eq!(sender.begun().await, Some(400_000));
    }
    sender.piece(400_000, 600_000).await.unwrap();
    assert_eq!(read(shelf, sender.digest(), 0).await.unwrap().1, sender.bytes);
}

pub(crate) async fn what_is_there_already_is_whole(shelf: &Shelf) {
    for bytes in [&b""[..], b"hello"] {
        let sender = Sender::of(shelf, bytes);
        for _ in 0..2 {
            assert_eq!(sender.piece(0, bytes.len()).await.unwrap(), Taken::Whole(content(bytes)));
        }
        // Whatever is said of it, and whatever comes.
        let piece = Piece { digest: sender.digest(), offset: 3, length: 99 };
        let taken = shelf.blobs.go_on(piece, &sender.limits, broken(b"x")).await.unwrap();
        assert_eq!(taken, Taken::Whole(content(bytes)));
        assert_eq!(read(shelf, sender.digest(), 0).await.unwrap().1, bytes);
    }
}

pub(crate) async fn what_is_longer_than_it_was_said_to_be_is_refused(shelf: &Shelf) {
    let sender = Sender::of(shelf, &long(600_000));
    sender.break_off(0, 10).await;
    let refused = sender.send(10, sent(&long(700_000)[10..])).await;
    assert!(matches!(refused, Err(BlobError::TooLarge { bytes_max: 600_000 })), "{refused:?}");
    assert_eq!(sender.begun().await, Some(10));
    let nothing = Sender::of(shelf, b"");
    let refused = nothing.send(0, sent(b"x")).await;
    assert!(matches!(refused, Err(BlobError::TooLarge { bytes_max: 0 })), "{refused:?}");
    assert_eq!(read(shelf, nothing.digest(), 0).await, None);
}

pub(crate) async fn a_content_that_is_not_what_its_digest_says_is_thrown_away(shelf: &Shelf) {
    let sender = Sender::of(shelf, &long(600_000));
    for begun in [0, 300_000] {
        // Somebody sends other bytes; who goes on with them sends the right ones.
        if begun > 0 {
            let refused = sender.send(0, broken(&vec![7; begun])).await;
            assert!(matches!(refused, Err(BlobError::BrokenOff(_))), "{refused:?}");
        }
        let rest = if begun > 0 { sent(&sender.bytes[begun..]) } else { sent(&vec![7; 600_000]) };
        let refused = sender.send(begun, rest).await;
        assert!(
            matches!(refused, Err(BlobError::OtherDigest { promised, .. }) if promised == sender.digest()),
            "{refused:?}"
        );
        assert_eq!((sender.begun().await, read(shelf, sender.digest(), 0).await), (None, None));
    }
    sender.piece(0, 600_000).await.unwrap();
    assert_eq!(read(shelf, sender.digest(), 0).await.unwrap().1, sender.bytes);
}

pub(crate) async fn another_length_is_another_beginning(shelf: &Shelf) {
    let sender = Sender::of(shelf, &long(600_000));
    let liar = Piece { digest: sender.digest(), offset: 0, length: 900_000 };
    shelf.blobs.go_on(liar, &sender.limits, broken(&vec![7; 500_000])).await.unwrap_err();
    assert_eq!(expected(sender.piece(500_000, 600_000).await), 0);
    sender.break_off(0, 400_000).await;
    assert_eq!(sender.begun().await, Some(400_000));
    let liar = Piece { offset: 500_000, ..liar };
    assert_eq!(expected(shelf.blobs.go_on(liar, &sender.limits, sent(b"x")).await), 0);
    sender.piece(400_000, 600_000).await.unwrap();
    shelf.clock.turn(2 * HOUR);
    assert_eq!(shelf.blobs.forget_begun(HOUR).await.unwrap(), 0, "of what was thrown away nothing is left");
    assert_eq!(shelf.blobs.retain(&[], HOUR).await.unwrap(), 600_000);
}

pub(crate) async fn several_may_send_the_same_at_once(shelf: &Shelf) {
    let bytes = long(3 * BATCH_BYTES + 70_001);
    let send_all = async |blobs: &Arc<dyn Blobs>, step: usize| {
        let sender = Sender { blobs: Arc::clone(blobs), ..Sender::of(shelf, &bytes) };
        let (mut at, mut pieces) = (0, 0);
        loop {
            pieces += 1;
            assert!(pieces < 10_000, "somebody goes on with every piece");
            at = match sender.piece(at, bytes.len().min(at + step)).await {
                Ok(Taken::Whole(whole)) => return assert_eq!(whole, content(&bytes)),
                Ok(Taken::Begun(begun)) => begun.bytes as usize,
                Err(BlobError::OtherOffset { expected }) => expected as usize,
                Err(error) => panic!("{error}"),
            };
        }
    };
    let (blobs, other) = (&shelf.blobs, &shelf.other);
    tokio::join!(
        send_all(blobs, 700_001),
        send_all(other, 3_000_000),
        send_all(blobs, 300_000),
        send_all(other, 1 << 20)
    );
    assert_eq!(read(shelf, Digest::of(&bytes), 0).await.unwrap().1, bytes);
    shelf.clock.turn(2 * HOUR);
    let left = (shelf.blobs.forget_begun(HOUR).await.unwrap(), shelf.blobs.retain(&[], HOUR).await.unwrap());
    assert_eq!(left.1, bytes.len() as u64);
    assert!(left.0 < bytes.len() as u64, "at most what one began again after the others were done: {}", left.0);
}

pub(crate) async fn a_sender_left_behind_changes_nothing(shelf: &Shelf) {
    let bytes = long(2 * BATCH_BYTES);
    let sender = Sender::of(shelf, &bytes);
    let (mut wire, end) = tokio::io::duplex(1 << 16);
    let sending = sender.send(0, Box::pin(end));
    let meanwhile = async {
        wire.write_all(&bytes[..BATCH_BYTES]).await.unwrap();
        let begun = async {
            while sender.begun().await.is_none() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, begun).await.expect("the first batch is kept");
        // It is forgotten, and begun again by somebody who sends as many other bytes.
        shelf.clock.turn(2 * HOUR);
        assert_eq!(shelf.other.forget_begun(HOUR).await.unwrap(), BATCH_BYTES as u64);
        let other = Sender { blobs: Arc::clone(&shelf.other), ..Sender::of(shelf, &bytes) };
        other.send(0, broken(&vec![7; BATCH_BYTES])).await.unwrap_err();
        wire.write_all(&bytes[BATCH_BYTES..]).await.unwrap();
        drop(wire);
    };
    let (left_behind, ()) = tokio::join!(sending, meanwhile);
    assert_eq!(expected(left_behind), BATCH_BYTES as u64);
    assert_eq!((sender.begun().await, read(shelf, sender.digest(), 0).await), (Some(BATCH_BYTES as u64), None));
}

pub(crate) async fn what_is_begun_is_bounded(shelf: &Shelf) {
    let limits = BegunLimits { count_max: 2, bytes_max: 1_000 };
    let sender = |length: usize, fill: u8| {
        let mut bytes = long(length);
        bytes[0] = fill;
        Sender { limits, ..Sender::of(shelf, &bytes) }
    };
    let (one, two, three) = (sender(500, 1), sender(400, 2), sender(100, 3));
    one.break_off(0, 10).await;
    assert!(is_too_many(&sender(501, 4).piece(0, 10).await), "whole, both would be too large");
    two.break_off(0, 10).await;
    assert!(is_too_many(&three.piece(0, 10).await), "it would be the third");
    assert_eq!(three.begun().await, None);
    // What comes at once takes no room, and what was begun may go on.
    three.piece(0, 100).await.unwrap();
    one.break_off(10, 20).await;
    one.piece(20, 500).await.unwrap();
    sender(600, 5).break_off(0, 10).await;
    assert!(is_too_many(&sender(2, 6).piece(0, 1).await), "there is room for neither another nor a byte");
}

pub(crate) async fn of_many_who_begin_at_once_as_many_may_as_there_is_room_for(shelf: &Shelf) {
    let limits = BegunLimits { count_max: 2, bytes_max: 1_000_000 };
    let begin = async |blobs: &Arc<dyn Blobs>, number: usize| {
        let sender = Sender { blobs: Arc::clone(blobs), limits, ..Sender::of(shelf, &long(1_000 + number)) };
        is_too_many(&sender.piece(0, 10).await)
    };
    let (blobs, other) = (&shelf.blobs, &shelf.other);
    let refused = tokio::join!(begin(blobs, 1), begin(other, 2), begin(blobs, 3), begin(other, 4), begin(blobs, 5));
    let refused = [refused.0, refused.1, refused.2, refused.3, refused.4];
    assert_eq!(refused.iter().filter(|refused| **refused).count(), 3, "{refused:?}");
}

pub(crate) async fn what_nobody_goes_on_with_goes(shelf: &Shelf) {
    let (old, young) = (Sender::of(shelf, &long(600_000)), Sender::of(shelf, &long(500_000)));
    old.break_off(0, 300_000).await;
    young.break_off(0, 300_000).await;
    assert_eq!(shelf.blobs.forget_begun(HOUR).await.unwrap(), 0, "all is young");
    shelf.clock.turn(2 * HOUR);
    young.break_off(300_000, 400_000).await;
    // Contents that nothing refers to have an age of their own.
    assert_eq!(shelf.blobs.retain(&[], HOUR).await.unwrap(), 0);
    assert_eq!(shelf.blobs.forget_begun(HOUR).await.unwrap(), 300_000);
    assert_eq!((old.begun().await, young.begun().await), (None, Some(400_000)));
    assert_eq!(expected(old.piece(300_000, 600_000).await), 0);
    young.piece(400_000, 500_000).await.unwrap();
    old.piece(0, 600_000).await.unwrap();
    assert_eq!(read(shelf, old.digest(), 0).await.unwrap().1, old.bytes);
}
