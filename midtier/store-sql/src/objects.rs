//! Bundles and risk objects: what is kept for ever, but for bundles that were made of others.

use leat_bundle::{Digest, Manifest};
use leat_midtier::store::{BundleRecord, ObjectVersion};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::columns::{Columns, corrupt, plain, signed};
use crate::error::Result;

const COLUMNS: &str = "name, version, file, digest, bytes, user_name, created";

pub(crate) async fn put_bundle(tx: &mut AnyConnection, bundle: &BundleRecord) -> Result<()> {
    let sql = "INSERT INTO bundles (digest, manifest, user_name, created, made_of) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (digest) DO NOTHING";
    let manifest = String::from_utf8(bundle.manifest.to_bytes()).expect("JSON is text");
    sqlx::query(sql)
        .bind(bundle.digest.to_string())
        .bind(manifest)
        .bind(plain(&bundle.user))
        .bind(bundle.created.0)
        .bind(bundle.manifest.origin.as_ref().and_then(|origin| origin.of).map(|of| of.to_string()))
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn bundle(tx: &mut AnyConnection, digest: Digest) -> Result<Option<BundleRecord>> {
    let sql = "SELECT manifest, user_name, created FROM bundles WHERE digest = $1";
    let row = sqlx::query(sql).bind(digest.to_string()).fetch_optional(tx).await?;
    let Some(row) = row else { return Ok(None) };
    let manifest = Manifest::parse(row.text("manifest")?.as_bytes()).map_err(|error| corrupt("manifest", &error))?;
    Ok(Some(BundleRecord { digest, manifest, user: row.text("user_name")?, created: row.moment("created")? }))
}

/// Keeps a version, unless the latest has the same content. Answers the one that is kept.
pub(crate) async fn put(tx: &mut AnyConnection, object: &ObjectVersion) -> Result<ObjectVersion> {
    let latest = versions(&mut *tx, &object.name).await?.into_iter().next();
    let version = match latest {
        Some(latest) if latest.digest == object.digest && latest.file == object.file => return Ok(latest),
        latest => latest.map_or(1, |latest| latest.version + 1),
    };
    let kept = ObjectVersion { version, ..object.clone() };
    sqlx::query(
        "INSERT INTO objects (name, version, file, digest, bytes, user_name, created) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(plain(&kept.name))
    .bind(signed(kept.version))
    .bind(plain(&kept.file))
    .bind(kept.digest.to_string())
    .bind(signed(kept.bytes))
    .bind(plain(&kept.user))
    .bind(kept.created.0)
    .execute(tx)
    .await?;
    Ok(kept)
}

pub(crate) async fn latest(tx: &mut AnyConnection) -> Result<Vec<ObjectVersion>> {
    let sql = "SELECT o.name, o.version, o.file, o.digest, o.bytes, o.user_name, o.created FROM objects o \
               JOIN (SELECT name, max(version) AS version FROM objects GROUP BY name) l \
               ON l.name = o.name AND l.version = o.version ORDER BY o.name";
    sqlx::query(sql).fetch_all(tx).await?.iter().map(object).collect()
}

pub(crate) async fn versions(tx: &mut AnyConnection, name: &str) -> Result<Vec<ObjectVersion>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM objects WHERE name = $1 ORDER BY version DESC"));
    sqlx::query(sql).bind(plain(name)).fetch_all(tx).await?.iter().map(object).collect()
}

fn object(row: &AnyRow) -> Result<ObjectVersion> {
    Ok(ObjectVersion {
        name: row.text("name")?,
        version: row.count("version")?,
        file: row.text("file")?,
        digest: row.digest("digest")?,
        bytes: row.count("bytes")?,
        user: row.text("user_name")?,
        created: row.moment("created")?,
    })
}
