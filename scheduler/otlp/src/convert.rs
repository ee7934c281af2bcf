//! A span in OpenTelemetry's words.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use leat_spans::{Kind, Span, SpanContext, SpanId, Value};
use opentelemetry::trace::{SpanContext as OtelContext, SpanKind, Status, TraceFlags, TraceState};
use opentelemetry::{Array, InstrumentationScope, KeyValue, StringValue, Value as OtelValue};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};

/// A span, told by this part of the program.
pub(crate) fn span(span: Span, scope: &InstrumentationScope) -> SpanData {
    let Span { context, parent, name, kind, start_us, end_us, attributes, error } = span;
    SpanData {
        span_context: self::context(context),
        parent_span_id: parent.map_or(opentelemetry::SpanId::INVALID, span_id),
        parent_span_is_remote: kind != Kind::Internal,
        span_kind: match kind {
            Kind::Internal => SpanKind::Internal,
            Kind::Server => SpanKind::Server,
            Kind::Consumer => SpanKind::Consumer,
        },
        name: Cow::Owned(name),
        start_time: time(start_us),
        end_time: time(end_us),
        attributes: attributes.into_iter().map(|(name, value)| KeyValue::new(name, self::value(value))).collect(),
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: error.map_or(Status::Unset, Status::error),
        instrumentation_scope: scope.clone(),
    }
}

fn context(context: SpanContext) -> OtelContext {
    let trace = opentelemetry::TraceId::from_bytes(context.trace.0.get().to_be_bytes());
    let flags = if context.sampled { TraceFlags::SAMPLED } else { TraceFlags::NOT_SAMPLED };
    OtelContext::new(trace, span_id(context.span), flags, false, TraceState::NONE)
}

fn span_id(id: SpanId) -> opentelemetry::SpanId {
    opentelemetry::SpanId::from_bytes(id.0.get().to_be_bytes())
}

/// Times before 1970 are no times of a span.
fn time(micros: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

fn value(value: Value) -> OtelValue {
    match value {
        Value::Text(text) => text.into(),
        Value::Number(number) => number.into(),
        Value::Measure(measure) => measure.into(),
        Value::Texts(texts) => {
            OtelValue::Array(Array::String(texts.into_iter().map(StringValue::from).collect::<Vec<_>>()))
        }
    }
}
