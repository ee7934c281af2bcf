//! A database of a test's own.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use leat_store_sql::{Config, Database, SqlStore};
use sqlx::{AnyConnection, AssertSqlSafe, Connection};
use tempfile::TempDir;

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// An open store in a fresh database.
pub(crate) struct Bench {
    pub(crate) store: SqlStore,
    pub(crate) config: Config,
    home: Home,
}

enum Home {
    Directory(TempDir),
    Server { database: String },
}

/// The server that the tests make their databases on.
#[expect(clippy::disallowed_methods, reason = "a test is told by its surroundings where the service is")]
pub(crate) fn server() -> String {
    std::env::var("LEAT_TEST_POSTGRES_URL")
        .expect("LEAT_TEST_POSTGRES_URL names no PostgreSQL: start the services: cargo xtask services up")
}

/// The server's URL with the name of another database.
pub(crate) fn url_of(database: &str) -> String {
    let server = server();
    let (base, options) = server.split_once('?').unwrap_or((&server, ""));
    let after_scheme = base.find("://").expect("a URL has a scheme") + 3;
    let base = base[after_scheme..].find('/').map_or(base, |slash| &base[..after_scheme + slash]);
    let question = if options.is_empty() { "" } else { "?" };
    format!("{base}/{database}{question}{options}")
}

async fn on_server(sql: String) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(&server()).await.expect("the PostgreSQL of the tests answers");
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

fn config(database: Database) -> Config {
    Config { connections_max: 4, acquire_timeout: Duration::from_secs(30), ..Config::new(database) }
}

impl Bench {
    pub(crate) async fn sqlite() -> Bench {
        let home = TempDir::new().unwrap();
        let config = config(Database::Sqlite { path: home.path().join("a state?.db") });
        let store = SqlStore::connect(&config).await.unwrap();
        Bench { store, config, home: Home::Directory(home) }
    }

    pub(crate) async fn postgres() -> Bench {
        let number = DATABASES.fetch_add(1, Ordering::Relaxed);
        let database = format!("leat_test_{}_{number}", std::process::id());
        on_server(format!("DROP DATABASE IF EXISTS {database}")).await;
        // A language whose order of texts is not that of their bytes, as production servers have.
        on_server(format!("CREATE DATABASE {database} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"))
            .await;
        let config = config(Database::Postgres { url: url_of(&database) });
        let store = SqlStore::connect(&config).await.unwrap();
        Bench { store, config, home: Home::Server { database } }
    }

    /// Another midtier's store in the same database.
    pub(crate) async fn another(&self) -> SqlStore {
        SqlStore::connect(&self.config).await.unwrap()
    }

    /// A connection past the store, for what a store never does.
    pub(crate) async fn connection(&self) -> AnyConnection {
        let url = match &self.config.database {
            Database::Sqlite { path } => {
                format!("sqlite://{}", path.display().to_string().replace(' ', "%20").replace('?', "%3F"))
            }
            Database::Postgres { url } => url.clone(),
        };
        AnyConnection::connect(&url).await.unwrap()
    }

    /// Makes the database as good as fresh, which is quicker than a fresh one.
    pub(crate) async fn clear(&self) {
        let mut connection = self.connection().await;
        for sql in [
            "DELETE FROM runs",
            "DELETE FROM hosts",
            "DELETE FROM events",
            "UPDATE counters SET last_event = 0",
            "UPDATE leadership SET epoch = 0, holder = '', beat = 0",
        ] {
            sqlx::query(sql).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
    }

    /// Removes the database. That of a test that failed stays, to be looked at.
    pub(crate) async fn remove(self) {
        self.store.close().await;
        match self.home {
            Home::Directory(home) => home.close().unwrap(),
            Home::Server { database } => on_server(format!("DROP DATABASE {database} WITH (FORCE)")).await,
        }
    }
}
