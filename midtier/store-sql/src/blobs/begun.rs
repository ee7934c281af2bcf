//! Contents that come in pieces, in the database: at whichever midtier they go on.
//!
//! Each batch is a transaction, which looks whether what is there is still what the batch follows. Nobody holds a lock while
//! a sender is waited for.

use std::time::Duration;

use leat_bundle::{Content, Digest};
use leat_midtier::blobs::{Batch, Begun, BegunLimits, BlobError, BlobReader, Growing, Piece, Taken};
use sqlx::{AnyConnection, AssertSqlSafe};

use super::{PIECE_BYTES, SqlBlobs, before, remove};
use crate::columns::{Columns, signed};
use crate::error::Result;
use crate::transaction::retried;

/// Work that the database did, and what it found in the way of a sender.
type Judged<T> = Result<std::result::Result<T, BlobError>>;

/// A content that was begun.
struct There {
    /// Where its pieces are.
    upload: i64,
    /// How far it has come; nothing where that cannot be read any more, and it must be begun again.
    growing: Option<Growing>,
}

/// A batch to be kept.
struct Step<'a> {
    before: &'a Growing,
    after: &'a Growing,
    bytes: &'a [u8],
    limits: &'a BegunLimits,
}

impl SqlBlobs {
    pub(super) async fn find_begun(&self, digest: Digest) -> Result<Option<Growing>> {
        let mut reader = self.store.readers.acquire().await?;
        Ok(find(&mut reader, digest, "").await?.and_then(|there| there.growing))
    }

    /// Takes a piece in, batch by batch.
    pub(super) async fn take_begun(
        &self,
        piece: Piece,
        limits: &BegunLimits,
        mut content: BlobReader,
    ) -> std::result::Result<Taken, BlobError> {
        let mut growing = Growing::before(&piece, self.find_begun(piece.digest).await?)?;
        loop {
            let batch = Batch::next(&mut content, &growing).await;
            if batch.counts_after(&growing) {
                let after = growing.after(&batch.bytes);
                let step = Step { before: &growing, after: &after, bytes: &batch.bytes, limits };
                retried!(self.keep(&step))??;
                if after.is_whole() {
                    return Ok(Taken::Whole(Content { digest: piece.digest, bytes: piece.length }));
                }
                growing = after;
            }
            match batch.end {
                None => {}
                Some(Ok(())) => return Ok(Taken::Begun(growing.begun())),
                Some(Err(error)) => return Err(error),
            }
        }
    }

    /// Keeps a batch if nobody was quicker, and makes a content of it that is whole and right.
    async fn keep(&self, step: &Step<'_>) -> Judged<()> {
        let dialect = self.store.dialect;
        let mut tx = self.store.writers.begin_with(dialect.begin_write()).await?;
        if let Some(lock) = dialect.lock_begun(step.before.is_new()) {
            sqlx::query(lock).execute(&mut *tx).await?;
        }
        let there = find(&mut tx, step.before.digest(), dialect.for_update()).await?;
        let growing = there.as_ref().and_then(|there| there.growing.as_ref());
        if let Err(refused) = step.before.require_unchanged(growing) {
            return Ok(Err(refused));
        }
        let upload = there.map(|there| there.upload);
        if step.after.is_whole()
            && let Err(refused) = step.after.require_digest()
        {
            remove(&mut tx, upload).await?;
            tx.commit().await?;
            return Ok(Err(refused));
        }
        let upload = match upload.filter(|_| !step.before.is_new()) {
            Some(upload) => upload,
            None => {
                remove(&mut tx, upload).await?;
                if !step.after.is_whole()
                    && let Err(refused) = require_room(&mut tx, step).await?
                {
                    return Ok(Err(refused));
                }
                let sql = "INSERT INTO blob_uploads (touched) VALUES ($1) RETURNING id";
                sqlx::query(sql).bind(self.clock.now().0).fetch_one(&mut *tx).await?.int("id")?
            }
        };
        write_pieces(&mut tx, upload, step.before.begun().bytes, step.bytes).await?;
        match step.after.is_whole() {
            true => self.name_begun(&mut tx, upload, step.after).await?,
            false => self.note_begun(&mut tx, upload, step.after).await?,
        }
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Writes down how far a content has come.
    async fn note_begun(&self, connection: &mut AnyConnection, upload: i64, growing: &Growing) -> Result<()> {
        let Begun { bytes, length } = growing.begun();
        let sql = "INSERT INTO blob_begun (digest, upload, length, bytes, hasher) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (digest) DO UPDATE SET bytes = excluded.bytes, hasher = excluded.hasher";
        sqlx::query(sql)
            .bind(growing.digest().to_string())
            .bind(upload)
            .bind(signed(length))
            .bind(signed(bytes))
            .bind(growing.hasher_state())
            .execute(&mut *connection)
            .await?;
        let sql = "UPDATE blob_uploads SET touched = $1 WHERE id = $2";
        sqlx::query(sql).bind(self.clock.now().0).bind(upload).execute(connection).await?;
        Ok(())
    }

    /// Names a content that is whole, unless another sender was quicker.
    async fn name_begun(&self, connection: &mut AnyConnection, upload: i64, growing: &Growing) -> Result<()> {
        let sql = "INSERT INTO blobs (digest, upload, bytes, written) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let named = sqlx::query(sql)
            .bind(growing.digest().to_string())
            .bind(upload)
            .bind(signed(growing.begun().bytes))
            .bind(self.clock.now().0)
            .execute(&mut *connection)
            .await?;
        if named.rows_affected() == 0 {
            return remove(connection, Some(upload)).await;
        }
        sqlx::query("DELETE FROM blob_begun WHERE upload = $1").bind(upload).execute(connection).await?;
        Ok(())
    }

    /// Removes what was not gone on with, one by one so that nobody waits for long. Answers how many bytes went.
    pub(super) async fn remove_begun(&self, age: Duration) -> Result<u64> {
        let limit = before(self.clock.now(), age);
        let sql = "SELECT upload, bytes FROM blob_begun JOIN blob_uploads ON id = upload WHERE touched < $1";
        let mut reader = self.store.readers.acquire().await?;
        let rows = sqlx::query(sql).bind(limit.0).fetch_all(&mut *reader).await?;
        drop(reader);
        let mut bytes = 0;
        for row in rows {
            // Still as old as it was when it was looked at, and not whole meanwhile.
            let sql = "DELETE FROM blob_uploads WHERE id = $1 AND touched < $2 AND EXISTS \
                       (SELECT 1 FROM blob_begun WHERE blob_begun.upload = blob_uploads.id)";
            let mut writer = self.store.writers.acquire().await?;
            let removed = sqlx::query(sql).bind(row.int("upload")?).bind(limit.0).execute(&mut *writer).await?;
            bytes += if removed.rows_affected() == 1 { row.count("bytes")? } else { 0 };
        }
        Ok(bytes)
    }
}

async fn find(connection: &mut AnyConnection, digest: Digest, lock: &str) -> Result<Option<There>> {
    let sql = format!("SELECT upload, length, bytes, hasher FROM blob_begun WHERE digest = $1 {lock}");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(digest.to_string()).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    let begun = Begun { bytes: row.count("bytes")?, length: row.count("length")? };
    let growing = Growing::restore(digest, begun, &row.text("hasher")?);
    Ok(Some(There { upload: row.int("upload")?, growing }))
}

async fn require_room(connection: &mut AnyConnection, step: &Step<'_>) -> Judged<()> {
    let sql = "SELECT COUNT(*) AS others, CAST(COALESCE(SUM(length), 0) AS BIGINT) AS bytes FROM blob_begun";
    let row = sqlx::query(sql).fetch_one(connection).await?;
    Ok(step.limits.require_room(step.after.begun().length, row.count("others")?, row.count("bytes")?))
}

/// Writes bytes from byte `at` on. All pieces but the last of a content are full; one that is not yet is filled first.
async fn write_pieces(connection: &mut AnyConnection, upload: i64, at: u64, bytes: &[u8]) -> Result<()> {
    let (full, over) = (at / PIECE_BYTES as u64, at % PIECE_BYTES as u64);
    let mut number = signed(full);
    let mut bytes = bytes;
    if over > 0 {
        let sql = "SELECT content FROM blob_pieces WHERE upload = $1 AND number = $2";
        let row = sqlx::query(sql).bind(upload).bind(number).fetch_one(&mut *connection).await?;
        let mut piece = row.bytes("content")?;
        let room = PIECE_BYTES.saturating_sub(piece.len()).min(bytes.len());
        piece.extend_from_slice(&bytes[..room]);
        bytes = &bytes[room..];
        let sql = "UPDATE blob_pieces SET content = $1 WHERE upload = $2 AND number = $3";
        sqlx::query(sql).bind(piece).bind(upload).bind(number).execute(&mut *connection).await?;
        number += 1;
    }
    for piece in bytes.chunks(PIECE_BYTES) {
        sqlx::query("INSERT INTO blob_pieces (upload, number, content) VALUES ($1, $2, $3)")
            .bind(upload)
            .bind(number)
            .bind(piece.to_vec())
            .execute(&mut *connection)
            .await?;
        number += 1;
    }
    Ok(())
}
