//! In which order a node takes from the ends of queues, as a value that a snapshot holds.
//!
//! It depends on the batches alone, never on when they come or on where a barrier lies between them. So a node that is restored
//! without it would go on with another queue's batch, and the run would end with other bytes.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

/// Ports marked `first` to their end, one after the other; then the rest by turns, a batch each; what has ended drops
/// out. The queues of a merged port follow the same rule among themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    first: VecDeque<VecDeque<u32>>,
    rest: VecDeque<VecDeque<u32>>,
}

impl Order {
    /// The order for ends of queues of which each says its port, in ascending order, and whether that is `first`.
    pub fn new(ends: impl Iterator<Item = (usize, bool)>) -> Self {
        let mut ports: BTreeMap<usize, (bool, VecDeque<u32>)> = BTreeMap::new();
        for (end, (port, first)) in (0..).zip(ends) {
            ports.entry(port).or_insert((first, VecDeque::new())).1.push_back(end);
        }
        let (firsts, rest): (Vec<_>, Vec<_>) = ports.into_values().partition(|(first, _)| *first);
        let ends = |ports: Vec<(bool, VecDeque<u32>)>| ports.into_iter().map(|(_, ends)| ends).collect();
        Order { first: ends(firsts), rest: ends(rest) }
    }

    /// The end whose batch, or whose having no more, comes next; none once there is nothing more in any.
    pub fn wanted(&self) -> Option<usize> {
        self.first.front().or(self.rest.front())?.front().map(|&end| end as usize)
    }

    /// The wanted batch was delivered.
    pub fn delivered(&mut self) {
        if self.first.is_empty()
            && let Some(ends) = self.rest.front_mut()
        {
            ends.rotate_left(1);
            self.rest.rotate_left(1);
        }
    }

    /// The wanted queue has no more. Answers whether its port has no more either.
    pub fn ended(&mut self) -> bool {
        let ports = if self.first.is_empty() { &mut self.rest } else { &mut self.first };
        let Some(ends) = ports.front_mut() else { return true };
        ends.pop_front();
        let port_ended = ends.is_empty();
        if port_ended {
            ports.pop_front();
        }
        port_ended
    }

    /// Whether this can be the order of a node with so many ends: for what was read back from a snapshot.
    pub fn fits(&self, ends: usize) -> bool {
        let mut seen = vec![false; ends];
        let ports = self.first.iter().chain(&self.rest);
        let each_once = |end: &u32| seen.get_mut(*end as usize).is_some_and(|seen| !std::mem::replace(seen, true));
        ports.clone().all(|ends| !ends.is_empty()) && ports.flatten().all(each_once)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Delivers ports of one queue each, with the given numbers of batches; `(port, false)` is a batch, `(port, true)` an
    /// end.
    fn deliver(first: &[bool], batches: &[usize]) -> Vec<(usize, bool)> {
        let ends: Vec<_> = first.iter().copied().enumerate().collect();
        deliver_ends(&ends, batches)
    }

    fn deliver_ends(ends: &[(usize, bool)], batches: &[usize]) -> Vec<(usize, bool)> {
        let mut order = Order::new(ends.iter().copied());
        let mut left = batches.to_vec();
        let mut seen = Vec::new();
        while let Some(end) = order.wanted() {
            if left[end] > 0 {
                left[end] -= 1;
                order.delivered();
                seen.push((end, false));
            } else if order.ended() {
                seen.push((ends[end].0, true));
            }
        }
        seen
    }

    #[test]
    fn queues_of_a_merged_port_take_turns_within_the_turns_of_their_port() {
        // Ends 0 and 1 are merged in port 0, end 2 is port 1.
        let seen = deliver_ends(&[(0, false), (0, false), (1, false)], &[3, 1, 2]);
        let batches: Vec<usize> = seen.iter().filter(|(_, end)| !end).map(|(end, _)| *end).collect();
        assert_eq!(batches, [0, 2, 1, 2, 0, 0]);
        assert_eq!(seen.iter().filter(|(_, end)| *end).count(), 2);
    }

    #[test]
    fn queues_of_a_merged_first_port_come_one_after_the_other() {
        let seen = deliver_ends(&[(0, false), (1, true), (1, true)], &[1, 2, 1]);
        assert_eq!(seen, [(1, false), (1, false), (2, false), (1, true), (0, false), (0, true)]);
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
        assert_eq!(Order::new(std::iter::empty()).wanted(), None);
    }

    #[test]
    fn an_order_that_names_an_end_twice_or_one_that_is_not_there_does_not_fit() {
        let order = Order::new([(0, false), (0, false), (1, true)].into_iter());
        assert!(order.fits(3));
        assert!(!order.fits(2));
        let twice: Order = serde_json::from_str(r#"{"first":[[0]],"rest":[[0]]}"#).unwrap();
        assert!(!twice.fits(3));
        let hollow: Order = serde_json::from_str(r#"{"first":[[]],"rest":[[0]]}"#).unwrap();
        assert!(!hollow.fits(3));
    }
}
