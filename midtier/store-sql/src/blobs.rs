//! Contents of files in the database, for installations whose midtiers share no directory.
//!
//! A content comes in pieces, each batch of them in a transaction of its own, so that a slow sender holds up nobody; it is
//! there once the row that names it is. What was begun and never got its row is removed with what nobody refers to; what
//! comes in pieces is kept to be gone on with.

mod begun;
mod reader;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use leat_bundle::{Content, Digest, Hasher};
use leat_midtier::blobs::{Begun, BegunLimits, BlobError, BlobReader, Blobs, Piece, Taken};
use leat_scheduler::clock::Clock;
use leat_scheduler::model::Moment;
use sqlx::{AnyConnection, AssertSqlSafe};
use tokio::io::AsyncReadExt;

use crate::columns::{Columns, signed};
use crate::connect::SqlStore;
use crate::error::{Result, SqlError};
use crate::statement;
use reader::PieceReader;

/// How large a piece is; the last of a content may be smaller.
const PIECE_BYTES: usize = 256 << 10;
/// How many pieces one transaction writes: what a writer holds in memory, and the share of waiting for the disk in it.
const PIECES_AT_ONCE: usize = 8;
/// How long it is before a content that was asked for counts as asked for again.
const SEEN_AGAIN: Duration = Duration::from_secs(60);

/// Contents of files in the database of a [`SqlStore`].
#[derive(Clone)]
pub struct SqlBlobs {
    store: SqlStore,
    clock: Arc<dyn Clock>,
}

impl SqlBlobs {
    /// Contents beside this store's state, over its connections. The clock tells how old a content is when what nobody
    /// refers to is removed.
    pub fn new(store: &SqlStore, clock: Arc<dyn Clock>) -> Self {
        SqlBlobs { store: store.clone(), clock }
    }

    /// Those of these that are there.
    async fn seen(&self, digests: &[Digest]) -> Result<BTreeSet<Digest>> {
        let now = self.clock.now();
        let recent = before(now, SEEN_AGAIN);
        let mut found = BTreeSet::new();
        let mut old = Vec::new();
        let mut reader = self.store.readers.acquire().await?;
        for piece in statement::pieces(digests) {
            let list = statement::list(1, piece.len());
            let mut query =
                sqlx::query(AssertSqlSafe(format!("SELECT digest, written FROM blobs WHERE digest IN {list}")));
            for digest in piece {
                query = query.bind(digest.to_string());
            }
            for row in query.fetch_all(&mut *reader).await? {
                found.insert(row.digest("digest")?);
                if row.moment("written")? < recent {
                    old.push(row.digest("digest")?);
                }
            }
        }
        drop(reader);
        self.touch(&old, now, &mut found).await?;
        Ok(found)
    }

    /// A content that is there; somebody is about to refer to it.
    async fn whole(&self, digest: Digest) -> Result<Option<Content>> {
        if self.seen(&[digest]).await?.is_empty() {
            return Ok(None);
        }
        let there = find(&mut *self.store.readers.acquire().await?, digest).await?;
        Ok(there.map(|(_, bytes)| Content { digest, bytes }))
    }

    /// Contents that somebody is about to refer to count as written now. One that has gone meanwhile is no longer found.
    async fn touch(&self, old: &[Digest], now: Moment, found: &mut BTreeSet<Digest>) -> Result<()> {
        for digest in old {
            let sql = "UPDATE blobs SET written = $1 WHERE digest = $2";
            let mut writer = self.store.writers.acquire().await?;
            let touched = sqlx::query(sql).bind(now.0).bind(digest.to_string()).execute(&mut *writer).await?;
            if touched.rows_affected() == 0 {
                found.remove(digest);
            }
        }
        Ok(())
    }

    /// Takes pieces in until the content ends.
    async fn take_in(
        &self,
        upload: &mut Upload,
        bytes_max: u64,
        mut content: BlobReader,
    ) -> std::result::Result<(), BlobError> {
        loop {
            let piece = next_piece(&mut content).await?;
            let last = piece.len() < PIECE_BYTES;
            upload.bytes += piece.len() as u64;
            if upload.bytes > bytes_max {
                return Err(BlobError::TooLarge { bytes_max });
            }
            upload.hasher.update(&piece);
            if !piece.is_empty() {
                upload.waiting.push(piece);
            }
            if last || upload.waiting.len() == PIECES_AT_ONCE {
                self.store_pieces(upload).await?;
            }
            if last {
                return Ok(());
            }
        }
    }

    async fn store_pieces(&self, upload: &mut Upload) -> Result<()> {
        let mut tx = self.store.writers.begin_with(self.store.dialect.begin_write()).await?;
        let now = self.clock.now();
        let id = match upload.id {
            Some(id) => {
                let sql = "UPDATE blob_uploads SET touched = $1 WHERE id = $2";
                sqlx::query(sql).bind(now.0).bind(id).execute(&mut *tx).await?;
                id
            }
            None => {
                let sql = "INSERT INTO blob_uploads (touched) VALUES ($1) RETURNING id";
                sqlx::query(sql).bind(now.0).fetch_one(&mut *tx).await?.int("id")?
            }
        };
        for piece in upload.waiting.drain(..) {
            sqlx::query("INSERT INTO blob_pieces (upload, number, content) VALUES ($1, $2, $3)")
                .bind(id)
                .bind(upload.pieces)
                .bind(piece)
                .execute(&mut *tx)
                .await?;
            upload.pieces += 1;
        }
        tx.commit().await?;
        upload.id = Some(id);
        Ok(())
    }

    /// Names what was taken in, unless another writer was quicker.
    async fn name(&self, upload: &Upload, digest: Digest) -> Result<()> {
        let mut writer = self.store.writers.acquire().await?;
        let sql = "INSERT INTO blobs (digest, upload, bytes, written) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let named = sqlx::query(sql)
            .bind(digest.to_string())
            .bind(upload.id)
            .bind(signed(upload.bytes))
            .bind(self.clock.now().0)
            .execute(&mut *writer)
            .await?;
        if named.rows_affected() == 0 {
            remove(&mut writer, upload.id).await?;
        }
        Ok(())
    }
}

/// A content that is being written.
#[derive(Default)]
struct Upload {
    id: Option<i64>,
    hasher: Hasher,
    bytes: u64,
    /// How many pieces are in the database.
    pieces: i64,
    /// Pieces that are not yet.
    waiting: Vec<Vec<u8>>,
}

#[async_trait]
impl Blobs for SqlBlobs {
    async fn missing(&self, contents: &[Content]) -> std::result::Result<Vec<Digest>, BlobError> {
        let digests: Vec<Digest> = contents.iter().map(|content| content.digest).collect();
        let found = self.seen(&digests).await?;
        Ok(digests.into_iter().filter(|digest| !found.contains(digest)).collect())
    }

    async fn write(
        &self,
        digest: Digest,
        bytes_max: u64,
        content: BlobReader,
    ) -> std::result::Result<Content, BlobError> {
        if let Some(content) = self.whole(digest).await? {
            return Ok(content);
        }
        let mut upload = Upload::default();
        let taken = self.take_in(&mut upload, bytes_max, content).await;
        let found = std::mem::take(&mut upload.hasher).finish();
        let checked = taken.and_then(|()| match found == digest {
            true => Ok(()),
            false => Err(BlobError::OtherDigest { promised: digest, found }),
        });
        if let Err(error) = checked {
            // What cannot be removed now is removed with what nobody refers to.
            if let Ok(mut writer) = self.store.writers.acquire().await {
                let _ = remove(&mut writer, upload.id).await;
            }
            return Err(error);
        }
        self.name(&upload, digest).await?;
        Ok(Content { digest, bytes: upload.bytes })
    }

    async fn read(&self, digest: Digest, from: u64) -> std::result::Result<Option<(u64, BlobReader)>, BlobError> {
        let there = find(&mut *self.store.readers.acquire().await.map_err(SqlError::from)?, digest).await?;
        Ok(there.map(|(upload, bytes)| {
            let reader: BlobReader = Box::pin(PieceReader::new(&self.store, upload, from.min(bytes), bytes));
            (bytes, reader)
        }))
    }

    async fn retain(&self, referred: &[Digest], age: Duration) -> std::result::Result<u64, BlobError> {
        let referred: BTreeSet<Digest> = referred.iter().copied().collect();
        let before = before(self.clock.now(), age);
        Ok(remove_old(&self.store, &referred, before).await?)
    }

    async fn begun(&self, digest: Digest) -> std::result::Result<Option<Begun>, BlobError> {
        Ok(self.find_begun(digest).await?.map(|growing| growing.begun()))
    }

    async fn go_on(
        &self,
        piece: Piece,
        limits: &BegunLimits,
        content: BlobReader,
    ) -> std::result::Result<Taken, BlobError> {
        if let Some(content) = self.whole(piece.digest).await? {
            return Ok(Taken::Whole(content));
        }
        let taken = self.take_begun(piece, limits, content).await;
        if matches!(taken, Err(BlobError::OtherOffset { .. }))
            && let Some(content) = self.whole(piece.digest).await?
        {
            // Somebody else has sent the rest meanwhile.
            return Ok(Taken::Whole(content));
        }
        taken
    }

    async fn forget_begun(&self, age: Duration) -> std::result::Result<u64, BlobError> {
        Ok(self.remove_begun(age).await?)
    }
}

/// The next piece: full, unless the content ends with it.
async fn next_piece(content: &mut BlobReader) -> std::result::Result<Vec<u8>, BlobError> {
    let mut piece = Vec::with_capacity(PIECE_BYTES);
    let read = (&mut *content).take(PIECE_BYTES as u64).read_to_end(&mut piece).await;
    read.map_err(|error| BlobError::BrokenOff(error.to_string()))?;
    Ok(piece)
}

fn before(now: Moment, age: Duration) -> Moment {
    Moment(now.0.saturating_sub(i64::try_from(age.as_micros()).unwrap_or(i64::MAX)))
}

/// Where a content's pieces are, and its size.
async fn find(connection: &mut AnyConnection, digest: Digest) -> Result<Option<(i64, u64)>> {
    let sql = "SELECT upload, bytes FROM blobs WHERE digest = $1";
    let row = sqlx::query(sql).bind(digest.to_string()).fetch_optional(connection).await?;
    row.map(|row| Ok((row.int("upload")?, row.count("bytes")?))).transpose()
}

/// Removes what was taken in, its pieces with it.
async fn remove(connection: &mut AnyConnection, upload: Option<i64>) -> Result<()> {
    sqlx::query("DELETE FROM blob_uploads WHERE id = $1").bind(upload).execute(connection).await?;
    Ok(())
}

/// Removes contents that are old and not referred to, one by one so that nobody waits for long, and what was begun and not
/// finished. Answers how many bytes the contents had.
async fn remove_old(store: &SqlStore, referred: &BTreeSet<Digest>, before: Moment) -> Result<u64> {
    let sql = "SELECT digest, upload, bytes FROM blobs WHERE written < $1";
    let mut reader = store.readers.acquire().await?;
    let rows = sqlx::query(sql).bind(before.0).fetch_all(&mut *reader).await?;
    drop(reader);
    let mut bytes = 0;
    for row in rows {
        if referred.contains(&row.digest("digest")?) {
            continue;
        }
        // Still as old as it was when it was looked at: nobody has asked for it meanwhile.
        let sql = "DELETE FROM blob_uploads WHERE id = $1 AND EXISTS \
                   (SELECT 1 FROM blobs WHERE blobs.upload = blob_uploads.id AND blobs.written < $2)";
        let mut writer = store.writers.acquire().await?;
        let removed = sqlx::query(sql).bind(row.int("upload")?).bind(before.0).execute(&mut *writer).await?;
        bytes += if removed.rows_affected() == 1 { row.count("bytes")? } else { 0 };
    }
    let sql = "DELETE FROM blob_uploads WHERE touched < $1 \
               AND NOT EXISTS (SELECT 1 FROM blobs WHERE blobs.upload = blob_uploads.id) \
               AND NOT EXISTS (SELECT 1 FROM blob_begun WHERE blob_begun.upload = blob_uploads.id)";
    sqlx::query(sql).bind(before.0).execute(&mut *store.writers.acquire().await?).await?;
    Ok(bytes)
}
