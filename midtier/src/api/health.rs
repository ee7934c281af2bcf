//! Whether the service can do its work.

use std::time::{Duration, UNIX_EPOCH};

use leat_bundle::{Content, Digest};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::told::ending;
use crate::app::App;
use crate::problem::{Answer, Code, Problem};

/// Seconds until the certificate ends that connections are encrypted with, none once it has; nothing without one.
pub(crate) fn certificate_seconds_left(app: &App) -> Option<u64> {
    let since_1970 = Duration::from_micros(u64::try_from(app.now().0).unwrap_or_default());
    let left = app.tls.as_ref()?.standing().seconds_left(UNIX_EPOCH + since_1970)?;
    Some(u64::try_from(left).unwrap_or_default())
}

/// What was wrong with store and contents when somebody looked last. One looks at a time, and those who wait are told the same.
#[derive(Default)]
pub(crate) struct Probe(Mutex<Option<(Instant, Vec<&'static str>)>>);

impl Probe {
    async fn wrong(&self, app: &App) -> Vec<&'static str> {
        let mut last = self.0.lock().await;
        if let Some((at, wrong)) = &*last
            && at.elapsed() < app.config.probe_life
        {
            return wrong.clone();
        }
        let wrong = looked(app).await;
        *last = Some((Instant::now(), wrong.clone()));
        wrong
    }
}

async fn looked(app: &App) -> Vec<&'static str> {
    let nothing = Content { digest: Digest::of(b""), bytes: 0 };
    let (store, contents) = tokio::join!(app.store.ping(), app.blobs.missing(std::slice::from_ref(&nothing)));
    let mut wrong = Vec::new();
    if let Err(error) = store {
        tracing::warn!(%error, "not ready");
        wrong.push("the store cannot be read and written");
    }
    if let Err(error) = contents {
        tracing::warn!(%error, "not ready");
        wrong.push("the contents of files cannot be reached");
    }
    wrong
}

/// Store and contents can be reached, and the service is not about to end.
///
/// # Errors
/// Says what is wrong.
pub(crate) async fn ready(app: &App) -> Answer<()> {
    let unready = |why: String| Problem::new(Code::Unavailable, why).retry_after(app.config.lease);
    if app.closing.is_cancelled() {
        return Err(ending().retry_after(app.config.lease));
    }
    let mut wrong = app.probe.wrong(app).await;
    if certificate_seconds_left(app) == Some(0) {
        wrong.push("the certificate of this midtier has ended");
    }
    if wrong.is_empty() { Ok(()) } else { Err(unready(wrong.join("; "))) }
}
