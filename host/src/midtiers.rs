//! Where midtiers are, which of them is talked to, and how long is waited before the next is tried.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use leat_bundle::Digest;

/// The first wait, and the longest.
const WAIT_FIRST: Duration = Duration::from_millis(200);
const WAIT_MAX: Duration = Duration::from_secs(10);

/// The midtiers of an installation, of which one is talked to. Shared by the session and by what is fetched and sent.
#[derive(Debug)]
pub(crate) struct Midtiers {
    urls: Vec<String>,
    current: AtomicUsize,
    incarnation: String,
}

/// One of them, as it was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    place: usize,
    /// Without a slash at its end.
    pub(crate) url: String,
}

impl Midtiers {
    /// At least one. Which is taken first is drawn from the incarnation, so that a fleet spreads over them.
    pub(crate) fn new(urls: &[String], incarnation: &str) -> Self {
        let first = usize::try_from(draw(incarnation, 0) % (urls.len().max(1) as u64)).unwrap_or_default();
        let urls = urls.iter().map(|url| url.trim_end_matches('/').to_owned()).collect();
        Midtiers { urls, current: AtomicUsize::new(first), incarnation: incarnation.to_owned() }
    }

    /// The one to talk to.
    pub(crate) fn choose(&self) -> Chosen {
        let place = self.current.load(Ordering::SeqCst);
        Chosen { place, url: self.urls[place].clone() }
    }

    /// It did not serve: the next is chosen from now on. Whoever finds that of the same one later changes nothing.
    pub(crate) fn leave(&self, chosen: &Chosen) {
        let next = (chosen.place + 1) % self.urls.len();
        // It fails where another was chosen meanwhile, which is as good.
        let _ = self.current.compare_exchange(chosen.place, next, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.urls.len()
    }

    /// How long to wait before trying again after so many failures, from 1: twice as long after each round over all of them,
    /// and between half and all of that, drawn from the incarnation, so that hosts do not come all at once.
    pub(crate) fn wait(&self, failures: u32) -> Duration {
        let rounds = failures.saturating_sub(1) / u32::try_from(self.urls.len()).unwrap_or(u32::MAX).max(1);
        let longest = WAIT_FIRST.saturating_mul(1 << rounds.min(16)).min(WAIT_MAX);
        let share = u32::try_from(draw(&self.incarnation, failures) % 1000).unwrap_or_default();
        longest / 2 + longest / 2 * share / 1000
    }
}

/// Why one does not serve: an error with what caused it, on one line.
pub(crate) fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = cause.source();
    }
    text
}

/// A number that is as good as random and always the same.
fn draw(incarnation: &str, number: u32) -> u64 {
    let text = Digest::of(format!("{incarnation}/{number}").as_bytes()).to_string();
    u64::from_str_radix(&text[..16], 16).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn midtiers(count: usize) -> Midtiers {
        let urls: Vec<String> = (0..count).map(|number| format!("http://m{number}:7070/")).collect();
        Midtiers::new(&urls, "incarnation-1")
    }

    #[test]
    fn the_one_that_did_not_serve_is_left_once() {
        let midtiers = midtiers(3);
        let first = midtiers.choose();
        assert!(!first.url.ends_with('/'));
        midtiers.leave(&first);
        let second = midtiers.choose();
        assert_ne!(first, second);
        midtiers.leave(&first);
        assert_eq!(midtiers.choose(), second, "who finds it late does not leave the next one too");
        midtiers.leave(&second);
        midtiers.leave(&midtiers.choose());
        assert_eq!(midtiers.choose(), first);
    }

    #[test]
    fn every_midtier_is_tried_before_the_wait_grows() {
        let midtiers = midtiers(3);
        for failures in 1..=3 {
            let wait = midtiers.wait(failures);
            assert!(wait >= WAIT_FIRST / 2 && wait <= WAIT_FIRST, "{wait:?}");
        }
        assert!(midtiers.wait(4) >= WAIT_FIRST);
        assert!(midtiers.wait(u32::MAX) <= WAIT_MAX);
        assert!(midtiers.wait(u32::MAX) >= WAIT_MAX / 2);
    }

    #[test]
    fn hosts_do_not_come_all_at_once() {
        let waits = |incarnation| Midtiers::new(&["http://m".to_owned()], incarnation).wait(5);
        assert_ne!(waits("a"), waits("b"));
        assert_eq!(waits("a"), waits("a"));
    }
}
