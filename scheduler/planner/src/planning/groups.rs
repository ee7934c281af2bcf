//! What groups have and may have: their shares and quotas.

use std::collections::{BTreeSet, HashMap};

use crate::id::GroupId;
use crate::policy::Policy;
use crate::resources::Resources;

/// The groups of a snapshot, numbered in the order of their ids.
pub(super) struct Groups<'a> {
    groups: Vec<Group<'a>>,
    numbers: HashMap<&'a GroupId, usize>,
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
    /// These groups, which have nothing yet, of a fleet with so much capacity.
    pub(super) fn of(ids: impl Iterator<Item = &'a GroupId>, policy: &Policy, fleet: Resources) -> Groups<'a> {
        let ids: BTreeSet<&GroupId> = ids.collect();
        let groups = ids.into_iter().map(|id| {
            let chosen = policy.groups.get(id);
            let weight = chosen.map_or(1, |group| u64::from(group.weight.max(1)));
            Group { id, quota: chosen.and_then(|group| group.quota), used: Resources::ZERO, weight }
        });
        let groups: Vec<Group<'a>> = groups.collect();
        let numbers = groups.iter().enumerate().map(|(number, group)| (group.id, number)).collect();
        Groups { shares: vec![0; groups.len()], groups, numbers, fleet }
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
