//! Checkpoints of a run on their way: what its attempt here leaves goes to the midtier while it is at work, and what an
//! earlier attempt left elsewhere comes from there.

mod capture;
mod fetch;

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use leat_bundle::Digest;
use leat_worker::{Begins, Job, OutputReport};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::contents;
use super::task::Teller;
use crate::transfer::{TransferError, Transfers};
use capture::{Captured, Capturing};
pub(crate) use fetch::fetch;

/// How rarely it is looked whether there is a newer checkpoint, at most and at least.
const LOOK_AGAIN_MAX: Duration = Duration::from_secs(1);
const LOOK_AGAIN_MIN: Duration = Duration::from_millis(50);

/// How often where checkpoints begin by order: the others of the run may have theirs.
const LOOK_AGAIN_BY_ORDER: Duration = Duration::from_millis(200);

/// What an attempt has left at the midtier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Left {
    /// Nothing yet.
    #[default]
    Nothing,
    /// There will be nothing, and why.
    Never(String),
    /// A checkpoint, all of whose contents the midtier has.
    Checkpoint {
        /// Which of the attempt's.
        number: u64,
        /// The list of its files.
        list: Digest,
    },
}

/// Sends what a job at work leaves, again and again.
pub(crate) struct Shipping {
    transfers: Arc<Transfers>,
    teller: Teller,
    capturing: Option<Capturing>,
    every: Duration,
}

impl Shipping {
    /// Of this job. Its list of files stands beside the run's directory while it is sent.
    pub(crate) fn new(job: &Job, transfers: &Arc<Transfers>, teller: &Teller) -> Self {
        let every = match job.checkpoints.as_ref().map(|settings| settings.begins) {
            Some(Begins::Every { ms }) => Duration::from_millis(ms / 4).clamp(LOOK_AGAIN_MIN, LOOK_AGAIN_MAX),
            Some(Begins::ByOrder) => LOOK_AGAIN_BY_ORDER,
            None => LOOK_AGAIN_MAX,
        };
        let never = leat_worker::why_none_is_left(job);
        if let Some(why) = &never {
            teller.left(Left::Never(why.clone()));
        }
        let capturing = never.is_none().then(|| Capturing::new(job.clone()));
        Shipping { transfers: Arc::clone(transfers), teller: teller.clone(), capturing, every }
    }

    /// Goes on until nobody waits for it any more: what is half sent then is of no account.
    pub(crate) async fn go_on(&mut self) -> Infallible {
        loop {
            sleep(self.every).await;
            self.look().await;
        }
    }

    /// Sends what is left now, if it is newer than what was sent last.
    pub(crate) async fn look(&mut self) {
        self.send_what(Capturing::capture).await;
    }

    /// Sends what a share of a run leaves that has come to its end with these outputs: as long as others are at work, they may be begun
    /// again.
    pub(crate) async fn look_at_end(&mut self, published: Vec<OutputReport>) {
        self.send_what(move |capturing| capturing.capture_at_end(&published)).await;
    }

    async fn send_what(&mut self, what: impl FnOnce(&mut Capturing) -> io::Result<Option<Captured>> + Send + 'static) {
        let Some(mut capturing) = self.capturing.take() else { return };
        let captured = spawn_blocking(move || {
            let captured = what(&mut capturing);
            (capturing, captured)
        });
        // It fails only where the runtime ends.
        let Ok((capturing, captured)) = captured.await else { return };
        self.capturing = Some(capturing);
        match captured {
            Ok(None) => {}
            Ok(Some(captured)) => match self.send(captured).await {
                Ok((number, list)) => {
                    self.teller.left(Left::Checkpoint { number, list });
                    self.capturing.iter_mut().for_each(|capturing| capturing.sent(number));
                }
                Err(error) => tracing::warn!("a checkpoint could not be sent; the next one may: {error}"),
            },
            // The run has removed it meanwhile, for there is a newer one.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!("a checkpoint cannot be read: {error}"),
        }
    }

    async fn send(&self, captured: Captured) -> Result<(u64, Digest), TransferError> {
        let Captured { number, list, blocks } = captured;
        contents::send(&self.transfers, blocks.into_values().collect()).await?;
        self.transfers.upload(list.content, &list.file, list.offset).await?;
        Ok((number, list.content.digest))
    }
}
