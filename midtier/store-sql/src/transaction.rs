//! Transactions: one moment to read at, or a change that is done whole or not at all.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use leat_midtier::store::EventKind;
use leat_scheduler::model::{Cause, Moment};
use sqlx::{Any, AnyConnection, Transaction};

use crate::columns::{Columns, signed};
use crate::connect::SqlStore;
use crate::error::{Result, SqlError};
use crate::events;

/// How often a transaction that another was in the way of is tried.
const TRIES: u32 = 5;
/// How long it waits before the second time; twice as long before each one after.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// A transaction that sees one moment and changes nothing.
pub(crate) struct Reading(Transaction<'static, Any>);

/// A transaction that changes something of runs or hosts. There is one at a time, so what it has read stays true, and its
/// events get the numbers that follow those of the one before.
pub(crate) struct Writing {
    inner: Transaction<'static, Any>,
    last_event: u64,
    events: Vec<Noted>,
}

/// An event that is written with the transaction.
pub(crate) struct Noted {
    pub(crate) at: Moment,
    pub(crate) kind: EventKind,
    pub(crate) cause: Cause,
}

impl SqlStore {
    pub(crate) async fn read(&self) -> Result<Reading> {
        Ok(Reading(self.readers.begin_with(self.dialect.begin_read()).await?))
    }

    pub(crate) async fn write(&self) -> Result<Writing> {
        let mut inner = self.writers.begin_with(self.dialect.begin_write()).await?;
        let counter = sqlx::query(self.dialect.lock_events()).fetch_one(&mut *inner).await?;
        Ok(Writing { inner, last_event: counter.count("last_event")?, events: Vec::new() })
    }
}

impl Writing {
    /// Writes an event down with this transaction.
    pub(crate) fn note(&mut self, at: Moment, kind: EventKind, cause: Cause) {
        self.events.push(Noted { at, kind, cause });
    }

    /// Makes it true.
    pub(crate) async fn commit(mut self) -> Result<()> {
        if !self.events.is_empty() {
            let noted = std::mem::take(&mut self.events);
            events::insert(&mut self.inner, self.last_event, &noted).await?;
            sqlx::query("UPDATE counters SET last_event = $1 WHERE one = 1")
                .bind(signed(self.last_event + noted.len() as u64))
                .execute(&mut *self.inner)
                .await?;
        }
        Ok(self.inner.commit().await?)
    }
}

impl Deref for Reading {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.0
    }
}

impl DerefMut for Reading {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.0
    }
}

impl Deref for Writing {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        &self.inner
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }
}

/// Counts how often something was tried.
pub(crate) struct Tries(u32);

impl Tries {
    pub(crate) fn new() -> Self {
        Tries(0)
    }

    /// Whether it is to be tried again after this error; waits before it says so.
    pub(crate) async fn again(&mut self, error: &SqlError) -> bool {
        self.0 += 1;
        if self.0 >= TRIES || !error.is_conflict() {
            return false;
        }
        tokio::time::sleep(FIRST_PAUSE * 2_u32.pow(self.0 - 1)).await;
        true
    }
}

/// Does something again where another transaction was in the way: `retried!(what_gives_a_future())`.
macro_rules! retried {
    ($work:expr) => {{
        let mut tries = $crate::transaction::Tries::new();
        loop {
            match $work.await {
                Err(error) if tries.again(&error).await => {}
                answer => break answer,
            }
        }
    }};
}
pub(crate) use retried;

/// Does something in a transaction that changes state, again where another was in the way: `changing!(store, tx => work)`.
/// A macro, since a function could not say of the work's future, which borrows the transaction, that it may move between
/// threads.
macro_rules! changing {
    ($store:expr, $tx:ident => $work:expr) => {
        $crate::transaction::retried!(async {
            let mut $tx = $store.write().await?;
            let answer = $work?;
            $tx.commit().await?;
            $crate::error::Result::Ok(answer)
        })
    };
}
pub(crate) use changing;
