//! What Leat's own parts say on standard error: warnings and errors, of services also what changes. A worker's lines end
//! up as warnings in its run's report.

use tracing_subscriber::filter::LevelFilter;

/// Shows warnings and errors, one plain line each.
pub(crate) fn start_quiet() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(LevelFilter::WARN)
        .without_time()
        .with_target(false)
        .with_ansi(false)
        .init();
}

/// Shows what changes too, each line with its time.
pub(crate) fn start_service() {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(LevelFilter::INFO)
        .with_target(false)
        .with_ansi(false)
        .init();
}
