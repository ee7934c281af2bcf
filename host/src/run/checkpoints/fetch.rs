//! What earlier attempts have left, fetched and laid into the directory of the one that goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;

use leat_bundle::{CheckpointFile, CheckpointManifest, Content, Digest};
use leat_stream::plan::Plan;
use leat_worker::{CHECKPOINT_FOLDER, JoinError, join};
use tokio::task::spawn_blocking;

use super::contents::obtain;
use crate::cache::{Cache, Pin};
use crate::directory::remove_all;
use crate::transfer::{TransferError, Transfers};

/// Lays what these lists name into a run's directory. Answers whether the run goes on from it: not where another version of
/// Leat took it, and not where the midtier has not all of it any more. Then the directory holds nothing of it, and the run begins
/// from its beginning, which leads to the same end.
///
/// # Errors
/// Where the midtier cannot be reached, or the disk does not do its part.
pub(crate) async fn fetch(
    (lists, run_directory): (&[Digest], &Path),
    plan: &Plan,
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
    let mut pins = BTreeMap::new();
    let obtained = obtain(contents.into_values(), (transfers, cache), |pin| {
        pins.insert(pin.content().digest, pin);
    });
    match obtained.await {
        Err(TransferError::Missing(what)) => return Ok(begins_again(&format!("the midtier does not have {what}"))),
        obtained => obtained?,
    }
    let (directory, plan) = (run_directory.to_owned(), plan.clone());
    let laid = spawn_blocking(move || lay_out(&found, &pins, (&plan, &directory))).await;
    let disk = |source| TransferError::Disk { path: run_directory.to_owned(), source };
    match laid.map_err(|error| disk(io::Error::other(error)))? {
        Ok(()) => Ok(true),
        Err(JoinError::Torn(why)) => Ok(begins_again(&why)),
        Err(JoinError::Disk { path, source }) => Err(TransferError::Disk { path, source }),
    }
}

fn begins_again(why: &str) -> bool {
    tracing::warn!("the run cannot go on from its checkpoint and begins from its beginning: {why}");
    false
}

/// Lays out what the nodes of a plan go on from, and what their outputs hold so far.
fn lay_out(
    lists: &[CheckpointManifest],
    pins: &BTreeMap<Digest, Pin>,
    (plan, run_directory): (&Plan, &Path),
) -> Result<(), JoinError> {
    let own: BTreeSet<u32> = (0..plan.nodes.len())
        .filter_map(|node| plan.place_in_run(node))
        .filter_map(|place| u32::try_from(place).ok())
        .collect();
    let aside = run_directory.with_extension("joining");
    let (mut shares, mut outputs) = (Vec::new(), Vec::new());
    for (place, list) in lists.iter().enumerate() {
        let share = aside.join(place.to_string());
        for file in &list.files {
            match file.node {
                _ if Path::new(&file.path).starts_with(CHECKPOINT_FOLDER) => lay(file, &share, pins)?,
                Some(node) if !own.contains(&node) => {}
                None if plan.cut_from.is_some() => {
                    return Err(JoinError::Torn(format!("whose output {} is cannot be told", file.path)));
                }
                _ => outputs.push(file),
            }
        }
        shares.push(share);
    }
    join(&shares, plan, run_directory)?;
    outputs.into_iter().try_for_each(|file| lay(file, run_directory, pins))?;
    remove_all(&aside).map_err(|source| JoinError::Disk { path: aside, source })
}

/// Makes a file of its blocks, at its place in a directory.
fn lay(file: &CheckpointFile, directory: &Path, pins: &BTreeMap<Digest, Pin>) -> Result<(), JoinError> {
    let path = directory.join(&file.path);
    let laid = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
        let mut into = File::create(&path)?;
        file.blocks.iter().try_for_each(|digest| {
            let pin = pins.get(digest).ok_or_else(|| io::Error::other("a block of it was not fetched"))?;
            io::copy(&mut File::open(pin.path())?, &mut into).map(drop)
        })
    });
    laid.map_err(|source| JoinError::Disk { path, source })
}
