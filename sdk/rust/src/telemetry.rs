//! What a node says of itself while it runs: log lines, counters, progress.
//!
//! Callable from anywhere in a node. In a native test they reach the harness; outside a run they go nowhere.

use std::fmt::Display;

use crate::host;

/// Log lines with fields. `error` is for what a person should look at; `info` for changes of state, not for each record.
pub mod log {
    use std::fmt::Display;

    use crate::contract::Level;

    /// For who debugs the node.
    pub fn debug(message: &str, fields: &[(&str, &dyn Display)]) {
        super::write(Level::Debug, message, fields);
    }

    /// Worth knowing.
    ///
    /// ```
    /// leat_sdk::log::info("the window is full", &[("rows", &500)]);
    /// ```
    pub fn info(message: &str, fields: &[(&str, &dyn Display)]) {
        super::write(Level::Info, message, fields);
    }

    /// Something is not as it should be.
    pub fn warn(message: &str, fields: &[(&str, &dyn Display)]) {
        super::write(Level::Warn, message, fields);
    }

    /// A person should look.
    pub fn error(message: &str, fields: &[(&str, &dyn Display)]) {
        super::write(Level::Error, message, fields);
    }
}

/// Adds to a counter of this node; the run's report sums it.
pub fn count(name: &str, increment: u64) {
    host::count(name, increment);
}

/// How far the node is, in units of its own; `total` where it is known.
pub fn progress(done: u64, total: Option<u64>) {
    host::progress(done, total);
}

fn write(level: crate::contract::Level, message: &str, fields: &[(&str, &dyn Display)]) {
    let fields: Vec<(String, String)> = fields.iter().map(|(k, v)| ((*k).to_owned(), v.to_string())).collect();
    host::log(level, message, &fields);
}
