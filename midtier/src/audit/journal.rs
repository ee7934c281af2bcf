//! Rows on their way into the store: whoever has one to write while others are being written waits, and is written with all that wait.
//! So one transaction carries as many rows as there are, and the chain's end is asked for once for all of them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, oneshot};

use super::row::Entry;
use crate::store::Store;

/// How many rows wait at most; more cannot be written.
const WAITING_MAX: usize = 10_000;
/// How many are written in one transaction.
const AT_ONCE: usize = 256;

/// Why a row was not written, in the store's words: for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unwritten(pub(crate) String);

type Told = Result<(), Unwritten>;

/// Writes rows, many at a time.
pub(crate) struct Journal {
    store: Arc<dyn Store>,
    waiting: Mutex<VecDeque<(Entry, oneshot::Sender<Told>)>>,
    /// One permit: whoever has it writes.
    turn: Semaphore,
}

impl Journal {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Journal { store, waiting: Mutex::default(), turn: Semaphore::new(1) }
    }

    /// Writes a row. Must not be dropped before its end: it may be writing the rows of others.
    pub(crate) async fn write(&self, entry: Entry) -> Told {
        let (sender, mut mine) = oneshot::channel();
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.len() >= WAITING_MAX {
                return Err(Unwritten(format!("{WAITING_MAX} rows wait to be written already")));
            }
            waiting.push_back((entry, sender));
        }
        loop {
            let turn = tokio::select! {
                biased;
                told = &mut mine => return told.unwrap_or_else(|_| Err(Unwritten("nobody wrote it".to_owned()))),
                turn = self.turn.acquire() => turn,
            };
            let _turn = turn.map_err(|_| Unwritten("nothing is written any more".to_owned()))?;
            self.write_some().await;
        }
    }

    async fn write_some(&self) {
        let some: Vec<_> = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            let count = waiting.len().min(AT_ONCE);
            waiting.drain(..count).collect()
        };
        if some.is_empty() {
            return;
        }
        let (entries, waiters): (Vec<Entry>, Vec<_>) = some.into_iter().unzip();
        let written = self.store.append_audit(&entries).await;
        let told = written.map(drop).map_err(|error| Unwritten(error.to_string()));
        for waiter in waiters {
            // Whoever waits no longer knows why.
            let _ = waiter.send(told.clone());
        }
    }
}
