//! What was done from when to when, as spans of one distributed trace: a run's goes from its submit to the last batch of its
//! nodes, over the command line, the midtier, the scheduler and the hosts.
//!
//! Those make spans with a [`Recorder`], and hand the [`SpanContext`] of one on to whoever does what belongs to it, as W3C's
//! `traceparent`. Where spans go is not known here: whoever wires the program gives a [`Spans`], or none, and then a span costs
//! nothing. No I/O, no clock of its own, and none of OpenTelemetry's types.

mod context;
mod recorder;
mod span;

pub use context::{SpanContext, SpanId, TraceId};
pub use recorder::{OpenSpan, Recorder};
pub use span::{Kind, Span, Spans, Value};
