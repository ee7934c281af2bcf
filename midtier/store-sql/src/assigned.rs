//! What a host is to hold.

use std::collections::BTreeMap;

use leat_midtier::store::{Assigned, Division};
use leat_scheduler::model::{Generation, HostId, Part, Resources, RunId};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::checkpoints;
use crate::columns::Columns;
use crate::error::Result;
use crate::json::PartJson;
use crate::placements::{self, PlacementRow};

/// A run is to stop where somebody wants it to end; where one of its parts has not ended well, for the others then work for
/// nothing; where somebody wants it to rest and it can take no checkpoint; and where it is to rest, or leave one of its hosts, and has
/// left the checkpoint that was wanted for that.
const SQL: &str = "SELECT r.id, r.generation, r.bundle, r.submitted, r.seed, r.parts, r.traceparent, r.checkpoint_every, \
     r.checkpoint_wanted, r.deaths_json, p.part, \
     CASE WHEN r.cancel_requested = 1 OR EXISTS (SELECT 1 FROM placements o WHERE o.run = r.id \
     AND o.generation = r.generation AND o.ended = 1 AND o.outcome <> 'succeeded') \
     OR r.pause_requested = 1 AND (r.checkpoint_every IS NULL OR r.no_checkpoints IS NOT NULL) \
     OR r.checkpoint_wanted > 0 AND (r.pause_requested = 1 OR EXISTS (SELECT 1 FROM placements o \
     JOIN hosts h ON h.id = o.host WHERE o.run = r.id AND o.ended = 0 \
     AND (h.drain_requested = 1 OR h.power_requested = 'off'))) \
     AND EXISTS (SELECT 1 FROM checkpoints c WHERE c.run = r.id AND c.generation = r.generation AND c.whole = 1 \
     AND c.number >= r.checkpoint_wanted) THEN 1 ELSE 0 END AS stop \
     FROM placements p JOIN runs r ON r.id = p.run \
     WHERE p.ended = 0 AND p.host = $1 ORDER BY r.id";

/// Every run that is on the host, once, with what its parts there need together.
pub(crate) async fn assigned(tx: &mut AnyConnection, host: &HostId) -> Result<Vec<Assigned>> {
    let mut found: BTreeMap<RunId, (Assigned, usize)> = BTreeMap::new();
    for row in sqlx::query(SQL).bind(host.as_str()).fetch_all(&mut *tx).await? {
        let parts: Vec<PartJson> = row.json("parts")?;
        let parts: Vec<Part> = parts.into_iter().map(Part::from).collect();
        let name = row.text("part")?;
        let needs = parts.iter().find(|part| part.name == name).map(|part| part.needs).unwrap_or_default();
        let one = assignment(&row)?;
        let (entry, _) = found.entry(one.run.clone()).or_insert((one, parts.len()));
        entry.needs.cpu_millis += needs.cpu_millis;
        entry.needs.memory_bytes += needs.memory_bytes;
    }
    let divided: Vec<&RunId> = found.iter().filter(|(_, (_, parts))| *parts > 1).map(|(run, _)| run).collect();
    let mut placed = placements::of_latest(tx, &divided).await?;
    // The first attempt has nothing to go on from.
    let again: Vec<&RunId> =
        found.iter().filter(|(_, (one, _))| one.generation > Generation(1)).map(|(run, _)| run).collect();
    let mut left = checkpoints::of_earlier(tx, &again).await?;
    let assigned = found.into_values().map(|(one, parts)| {
        let division = placed.remove(&one.run).and_then(|placed| division(&placed, host, parts));
        Assigned { division, checkpoint: left.remove(&one.run).unwrap_or_default(), ..one }
    });
    Ok(assigned.collect())
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
        division: None,
        checkpoint_every: row.span_of_time("checkpoint_every")?,
        checkpoint_wanted: row.count("checkpoint_wanted")?,
        checkpoint: Vec::new(),
        deaths_json: row.text_maybe("deaths_json")?,
        span: row.span("traceparent")?,
    })
}

/// How an attempt is divided; nothing where all of it is on one host.
fn division(placed: &[PlacementRow], host: &HostId, parts: usize) -> Option<Division> {
    let mut shares: BTreeMap<HostId, Vec<String>> = BTreeMap::new();
    for placement in placed {
        shares.entry(placement.host.clone()).or_default().push(placement.part.clone());
    }
    if shares.len() < 2 {
        return None;
    }
    let mine = shares.keys().position(|other| other == host)?;
    Some(Division { shares: shares.into_iter().collect(), mine, parts })
}
