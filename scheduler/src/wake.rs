//! A hint that something may have changed: it carries nothing, may be lost, and wakes whoever waits.

use std::time::Duration;

use tokio::sync::watch;

/// Wakes everyone who listens. Clones ring the same bell.
#[derive(Clone, Debug)]
pub struct Wake(watch::Sender<()>);

/// One listener.
#[derive(Clone, Debug)]
pub struct Bell(watch::Receiver<()>);

impl Default for Wake {
    fn default() -> Self {
        Wake(watch::Sender::new(()))
    }
}

impl Wake {
    /// Wakes all who listen now, and those who listen but are at work as soon as they wait again.
    pub fn ring(&self) {
        self.0.send_replace(());
    }

    /// Listens from now on.
    pub fn listen(&self) -> Bell {
        Bell(self.0.subscribe())
    }
}

impl Bell {
    /// Waits for the bell, or until `at_most` has gone by. Cancel-safe.
    pub async fn wait(&mut self, at_most: Duration) {
        // An error says that nobody can ring any more: then time alone wakes.
        let rung = async {
            if self.0.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let _ = tokio::time::timeout(at_most, rung).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_ring_while_nobody_waits_is_heard_at_the_next_wait() {
        let wake = Wake::default();
        let mut bell = wake.listen();
        wake.ring();
        // A test that waited an hour would be seen.
        bell.wait(Duration::from_secs(3600)).await;
        bell.wait(Duration::from_millis(1)).await;
    }
}
