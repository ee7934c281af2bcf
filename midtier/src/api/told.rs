//! What someone is told piece by piece, and how it ends: whoever listens can tell the end from a break.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::timeout;
use tokio_stream::Stream;

use crate::app::App;
use crate::identity::{Caller, Parted};
use crate::problem::{Answer, Code, Problem};

/// Pieces as they come. The last one is the problem that ended it, where there was one.
pub(crate) struct Told<T> {
    pieces: mpsc::Receiver<T>,
    end: oneshot::Receiver<Problem>,
}

impl<T> Stream for Told<T> {
    type Item = Answer<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = ready!(self.pieces.poll_recv(context));
        Poll::Ready(piece.map(Ok).or_else(|| self.end.try_recv().ok().map(Err)))
    }
}

/// Has something told that holds this permit until its end. At most `waiting_max` pieces wait for a slow listener.
pub(crate) fn told<T, F>(
    app: &App,
    permit: OwnedSemaphorePermit,
    waiting_max: usize,
    tell: impl FnOnce(mpsc::Sender<T>) -> F,
) -> Told<T>
where
    T: Send + 'static,
    F: Future<Output = Answer<()>> + Send + 'static,
{
    let (sender, pieces) = mpsc::channel(waiting_max);
    let (ends, end) = oneshot::channel();
    let telling = tell(sender.clone());
    app.tasks.spawn(async move {
        let _permit = permit;
        // The pieces end with the last sender: by then the problem must have been told.
        let _sender = sender;
        if let Err(problem) = telling.await {
            let _ = ends.send(problem);
        }
    });
    Told { pieces, end }
}

/// Has this caller told something that goes on for as long as things change: it has a place among the streams, and ends with the
/// service, with the caller's token, and where they may do other things than when they asked.
///
/// # Errors
/// Where there are as many streams as there may be.
pub(crate) fn followed<T, F>(
    (app, caller): (&Arc<App>, Caller),
    waiting_max: usize,
    tell: impl FnOnce(mpsc::Sender<T>) -> F,
) -> Answer<Told<T>>
where
    T: Send + 'static,
    F: Future<Output = Answer<()>> + Send + 'static,
{
    let busy = |_| Problem::new(Code::Busy, "too many streams are open").retry_after(app.config.lease);
    let permit = app.streams.clone().try_acquire_owned().map_err(busy)?;
    let (of, closing, again) = (app.clone(), app.closing.clone(), app.config.lease);
    Ok(told(app, permit, waiting_max, |sender| {
        let telling = tell(sender);
        async move {
            let ended = closing.run_until_cancelled(while_known(&of, &caller, telling)).await;
            ended.unwrap_or_else(|| Err(ending().retry_after(again)))
        }
    }))
}

/// Does something for as long as whoever asked for it is who they were.
///
/// # Errors
/// What it fails with; or why it does not go on.
pub(crate) async fn while_known<T, E: From<Problem>>(
    app: &App,
    caller: &Caller,
    doing: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    tokio::select! {
        done = doing => done,
        parted = app.identities.parted(caller) => Err(E::from(match parted {
            Parted::Unknown => Problem::new(Code::Unauthenticated, "the token is not valid any more"),
            Parted::Changed => Problem::new(Code::Unavailable, "what this token may do has changed: begin again"),
        })),
    }
}

/// Why nothing goes on here.
pub(crate) fn ending() -> Problem {
    Problem::new(Code::Unavailable, "the service is about to end")
}

/// Tells a piece. Answers whether anybody listens.
///
/// # Errors
/// Where whoever listens takes nothing for too long: they lose their place.
pub(crate) async fn send<T>(app: &App, sender: &mpsc::Sender<T>, piece: T) -> Answer<bool> {
    let limit = app.config.idle_timeout;
    let sent = timeout(limit, sender.send(piece)).await;
    sent.map(|sent| sent.is_ok()).map_err(|_| Problem::new(Code::TimedOut, format!("nothing was taken for {limit:?}")))
}
