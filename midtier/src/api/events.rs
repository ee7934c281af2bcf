//! What changes, of one run or of all, told as it happens.

use std::collections::HashMap;
use std::sync::Arc;

use leat_scheduler::model::RunId;
use tokio::sync::mpsc::Sender;

use super::runs::seen;
use super::told::{Told, followed};
use crate::access::Permission;
use crate::app::{App, POLL};
use crate::identity::Caller;
use crate::problem::Answer;
use crate::store::{Event, EventKind, StoreError};

/// How many events are read at once, and how many wait for a slow reader.
const BATCH: u32 = 100;
const WAITING_MAX: usize = 16;
/// How many runs a stream remembers its caller to see or not.
const SEEN_MAX: usize = 10_000;

/// Whether an event may have this number. Stores count with signed ones.
pub(crate) fn is_number(number: u64) -> bool {
    i64::try_from(number).is_ok()
}

/// What happens to a run that the caller may see, after that event or from its beginning, until it has ended.
pub(crate) async fn of_run(app: &Arc<App>, caller: Caller, name: &str, after: Option<u64>) -> Answer<Told<Event>> {
    let record = seen(app, &caller, name).await?.summary.record;
    let (run, has_ended) = (Some(record.id), record.state.is_end());
    told(app, Listener { run, has_ended, after: after.unwrap_or(0), caller, seen: HashMap::new() })
}

/// What happens to hosts and to the runs that the caller may see, after that event or from now on, without end.
pub(crate) async fn of_all(app: &Arc<App>, caller: Caller, after: Option<u64>) -> Answer<Told<Event>> {
    let after = match after {
        Some(after) => after,
        None => app.store.last_event().await?,
    };
    told(app, Listener { run: None, has_ended: false, after, caller, seen: HashMap::new() })
}

fn told(app: &Arc<App>, listener: Listener) -> Answer<Told<Event>> {
    let (of, caller) = (app.clone(), listener.caller.clone());
    followed((app, caller), WAITING_MAX, |sender| async move { listener.tell(&of, &sender).await })
}

/// Where someone is in the events.
struct Listener {
    /// Those of one run, or all.
    run: Option<RunId>,
    /// Whether the run had ended when this began: then what there is, is all.
    has_ended: bool,
    after: u64,
    caller: Caller,
    seen: HashMap<RunId, bool>,
}

impl Listener {
    /// Tells until the run has ended, or nobody listens any more.
    async fn tell(mut self, app: &App, sender: &Sender<Event>) -> Answer<()> {
        let mut bell = app.wake.listen();
        loop {
            match app.store.events(self.run.as_ref(), self.after, BATCH).await {
                Ok(events) if events.is_empty() && self.has_ended => return Ok(()),
                Ok(events) => {
                    let is_full = events.len() >= BATCH as usize;
                    if !self.tell_each(app, sender, events).await? {
                        return Ok(());
                    }
                    if is_full || self.has_ended {
                        continue;
                    }
                }
                Err(error) if error.is_retryable() => tracing::debug!(%error, "cannot read events; tries again"),
                Err(error) => {
                    tracing::error!(%error, "cannot read events");
                    return Err(error.into());
                }
            }
            tokio::select! {
                () = bell.wait(POLL) => {}
                () = sender.closed() => return Ok(()),
            }
        }
    }

    /// Answers whether there may be more to tell.
    async fn tell_each(&mut self, app: &App, sender: &Sender<Event>, events: Vec<Event>) -> Answer<bool> {
        for event in events {
            self.after = event.number;
            let is_last = matches!(&event.kind, EventKind::Run { state, .. } if state.is_end());
            // An event that cannot be told for want of the store is left out of no stream: the stream ends, and goes on elsewhere.
            if self.may_see(app, &event).await? && sender.send(event).await.is_err() {
                return Ok(false);
            }
            if is_last && self.run.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn may_see(&mut self, app: &App, event: &Event) -> Result<bool, StoreError> {
        let run = match &event.kind {
            EventKind::Host { .. } => return Ok(self.caller.rights.may_everywhere(Permission::HostsRead)),
            EventKind::Submitted { run }
            | EventKind::Run { run, .. }
            | EventKind::CancelRequested { run }
            | EventKind::PauseRequested { run } => run,
        };
        if self.run.is_some() || self.caller.rights.may_everywhere(Permission::RunsRead) {
            return Ok(true);
        }
        if let Some(seen) = self.seen.get(run) {
            return Ok(*seen);
        }
        let found = app.store.run(run).await?;
        let seen = found.is_some_and(|found| self.caller.sees(&found.summary.record.group));
        if self.seen.len() >= SEEN_MAX {
            self.seen.clear();
        }
        self.seen.insert(run.clone(), seen);
        Ok(seen)
    }
}
