//! The port `Clock`: only the command line reads the machine's.

use crate::model::Moment;

/// Tells the time. Used for what people read (when was it submitted, since when does it wait) and for timeouts of minutes;
/// whether another process still lives is never decided by comparing two machines' clocks.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;
}
