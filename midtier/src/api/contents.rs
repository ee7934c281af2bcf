//! Contents of files and objects on their way in and out: bounded in number, never silent for long, counted.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Bytes;
use tokio::io::AsyncReadExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;
use tokio_stream::{Stream, StreamExt};
use tokio_util::io::ReaderStream;

use super::told::{Told, send, told};
use crate::app::App;
use crate::blobs::BlobReader;
use crate::problem::{Answer, Code, Problem};

/// How much of a content is read and sent at once, bytes, and how many such pieces wait for a slow reader.
const PIECE_BYTES: usize = 64 << 10;
const PIECES_MAX: usize = 4;

/// Takes a place among those who send or take contents, for as long as the permit is held.
pub(crate) async fn place(app: &App) -> Answer<OwnedSemaphorePermit> {
    let busy = || Problem::new(Code::Busy, "too many contents are being sent and taken").retry_after(app.config.lease);
    let permit = timeout(app.config.request_timeout, app.transfers.clone().acquire_owned()).await;
    permit.map_err(|_| busy())?.map_err(|_| busy())
}

/// So many bytes of a content. Whoever takes nothing of it for too long loses it, and gives its place to others.
pub(crate) fn pieces(app: &Arc<App>, permit: OwnedSemaphorePermit, reader: BlobReader, bytes: u64) -> Told<Bytes> {
    let app = app.clone();
    told(&app.clone(), permit, PIECES_MAX, |sender| async move {
        let broken = |why: String| {
            tracing::warn!(why, "a content breaks off");
            Problem::new(Code::Unavailable, "the content breaks off")
        };
        let mut left = bytes;
        let mut pieces = ReaderStream::with_capacity(reader.take(bytes), PIECE_BYTES);
        while let Some(piece) = pieces.next().await {
            let piece = piece.map_err(|error| broken(error.to_string()))?;
            left = left.saturating_sub(piece.len() as u64);
            app.metrics.blob_bytes_out.fetch_add(piece.len() as u64, Ordering::Relaxed);
            if !send(&app, &sender, piece).await? {
                return Ok(());
            }
        }
        if left == 0 { Ok(()) } else { Err(broken(format!("{left} bytes of it are not there"))) }
    })
}

/// What comes in pieces, read to its end.
///
/// # Errors
/// Where it is larger than may be, does not go on for too long, or a piece is none.
pub(crate) async fn whole(
    app: &App,
    mut pieces: impl Stream<Item = Answer<Bytes>> + Unpin,
    bytes_max: usize,
) -> Answer<Bytes> {
    let mut whole = Vec::new();
    loop {
        let piece = timeout(app.config.idle_timeout, pieces.next()).await;
        match piece.map_err(|_| broken_off("the body did not go on"))? {
            None => return Ok(whole.into()),
            Some(Err(problem)) => return Err(problem),
            Some(Ok(piece)) if whole.len() + piece.len() > bytes_max => return Err(too_large(bytes_max as u64)),
            Some(Ok(piece)) => whole.extend_from_slice(&piece),
        }
    }
}

/// A body that did not come to its end.
pub(crate) fn broken_off(why: impl Into<String>) -> Problem {
    Problem::new(Code::BrokenOff, why)
}

/// A body that is larger than may be.
pub(crate) fn too_large(bytes_max: u64) -> Problem {
    Problem::new(Code::BodyTooLarge, format!("the body has more than {bytes_max} bytes"))
}
