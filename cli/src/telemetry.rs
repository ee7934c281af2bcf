//! What Leat's own parts warn of, on standard error. A worker's lines end up as warnings in its run's report.

use tracing_subscriber::filter::LevelFilter;

/// Shows warnings and errors, one plain line each.
pub(crate) fn start() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(LevelFilter::WARN)
        .without_time()
        .with_target(false)
        .with_ansi(false)
        .init();
}
