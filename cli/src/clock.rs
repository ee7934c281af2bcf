//! The one place where the wall clock is read. Everything below gets times passed in.

use jiff::Timestamp;
use leat_scheduler::clock::Clock;
use leat_scheduler::model::Moment;

/// Now.
#[expect(clippy::disallowed_methods, reason = "the one home of the wall clock")]
pub(crate) fn now() -> Timestamp {
    Timestamp::try_from(std::time::SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The machine's clock, for services.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment(now().as_microsecond())
    }
}
