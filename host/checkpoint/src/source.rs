//! When a source puts a barrier into what it sends.

/// The barriers of one source. They go between two batches, never into one: what the source notes as its position is
/// where the batch after the barrier begins.
#[derive(Clone, Debug, Default)]
pub struct SourceBarriers {
    due: Option<u64>,
    sent: u64,
}

impl SourceBarriers {
    /// It was asked to take part in a checkpoint. A newer one takes the place of one whose barrier is not out.
    pub fn ask(&mut self, number: u64) {
        if number > self.sent && self.due.is_none_or(|due| due < number) {
            self.due = Some(number);
        }
    }

    /// The source is between two batches: the barrier to send here, with its position noted, before the next one.
    pub fn between_batches(&mut self) -> Option<u64> {
        let number = self.due.take()?;
        self.sent = number;
        Some(number)
    }

    /// A checkpoint was called off.
    pub fn call_off(&mut self, number: u64) {
        self.due.take_if(|due| *due == number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_barrier_is_sent_once_and_the_newest_one_only() {
        let mut source = SourceBarriers::default();
        source.ask(1);
        source.ask(2);
        source.ask(1);
        assert_eq!((source.between_batches(), source.between_batches()), (Some(2), None));
        source.ask(2);
        assert_eq!(source.between_batches(), None);
        source.ask(3);
        source.call_off(3);
        assert_eq!(source.between_batches(), None);
    }
}
