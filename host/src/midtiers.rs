//! Where midtiers are, which of them is talked to, and how long is waited before the next is tried.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leat_bundle::Digest;

/// The first wait, and the longest.
const WAIT_FIRST: Duration = Duration::from_millis(200);
const WAIT_MAX: Duration = Duration::from_secs(10);

/// The midtiers of an agent, for whoever finds others while it works.
#[derive(Clone, Debug)]
pub struct MidtierList(pub(crate) Arc<Midtiers>);

impl MidtierList {
    /// Has the agent talk to these from now on: `http://midtier-1:7070`. A session that is open stays open, also with one that is no longer
    /// there. An empty list changes nothing: whoever knows of no midtier goes on with those that were.
    pub fn replace(&self, urls: &[String]) {
        self.0.replace(urls);
    }

    /// Whether a midtier answers to the agent's session.
    pub fn is_in_session(&self) -> bool {
        self.0.in_session.load(Ordering::SeqCst)
    }
}

/// The midtiers of an installation, of which one is talked to. Shared by the session and by what is fetched and sent.
#[derive(Debug)]
pub(crate) struct Midtiers {
    list: Mutex<List>,
    incarnation: String,
    in_session: AtomicBool,
}

/// Never empty but where it was made so.
#[derive(Debug)]
struct List {
    urls: Vec<String>,
    current: usize,
}

/// One of them, as it was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// Without a slash at its end.
    pub(crate) url: String,
}

impl Midtiers {
    /// At least one. Which is taken first is drawn from the incarnation, so that a fleet spreads over them.
    pub(crate) fn new(urls: &[String], incarnation: &str) -> Self {
        let list = Mutex::new(List { urls: trimmed(urls), current: first(urls.len(), incarnation) });
        Midtiers { list, incarnation: incarnation.to_owned(), in_session: AtomicBool::new(false) }
    }

    /// The one to talk to.
    pub(crate) fn choose(&self) -> Chosen {
        let list = self.list();
        Chosen { url: list.urls[list.current].clone() }
    }

    /// It did not serve: the next is chosen from now on. Whoever finds that of the same one later changes nothing.
    pub(crate) fn leave(&self, chosen: &Chosen) {
        let mut list = self.list();
        if list.urls[list.current] == chosen.url {
            list.current = (list.current + 1) % list.urls.len();
        }
    }

    /// Others are there now. The one that is talked to stays the one where it is among them.
    fn replace(&self, urls: &[String]) {
        if urls.is_empty() {
            return;
        }
        let (urls, mut list) = (trimmed(urls), self.list());
        let stays = urls.iter().position(|url| *url == list.urls[list.current]);
        list.current = stays.unwrap_or_else(|| first(urls.len(), &self.incarnation));
        list.urls = urls;
    }

    /// Whether a midtier answers to the session now.
    pub(crate) fn set_in_session(&self, in_session: bool) {
        self.in_session.store(in_session, Ordering::SeqCst);
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.list().urls.len()
    }

    /// How long to wait before trying again after so many failures, from 1: twice as long after each round over all of them,
    /// and between half and all of that, drawn from the incarnation, so that hosts do not come all at once.
    pub(crate) fn wait(&self, failures: u32) -> Duration {
        let rounds = failures.saturating_sub(1) / u32::try_from(self.count()).unwrap_or(u32::MAX).max(1);
        let longest = WAIT_FIRST.saturating_mul(1 << rounds.min(16)).min(WAIT_MAX);
        let share = u32::try_from(draw(&self.incarnation, failures) % 1000).unwrap_or_default();
        longest / 2 + longest / 2 * share / 1000
    }
}

fn trimmed(urls: &[String]) -> Vec<String> {
    urls.iter().map(|url| url.trim_end_matches('/').to_owned()).collect()
}

/// Which of so many is taken first.
fn first(count: usize, incarnation: &str) -> usize {
    usize::try_from(draw(incarnation, 0) % (count.max(1) as u64)).unwrap_or_default()
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
    fn others_take_the_place_of_those_that_were_and_nobody_is_no_other() {
        let list = MidtierList(Arc::new(midtiers(3)));
        let chosen = list.0.choose();
        list.replace(&[]);
        list.replace(&["http://m9:1/".to_owned(), chosen.url.clone()]);
        assert_eq!((list.0.choose(), list.0.count()), (chosen.clone(), 2), "who is talked to stays");
        list.replace(&["http://m9:1".to_owned()]);
        assert_eq!(list.0.choose().url, "http://m9:1");
        list.0.leave(&chosen);
        assert_eq!(list.0.choose().url, "http://m9:1", "who is gone is not left again");
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
