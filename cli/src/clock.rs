//! The one place where the wall clock is read. Everything below gets times passed in.

use jiff::Timestamp;

/// Now.
#[expect(clippy::disallowed_methods, reason = "the one home of the wall clock")]
pub(crate) fn now() -> Timestamp {
    Timestamp::try_from(std::time::SystemTime::now()).unwrap_or(Timestamp::UNIX_EPOCH)
}
