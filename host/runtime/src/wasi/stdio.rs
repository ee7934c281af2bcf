//! What a guest prints, cut into lines for the node's log, within its limit.

use std::future::{self, Future};
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use leat_flow::step::Level;
use serde::{Deserialize, Serialize};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

use crate::failure::Violation;

/// What a guest may write at once; it asks again for more.
const WRITE_BYTES_MAX: usize = 64 << 10;
/// A line without end is cut here.
const LINE_BYTES_MAX: usize = 16 << 10;
/// What every line counts beside its own bytes: the log adds a time and a level to it.
pub(crate) const LINE_COST_BYTES: usize = 32;
/// How much of the error output is kept for the message of a panic.
const TAIL_BYTES_MAX: usize = 4 << 10;

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Output,
    Error,
}

/// What of an instance's output is left between two calls.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Printed {
    /// Of the limit, what is spent.
    log_bytes: u64,
    /// Lines that have no end yet.
    output: Vec<u8>,
    error: Vec<u8>,
}

/// The output of one instance on its way to the log.
pub(crate) struct Stdio {
    log_bytes_max: u64,
    log_bytes: u64,
    output: Vec<u8>,
    error: Vec<u8>,
    lines: Vec<(Level, String)>,
    error_tail: String,
}

impl Stdio {
    pub(super) fn new(log_bytes_max: u64) -> Self {
        Stdio {
            log_bytes_max,
            log_bytes: 0,
            output: Vec::new(),
            error: Vec::new(),
            lines: Vec::new(),
            error_tail: String::new(),
        }
    }

    /// Counts bytes that are about to be logged, by printing or by `telemetry.log`.
    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), Violation> {
        self.log_bytes = self.log_bytes.saturating_add(bytes as u64);
        if self.log_bytes > self.log_bytes_max {
            return Err(Violation::Log { limit: self.log_bytes_max });
        }
        Ok(())
    }

    pub(crate) fn take_lines(&mut self) -> Vec<(Level, String)> {
        mem::take(&mut self.lines)
    }

    /// What an instance in this one's place needs of it.
    pub(crate) fn printed(&self) -> Printed {
        Printed { log_bytes: self.log_bytes, output: self.output.clone(), error: self.error.clone() }
    }

    /// Goes on behind what another instance printed.
    pub(crate) fn go_on(&mut self, printed: Printed) {
        let Printed { log_bytes, output, error } = printed;
        (self.log_bytes, self.output, self.error) = (log_bytes, output, error);
    }

    /// Ends the lines that have no end yet.
    pub(crate) fn finish_lines(&mut self) {
        for kind in [Kind::Output, Kind::Error] {
            self.end_line(kind);
        }
    }

    /// The end of what was printed to the error output, where a panic leaves its message.
    pub(crate) fn error_tail(&self) -> &str {
        &self.error_tail
    }

    fn print(&mut self, kind: Kind, bytes: &[u8]) -> Result<(), Violation> {
        self.spend(bytes.len())?;
        for piece in bytes.split_inclusive(|&b| b == b'\n') {
            let line = match kind {
                Kind::Output => &mut self.output,
                Kind::Error => &mut self.error,
            };
            line.extend_from_slice(piece.strip_suffix(b"\n").unwrap_or(piece));
            if (piece.ends_with(b"\n") && !line.is_empty()) || line.len() > LINE_BYTES_MAX {
                self.spend(LINE_COST_BYTES)?;
                self.end_line(kind);
            }
        }
        Ok(())
    }

    fn end_line(&mut self, kind: Kind) {
        let (level, line) = match kind {
            Kind::Output => (Level::Info, &mut self.output),
            Kind::Error => (Level::Warn, &mut self.error),
        };
        if line.is_empty() {
            return;
        }
        let text = String::from_utf8_lossy(line).into_owned();
        line.clear();
        if kind == Kind::Error {
            self.error_tail.push_str(&text);
            self.error_tail.push('\n');
            let excess = self.error_tail.len().saturating_sub(TAIL_BYTES_MAX);
            let from = self.error_tail.ceil_char_boundary(excess);
            self.error_tail.drain(..from);
        }
        self.lines.push((level, text));
    }
}

/// An output stream of a guest.
pub(super) struct Printer {
    pub(super) stdio: Arc<Mutex<Stdio>>,
    pub(super) kind: Kind,
}

impl OutputStream for Printer {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        let mut stdio = self.stdio.lock().unwrap_or_else(PoisonError::into_inner);
        stdio.print(self.kind, &bytes).map_err(|violation| StreamError::Trap(violation.into()))
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(WRITE_BYTES_MAX)
    }
}

impl Pollable for Printer {
    fn ready<'s, 'f>(&'s mut self) -> Pin<Box<dyn Future<Output = ()> + Send + 'f>>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(future::ready(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_where_they_end_however_they_are_written() {
        let mut stdio = Stdio::new(1_000);
        stdio.print(Kind::Output, b"one\ntw").unwrap();
        stdio.print(Kind::Output, b"o\n\nthree").unwrap();
        stdio.finish_lines();
        let lines: Vec<String> = stdio.take_lines().into_iter().map(|(_, line)| line).collect();
        assert_eq!(lines, ["one", "two", "three"]);
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let mut stdio = Stdio::new(1 << 20);
        for _ in 0..40 {
            stdio.print(Kind::Error, &[b'x'; 1_000]).unwrap();
        }
        assert_eq!(stdio.take_lines().len(), 2);
        assert!(stdio.error_tail().len() <= TAIL_BYTES_MAX);
    }

    #[test]
    fn printing_beyond_the_limit_is_a_violation() {
        let mut stdio = Stdio::new(5);
        stdio.print(Kind::Output, b"12345").unwrap();
        assert!(matches!(stdio.print(Kind::Output, b"6"), Err(Violation::Log { limit: 5 })));
    }
}
