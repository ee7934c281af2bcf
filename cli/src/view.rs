//! What a person sees of a run: redrawn on a terminal, lines elsewhere, and a summary at the end.

mod lines;
pub(crate) mod number;
mod summary;
mod table;
mod terminal;

use leat_worker::{Notice, Observer, Status};

pub(crate) use summary::print as print_summary;
pub(crate) use table::{Table, plain};

use crate::config::Environment;

/// The view that suits where standard error goes.
pub(crate) fn observer(environment: &Environment, quiet: bool) -> Box<dyn Observer> {
    match (quiet, environment.terminal) {
        (true, _) => Box::new(Quiet),
        (false, true) => Box::new(terminal::TerminalView::new(environment.colour)),
        (false, false) => Box::new(lines::LinesView::default()),
    }
}

/// Shows nothing.
struct Quiet;

impl Observer for Quiet {
    fn status(&mut self, _status: &Status) {}

    fn notice(&mut self, _notice: &Notice) {}
}

/// A notice as one line, or nothing where it is no news.
fn notice_line(notice: &Notice) -> Option<String> {
    match notice {
        Notice::Rejected { node, reason } => Some(format!("{node} rejected: {reason}")),
        Notice::Logged { node, level, message } => Some(format!("{node} {level}: {message}")),
        Notice::Ended { .. } => None,
    }
}
