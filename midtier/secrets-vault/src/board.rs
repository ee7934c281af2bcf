//! What is held of the store, for how long still, and what is wrong with it: written by the tasks that keep it, seen by whoever asks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Something that is held of the store, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// What it is: `token`, `database/creds/leat`.
    pub name: String,
    /// How long it holds still. Nothing where it has no end; none left where it is over or was never had.
    pub left: Option<Duration>,
    /// Why it could not be had or renewed, since when it could.
    pub trouble: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Line {
    held: bool,
    ends: Option<Instant>,
    trouble: Option<String>,
}

/// All of them, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Board(Arc<Mutex<BTreeMap<String, Line>>>);

impl Board {
    /// It is held until then.
    pub(crate) fn held(&self, name: &str, ends: Option<Instant>) {
        self.set(name, Line { held: true, ends, trouble: None });
    }

    /// It could not be had or renewed.
    pub(crate) fn trouble(&self, name: &str, why: &str) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.entry(name.to_owned()).or_default().trouble = Some(why.to_owned());
    }

    /// It is over.
    pub(crate) fn over(&self, name: &str, why: &str) {
        self.set(name, Line { held: false, ends: None, trouble: Some(why.to_owned()) });
    }

    /// How all of them are at a moment.
    pub(crate) fn at(&self, now: Instant) -> Vec<Holding> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let holding = |(name, line): (&String, &Line)| Holding {
            name: name.clone(),
            left: match (line.held, line.ends) {
                (true, ends) => ends.map(|ends| ends.saturating_duration_since(now)),
                (false, _) => Some(Duration::ZERO),
            },
            trouble: line.trouble.clone(),
        };
        lines.iter().map(holding).collect()
    }

    fn set(&self, name: &str, line: Line) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_seen_with_what_is_left_of_it() {
        let (board, now) = (Board::default(), Instant::now());
        board.trouble("token", "refused");
        let never_had = &board.at(now)[0];
        assert_eq!((never_had.left, never_had.trouble.as_deref()), (Some(Duration::ZERO), Some("refused")));
        board.held("token", Some(now + Duration::from_secs(9)));
        board.held("a", None);
        let [a, token] = &board.at(now + Duration::from_secs(4))[..] else { panic!("two") };
        assert_eq!((a.left, a.name.as_str()), (None, "a"));
        assert_eq!((token.left, &token.trouble), (Some(Duration::from_secs(5)), &None));
        board.trouble("token", "no answer");
        assert_eq!(board.at(now)[1].left, Some(Duration::from_secs(9)), "trouble takes nothing away");
        board.over("token", "it has ended");
        assert_eq!(board.at(now)[1].left, Some(Duration::ZERO));
    }
}
