//! What nodes have logged, read or followed.

use std::sync::Arc;

use axum::body::Bytes;
use leat_scheduler::model::{Generation, RunId};
use tokio::sync::mpsc::Sender;

use super::checks::plain;
use super::runs::seen;
use super::told::{Told, followed, send};
use crate::app::{App, POLL};
use crate::identity::Caller;
use crate::problem::{Answer, Problem};

/// How much of a log is read at once, bytes, and how many such pieces wait for a slow reader.
const PIECE_BYTES: u32 = 64 << 10;
const PIECES_MAX: usize = 2;

/// Where to begin in a log, and when to end.
pub(crate) struct Place {
    /// From this byte on.
    pub(crate) offset: u64,
    /// Go on as the log grows, until the run has ended.
    pub(crate) follow: bool,
}

/// What is told of a log.
pub(crate) enum Said {
    /// The run has begun another attempt: the log begins anew.
    Attempt(Generation),
    /// A piece of the log of this attempt.
    Text { generation: Generation, offset: u64, text: Bytes },
}

/// The nodes that have logged, in the run's latest attempt.
pub(crate) async fn nodes(app: &App, caller: &Caller, name: &str) -> Answer<Vec<String>> {
    let run = seen(app, caller, name).await?.summary.record.id;
    Ok(app.store.logged_nodes(&run).await?)
}

/// The log of a run's node.
pub(crate) async fn read(
    app: &Arc<App>,
    caller: &Caller,
    (name, node): (&str, &str),
    place: Place,
) -> Answer<Told<Said>> {
    let record = seen(app, caller, name).await?.summary.record;
    let follow = place.follow && !record.state.is_end();
    plain("a node's name", node).map_err(|_| Problem::not_found("log of the node", node))?;
    if !follow && !app.store.logged_nodes(&record.id).await?.iter().any(|logged| logged == node) {
        return Err(Problem::not_found("log of the node", node));
    }
    // Stores count with signed numbers; no log is as long.
    let offset = place.offset.min(i64::MAX as u64);
    let reader = Reader { run: record.id, node: node.to_owned(), generation: record.generation, offset, follow };
    let of = app.clone();
    followed((app, caller.clone()), PIECES_MAX, |sender| async move {
        let read = reader.read(&of, &sender).await;
        read.inspect_err(|problem| tracing::warn!(code = ?problem.code, "a log breaks off: {}", problem.detail()))
    })
}

/// Where someone is in a log.
struct Reader {
    run: RunId,
    node: String,
    generation: Generation,
    offset: u64,
    follow: bool,
}

impl Reader {
    /// Reads to the end of the log, or follows it to the end of the run.
    async fn read(mut self, app: &App, sender: &Sender<Said>) -> Answer<()> {
        let mut bell = app.wake.listen();
        loop {
            let Some(before) = app.store.run(&self.run).await? else {
                return Ok(());
            };
            let record = before.summary.record;
            if record.generation != self.generation {
                // The first attempt is no news to whoever followed a run that waited.
                if self.generation != Generation(0) && !send(app, sender, Said::Attempt(record.generation)).await? {
                    return Ok(());
                }
                (self.generation, self.offset) = (record.generation, 0);
            }
            let text = app.store.log(&self.run, &self.node, self.offset, PIECE_BYTES).await?;
            let is_all = text.is_empty();
            if !is_all {
                // The text may be of an attempt that began after `record` was read; then its offset means nothing.
                let after = app.store.run(&self.run).await?;
                if after.is_some_and(|after| after.summary.record.generation != self.generation) {
                    continue;
                }
                let (generation, offset) = (self.generation, self.offset);
                self.offset += text.len() as u64;
                if !send(app, sender, Said::Text { generation, offset, text: text.into() }).await? {
                    return Ok(());
                }
                continue;
            }
            if record.state.is_end() || !self.follow {
                return Ok(());
            }
            tokio::select! {
                () = bell.wait(POLL) => {}
                () = sender.closed() => return Ok(()),
            }
        }
    }
}
