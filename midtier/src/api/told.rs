//! What someone is told piece by piece, and how it ends: whoever listens can tell the end from a break.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::timeout;
use tokio_stream::Stream;

use crate::app::App;
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

/// Has something told that goes on for as long as things change: it has a place among the streams, and ends with the
/// service.
///
/// # Errors
/// Where there are as many streams as there may be.
pub(crate) fn followed<T, F>(
    app: &Arc<App>,
    waiting_max: usize,
    tell: impl FnOnce(mpsc::Sender<T>) -> F,
) -> Answer<Told<T>>
where
    T: Send + 'static,
    F: Future<Output = Answer<()>> + Send + 'static,
{
    let busy = |_| Problem::new(Code::Busy, "too many streams are open").retry_after(app.config.lease);
    let permit = app.streams.clone().try_acquire_owned().map_err(busy)?;
    let (closing, again) = (app.closing.clone(), app.config.lease);
    Ok(told(app, permit, waiting_max, |sender| {
        let telling = tell(sender);
        async move {
            let ended = closing.run_until_cancelled(telling).await;
            ended.unwrap_or_else(|| Err(ending().retry_after(again)))
        }
    }))
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
