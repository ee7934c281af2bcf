//! What goes on beside the requests: refusals that were left out are told, rows whose time is over are forgotten, and the end of the log is
//! told to the service's own log, which is mostly kept elsewhere: whoever writes the audit log anew does not write that anew.

use std::sync::Arc;
use std::time::Duration;

use leat_scheduler::model::Moment;
use tokio::time::{MissedTickBehavior, interval};

use super::deed::write;
use super::refusals::TELL_EVERY;
use super::row::{Entry, Outcome, Who};
use super::settings::Mode;
use crate::app::App;
use crate::store::StoreError;

/// How often rows are looked for whose time is over, and the end of the log is told.
const FORGET_EVERY: Duration = Duration::from_secs(3600);

/// Until the service is to end.
pub(crate) async fn run(app: Arc<App>) {
    if app.config.audit.mode == Mode::Off {
        return;
    }
    let (mut tell, mut forget) = (interval(TELL_EVERY), interval(FORGET_EVERY));
    tell.set_missed_tick_behavior(MissedTickBehavior::Delay);
    forget.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let closing = app.closing.clone();
    loop {
        tokio::select! {
            () = closing.cancelled() => break,
            _ = tell.tick() => tell_left_out(&app).await,
            _ = forget.tick() => forget_and_tell(&app).await,
        }
    }
    tell_left_out(&app).await;
}

/// Writes down how many refusals were not.
async fn tell_left_out(app: &Arc<App>) {
    if let Some((count, words)) = app.refusals.left_out() {
        tracing::warn!(count, "refusals were too many to be written into the audit log one by one");
        write(app, own(app, "audit.left-out", words)).await;
    }
}

async fn forget_and_tell(app: &Arc<App>) {
    match forget(app).await {
        Ok(0) => {}
        Ok(rows) => {
            tracing::info!(rows, "forgot rows of the audit log whose time was over");
            write(app, own(app, "audit.forget", format!("{rows} rows, whose time was over"))).await;
        }
        Err(error @ StoreError::Corrupt(_)) => tracing::error!("old rows of the audit log were not forgotten: {error}"),
        Err(error) => tracing::warn!("old rows of the audit log were not forgotten: {error}"),
    }
    match app.store.audit_stretch(u64::MAX >> 1, 1).await {
        Ok(stretch) => tracing::info!(audit.head = %stretch.head, "the end of the audit log"),
        Err(error) => tracing::warn!("the end of the audit log cannot be told: {error}"),
    }
}

async fn forget(app: &App) -> Result<u64, StoreError> {
    let keep = i64::try_from(app.config.audit.keep.as_micros()).unwrap_or(i64::MAX);
    let before = Moment(app.now().0.saturating_sub(keep));
    let mut rows = 0;
    loop {
        match app.store.prune_audit(before).await? {
            0 => return Ok(rows),
            some => rows += some,
        }
    }
}

/// Something that the service itself has done.
fn own(app: &App, action: &str, note: String) -> Entry {
    let (who, action) = (Who::system(), action.to_owned());
    Entry { at: app.now(), who, action, outcome: Outcome::Done, note, ..Entry::default() }
}
