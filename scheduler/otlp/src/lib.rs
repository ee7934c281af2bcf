//! Spans to a collector, over OpenTelemetry's protocol (OTLP) by gRPC.
//!
//! The command line starts an [`Exporter`] and gives its [`Exporter::spans`] to whoever makes spans. OpenTelemetry's types
//! end in here. A collector that is away, slow or full never holds anybody up: what there is no room for is dropped,
//! counted, and said once.

mod convert;
mod exporter;
mod queue;
mod way;

pub use exporter::{Config, Exporter, OtlpError};
