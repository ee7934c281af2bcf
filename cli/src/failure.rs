//! How a command that could not do its work says so, and with which exit code.

use std::fmt;
use std::process::ExitCode;

/// Done, but the answer is "no": problems were found, the run failed.
pub(crate) const FAILED: u8 = 1;
/// The command line makes no sense.
const WRONG_USAGE: u8 = 2;
/// A configuration file or the machine's set-up makes no sense.
const BAD_CONFIGURATION: u8 = 64;

/// An error whose exit code is not 1.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Wrong usage of the command line.
    Usage(String),
    /// A configuration file that cannot be used.
    Configuration(String),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Usage(text) | Kind::Configuration(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Kind {}

/// Prints an error with its causes, one a line, and answers its exit code.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
    ExitCode::from(match error.downcast_ref::<Kind>() {
        Some(Kind::Usage(_)) => WRONG_USAGE,
        Some(Kind::Configuration(_)) => BAD_CONFIGURATION,
        None => FAILED,
    })
}
