//! Where sinks write: stagings by generation, and what was published under an output's final name.

use std::collections::BTreeMap;

use leat_checkpoint::id::Generation;
use leat_checkpoint::sink::{SinkPosition, Staging};

use super::chance::Chance;

#[derive(Default)]
pub(crate) struct Target {
    staged: BTreeMap<(usize, Generation), Stage>,
    /// By sink: everything that ever got its name, with whose it was.
    pub(crate) published: BTreeMap<usize, Vec<(Generation, Vec<u64>)>>,
    /// By sink: the newest generation that has moved a whole staging to itself.
    moved_to: BTreeMap<usize, Generation>,
}

#[derive(Clone, Default)]
struct Stage {
    rows: Vec<u64>,
    durable: usize,
}

impl Target {
    /// A sink of an attempt begins. `keep_tail`: it is broken, and does not cut back.
    pub(crate) fn begin(
        &mut self,
        sink: usize,
        own: Generation,
        staging: Staging,
        keep_tail: bool,
    ) -> Result<(), String> {
        match staging {
            Staging::Fresh => drop(self.staged.insert((sink, own), Stage::default())),
            Staging::CopyUpTo(position) => {
                let from = self.staged.get(&(sink, position.generation));
                let from = from.ok_or_else(|| format!("sink {sink}: the staging of {position:?} is not there"))?;
                if from.rows.len() < position.rows as usize {
                    return Err(format!("sink {sink}: {} rows are staged, not {position:?}", from.rows.len()));
                }
                let upto = if keep_tail { from.rows.len() } else { position.rows as usize };
                let rows = from.rows[..upto].to_vec();
                self.staged.insert((sink, own), Stage { durable: rows.len(), rows });
            }
            Staging::Move(position) => {
                let stagings = self.staged.range((sink, position.generation)..(sink, own));
                let Some(at) = stagings.map(|(at, _)| *at).next_back() else { return Ok(()) };
                let stage = self.staged.remove(&at).expect("it was just found");
                self.staged.insert((sink, own), stage);
                self.moved_to.insert(sink, own);
            }
        }
        Ok(())
    }

    /// Adds rows; answers whether the staging is still there.
    pub(crate) fn write(&mut self, sink: usize, own: Generation, rows: &[u64]) -> bool {
        self.staged.get_mut(&(sink, own)).map(|stage| stage.rows.extend(rows)).is_some()
    }

    /// Makes durable what is written, and says how far that is.
    pub(crate) fn sync(&mut self, sink: usize, own: Generation) -> Option<SinkPosition> {
        let stage = self.staged.get_mut(&(sink, own))?;
        stage.durable = stage.rows.len();
        let rows = stage.rows.len() as u64;
        Some(SinkPosition { generation: own, bytes: 8 * rows, rows })
    }

    /// Moves the staging to the final name; where it is not there, it was moved before.
    pub(crate) fn publish(&mut self, sink: usize, own: Generation) -> Result<(), String> {
        let Some(stage) = self.staged.remove(&(sink, own)) else { return Ok(()) };
        if self.moved_to.get(&sink).is_some_and(|newest| *newest > own) {
            return Err(format!("sink {sink} was published by {own}, after a newer one had taken it over"));
        }
        self.published.entry(sink).or_default().push((own, stage.rows));
        Ok(())
    }

    /// What a broken sink does: publishes what it has, whatever the rest of the run does.
    pub(crate) fn publish_early(&mut self, sink: usize, own: Generation) {
        let rows = self.staged.get(&(sink, own)).map(|stage| stage.rows.clone());
        self.published.entry(sink).or_default().extend(rows.map(|rows| (own, rows)));
    }

    /// Older stagings are not needed any more.
    pub(crate) fn sweep(&mut self, own: Generation) {
        self.staged.retain(|(_, generation), _| *generation >= own);
    }

    pub(crate) fn lose_power(&mut self, chance: &mut Chance) {
        for stage in self.staged.values_mut() {
            let lost = chance.below(stage.rows.len() - stage.durable + 1);
            stage.rows.truncate(stage.rows.len() - lost);
        }
    }
}
