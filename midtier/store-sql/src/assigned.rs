//! What a host is to hold.

use std::collections::BTreeMap;

use leat_midtier::store::Assigned;
use leat_scheduler::model::{Generation, HostId, Resources, RunId};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::columns::Columns;
use crate::error::Result;
use crate::json::PartJson;

/// A run is to stop where somebody wants it to end, and where one of its parts has not ended well: the others then work
/// for nothing.
const SQL: &str = "SELECT r.id, r.generation, r.bundle, r.submitted, r.seed, r.parts, p.part, \
     CASE WHEN r.cancel_requested = 1 OR EXISTS (SELECT 1 FROM placements o WHERE o.run = r.id \
     AND o.generation = r.generation AND o.ended = 1 AND o.outcome <> 'succeeded') THEN 1 ELSE 0 END AS stop \
     FROM placements p JOIN runs r ON r.id = p.run \
     WHERE p.ended = 0 AND p.host = $1 ORDER BY r.id";

/// Every run that is on the host, once, with what its parts there need together.
pub(crate) async fn assigned(tx: &mut AnyConnection, host: &HostId) -> Result<Vec<Assigned>> {
    let mut found: BTreeMap<RunId, Assigned> = BTreeMap::new();
    for row in sqlx::query(SQL).bind(host.as_str()).fetch_all(tx).await? {
        let needs = needs(&row)?;
        let one = assignment(&row)?;
        let entry = found.entry(one.run.clone()).or_insert(one);
        entry.needs.cpu_millis += needs.cpu_millis;
        entry.needs.memory_bytes += needs.memory_bytes;
    }
    Ok(found.into_values().collect())
}

fn assignment(row: &AnyRow) -> Result<Assigned> {
    Ok(Assigned {
        run: row.run_id("id")?,
        generation: Generation(row.count("generation")?),
        bundle: row.digest("bundle")?,
        started: row.moment("submitted")?,
        seed: row.int("seed")?.cast_unsigned(),
        stop: row.truth("stop")?,
        needs: Resources::default(),
    })
}

fn needs(row: &AnyRow) -> Result<Resources> {
    let name = row.text("part")?;
    let parts: Vec<PartJson> = row.json("parts")?;
    let part = parts.into_iter().map(leat_scheduler::model::Part::from).find(|part| part.name == name);
    Ok(part.map(|part| part.needs).unwrap_or_default())
}
