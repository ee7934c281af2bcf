//! What groups have and may have: their shares and quotas.

use crate::id::GroupId;
use crate::policy::Policy;
use crate::resources::Resources;
use crate::snapshot::Run;

use super::hash::Map;

/// The groups of a snapshot, numbered in the order of their ids.
pub(super) struct Groups<'a> {
    groups: Vec<Group<'a>>,
    numbers: Map<&'a GroupId, usize>,
    /// The dominant share of each group by its weight, in millionths of the fleet.
    shares: Vec<u64>,
    fleet: Resources,
}

/// A group.
pub(super) struct Group<'a> {
    /// Which one.
    pub(super) id: &'a GroupId,
    /// The most that it may have.
    pub(super) quota: Option<Resources>,
    /// What it has, with what this plan has given or promised it.
    pub(super) used: Resources,
    weight: u64,
}

impl<'a> Groups<'a> {
    /// The groups of these runs, of a fleet with so much capacity; those of `placed` have what it needs.
    pub(super) fn of(
        placed: impl Iterator<Item = &'a Run>,
        others: impl Iterator<Item = &'a Run>,
        policy: &Policy,
        fleet: Resources,
    ) -> Groups<'a> {
        let mut used: Map<&GroupId, Resources> = Map::default();
        for run in placed {
            let sum = used.entry(&run.group).or_default();
            *sum = sum.plus(run.request.total());
        }
        for run in others {
            used.entry(&run.group).or_default();
        }
        let mut used: Vec<(&GroupId, Resources)> = used.into_iter().collect();
        used.sort_unstable_by_key(|(id, _)| *id);
        let numbers = used.iter().enumerate().map(|(number, (id, _))| (*id, number)).collect();
        let mut groups = Groups { groups: Vec::new(), numbers, shares: vec![0; used.len()], fleet };
        for (number, (id, used)) in used.into_iter().enumerate() {
            let chosen = policy.groups.get(id);
            let weight = chosen.map_or(1, |group| u64::from(group.weight.max(1)));
            let quota = chosen.and_then(|group| group.quota);
            groups.groups.push(Group { id, quota, used: Resources::ZERO, weight });
            groups.charge(number, used);
        }
        groups
    }

    /// The number of a group, which must be one of these.
    pub(super) fn number(&self, id: &GroupId) -> usize {
        self.numbers[id]
    }

    /// A group by its number.
    pub(super) fn get(&self, group: usize) -> &Group<'a> {
        &self.groups[group]
    }

    /// The groups' shares by their numbers.
    pub(super) fn shares(&self) -> &[u64] {
        &self.shares
    }

    /// A group has that much more.
    pub(super) fn charge(&mut self, number: usize, amount: Resources) {
        let group = &mut self.groups[number];
        group.used = group.used.plus(amount);
        self.shares[number] = group.used.share_of(self.fleet) / group.weight;
    }
}
