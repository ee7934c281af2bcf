//! The service as its clients see it: a real one on a port of its own.

#[expect(clippy::unwrap_used, reason = "a test that cannot go on must stop where it is")]
mod support;

mod runs;
mod sessions;
