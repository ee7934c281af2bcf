//! Connections as users of the database come and go: whoever was opened as an earlier user is used no more, and nobody is once the last
//! user has ended. Asked by the pool each time it hands one out, so that no call that is going on is disturbed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Which connections may be used. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Rotation {
    state: Arc<Mutex<State>>,
    /// How long opening a connection may take: so long after a change one may still be opened as the user before.
    opening_max: Duration,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// All of them.
    Unchanged,
    /// Those that were opened since then.
    Since(Instant),
    /// None.
    Over,
}

impl Rotation {
    pub(crate) fn new(opening_max: Duration) -> Self {
        Rotation { state: Arc::new(Mutex::new(State::Unchanged)), opening_max }
    }

    /// There is another user from now on.
    pub(crate) fn changed(&self) {
        self.set(State::Since(Instant::now()));
    }

    /// The user has ended, and there is no other.
    pub(crate) fn over(&self) {
        self.set(State::Over);
    }

    /// Whether a connection of this age may be used.
    pub(crate) fn may_use(&self, age: Duration) -> bool {
        match self.get() {
            State::Unchanged => true,
            State::Since(changed) => is_of_today(age, changed.elapsed(), self.opening_max),
            State::Over => false,
        }
    }

    fn get(&self) -> State {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

/// Whether a connection of some age was opened as the user who came `since` ago. One that came just after the change may have been on its
/// way before: once no other can be, all of that time are opened anew.
fn is_of_today(age: Duration, since: Duration, opening_max: Duration) -> bool {
    let surely = since.checked_sub(opening_max).unwrap_or(since);
    age <= surely
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_connection_of_an_earlier_user_is_not_used_again() {
        let used = |age, since| is_of_today(SECOND * age, SECOND * since, SECOND * 5);
        assert!(!used(4, 3), "it was opened before the change");
        assert!(used(2, 3), "after it, as far as can be told");
        assert!(!used(8, 10), "it may have been on its way at the change");
        assert!(used(4, 10) && used(0, 0));
    }

    #[test]
    fn nothing_is_used_without_a_user_and_all_again_with_another() {
        let rotation = Rotation::new(SECOND);
        assert!(rotation.may_use(SECOND * 100));
        rotation.over();
        assert!(!rotation.may_use(Duration::ZERO));
        rotation.changed();
        assert!(!rotation.may_use(SECOND * 100));
    }
}
