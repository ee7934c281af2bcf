//! Texts that come from outside: which are taken, and how large what comes may be.

use leat_scheduler::model::RunId;

use crate::problem::{Answer, Problem};

/// How long a text in a request may be, bytes.
pub(crate) const TEXT_BYTES_MAX: usize = 200;

/// A run's name.
pub(crate) fn run_id(text: &str) -> Answer<RunId> {
    RunId::parse(text).map_err(|_| Problem::not_found("run", text))
}

/// Refuses a text that a store may not take or a log should not show.
pub(crate) fn plain(what: &str, text: &str) -> Answer<()> {
    if text.is_empty() || text.len() > TEXT_BYTES_MAX || text.chars().any(char::is_control) {
        let rule = format!("{what} must have 1 to {TEXT_BYTES_MAX} bytes and no control characters");
        return Err(Problem::invalid(rule));
    }
    Ok(())
}
