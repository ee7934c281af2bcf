//! Who leads the scheduling: one row with the epoch, its holder and its beat.

use leat_scheduler::ledger::{Epoch, Leadership};
use sqlx::AnyConnection;

use crate::columns::{Columns, plain, signed};
use crate::error::Result;

pub(crate) async fn leadership(tx: &mut AnyConnection) -> Result<Leadership> {
    let row = sqlx::query("SELECT epoch, holder, beat FROM leadership WHERE one = 1").fetch_one(tx).await?;
    Ok(Leadership { epoch: Epoch(row.count("epoch")?), holder: row.text("holder")?, beat: row.count("beat")? })
}

/// Answers the next epoch, if the leadership is still as it was seen. A leader that has beaten since then lives.
pub(crate) async fn take(tx: &mut AnyConnection, holder: &str, seen: &Leadership) -> Result<Option<Epoch>> {
    let next = Epoch(seen.epoch.0 + 1);
    let sql = "UPDATE leadership SET epoch = $1, holder = $2, beat = 0 \
               WHERE one = 1 AND epoch = $3 AND holder = $4 AND beat = $5";
    let taken = sqlx::query(sql)
        .bind(signed(next.0))
        .bind(plain(holder))
        .bind(signed(seen.epoch.0))
        .bind(plain(&seen.holder))
        .bind(signed(seen.beat))
        .execute(tx)
        .await?;
    Ok((taken.rows_affected() == 1).then_some(next))
}

pub(crate) async fn keep(tx: &mut AnyConnection, epoch: Epoch) -> Result<bool> {
    let sql = "UPDATE leadership SET beat = beat + 1 WHERE one = 1 AND epoch = $1";
    Ok(sqlx::query(sql).bind(signed(epoch.0)).execute(tx).await?.rows_affected() == 1)
}
