//! What leat takes from its environment, read once and passed down.

use std::io::IsTerminal;
use std::path::PathBuf;

/// The environment of one command.
#[derive(Debug)]
pub(crate) struct Environment {
    /// Where compiled components are kept: `LEAT_CACHE_DIR`, else `leat` in the user's cache directory. Nothing where
    /// neither is known; then components are compiled at every run.
    pub(crate) cache_dir: Option<PathBuf>,
    /// Whether messages on standard error may be coloured and redrawn.
    pub(crate) terminal: bool,
    /// Whether colours are wanted (`NO_COLOR` is unset).
    pub(crate) colour: bool,
}

#[expect(clippy::disallowed_methods, reason = "the one home of the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

impl Environment {
    /// Reads the environment.
    pub(crate) fn read() -> Self {
        let cache_dir = variable("LEAT_CACHE_DIR")
            .map(PathBuf::from)
            .or_else(|| variable("XDG_CACHE_HOME").map(|dir| PathBuf::from(dir).join("leat")))
            .or_else(|| variable("HOME").map(|dir| PathBuf::from(dir).join(".cache").join("leat")));
        let terminal = std::io::stderr().is_terminal() && variable("TERM").is_none_or(|term| term != "dumb");
        Environment { cache_dir, terminal, colour: terminal && variable("NO_COLOR").is_none() }
    }
}
