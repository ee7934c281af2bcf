//! In which order the ports of a node are delivered.
//!
//! Pure. The order depends on the batches alone, never on when they come, so that a run gives the same bytes again.

use std::collections::VecDeque;

/// Ports marked `first` to their end, one after the other; then the rest by turns, a batch each; ended ports drop out.
#[derive(Debug)]
pub(crate) struct DeliveryOrder {
    first: VecDeque<usize>,
    rest: VecDeque<usize>,
}

impl DeliveryOrder {
    /// The order for ports of which each says whether it is `first`.
    pub(crate) fn new(first: &[bool]) -> Self {
        let (firsts, rest) = (0..first.len()).partition(|&port| first[port]);
        DeliveryOrder { first: firsts, rest }
    }

    /// The port whose batch or end comes next; none once all have ended.
    pub(crate) fn wanted(&self) -> Option<usize> {
        self.first.front().or(self.rest.front()).copied()
    }

    /// The wanted port's batch was delivered.
    pub(crate) fn delivered(&mut self) {
        if self.first.is_empty() && !self.rest.is_empty() {
            self.rest.rotate_left(1);
        }
    }

    /// The wanted port's end was delivered.
    pub(crate) fn ended(&mut self) {
        if self.first.pop_front().is_none() {
            self.rest.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Delivers ports with the given numbers of batches; `(port, false)` is a batch, `(port, true)` an end.
    fn deliver(first: &[bool], batches: &[usize]) -> Vec<(usize, bool)> {
        let mut order = DeliveryOrder::new(first);
        let mut left = batches.to_vec();
        let mut seen = Vec::new();
        while let Some(port) = order.wanted() {
            seen.push((port, left[port] == 0));
            if left[port] == 0 {
                order.ended();
            } else {
                left[port] -= 1;
                order.delivered();
            }
        }
        seen
    }

    #[test]
    fn ports_take_turns_and_an_ended_one_is_left_out() {
        let seen = deliver(&[false, false], &[1, 3]);
        let batches: Vec<usize> = seen.iter().filter(|(_, end)| !end).map(|(port, _)| *port).collect();
        assert_eq!(batches, [0, 1, 1, 1]);
        assert_eq!(seen.iter().filter(|(_, end)| *end).count(), 2);
    }

    #[test]
    fn first_ports_come_to_their_end_before_any_other_port() {
        let seen = deliver(&[false, true, true], &[1, 2, 1]);
        assert_eq!(seen, [(1, false), (1, false), (1, true), (2, false), (2, true), (0, false), (0, true)]);
    }

    #[test]
    fn a_node_without_ports_has_nothing_to_wait_for() {
        assert_eq!(DeliveryOrder::new(&[]).wanted(), None);
    }
}
