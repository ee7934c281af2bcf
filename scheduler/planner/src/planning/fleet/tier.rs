//! Hosts in their order, in blocks that carry the most that is free in them. Knows nothing of what a host is.

use crate::resources::Resources;

use super::HostNumber;

/// Hosts in a block: about as many as can be looked at while one block's summary is fetched from memory.
const BLOCK: usize = 64;

/// A ranking that only grows at its end.
#[derive(Default)]
pub(super) struct Tier {
    /// The host at each place. One that has left keeps its place, which is then empty.
    pub(super) order: Vec<HostNumber>,
    /// For each block the most that any of its hosts has free, each resource for itself.
    most_free: Vec<Resources>,
}

impl Tier {
    /// Adds a host at the end and answers its place.
    pub(super) fn push(&mut self, host: HostNumber, free: Resources) -> usize {
        let place = self.order.len();
        self.order.push(host);
        match self.most_free.get_mut(place / BLOCK) {
            Some(most) => *most = most.at_least(free),
            None => self.most_free.push(free),
        }
        place
    }

    /// Sums up the block of a place again, after what is free there has changed.
    pub(super) fn refresh(&mut self, place: usize, free: impl Fn(usize, HostNumber) -> Resources) {
        let block = place / BLOCK;
        let first = block * BLOCK;
        let hosts = &self.order[first..self.order.len().min(first + BLOCK)];
        let rooms = hosts.iter().enumerate().map(|(offset, host)| free(first + offset, *host));
        self.most_free[block] = rooms.fold(Resources::ZERO, Resources::at_least);
    }

    /// The first place from `from` on that `takes` says yes to, in blocks that have the room.
    pub(super) fn first(
        &self,
        from: usize,
        needed: &Resources,
        takes: impl Fn(usize, HostNumber) -> bool,
    ) -> Option<usize> {
        let mut place = from;
        while place < self.order.len() {
            let end = ((place / BLOCK + 1) * BLOCK).min(self.order.len());
            if needed.fits_in(&self.most_free[place / BLOCK]) {
                let found = (place..end).find(|place| takes(*place, self.order[*place]));
                if found.is_some() {
                    return found;
                }
            }
            place = end;
        }
        None
    }
}
