//! Opens the database.

use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{AnyPool, Connection};

use crate::config::{Config, Database};
use crate::dialect::Dialect;
use crate::error::ConnectError;
use crate::migrations::migrator;
use crate::rotation::Rotation;

/// How often bringing the tables up to date is tried, where another midtier is at it for longer than a transaction waits.
const MIGRATION_TRIES: usize = 3;
/// Where PostgreSQL is once the user's time is over: a socket that is not there, so that a call learns at once that nothing can be reached, and
/// no try with a user who has ended ever leaves this machine.
const NOWHERE: &str = "postgres://nobody@localhost/nothing?host=/the-time-of-the-databases-user-is-over";

/// What is written as `%41` in the path of a URL: all but what RFC 3986 calls unreserved (section 2.3), and the steps of the path.
const NOT_OF_PATHS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// Everything the midtier and the scheduler remember, in a database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct SqlStore {
    pub(crate) dialect: Dialect,
    pub(crate) readers: AnyPool,
    /// SQLite lets one write at a time: with one connection for it, writers queue up here in the order they came, instead
    /// of waking again and again to see whether the file is free. With PostgreSQL it is `readers`.
    pub(crate) writers: AnyPool,
    rotation: Rotation,
}

impl SqlStore {
    /// Opens the database and brings its tables up to date.
    ///
    /// # Errors
    /// When its address cannot be one, when it cannot be reached, and when its tables are of a later Leat.
    pub async fn connect(config: &Config) -> Result<SqlStore, ConnectError> {
        sqlx::any::install_default_drivers();
        let (dialect, options) = address(&config.database)?;
        let rotation = Rotation::new(config.acquire_timeout);
        let pool = |connections: u32| {
            let using = rotation.clone();
            let pool = AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(config.acquire_timeout)
                .after_connect(move |connection, _| Box::pin(dialect.set_up(connection)))
                // SQLite ends a transaction by itself when its disk is full, and sqlx then believes for ever that the
                // connection has one: such a connection is closed, and another opened.
                .before_acquire(move |connection, pooled| {
                    let sound = !connection.is_in_transaction() && using.may_use(pooled.age);
                    Box::pin(async move { Ok(sound) })
                });
            pool.connect_lazy_with(options.clone())
        };
        let connections = config.connections_max.max(2);
        let store = match dialect {
            Dialect::Sqlite => SqlStore { dialect, readers: pool(connections - 1), writers: pool(1), rotation },
            Dialect::Postgres => {
                let both = pool(connections);
                SqlStore { dialect, readers: both.clone(), writers: both, rotation }
            }
        };
        store.migrate().await?;
        Ok(store)
    }

    /// Goes on at PostgreSQL with another URL: another user or password of the same database. A call that is going on ends as whom it began;
    /// no connection is used a second time that was opened with the URL before.
    ///
    /// # Errors
    /// When the URL cannot be one.
    pub fn change_url(&self, url: &str) -> Result<(), ConnectError> {
        let (_, options) = address(&Database::Postgres { url: url.to_owned() })?;
        self.readers.set_connect_options(options);
        self.rotation.changed();
        Ok(())
    }

    /// Uses the database no more, until there is another URL: the user's time is over. Calls answer meanwhile that the store cannot be reached.
    pub fn fence(&self) {
        self.rotation.over();
        let nowhere = AnyConnectOptions::from_str(NOWHERE).expect("a constant URL can be read");
        if self.dialect == Dialect::Postgres {
            self.readers.set_connect_options(nowhere);
        }
    }

    /// Closes every connection, once its call has ended. Calls that come later answer that the store cannot be reached.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writers.close().await;
    }

    async fn migrate(&self) -> Result<(), ConnectError> {
        // A server that is not there is another trouble than tables of another version.
        drop(self.writers.acquire().await.map_err(ConnectError::Unreachable)?);
        let migrator = migrator(self.dialect);
        let mut tries = 0;
        loop {
            tries += 1;
            match self.bring_up(&migrator).await {
                Ok(()) => return Ok(()),
                Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..)) if tries < MIGRATION_TRIES => {}
                Err(error) => return Err(ConnectError::Migration(error)),
            }
        }
    }

    /// Makes the versions that are lacking, one midtier at a time. At PostgreSQL the migrator has a lock for that. At SQLite it has none: each
    /// of two would find the same version lacking, and the second make its tables again. There the transaction around all of it is the lock.
    async fn bring_up(&self, migrator: &Migrator) -> Result<(), MigrateError> {
        match self.dialect {
            Dialect::Postgres => migrator.run(&self.writers).await,
            Dialect::Sqlite => {
                let mut whole = self.writers.begin_with(self.dialect.begin_write()).await?;
                // What `run` does; of its future it cannot be said that it may move between threads.
                migrator.run_direct(None, &mut *whole, false).await?;
                Ok(whole.commit().await?)
            }
        }
    }
}

/// The database in the driver's words.
fn address(database: &Database) -> Result<(Dialect, AnyConnectOptions), ConnectError> {
    let (dialect, url) = match database {
        Database::Sqlite { path } => {
            let path = path.to_str().ok_or_else(|| ConnectError::Address(format!("{} is no text", path.display())))?;
            (Dialect::Sqlite, format!("sqlite:{}?mode=rwc", percent_encoded(path)))
        }
        Database::Postgres { url } if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            (Dialect::Postgres, url.clone())
        }
        // The URL itself is not told: it may hold a password.
        Database::Postgres { .. } => {
            return Err(ConnectError::Address("it does not begin with postgres://".to_owned()));
        }
    };
    let options = AnyConnectOptions::from_str(&url).map_err(|error| ConnectError::Address(error.to_string()))?;
    Ok((dialect, options))
}

/// A path as it stands in a URL: what could mean something else there becomes `%xx`.
fn percent_encoded(path: &str) -> String {
    utf8_percent_encode(path, NOT_OF_PATHS).to_string()
}

#[cfg(test)]
mod tests {
    use leat_midtier::store::{ObjectVersion, Store, StoreError};

    use super::*;

    #[test]
    fn a_path_may_hold_what_a_url_may_not() {
        assert_eq!(percent_encoded("/srv/a b?/ü#.db"), "/srv/a%20b%3F/%C3%BC%23.db");
    }

    #[test]
    fn a_url_of_another_database_is_refused_and_not_told() {
        let url = "mysql://leat:geheim@db/leat".to_owned();
        let error = address(&Database::Postgres { url }).unwrap_err().to_string();
        assert!(error.contains("postgres://") && !error.contains("geheim"), "{error}");
    }

    fn object(content: usize) -> ObjectVersion {
        ObjectVersion {
            name: "base.scenarios".to_owned(),
            version: 0,
            file: "x".repeat(2000),
            digest: leat_bundle::Digest::of(&content.to_le_bytes()),
            bytes: 1,
            user: "ada".to_owned(),
            created: leat_scheduler::model::Moment(0),
        }
    }

    #[tokio::test]
    async fn a_file_without_room_is_full_and_goes_on_once_there_is_some() {
        let home = tempfile::TempDir::new().unwrap();
        let config = Config::new(Database::Sqlite { path: home.path().join("state.db") });
        let store = SqlStore::connect(&config).await.unwrap();
        let limit = async |sql: &'static str| sqlx::query(sql).fetch_one(&store.writers).await.unwrap();
        // What a full disk answers, without one: SQLITE_FULL. A connection that is opened anew has room again.
        limit("PRAGMA max_page_count = 1").await;
        let mut put = 0;
        let error = loop {
            match store.put_object(&object(put)).await {
                Ok(_) => put += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, StoreError::Full(_)) && !error.is_retryable(), "{error}");
        assert_eq!(store.object_versions("base.scenarios").await.unwrap().len(), put);
        assert_eq!(store.put_object(&object(put)).await.unwrap().version, put as u64 + 1);
        store.close().await;
    }
}
