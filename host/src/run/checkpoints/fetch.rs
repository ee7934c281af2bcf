//! What earlier attempts have left, fetched and laid into the directory of the one that goes on.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leat_bundle::{CheckpointManifest, Content, Digest};
use tokio::task::spawn_blocking;

use super::each;
use crate::cache::{Cache, Pin};
use crate::transfer::{TransferError, Transfers};

/// Lays what these lists name into a run's directory. Answers whether the run goes on from it: not where another version of
/// Leat took it, and not where the midtier has not all of it any more. Then the directory holds nothing of it, and the run begins
/// from its beginning, which leads to the same end.
///
/// # Errors
/// Where the midtier cannot be reached, or the disk does not do its part.
pub(crate) async fn fetch(
    (lists, run_directory): (&[Digest], &Path),
    (transfers, cache): (&Arc<Transfers>, &Cache),
    leat_version: &str,
) -> Result<bool, TransferError> {
    let mut found = Vec::new();
    for &digest in lists {
        let bytes = match transfers.list(digest).await {
            Err(TransferError::Missing(what)) => return Ok(begins_again(&format!("the midtier does not have {what}"))),
            bytes => bytes?,
        };
        match CheckpointManifest::parse(&bytes) {
            Ok(list) if list.leat_version == leat_version => found.push(list),
            Ok(list) => return Ok(begins_again(&format!("it was taken by Leat {}", list.leat_version))),
            Err(error) => return Ok(begins_again(&error.to_string())),
        }
    }
    let contents: BTreeMap<Digest, Content> =
        found.iter().flat_map(CheckpointManifest::contents).map(|content| (content.digest, content)).collect();
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
    let mut pins = BTreeMap::new();
    let obtained = each(contents.into_values(), transfers.downloads_max(), obtain, |pin: Pin| {
        pins.insert(pin.content().digest, pin);
    });
    match obtained.await {
        Err(TransferError::Missing(what)) => return Ok(begins_again(&format!("the midtier does not have {what}"))),
        obtained => obtained?,
    }
    let directory = run_directory.to_owned();
    let laid = spawn_blocking(move || found.iter().try_for_each(|list| lay_out(list, &pins, &directory)));
    let laid = laid.await.unwrap_or_else(|error| Err(io::Error::other(error)));
    laid.map_err(|source| TransferError::Disk { path: run_directory.to_owned(), source })?;
    Ok(true)
}

fn begins_again(why: &str) -> bool {
    tracing::warn!("the run cannot go on from its checkpoint and begins from its beginning: {why}");
    false
}

fn lay_out(list: &CheckpointManifest, pins: &BTreeMap<Digest, Pin>, directory: &Path) -> io::Result<()> {
    for file in &list.files {
        let path = directory.join(&file.path);
        fs::create_dir_all(path.parent().unwrap_or(directory))?;
        let mut into = File::create(&path)?;
        for digest in &file.blocks {
            let pin = pins.get(digest).ok_or_else(|| io::Error::other("a block of it was not fetched"))?;
            io::copy(&mut File::open(pin.path())?, &mut into)?;
        }
    }
    Ok(())
}
