//! Checkpoints of the shares of a run, joined into one of the whole run; and what a share needs of that.
//!
//! For whoever leads the checkpoints of a run that is divided over several hosts, and for the hosts of its next attempt, which may
//! divide it in another way or not at all.

use super::{Completion, NodeRecord, RECORD_VERSION};
use crate::id::{CheckpointId, Generation};

/// Why records of shares are no checkpoint of their run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// There is no share.
    #[error("there is no share to join")]
    Nothing,
    /// One was written by another version of Leat.
    #[error("a share's record has version {found} and this Leat joins version {RECORD_VERSION}")]
    Version {
        /// Its version.
        found: u32,
    },
    /// They are of different attempts.
    #[error("the records are of {one} and of {other}")]
    Generations {
        /// One of them.
        one: Generation,
        /// Another.
        other: Generation,
    },
    /// They are of different checkpoints. The last record of a share is of its number and of every later one.
    #[error("a share has its record of checkpoint {found}, and another of checkpoint {expected}")]
    Numbers {
        /// The number of the others.
        expected: u64,
        /// Its number.
        found: u64,
    },
    /// Two shares have the same node.
    #[error("node {0} is in two shares")]
    Twice(u32),
    /// A node is in no share.
    #[error("node {0} is in no share")]
    Missing(u32),
    /// A node is none of the run's.
    #[error("node {0} is none of the run's")]
    Unknown(u32),
}

impl Completion {
    /// The checkpoint of a run with so many nodes, from the records of all its shares of one number. Of a share whose nodes have all
    /// finished that is its [last](Completion::last), which holds for its own number and every later one.
    ///
    /// # Errors
    /// Where they are not the shares of one checkpoint: each node of the run must be in one of them.
    pub fn joined(shares: &[Completion], nodes: u32) -> Result<Completion, JoinError> {
        let first = shares.first().ok_or(JoinError::Nothing)?;
        let generation = first.id.generation;
        for share in shares {
            if share.version != RECORD_VERSION {
                return Err(JoinError::Version { found: share.version });
            }
            if share.id.generation != generation {
                return Err(JoinError::Generations { one: generation, other: share.id.generation });
            }
        }
        let number = number_of(shares)?;
        let mut records: Vec<&NodeRecord> = shares.iter().flat_map(|share| &share.nodes).collect();
        records.sort_by_key(|record| record.node);
        let mut expected = 0;
        for record in &records {
            match record.node {
                node if node >= nodes => return Err(JoinError::Unknown(node)),
                node if node < expected => return Err(JoinError::Twice(node)),
                node if node > expected => return Err(JoinError::Missing(expected)),
                _ => expected += 1,
            }
        }
        if expected < nodes {
            return Err(JoinError::Missing(expected));
        }
        Ok(Completion {
            version: RECORD_VERSION,
            id: CheckpointId { generation, number },
            last: shares.iter().all(|share| share.last),
            nodes: records.into_iter().cloned().collect(),
        })
    }

    /// Whether this record of a share is what has become of the share in the checkpoint of this number: it is of that number, or the
    /// last of the share and not of a later one.
    pub fn holds_for(&self, number: u64) -> bool {
        self.id.number == number || (self.last && self.id.number < number)
    }

    /// What a share with these nodes, in ascending order, goes on from: the record to lay into its directory, and with
    /// [`Completion::parts`] all that it needs. A run's beginning stays that.
    pub fn of_nodes(&self, nodes: &[u32]) -> Completion {
        let has = |record: &&NodeRecord| nodes.binary_search(&record.node).is_ok();
        Completion { nodes: self.nodes.iter().filter(has).cloned().collect(), ..self.clone() }
    }
}

/// The number of the checkpoint that records of shares are of.
fn number_of(shares: &[Completion]) -> Result<u64, JoinError> {
    let going_on = shares.iter().find(|share| !share.last).map(|share| share.id.number);
    let newest = shares.iter().map(|share| share.id.number).max();
    let number = going_on.or(newest).unwrap_or_default();
    match shares.iter().find(|share| !share.holds_for(number)) {
        None => Ok(number),
        Some(other) => Err(JoinError::Numbers { expected: number, found: other.id.number }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(number: u64, nodes: &[(u32, bool)]) -> Completion {
        let id = CheckpointId { generation: Generation(3), number };
        let record = |&(node, finished): &(u32, bool)| NodeRecord { node, finished, parts: Vec::new() };
        let last = nodes.iter().all(|(_, finished)| *finished);
        Completion { version: RECORD_VERSION, id, last, nodes: nodes.iter().map(record).collect() }
    }

    #[test]
    fn every_node_of_the_run_is_in_the_joined_record_once_and_shares_take_theirs_from_it() {
        let shares = [share(4, &[(1, false), (4, true)]), share(4, &[(0, true), (2, false), (3, false)])];
        let joined = Completion::joined(&shares, 5).unwrap();
        assert_eq!(joined, share(4, &[(0, true), (1, false), (2, false), (3, false), (4, true)]));
        assert_eq!(joined.of_nodes(&[1, 4]), shares[0]);
        assert_eq!(joined.of_nodes(&[0, 2, 3]), shares[1]);
        assert_eq!(Completion::joined(&shares, 4), Err(JoinError::Unknown(4)));
        assert_eq!(Completion::joined(&shares, 6), Err(JoinError::Missing(5)));
        assert_eq!(Completion::joined(&shares[..1], 5), Err(JoinError::Missing(0)));
        let twice = [shares[0].clone(), shares[1].clone(), share(4, &[(2, false)])];
        assert_eq!(Completion::joined(&twice, 5), Err(JoinError::Twice(2)));
        assert_eq!(Completion::joined(&[], 0), Err(JoinError::Nothing));
    }

    #[test]
    fn the_last_record_of_a_share_holds_for_every_later_checkpoint_and_for_none_before() {
        let (ended, early, late) = (share(3, &[(0, true)]), share(2, &[(1, false)]), share(9, &[(1, false)]));
        let joined = Completion::joined(&[ended.clone(), late], 2).unwrap();
        assert_eq!((joined.id.number, joined.last), (9, false));
        let refused = Completion::joined(&[ended.clone(), early], 2);
        assert_eq!(refused, Err(JoinError::Numbers { expected: 2, found: 3 }));
        let all = Completion::joined(&[ended, share(12, &[(1, true)])], 2).unwrap();
        assert_eq!((all.id.number, all.last), (12, true));
    }

    #[test]
    fn records_of_other_checkpoints_attempts_or_versions_are_not_joined() {
        let (one, other) = (share(2, &[(0, false)]), share(3, &[(1, false)]));
        let refused = Completion::joined(&[one.clone(), other.clone()], 2);
        assert_eq!(refused, Err(JoinError::Numbers { expected: 2, found: 3 }));
        let id = CheckpointId { generation: Generation(4), number: 2 };
        let refused = Completion::joined(&[one.clone(), Completion { id, ..other.clone() }], 2);
        assert_eq!(refused, Err(JoinError::Generations { one: Generation(3), other: Generation(4) }));
        let refused = Completion::joined(&[one, Completion { version: 7, ..other }], 2);
        assert_eq!(refused, Err(JoinError::Version { found: 7 }));
    }
}
