//! What nodes log. A log is addressed by bytes; pieces come once, twice, in any order, or never.

use std::ops::Range;

use leat_midtier::store::LogPiece;
use leat_scheduler::model::RunId;
use sqlx::AnyConnection;

use crate::columns::{Columns, plain, signed};
use crate::connect::SqlStore;
use crate::dialect::Dialect;
use crate::error::Result;

/// What stands where a piece never came, as often as it fits.
const GAP: &[u8] = b"[a piece of this log is missing]\n";

/// Keeps of a piece what is not there yet. Answers whether all of it is there now.
///
/// Logs come often, so the transaction holds the run's papers and not the counter of events. Who places the run again
/// writes to the papers too: so the attempt that was looked at is the latest until this has been done.
pub(crate) async fn append(store: &SqlStore, piece: &LogPiece, bytes_max: u64) -> Result<bool> {
    let mut tx = store.writers.begin_with(store.dialect.begin_write()).await?;
    let kept = append_in(&mut tx, store.dialect, piece, bytes_max).await?;
    tx.commit().await?;
    Ok(kept)
}

async fn append_in(tx: &mut AnyConnection, dialect: Dialect, piece: &LogPiece, bytes_max: u64) -> Result<bool> {
    let row = sqlx::query(dialect.lock_papers()).bind(piece.run.as_str()).fetch_optional(&mut *tx).await?;
    let Some(row) = row else { return Ok(false) };
    if !is_given(tx, piece).await? {
        return Ok(false);
    }
    let (Ok(start), Ok(length)) = (i64::try_from(piece.offset), i64::try_from(piece.text.len())) else {
        return Ok(false);
    };
    let Some(end) = start.checked_add(length) else { return Ok(false) };
    let room = signed(bytes_max.saturating_sub(row.count("log_bytes")?));
    let missing = holes(start..end, &kept(tx, piece, start..end).await?);
    let (fits, all) = fitting(missing, room);
    for hole in &fits {
        let text = &piece.text[offset(hole.start - start)..offset(hole.end - start)];
        insert(tx, piece, hole, text).await?;
    }
    let added: i64 = fits.iter().map(|hole| hole.end - hole.start).sum();
    if added > 0 {
        sqlx::query("UPDATE run_papers SET log_bytes = log_bytes + $1 WHERE run = $2")
            .bind(added)
            .bind(piece.run.as_str())
            .execute(tx)
            .await?;
    }
    Ok(all)
}

/// A place in a piece: it has that many bytes, so it fits.
fn offset(bytes: i64) -> usize {
    usize::try_from(bytes).expect("a place in a piece lies between 0 and its length")
}

/// Whether the host has or had a part of the attempt that the piece is of, and it is the latest.
async fn is_given(tx: &mut AnyConnection, piece: &LogPiece) -> Result<bool> {
    let sql = "SELECT 1 AS given FROM runs r JOIN placements p ON p.run = r.id AND p.generation = r.generation \
               WHERE r.id = $1 AND r.generation = $2 AND p.host = $3 LIMIT 1";
    let given = sqlx::query(sql)
        .bind(piece.run.as_str())
        .bind(signed(piece.generation.0))
        .bind(piece.host.as_str())
        .fetch_optional(tx)
        .await?;
    Ok(given.is_some())
}

/// What there is of a node's log within a range, in its order.
async fn kept(tx: &mut AnyConnection, piece: &LogPiece, range: Range<i64>) -> Result<Vec<Range<i64>>> {
    let sql = "SELECT at_byte, end_byte FROM log_pieces \
               WHERE run = $1 AND node = $2 AND at_byte < $3 AND end_byte > $4 ORDER BY at_byte";
    let rows = sqlx::query(sql)
        .bind(piece.run.as_str())
        .bind(plain(&piece.node))
        .bind(range.end)
        .bind(range.start)
        .fetch_all(tx)
        .await?;
    rows.iter().map(|row| Ok(row.int("at_byte")?..row.int("end_byte")?)).collect()
}

/// What of a range is in none of these, which are in order and do not overlap.
fn holes(range: Range<i64>, kept: &[Range<i64>]) -> Vec<Range<i64>> {
    let mut holes = Vec::new();
    let mut at = range.start;
    for one in kept {
        if one.start > at {
            holes.push(at..one.start);
        }
        at = at.max(one.end);
    }
    if at < range.end {
        holes.push(at..range.end);
    }
    holes
}

/// The first `room` bytes of these ranges, and whether that is all of them.
fn fitting(ranges: Vec<Range<i64>>, mut room: i64) -> (Vec<Range<i64>>, bool) {
    let mut fits = Vec::new();
    for range in ranges {
        let length = (range.end - range.start).min(room);
        if length > 0 {
            fits.push(range.start..range.start + length);
        }
        if length < range.end - range.start {
            return (fits, false);
        }
        room -= length;
    }
    (fits, true)
}

async fn insert(tx: &mut AnyConnection, piece: &LogPiece, place: &Range<i64>, text: &[u8]) -> Result<()> {
    sqlx::query("INSERT INTO log_pieces (run, node, at_byte, end_byte, content) VALUES ($1, $2, $3, $4, $5)")
        .bind(piece.run.as_str())
        .bind(plain(&piece.node))
        .bind(place.start)
        .bind(place.end)
        .bind(text)
        .execute(tx)
        .await?;
    Ok(())
}

/// The nodes of a run that have logged.
pub(crate) async fn nodes(tx: &mut AnyConnection, run: &RunId) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT node FROM log_pieces WHERE run = $1 ORDER BY node";
    sqlx::query(sql).bind(run.as_str()).fetch_all(tx).await?.iter().map(|row| row.text("node")).collect()
}

/// At most `limit` bytes of a log. A place is the same however often it is read, so what is missing is filled.
pub(crate) async fn read(tx: &mut AnyConnection, run: &RunId, node: &str, offset: u64, limit: u32) -> Result<Vec<u8>> {
    let start = signed(offset);
    let end = start.saturating_add(i64::from(limit));
    let sql = "SELECT at_byte, content FROM log_pieces \
               WHERE run = $1 AND node = $2 AND at_byte < $3 AND end_byte > $4 ORDER BY at_byte";
    let rows = sqlx::query(sql).bind(run.as_str()).bind(plain(node)).bind(end).bind(start).fetch_all(tx).await?;
    let mut text = Vec::new();
    for row in &rows {
        let (at, content) = (row.int("at_byte")?, row.bytes("content")?);
        let here = start.saturating_add_unsigned(text.len() as u64);
        if at > here {
            let missing = usize::try_from(at - here).unwrap_or(usize::MAX);
            let phase = usize::try_from(here % GAP.len() as i64).unwrap_or(0);
            text.extend(GAP.iter().cycle().skip(phase).take(missing));
        }
        let skipped = usize::try_from(start.saturating_sub(at)).unwrap_or(0);
        text.extend_from_slice(content.get(skipped..).unwrap_or_default());
    }
    text.truncate(limit as usize);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_already_is_no_hole() {
        assert_eq!(holes(5..20, &[0..7, 9..12, 18..25]), [7..9, 12..18]);
        assert_eq!(holes(0..10, &[0..5, 5..10]), []);
        assert_eq!(holes(0..10, &[0..5, 10..11]), vec![5..10; 1]);
    }

    #[test]
    fn what_has_no_room_is_cut_off() {
        assert_eq!(fitting(vec![0..4, 6..10], 8), (vec![0..4, 6..10], true));
        assert_eq!(fitting(vec![0..4, 6..10], 5), (vec![0..4, 6..7], false));
        assert_eq!(fitting(vec![0..4, 6..10], 0), (vec![], false));
        assert_eq!(fitting(vec![], 0), (vec![], true));
    }
}
