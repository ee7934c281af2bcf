//! One connection to a midtier for all attempts of a host that wait: while a store of secrets is away, each asks every few seconds, and a handshake
//! for each time would be most of what a midtier does.

use std::sync::{Mutex, MutexGuard, PoisonError};

use leat_tls::Trust;
use tonic::Status;
use tonic::transport::Channel;

use crate::agent::connect;

/// The connection, for as long as somebody waits.
#[derive(Default)]
pub(crate) struct Line(Mutex<Open>);

#[derive(Default)]
struct Open {
    waiting: usize,
    /// To which midtier, by its URL.
    to: Option<(String, Channel)>,
}

/// Somebody who waits. The connection ends with the last of them.
pub(super) struct Waiting<'a>(&'a Line);

impl Line {
    /// Somebody begins to wait.
    pub(super) fn wait(&self) -> Waiting<'_> {
        self.open().waiting += 1;
        Waiting(self)
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting<'_> {
    /// The connection to a midtier: the one that there is, or a new one.
    pub(super) async fn channel(&self, url: &str, trust: &Trust) -> Result<Channel, Status> {
        if let Some((_, channel)) = self.0.open().to.as_ref().filter(|(to, _)| to == url) {
            return Ok(channel.clone());
        }
        let channel = connect(url, trust).await?;
        self.0.open().to = Some((url.to_owned(), channel.clone()));
        Ok(channel)
    }

    /// It came to nothing over this connection: the next has another, with the certificates of its time.
    pub(super) fn hang_up(&self) {
        self.0.open().to = None;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut open = self.0.open();
        open.waiting -= 1;
        if open.waiting == 0 {
            open.to = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn who_waits_shares_a_connection_until_it_fails_or_nobody_waits() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let came = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&came);
        let accepting = tokio::spawn(async move {
            let mut held = Vec::new();
            loop {
                held.push(listener.accept().await.unwrap());
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        let until = async |count: usize| {
            while came.load(Ordering::Relaxed) < count {
                tokio::task::yield_now().await;
            }
            assert_eq!(came.load(Ordering::Relaxed), count);
        };
        let (line, trust) = (Line::default(), Trust::nobody());
        let (one, other) = (line.wait(), line.wait());
        for waiting in [&one, &other, &one] {
            drop(waiting.channel(&url, &trust).await.unwrap());
        }
        until(1).await;
        drop(one);
        drop(other.channel(&url, &trust).await.unwrap());
        until(1).await;
        other.hang_up();
        drop(other.channel(&url, &trust).await.unwrap());
        until(2).await;
        drop(other);
        drop(line.wait().channel(&url, &trust).await.unwrap());
        until(3).await;
        accepting.abort();
    }
}
