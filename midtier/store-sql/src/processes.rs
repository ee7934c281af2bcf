//! What each group runs.

use leat_midtier::store::{PageOf, ProcessFilter, ProcessRecord};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::columns::{Columns, plain, signed};
use crate::error::Result;
use crate::{json, runs};

/// The most that is read at once.
const PAGE_MAX: u32 = 1_000;
const COLUMNS: &str = "process, group_name, bundle, user_name, created, parameters";

/// Whether what is noted of a process is of a bundle that was uploaded no earlier than this one.
pub(crate) async fn is_noted(tx: &mut AnyConnection, process: &ProcessRecord) -> Result<bool> {
    let sql = "SELECT created FROM processes WHERE process = $1 AND group_name = $2 AND created >= $3";
    let query = sqlx::query(sql).bind(plain(&process.process)).bind(plain(&process.group)).bind(process.created.0);
    Ok(query.fetch_optional(tx).await?.is_some())
}

/// Notes the bundle of a process, unless one that was uploaded later is noted.
pub(crate) async fn note(tx: &mut AnyConnection, process: &ProcessRecord) -> Result<()> {
    let sql = "INSERT INTO processes (process, group_name, bundle, user_name, created, parameters) \
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (process, group_name) DO UPDATE SET \
               bundle = excluded.bundle, user_name = excluded.user_name, created = excluded.created, \
               parameters = excluded.parameters WHERE processes.created < excluded.created";
    sqlx::query(sql)
        .bind(plain(&process.process))
        .bind(plain(&process.group))
        .bind(process.bundle.to_string())
        .bind(plain(&process.user))
        .bind(process.created.0)
        .bind(process.parameters.as_ref().map(json::text))
        .execute(tx)
        .await?;
    Ok(())
}

/// Those that were noted, in the order of their names and then of the groups'.
pub(crate) async fn page(tx: &mut AnyConnection, filter: &ProcessFilter) -> Result<PageOf<ProcessRecord>> {
    let limit = if filter.limit == 0 { PAGE_MAX } else { filter.limit.min(PAGE_MAX) };
    let (mut asked, mut texts) = ("WHERE 1 = 1".to_owned(), Vec::new());
    if let Some(process) = &filter.process {
        texts.push(process);
        asked.push_str(" AND process = $1");
    }
    if let Some(groups) = &filter.groups {
        asked.push_str(&runs::of_groups(texts.len() + 1, groups.len()));
        texts.extend(groups);
    }
    if let Some((process, group)) = &filter.after {
        texts.extend([process, group]);
        asked.push_str(&format!(" AND (process, group_name) > (${}, ${})", texts.len() - 1, texts.len()));
    }
    let place = texts.len() + 1;
    let sql = format!("SELECT {COLUMNS} FROM processes {asked} ORDER BY process, group_name LIMIT ${place}");
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for text in texts {
        query = query.bind(plain(text));
    }
    let rows = query.bind(signed(u64::from(limit) + 1)).fetch_all(tx).await?;
    let mut items = rows.iter().map(record).collect::<Result<Vec<_>>>()?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    Ok(PageOf { items, more })
}

fn record(row: &AnyRow) -> Result<ProcessRecord> {
    Ok(ProcessRecord {
        group: row.text("group_name")?,
        process: row.text("process")?,
        bundle: row.digest("bundle")?,
        user: row.text("user_name")?,
        created: row.moment("created")?,
        parameters: row.json_maybe("parameters")?,
    })
}
