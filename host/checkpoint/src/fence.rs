//! What the reading end of a queue between hosts takes of what comes out of the network.

use crate::id::Generation;

/// Lets through what one attempt sends on one queue, each number once and in order.
#[derive(Clone, Copy, Debug)]
pub struct EdgeFence {
    generation: Generation,
    next: u64,
}

/// What to do with something that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fenced {
    /// It is next: hand it on.
    Take,
    /// It has come before: drop it.
    Double,
    /// Something before it is missing: drop it, and have the sender send again from the number named.
    Gap {
        /// The number that is next.
        next: u64,
    },
    /// It is another attempt's: drop it.
    OtherGeneration,
}

impl EdgeFence {
    /// For one attempt; numbers begin with 0 in each.
    pub fn new(generation: Generation) -> Self {
        EdgeFence { generation, next: 0 }
    }

    /// Something came.
    pub fn came(&mut self, generation: Generation, sequence: u64) -> Fenced {
        if generation != self.generation {
            return Fenced::OtherGeneration;
        }
        match sequence.cmp(&self.next) {
            std::cmp::Ordering::Less => Fenced::Double,
            std::cmp::Ordering::Greater => Fenced::Gap { next: self.next },
            std::cmp::Ordering::Equal => {
                self.next += 1;
                Fenced::Take
            }
        }
    }

    /// What lies before this number has been taken.
    pub fn next(&self) -> u64 {
        self.next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_of_its_generation_passes_once_and_in_order() {
        let mut fence = EdgeFence::new(Generation(2));
        let came = [(1, 0), (2, 1), (2, 0), (2, 0), (3, 1), (2, 1)];
        let answers: Vec<Fenced> = came.map(|(generation, n)| fence.came(Generation(generation), n)).to_vec();
        let gap = Fenced::Gap { next: 0 };
        let other = Fenced::OtherGeneration;
        assert_eq!(answers, [other, gap, Fenced::Take, Fenced::Double, other, Fenced::Take]);
    }
}
