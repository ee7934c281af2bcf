//! What goes wrong in a database, and what that is to the caller: the one place that reads the drivers' codes.

use leat_midtier::blobs::BlobError;
use leat_midtier::store::StoreError;
use leat_scheduler::ledger::LedgerError;
use leat_scheduler::model::BadTransition;

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The database's path or URL cannot be one.
    #[error("the database cannot be called so: {0}")]
    Address(String),
    /// It does not answer.
    #[error("the database cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    /// Its tables cannot be brought up to date; or they are of a later Leat.
    #[error("the tables of the database cannot be brought up to date")]
    Migration(#[source] sqlx::migrate::MigrateError),
}

/// What goes wrong inside this crate.
#[derive(Debug)]
pub(crate) enum SqlError {
    /// By the driver's word.
    Driver(sqlx::Error),
    /// A row says what cannot be.
    Corrupt(String),
}

pub(crate) type Result<T> = std::result::Result<T, SqlError>;

/// What an error is to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Another transaction was in the way: again, at once.
    Conflict,
    Unavailable,
    Full,
    Corrupt,
}

impl SqlError {
    /// Whether the whole transaction may be tried again at once: nothing of it was done.
    pub(crate) fn is_conflict(&self) -> bool {
        self.fault() == Fault::Conflict
    }

    fn fault(&self) -> Fault {
        match self {
            SqlError::Corrupt(_) => Fault::Corrupt,
            SqlError::Driver(sqlx::Error::Database(error)) => {
                let code = error.code().unwrap_or_default();
                if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
                    of_sqlite(&code)
                } else {
                    of_postgres(&code)
                }
            }
            // The file or the connection, and not what is in it.
            SqlError::Driver(
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
                | sqlx::Error::BeginFailed,
            ) => Fault::Unavailable,
            SqlError::Driver(_) => Fault::Corrupt,
        }
    }
}

/// <https://www.sqlite.org/rescode.html>: the lower byte is the primary code.
fn of_sqlite(code: &str) -> Fault {
    match code.parse::<u32>().map(|code| code & 0xff) {
        // SQLITE_BUSY, SQLITE_LOCKED.
        Ok(5 | 6) => Fault::Conflict,
        // SQLITE_FULL.
        Ok(13) => Fault::Full,
        // SQLITE_NOMEM, SQLITE_READONLY, SQLITE_INTERRUPT, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_PROTOCOL.
        Ok(7..=10 | 14 | 15) => Fault::Unavailable,
        _ => Fault::Corrupt,
    }
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn of_postgres(code: &str) -> Fault {
    match code {
        // Serialization failure, deadlock, a lock that was not had in time.
        "40001" | "40P01" | "55P03" => Fault::Conflict,
        // Disk full.
        "53100" => Fault::Full,
        // A server that only reads is the wrong half of a pair: the right one comes.
        "25006" => Fault::Unavailable,
        // Connection, authorization, resources, intervention, system.
        _ if ["08", "28", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => Fault::Unavailable,
        _ => Fault::Corrupt,
    }
}

impl From<sqlx::Error> for SqlError {
    fn from(error: sqlx::Error) -> Self {
        SqlError::Driver(error)
    }
}

impl From<BadTransition> for SqlError {
    /// Callers look at the state before they ask for a change, so this is a row that another program has written.
    fn from(error: BadTransition) -> Self {
        SqlError::Corrupt(error.to_string())
    }
}

impl std::fmt::Display for SqlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SqlError::Driver(error) => error.fmt(f),
            SqlError::Corrupt(text) => f.write_str(text),
        }
    }
}

impl From<SqlError> for StoreError {
    fn from(error: SqlError) -> Self {
        let text = error.to_string();
        match error.fault() {
            Fault::Conflict | Fault::Unavailable => StoreError::Unavailable(text),
            Fault::Full => StoreError::Full(text),
            Fault::Corrupt => StoreError::Corrupt(text),
        }
    }
}

impl From<SqlError> for LedgerError {
    fn from(error: SqlError) -> Self {
        let text = error.to_string();
        match error.fault() {
            // The scheduler can only wait until somebody has made room.
            Fault::Conflict | Fault::Unavailable | Fault::Full => LedgerError::Unavailable(text),
            Fault::Corrupt => LedgerError::Corrupt(text),
        }
    }
}

impl From<SqlError> for BlobError {
    fn from(error: SqlError) -> Self {
        let text = error.to_string();
        match error.fault() {
            Fault::Full => BlobError::Full(text),
            Fault::Conflict | Fault::Unavailable | Fault::Corrupt => BlobError::Unavailable(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_sqlite_say_what_the_caller_can_do() {
        // SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_CONSTRAINT_UNIQUE, SQLITE_NOTADB.
        let faults = ["5", "517", "13", "778", "2067", "26"].map(of_sqlite);
        use Fault::{Conflict, Corrupt, Full, Unavailable};
        assert_eq!(faults, [Conflict, Conflict, Full, Unavailable, Corrupt, Corrupt]);
    }

    #[test]
    fn codes_of_postgres_say_what_the_caller_can_do() {
        let faults = ["40001", "55P03", "53100", "53300", "57P01", "08006", "23505"].map(of_postgres);
        use Fault::{Conflict, Corrupt, Full, Unavailable};
        assert_eq!(faults, [Conflict, Conflict, Full, Unavailable, Unavailable, Unavailable, Corrupt]);
    }

    #[test]
    fn a_pool_without_a_connection_is_a_store_that_cannot_be_reached() {
        assert!(StoreError::from(SqlError::from(sqlx::Error::PoolTimedOut)).is_retryable());
        assert!(!StoreError::from(SqlError::Corrupt(String::new())).is_retryable());
    }
}
