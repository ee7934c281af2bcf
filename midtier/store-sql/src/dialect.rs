//! What the two databases differ in.

use sqlx::AnyConnection;

/// Which of them it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// WAL lets readers read while one writes; FULL is what makes a commit outlive a loss of power; a writer of another
/// process is waited for 5 s; the log is held below 64 MiB once it was larger.
const SQLITE_SETTINGS: &[&str] = &[
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA cache_size = -16384",
];

/// A midtier that stops in the middle of a transaction, or a network that swallows it, must not hold the others up.
const POSTGRES_SETTINGS: &[&str] = &[
    "SET idle_in_transaction_session_timeout = '30s'",
    "SET lock_timeout = '10s'",
    "SET statement_timeout = '60s'",
    "SET client_min_messages = 'warning'",
];

impl Dialect {
    /// Begins a transaction that writes. In SQLite it is the only one from here on.
    pub(crate) fn begin_write(self) -> &'static str {
        match self {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        }
    }

    /// Begins a transaction that sees one moment.
    pub(crate) fn begin_read(self) -> &'static str {
        match self {
            Dialect::Sqlite => "BEGIN",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Reads the number of the last event, and is the only one who does until its transaction ends.
    pub(crate) fn lock_events(self) -> &'static str {
        match self {
            // `BEGIN IMMEDIATE` was the lock.
            Dialect::Sqlite => "SELECT last_event FROM counters WHERE one = 1",
            Dialect::Postgres => "SELECT last_event FROM counters WHERE one = 1 FOR UPDATE",
        }
    }

    /// Reads how much a run has logged, and is the only one who does until its transaction ends.
    pub(crate) fn lock_papers(self) -> &'static str {
        match self {
            Dialect::Sqlite => "SELECT log_bytes FROM run_papers WHERE run = $1",
            Dialect::Postgres => "SELECT log_bytes FROM run_papers WHERE run = $1 FOR UPDATE",
        }
    }

    /// Lets a transaction that begins a content be the only one that changes any, until it ends: how much is begun is counted
    /// there. One that goes on with a content shares the table with its like.
    pub(crate) fn lock_begun(self, is_new: bool) -> Option<&'static str> {
        match self {
            // `BEGIN IMMEDIATE` was the lock.
            Dialect::Sqlite => None,
            Dialect::Postgres if is_new => Some("LOCK TABLE blob_begun IN SHARE ROW EXCLUSIVE MODE"),
            Dialect::Postgres => Some("LOCK TABLE blob_begun IN ROW EXCLUSIVE MODE"),
        }
    }

    /// What stands behind a query whose row must stay as it is until the transaction ends.
    pub(crate) fn for_update(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => "FOR UPDATE",
        }
    }

    /// What keeps the choice of indices good as tables grow. PostgreSQL does it by itself.
    pub(crate) fn upkeep(self) -> Option<&'static str> {
        match self {
            Dialect::Sqlite => Some("PRAGMA optimize"),
            Dialect::Postgres => None,
        }
    }

    /// The type of a name: compared by its bytes, as Rust does, whatever the database's language.
    pub(crate) fn name_type(self) -> &'static str {
        match self {
            Dialect::Sqlite => "TEXT",
            Dialect::Postgres => "TEXT COLLATE \"C\"",
        }
    }

    pub(crate) fn bytes_type(self) -> &'static str {
        match self {
            Dialect::Sqlite => "BLOB",
            Dialect::Postgres => "BYTEA",
        }
    }

    /// The type of a number that is the key of its table. Only INTEGER makes it the place of the row in SQLite.
    pub(crate) fn number_key_type(self) -> &'static str {
        match self {
            Dialect::Sqlite => "INTEGER PRIMARY KEY",
            Dialect::Postgres => "BIGINT PRIMARY KEY",
        }
    }

    /// The type of a key that the database counts up, never giving a number twice.
    pub(crate) fn serial_key_type(self) -> &'static str {
        match self {
            Dialect::Sqlite => "INTEGER PRIMARY KEY AUTOINCREMENT",
            Dialect::Postgres => "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        }
    }

    /// Sets up a fresh connection.
    pub(crate) async fn set_up(self, connection: &mut AnyConnection) -> sqlx::Result<()> {
        let settings = match self {
            Dialect::Sqlite => SQLITE_SETTINGS,
            Dialect::Postgres => POSTGRES_SETTINGS,
        };
        for setting in settings {
            sqlx::query(*setting).execute(&mut *connection).await?;
        }
        Ok(())
    }
}
