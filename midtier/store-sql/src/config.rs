//! Where the state is, and how it is spoken to.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// What [`SqlStore::connect`](crate::SqlStore::connect) needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Which database.
    pub database: Database,
    /// How many connections it may have open; at least 2. SQLite takes one of them for writing. Default 10.
    pub connections_max: u32,
    /// How long a call waits for a connection before it answers that the store cannot be reached. Default 5 s.
    pub acquire_timeout: Duration,
}

/// Which database.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A file of this machine, made where it is not there. One midtier alone may use it.
    Sqlite {
        /// The file. SQLite keeps two more beside it, with `-wal` and `-shm` behind the name.
        path: PathBuf,
    },
    /// A server, for any number of midtiers.
    Postgres {
        /// `postgres://user:password@server:port/database`. Never shown, since it may hold a password.
        url: String,
    },
}

impl Config {
    /// The defaults for this database.
    pub fn new(database: Database) -> Self {
        Config { database, connections_max: 10, acquire_timeout: Duration::from_secs(5) }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Sqlite { path } => f.debug_struct("Sqlite").field("path", path).finish(),
            Database::Postgres { .. } => f.write_str("Postgres { url: … }"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let database = Database::Postgres { url: "postgres://leat:geheim@db/leat".to_owned() };
        assert!(!format!("{:?}", Config::new(database)).contains("geheim"));
    }
}
