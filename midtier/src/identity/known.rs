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
    notes: Arc<Semaphore>,
    tasks: TaskTracker,
}

#[derive(Default)]
struct Kept {
    by_token: HashMap<Digest, Word>,
    /// How often everything was forgotten: what was asked before that is not kept any more.
    forgotten: u64,
}

/// The store's word on a token.
struct Word {
    caller: Option<Caller>,
    until: Instant,
}

/// What is known of a token without asking the store.
pub(crate) enum AtHand {
    /// They may use it; or nobody may.
    Known(Option<Caller>),
    /// The store must be asked.
    Ask(Digest),
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
        tasks: TaskTracker,
    ) -> Self {
        let notes = Arc::new(Semaphore::new(NOTES_MAX));
        Identities { configured, accounts, clock, kept: Mutex::default(), notes, tasks }
    }

    /// Who may use this token; nobody where it is unknown, has expired or was revoked, or its account is disabled.
    ///
    /// # Errors
    /// Where the store cannot say.
    pub(crate) async fn of_token(&self, text: &str) -> Result<Option<Caller>, StoreError> {
        match self.at_hand(text) {
            AtHand::Known(caller) => Ok(caller),
            AtHand::Ask(digest) => self.ask(digest).await,
        }
    }

    /// The same without the store, as far as that is known.
    pub(crate) fn at_hand(&self, text: &str) -> AtHand {
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
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.by_token.get(&digest) {
            Some(word) if word.until > Instant::now() => {
                AtHand::Known(word.caller.clone().filter(|caller| self.is_valid(caller.until())))
            }
            _ => AtHand::Ask(digest),
        }
    }

    /// Asks the store, and keeps its word in mind.
    pub(crate) async fn ask(&self, digest: Digest) -> Result<Option<Caller>, StoreError> {
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
            kept.keep(digest, Word { caller: caller.clone(), until: Instant::now() + KEPT });
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
                AtHand::Ask(digest) => self.ask(digest).await,
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
        kept.by_token.clear();
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
    fn keep(&mut self, digest: Digest, word: Word) {
        if self.by_token.len() >= KEPT_MAX && !self.by_token.contains_key(&digest) {
            let now = Instant::now();
            self.by_token.retain(|_, word| word.until > now);
            if self.by_token.len() >= KEPT_MAX {
                self.by_token.clear();
            }
        }
        self.by_token.insert(digest, word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_without_end_do_not_grow_it_without_end() {
        let mut kept = Kept::default();
        for number in 0..2 * KEPT_MAX + 5 {
            let word = Word { caller: None, until: Instant::now() + KEPT };
            kept.keep(Digest::of(&number.to_be_bytes()), word);
            assert!(kept.by_token.len() <= KEPT_MAX);
        }
        assert!(!kept.by_token.is_empty());
    }
}
