//! Who a token stands for, found in the configuration or the store, and kept in mind for a second.
//!
//! The admission of every request asks here. What is kept in mind is bounded, and short enough that a token which was revoked at
//! another midtier is refused here within [`KEPT`]; at the midtier that revoked it, at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use leat_bundle::Digest;
use leat_scheduler::clock::Clock;
use leat_scheduler::model::Moment;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};
use tokio_util::task::TaskTracker;

use super::{Caller, StaticTokens, token};
use crate::api::whence::Whence;
use crate::config::Rate;
use crate::problem::{Answer, Problem};
use crate::rates::Rates;
use crate::store::{Accounts, StoreError};

/// How long the store's word on a token is kept in mind.
pub(crate) const KEPT: Duration = Duration::from_secs(1);
/// How many tokens are kept in mind.
const KEPT_MAX: usize = 10_000;
/// How often it is written down that a token is used.
const USE_NOTED_EVERY: Duration = Duration::from_secs(60);
/// How many such notes are written at the same time; what is beyond is noted with the token's next use.
const NOTES_MAX: usize = 4;

/// Knows who tokens stand for.
pub(crate) struct Identities {
    configured: StaticTokens,
    accounts: Arc<dyn Accounts>,
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
    /// How many more tokens that nobody has shown before may be asked about, by where they come from.
    guesses: Rates,
    notes: Arc<Semaphore>,
    tasks: TaskTracker,
}

#[derive(Default)]
struct Kept {
    by_token: HashMap<Digest, Word>,
    /// Until when the store's word counts that there is no such token. Kept apart: guesses without end push no token out.
    unknown: HashMap<Digest, Instant>,
    /// How often everything was forgotten: what was asked before that is not kept any more.
    forgotten: u64,
}

/// The store's word on a token that is valid.
struct Word {
    caller: Caller,
    until: Instant,
}

/// What is known of a token without asking the store.
enum AtHand {
    /// They may use it; or nobody may.
    Known(Option<Caller>),
    /// The store must be asked. Whether the token was valid when it was last: then it is no guess.
    Ask { digest: Digest, was_valid: bool },
}

/// How somebody is not any more who they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parted {
    /// Their token is not valid any more.
    Unknown,
    /// They may do other things than before.
    Changed,
}

impl Identities {
    pub(crate) fn new(
        configured: StaticTokens,
        accounts: Arc<dyn Accounts>,
        clock: Arc<dyn Clock>,
        (rate, tasks): (Rate, TaskTracker),
    ) -> Self {
        let (notes, guesses) = (Arc::new(Semaphore::new(NOTES_MAX)), Rates::new(rate));
        Identities { configured, accounts, clock, kept: Mutex::default(), guesses, notes, tasks }
    }

    /// Who may use this token; nobody where it is unknown, has expired or was revoked, or its account is disabled.
    ///
    /// # Errors
    /// Where the store cannot say; and where too many tokens that there are not were shown from there: guesses that have the shape of a
    /// token must not become a flood of questions to the store. What is asked without any token does not count for that.
    pub(crate) async fn of_token(&self, text: &str, whence: Whence) -> Answer<Option<Caller>> {
        match self.at_hand(text) {
            AtHand::Known(caller) => Ok(caller),
            AtHand::Ask { digest, was_valid: true } => Ok(self.ask(digest).await?),
            AtHand::Ask { digest, was_valid: false } => {
                let key = whence.key();
                self.guesses.take(&key, Instant::now()).map_err(Problem::too_often)?;
                let caller = self.ask(digest).await?;
                if caller.is_some() {
                    self.guesses.give_back(&key);
                }
                Ok(caller)
            }
        }
    }

    fn at_hand(&self, text: &str) -> AtHand {
        let digest = Digest::of(text.as_bytes());
        if let Some(caller) = self.configured.get(&digest) {
            return AtHand::Known(Some(caller.clone()));
        }
        if !token::is_whole(text) {
            return AtHand::Known(None);
        }
        self.in_mind(digest)
    }

    /// What is kept in mind of the token of this digest.
    fn in_mind(&self, digest: Digest) -> AtHand {
        let (kept, now) = (self.kept.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
        if kept.unknown.get(&digest).is_some_and(|until| *until > now) {
            return AtHand::Known(None);
        }
        match kept.by_token.get(&digest) {
            Some(word) if word.until > now => {
                AtHand::Known(Some(word.caller.clone()).filter(|caller| self.is_valid(caller.until())))
            }
            word => AtHand::Ask { digest, was_valid: word.is_some() },
        }
    }

    /// Asks the store, and keeps its word in mind.
    async fn ask(&self, digest: Digest) -> Result<Option<Caller>, StoreError> {
        let forgotten = self.kept.lock().unwrap_or_else(PoisonError::into_inner).forgotten;
        let found = self.accounts.token(digest).await?;
        let found = found.filter(|(token, standing)| {
            token.revoked.is_none() && !standing.account.is_disabled && self.is_valid(Some(token.expires))
        });
        if let Some((token, _)) = &found {
            self.note_use(&token.id, token.last_used);
        }
        let caller = found.map(|(token, standing)| Caller::with_token(digest, &token, &standing));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // What was asked before something changed may be what was before.
        if kept.forgotten == forgotten {
            kept.keep(digest, caller.clone());
        }
        Ok(caller)
    }

    /// Waits until somebody is not any more who they were when they asked: as soon as within two times [`KEPT`] of it, and in the moment
    /// in which their token expires within one. Who has shown no token of an account stays. While the store cannot say, everybody stays,
    /// until their token expires.
    pub(crate) async fn parted(&self, caller: &Caller) -> Parted {
        let Some(shown) = caller.token() else { return std::future::pending().await };
        loop {
            sleep(KEPT).await;
            if !self.is_valid(Some(shown.expires)) {
                return Parted::Unknown;
            }
            let found = match self.in_mind(shown.digest) {
                AtHand::Known(found) => Ok(found),
                AtHand::Ask { digest, .. } => self.ask(digest).await,
            };
            match found {
                Ok(Some(now)) if now.rights == caller.rights => {}
                Ok(Some(_)) => return Parted::Changed,
                Ok(None) => return Parted::Unknown,
                Err(error) => {
                    tracing::debug!(token.id = shown.id, %error, "cannot ask whether a token is still valid; asks again");
                }
            }
        }
    }

    /// Something of accounts has changed: the store is asked again about everyone.
    pub(crate) fn forget(&self) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        // That they were valid is not forgotten: whoever has shown one of them guesses nothing.
        kept.by_token.values_mut().for_each(|word| word.until = now);
        kept.unknown.clear();
        kept.forgotten += 1;
    }

    fn is_valid(&self, until: Option<Moment>) -> bool {
        until.is_none_or(|until| self.clock.now() < until)
    }

    /// Writes down that a token is used, beside the request that uses it.
    fn note_use(&self, id: &str, last_used: Option<Moment>) {
        let now = self.clock.now();
        if last_used.is_some_and(|last| now < last.after(USE_NOTED_EVERY)) {
            return;
        }
        let Ok(place) = self.notes.clone().try_acquire_owned() else { return };
        let (accounts, id) = (self.accounts.clone(), id.to_owned());
        self.tasks.spawn(async move {
            let _place = place;
            if let Err(error) = accounts.token_used(&id, now).await {
                tracing::debug!(token.id = id, %error, "cannot write down that a token is used");
            }
        });
    }
}

impl Kept {
    fn keep(&mut self, digest: Digest, caller: Option<Caller>) {
        let until = Instant::now() + KEPT;
        match caller {
            Some(caller) => {
                self.unknown.remove(&digest);
                make_room(&mut self.by_token, &digest, |word| word.until);
                self.by_token.insert(digest, Word { caller, until });
            }
            None => {
                self.by_token.remove(&digest);
                make_room(&mut self.unknown, &digest, |until| *until);
                self.unknown.insert(digest, until);
            }
        }
    }
}

/// Forgets what does not count any more where there is no room for this, and all where all of it counts.
fn make_room<T>(kept: &mut HashMap<Digest, T>, digest: &Digest, until: impl Fn(&T) -> Instant) {
    if kept.len() < KEPT_MAX || kept.contains_key(digest) {
        return;
    }
    let now = Instant::now();
    kept.retain(|_, one| until(one) > now);
    if kept.len() >= KEPT_MAX {
        kept.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_without_end_do_not_grow_it_without_end() {
        let mut kept = Kept::default();
        for number in 0..2 * KEPT_MAX + 5 {
            kept.keep(Digest::of(&number.to_be_bytes()), Some(Caller::nobody("eve")));
            assert!(kept.by_token.len() <= KEPT_MAX);
        }
        assert!(!kept.by_token.is_empty());
    }

    #[test]
    fn guesses_without_end_push_no_token_out() {
        let (mut kept, own) = (Kept::default(), Digest::of(b"own"));
        kept.keep(own, Some(Caller::nobody("ada")));
        for number in 0..2 * KEPT_MAX + 5 {
            kept.keep(Digest::of(&number.to_be_bytes()), None);
            assert!(kept.unknown.len() <= KEPT_MAX);
        }
        assert!(kept.by_token.contains_key(&own));
        kept.keep(own, None);
        assert!(!kept.by_token.contains_key(&own), "it is not valid any more");
    }
}
