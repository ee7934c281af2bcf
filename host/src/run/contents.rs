//! Contents on their way, many at once: those that a run needs here, and those that the midtier does not have.

use std::path::PathBuf;
use std::sync::Arc;

use leat_bundle::Content;

use super::each::each;
use crate::cache::{Cache, Pin};
use crate::transfer::{TransferError, Transfers};

/// A piece of a file that is a content.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) content: Content,
    pub(crate) file: PathBuf,
    /// Where in the file it begins.
    pub(crate) offset: u64,
}

/// Has all of these contents here, and holds each as soon as it is.
pub(crate) async fn obtain(
    contents: impl IntoIterator<Item = Content>,
    (transfers, cache): (&Arc<Transfers>, &Cache),
    held: impl FnMut(Pin),
) -> Result<(), TransferError> {
    let obtain = |content: Content| {
        let (cache, transfers) = (cache.clone(), Arc::clone(transfers));
        async move {
            let fetch = |content, into: PathBuf| {
                let transfers = &transfers;
                async move { transfers.download(content, &into).await }
            };
            cache.obtain(content, fetch).await
        }
    };
    each(contents, transfers.downloads_max(), obtain, held).await
}

/// Sends those of these contents that the midtier does not have. Each stands there once.
pub(crate) async fn send(transfers: &Arc<Transfers>, pieces: Vec<Piece>) -> Result<(), TransferError> {
    let contents: Vec<Content> = pieces.iter().map(|piece| piece.content).collect();
    let missing = transfers.missing(&contents).await?;
    let pieces = pieces.into_iter().filter(|piece| missing.contains(&piece.content.digest));
    let upload = |piece: Piece| {
        let transfers = Arc::clone(transfers);
        async move { transfers.upload(piece.content, &piece.file, piece.offset).await }
    };
    each(pieces, transfers.uploads_max(), upload, |()| {}).await
}
