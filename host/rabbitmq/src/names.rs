//! What the two queues of an edge are called at the broker.

use std::fmt::Write as _;

use leat_flow::transport::Edge;

/// A queue's name may be 255 bytes long; what a longer one would say beyond this is said by its hash.
const READABLE_BYTES_MAX: usize = 200;

/// Regular expression, as RabbitMQ has them for permissions, of the names of all that a run's edges have at the broker, in each of its attempts:
/// queues, and the exchange of each. For whoever gives a run a user that may configure, write and read exactly that.
pub fn names_of_run(run: &str) -> String {
    // Of an escaped name, what says something else in a regular expression than itself is between letters, digits and `_`.
    let mut pattern = String::from("^leat\\.");
    for c in escaped(run).chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && c != '_' {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern + "\\."
}

/// The queues of an edge. Each has an exchange of its name, which leads to it alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueueNames {
    /// For its batches.
    pub(crate) batches: String,
    /// In which its receiver says what is done.
    pub(crate) credits: String,
}

impl QueueNames {
    /// Two edges never have the same names, and two hosts give an edge the same.
    pub(crate) fn of(edge: &Edge) -> QueueNames {
        let Edge { run, generation, queue, partition } = edge;
        let whole = format!("leat.{}.{generation}.{}.{partition}", escaped(run), escaped(queue));
        let name = if whole.len() <= READABLE_BYTES_MAX { whole } else { shortened(&whole) };
        QueueNames { credits: format!("{name}.credits"), batches: name }
    }
}

/// Without the dots that part a name.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('.', "%2E")
}

/// The beginning of a name and a hash of the whole.
fn shortened(whole: &str) -> String {
    let end = (0..=READABLE_BYTES_MAX).rev().find(|end| whole.is_char_boundary(*end)).unwrap_or(0);
    // FNV-1a with 128 bits: the same everywhere, and a chance in 10^30 that two of a million queues meet.
    let hash = whole.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    let mut name = whole[..end].to_owned();
    // Writing into a string cannot fail.
    let _ = write!(name, "~{hash:032x}");
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(run: &str, generation: u64, queue: &str, partition: u32) -> String {
        QueueNames::of(&Edge { run: run.to_owned(), generation, queue: queue.to_owned(), partition }).batches
    }

    #[test]
    fn names_say_what_they_are_of() {
        assert_eq!(batches("r7", 2, "trades", 0), "leat.r7.2.trades.0");
    }

    #[test]
    fn the_names_of_a_run_are_told_by_how_they_begin() {
        assert_eq!(names_of_run("0198-a_b"), "^leat\\.0198\\-a_b\\.");
        assert_eq!(names_of_run("a.b*"), "^leat\\.a\\%2Eb\\*\\.");
        let prefix = names_of_run("0198-a_b").replace(['^', '\\'], "");
        for queue in ["trades", &"é".repeat(300)] {
            assert!(batches("0198-a_b", 7, queue, 3).starts_with(&prefix), "{queue}");
        }
        assert!(!batches("0198-a_bc", 7, "trades", 3).starts_with(&prefix));
    }

    #[test]
    fn two_edges_never_have_one_name() {
        assert_ne!(batches("r", 1, "1.x", 0), batches("r.1", 1, "x", 0));
        assert_ne!(batches("r", 1, "a%2E", 0), batches("r", 1, "a.", 0));
        let long = "é".repeat(300);
        assert_ne!(batches("r", 1, &long, 0), batches("r", 1, &long, 1));
    }

    #[test]
    fn long_names_are_cut_to_what_a_broker_takes() {
        let names = QueueNames::of(&Edge { run: "r".to_owned(), generation: 1, queue: "é".repeat(300), partition: 0 });
        assert!(names.batches.len() < 255 && names.credits.len() <= 255, "{}", names.credits.len());
    }
}
