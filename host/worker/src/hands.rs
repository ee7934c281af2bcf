//! What the threads of components have in hand, in a file that outlives the worker: so it is known which batch killed it.
//!
//! Written by the worker, read by its supervisor when the worker is dead. Each thread has a place of its own in the file, so that
//! nobody waits for anybody, and writes it whole by one call of the system. It need not survive the machine: a batch does not kill that.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use leat_checkpoint::poison::BatchName;
use leat_flow::cuts::InHand;
use leat_stream::plan::Plan;

/// The file in a run's directory.
pub(crate) const HANDS_FILE: &str = ".in-hand";

/// Bytes of a thread's place: which of all batches it was, its number, its node and end, and their sum.
const PLACE_BYTES: usize = 32;

/// The worker's side.
pub(crate) struct Hands {
    file: File,
    /// By node: its first thread among all.
    first: Vec<usize>,
    /// Batches taken in hand by anybody.
    taken: AtomicU64,
}

impl Hands {
    /// An empty file for the threads of a plan. An older worker that is not quite dead goes on writing into its own.
    pub(crate) fn create(directory: &Path, plan: &Plan) -> io::Result<Self> {
        let path = directory.join(HANDS_FILE);
        clear(directory)?;
        let file = File::options().write(true).create_new(true).open(path)?;
        let mut threads = 0;
        let first = plan.nodes.iter().map(|node| {
            let of_node = node.kind.component().map_or(1, |component| component.parallel.threads);
            threads += of_node;
            threads - of_node
        });
        Ok(Hands { file, first: first.collect(), taken: AtomicU64::new(0) })
    }
}

impl InHand for Hands {
    fn note(&self, node: usize, thread: usize, batch: Option<BatchName>) {
        let place = batch.map_or([0; PLACE_BYTES], |batch| {
            let order = self.taken.fetch_add(1, Ordering::Relaxed);
            written(order, batch)
        });
        let at = (self.first[node] + thread) * PLACE_BYTES;
        // What cannot be noted is not known of: then nobody is blamed.
        let _ = self.file.write_all_at(&place, at as u64);
    }
}

/// What a dead worker had in hand, the batch taken last at the end. Nothing where there is no file, or none that can be read.
pub(crate) fn in_hand(directory: &Path) -> Vec<BatchName> {
    let places = fs::read(directory.join(HANDS_FILE)).unwrap_or_default();
    let mut found: Vec<(u64, BatchName)> =
        places.chunks_exact(PLACE_BYTES).filter_map(|place| read(place.try_into().ok()?)).collect();
    found.sort_unstable_by_key(|(order, _)| *order);
    found.into_iter().map(|(_, batch)| batch).collect()
}

/// Removes the file.
pub(crate) fn clear(directory: &Path) -> io::Result<()> {
    match fs::remove_file(directory.join(HANDS_FILE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn written(order: u64, BatchName { node, end, number }: BatchName) -> [u8; PLACE_BYTES] {
    let place = u64::from(node) << 32 | u64::from(end);
    let mut bytes = [0; PLACE_BYTES];
    for (to, word) in bytes.chunks_exact_mut(8).zip([order, number, place, sum(order, number, place)]) {
        to.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

fn read(bytes: &[u8; PLACE_BYTES]) -> Option<(u64, BatchName)> {
    let word = |place: usize| {
        let mut word = [0; 8];
        word.copy_from_slice(&bytes[place * 8..place * 8 + 8]);
        u64::from_le_bytes(word)
    };
    let (order, number, place) = (word(0), word(1), word(2));
    let is_whole = number > 0 && word(3) == sum(order, number, place);
    let narrow = |word: u64| u32::try_from(word & u64::from(u32::MAX)).unwrap_or(u32::MAX);
    is_whole.then(|| (order, BatchName { node: narrow(place >> 32), end: narrow(place), number }))
}

/// Tells a place that was written from other bytes.
fn sum(order: u64, number: u64, place: u64) -> u64 {
    order.wrapping_add(number).wrapping_add(place) ^ 0x6c65_6174_2068_616e
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written_and_damage_is_seen() {
        for (order, number) in [(0, 1), (7, 3), (u64::MAX, u64::MAX)] {
            let batch = BatchName { node: 3, end: u32::MAX, number };
            let whole = written(order, batch);
            assert_eq!(read(&whole), Some((order, batch)));
            for bit in 0..PLACE_BYTES * 8 {
                let mut bytes = whole;
                bytes[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(read(&bytes), None, "bit {bit}");
            }
        }
    }

    #[test]
    fn whatever_the_file_holds_reading_it_ends_well() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(in_hand(directory.path()), [], "there is none");
        for length in 0..3 * PLACE_BYTES {
            fs::write(directory.path().join(HANDS_FILE), vec![0xa5; length]).unwrap();
            assert_eq!(in_hand(directory.path()), [], "{length} bytes");
        }
    }

    #[test]
    fn what_is_in_hand_is_told_in_the_order_in_which_it_was_taken() {
        let directory = tempfile::tempdir().unwrap();
        let hands = Hands::create(directory.path(), &crate::testing::plan()).unwrap();
        let batch = |node, number| BatchName { node, end: 0, number };
        assert_eq!(in_hand(directory.path()), []);
        hands.note(1, 0, Some(batch(1, 4)));
        hands.note(0, 0, Some(batch(0, 9)));
        assert_eq!(in_hand(directory.path()), [batch(1, 4), batch(0, 9)]);
        hands.note(1, 0, None);
        assert_eq!(in_hand(directory.path()), [batch(0, 9)]);
        let next = Hands::create(directory.path(), &crate::testing::plan()).unwrap();
        hands.note(0, 0, Some(batch(0, 10)));
        assert_eq!(in_hand(directory.path()), [], "an older worker has a file of its own");
        next.note(0, 0, Some(batch(0, 1)));
        assert_eq!(in_hand(directory.path()), [batch(0, 1)]);
    }
}
