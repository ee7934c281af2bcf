//! Reads a content piece by piece, a piece at a time in memory.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use super::PIECE_BYTES;
use crate::columns::Columns;
use crate::connect::SqlStore;
use crate::error::Result;

type Fetching = Pin<Box<dyn Future<Output = Result<Option<Vec<u8>>>> + Send>>;

/// A content from some byte on.
pub(super) struct PieceReader {
    store: SqlStore,
    upload: i64,
    /// Where it reads next.
    at: u64,
    /// The content's size.
    bytes: u64,
    /// The piece that `at` lies in, once it is there.
    piece: Vec<u8>,
    fetching: Option<Fetching>,
}

impl PieceReader {
    pub(super) fn new(store: &SqlStore, upload: i64, from: u64, bytes: u64) -> Self {
        PieceReader { store: store.clone(), upload, at: from, bytes, piece: Vec::new(), fetching: None }
    }

    /// Where in its piece the next byte lies.
    fn offset(&self) -> usize {
        // Less than a piece's size, so it fits.
        (self.at % PIECE_BYTES as u64) as usize
    }

    fn fetch(&self) -> Fetching {
        let (store, upload) = (self.store.clone(), self.upload);
        let number = crate::columns::signed(self.at / PIECE_BYTES as u64);
        Box::pin(async move {
            let sql = "SELECT content FROM blob_pieces WHERE upload = $1 AND number = $2";
            let mut reader = store.readers.acquire().await?;
            let row = sqlx::query(sql).bind(upload).bind(number).fetch_optional(&mut *reader).await?;
            row.map(|row| row.bytes("content")).transpose()
        })
    }

    /// Waits until the piece that the next byte lies in is there.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut fetching = self.fetching.take().unwrap_or_else(|| self.fetch());
        let Poll::Ready(fetched) = fetching.as_mut().poll(context) else {
            self.fetching = Some(fetching);
            return Poll::Pending;
        };
        match fetched {
            Ok(Some(piece)) if piece.len() > self.offset() => {
                self.piece = piece;
                Poll::Ready(Ok(()))
            }
            Ok(_) => {
                Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the content was removed meanwhile")))
            }
            Err(error) => Poll::Ready(Err(io::Error::other(error.to_string()))),
        }
    }
}

impl AsyncRead for PieceReader {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.at >= self.bytes || buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        if self.piece.is_empty() {
            ready!(self.poll_piece(context))?;
        }
        let offset = self.offset();
        let left = self.piece.get(offset..).unwrap_or_default();
        let length = left.len().min(buffer.remaining());
        buffer.put_slice(&left[..length]);
        self.at += length as u64;
        if offset + length == self.piece.len() {
            self.piece = Vec::new();
        }
        Poll::Ready(Ok(()))
    }
}
