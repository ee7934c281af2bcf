//! The tables, version by version. A version that was ever released is never changed: the next one follows.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use crate::dialect::Dialect;

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "state", include_str!("../migrations/0001_state.sql")),
    (2, "blobs", include_str!("../migrations/0002_blobs.sql")),
    (3, "papers", include_str!("../migrations/0003_papers.sql")),
    (4, "uploads", include_str!("../migrations/0004_uploads.sql")),
    (5, "spans", include_str!("../migrations/0005_spans.sql")),
    (6, "processes", include_str!("../migrations/0006_processes.sql")),
    (7, "checkpoints", include_str!("../migrations/0007_checkpoints.sql")),
    (8, "pauses", include_str!("../migrations/0008_pauses.sql")),
    (9, "deaths", include_str!("../migrations/0009_deaths.sql")),
    (10, "grants", include_str!("../migrations/0010_grants.sql")),
    (11, "audit", include_str!("../migrations/0011_audit.sql")),
    (12, "accounts", include_str!("../migrations/0012_accounts.sql")),
    (13, "logins", include_str!("../migrations/0013_logins.sql")),
    (14, "awaited", include_str!("../migrations/0014_awaited.sql")),
    (15, "grant kinds", include_str!("../migrations/0015_grant_kinds.sql")),
];

/// All versions, in the words of one database.
pub(crate) fn migrator(dialect: Dialect) -> Migrator {
    let words = [
        ("NUMBER_KEY", dialect.number_key_type()),
        ("SERIAL_KEY", dialect.serial_key_type()),
        ("NAME", dialect.name_type()),
        ("BYTES", dialect.bytes_type()),
    ];
    let migrations = MIGRATIONS.iter().map(|(version, name, text)| {
        let sql = words.iter().fold((*text).to_owned(), |sql, (word, kind)| sql.replace(word, kind));
        Migration::new(*version, (*name).into(), MigrationType::Simple, AssertSqlSafe(sql).into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbered_without_a_gap() {
        let versions: Vec<i64> = migrator(Dialect::Sqlite).iter().map(|migration| migration.version).collect();
        assert_eq!(versions, (1..=MIGRATIONS.len() as i64).collect::<Vec<_>>());
    }

    #[test]
    fn every_word_is_replaced() {
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            for migration in migrator(dialect).iter() {
                let code = migration.sql.as_str().lines().filter(|line| !line.trim_start().starts_with("--"));
                let left = code
                    .flat_map(str::split_whitespace)
                    .find(|word| matches!(word.trim_end_matches(','), "NAME" | "BYTES" | "NUMBER_KEY" | "SERIAL_KEY"));
                assert_eq!(left, None);
            }
        }
    }
}
