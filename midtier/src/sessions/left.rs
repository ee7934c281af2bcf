//! What hosts leave of the runs at work on them for other attempts: read, checked, and kept once all of it is here.

use std::collections::HashMap;

use leat_bundle::{BadCheckpoint, CheckpointManifest, Content, Digest, MANIFEST_BYTES_MAX};
use leat_scheduler::model::{Generation, HostId, RunId};
use leat_wire::host_v1::Checkpoint;
use tokio::io::AsyncReadExt;

use super::convert::{Refused, reason};
use super::news::holds;
use crate::app::App;
use crate::blobs::BlobError;
use crate::store::{Assigned, CheckpointRecord, NoCheckpoints, StoreError, Taken};

/// What of a host's runs was kept last: hosts say it in every report.
#[derive(Default)]
pub(super) struct Left {
    runs: HashMap<RunId, (Generation, String)>,
    /// Why runs take none, as it was said last.
    none: HashMap<RunId, (Generation, String)>,
}

/// Why a checkpoint is not kept.
#[derive(Debug, thiserror::Error)]
enum NotKept {
    /// It cannot be: a host of Leat's says no such thing.
    #[error("{0}")]
    Refused(Refused),
    /// Not now; the host says it again.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Left {
    /// Keeps what a host says it has left of a run's attempt. Where that fails the attempt goes on all the same, and the next one
    /// from what was kept before. Answers whether something was kept now.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    pub(super) async fn keep(
        &mut self,
        app: &App,
        host: &HostId,
        (run, generation): (&RunId, Generation),
        said: &Checkpoint,
    ) -> Result<bool, StoreError> {
        if self.runs.get(run).is_some_and(|(of, list)| *of == generation && *list == said.list) {
            return Ok(false);
        }
        match kept(app, host, (run, generation), said).await {
            Ok(()) => {
                self.runs.insert(run.clone(), (generation, said.list.clone()));
                tracing::debug!(run.id = %run, host.id = %host, checkpoint.number = said.number, "a checkpoint is kept");
                Ok(true)
            }
            Err(NotKept::Store(error)) => Err(error),
            Err(why) => {
                tracing::warn!(run.id = %run, host.id = %host, checkpoint.number = said.number, "a checkpoint is not kept: {why}");
                Ok(false)
            }
        }
    }

    /// Keeps why a run's attempt takes no checkpoints.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    pub(super) async fn none(
        &mut self,
        app: &App,
        host: &HostId,
        (run, generation): (&RunId, Generation),
        why: &str,
    ) -> Result<bool, StoreError> {
        let known = self.none.get(run).filter(|(of, _)| *of == generation);
        // Where nothing was ever said, it takes them.
        if known.map_or("", |(_, known)| known) == why {
            return Ok(false);
        }
        let told = NoCheckpoints { run: run.clone(), generation, why: Some(reason(why)).filter(|why| !why.is_empty()) };
        let taken = app.store.no_checkpoints(host, &told).await?;
        self.none.insert(run.clone(), (generation, why.to_owned()));
        Ok(taken == Taken::Yes)
    }

    /// Forgets runs that are no longer in the orders.
    pub(super) fn retain(&mut self, orders: &[Assigned]) {
        for said in [&mut self.runs, &mut self.none] {
            said.retain(|run, (generation, _)| holds(orders, run, *generation));
        }
    }
}

async fn kept(
    app: &App,
    host: &HostId,
    (run, generation): (&RunId, Generation),
    said: &Checkpoint,
) -> Result<(), NotKept> {
    let refused = |why: String| NotKept::Refused(why);
    let digest: Digest = said.list.parse().map_err(|error| refused(format!("its list is named {error}")))?;
    let (list, bytes) = list(app, digest).await?;
    if list.number != said.number {
        return Err(refused(format!("its list is of checkpoint {}", list.number)));
    }
    // Who asks is about to refer to them: they stay from now on.
    let mut contents = list.contents();
    contents.push(Content { digest, bytes });
    let missing = app.blobs.missing(&contents).await?;
    if let Some(one) = missing.first() {
        return Err(refused(format!("{} of its contents are not here, {one} among them", missing.len())));
    }
    let record = CheckpointRecord { run: run.clone(), generation, number: said.number, digest, list };
    match app.store.keep_checkpoint(host, &record, app.now()).await? {
        Taken::Yes => Ok(()),
        Taken::Refused => Err(refused("it is of an attempt that this host does not hold".to_owned())),
    }
}

/// The list of a checkpoint's files, and how many bytes it has.
async fn list(app: &App, digest: Digest) -> Result<(CheckpointManifest, u64), NotKept> {
    let found = app.blobs.read(digest, 0).await?;
    let (bytes, reader) = found.ok_or_else(|| NotKept::Refused("its list is not here".to_owned()))?;
    if bytes > MANIFEST_BYTES_MAX as u64 {
        return Err(NotKept::Refused(format!("its list has {bytes} bytes, and at most {MANIFEST_BYTES_MAX} are read")));
    }
    let mut text = Vec::new();
    let read = reader.take(bytes).read_to_end(&mut text).await;
    read.map_err(|error| BlobError::Unavailable(error.to_string()))?;
    let list = CheckpointManifest::parse(&text);
    Ok((list.map_err(|error: BadCheckpoint| NotKept::Refused(error.to_string()))?, bytes))
}
