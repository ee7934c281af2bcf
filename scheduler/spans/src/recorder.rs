//! Makes spans: gives them their ids and times, and hands them on when they end.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::num::{NonZeroU64, NonZeroU128};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::context::{SpanContext, SpanId, TraceId};
use crate::span::{Kind, Span, Spans, Value};

/// Makes spans, or none: the default one records nothing, and passes on what it is given.
#[derive(Clone, Default)]
pub struct Recorder(Option<Arc<Inner>>);

struct Inner {
    clock: Box<dyn Fn() -> i64 + Send + Sync>,
    spans: Arc<dyn Spans>,
    /// Keys from the operating system's randomness: a hash of what was never hashed before cannot be guessed.
    keys: RandomState,
    ids: AtomicU64,
}

/// A span that has not ended. It ends when it is dropped, if not before.
#[must_use = "a span that is dropped at once has no length"]
pub struct OpenSpan {
    inner: Option<Arc<Inner>>,
    span: Option<Span>,
    context: Option<SpanContext>,
}

impl Recorder {
    /// Records into `spans`. `clock` answers the time in microseconds since 1970-01-01T00:00:00Z.
    pub fn new(clock: impl Fn() -> i64 + Send + Sync + 'static, spans: Arc<dyn Spans>) -> Self {
        Recorder(Some(Arc::new(Inner {
            clock: Box::new(clock),
            spans,
            keys: RandomState::new(),
            ids: AtomicU64::new(0),
        })))
    }

    /// Whether anything is recorded.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// A span begins now. Without a parent it is the first of a trace; with one whose trace is not recorded it is not
    /// recorded either.
    pub fn begin(&self, name: impl Into<String>, kind: Kind, parent: Option<SpanContext>) -> OpenSpan {
        let start_us = self.0.as_ref().map_or(0, |inner| (inner.clock)());
        self.begin_at(name, kind, parent, start_us)
    }

    /// A span that has begun at this time.
    pub fn begin_at(
        &self,
        name: impl Into<String>,
        kind: Kind,
        parent: Option<SpanContext>,
        start_us: i64,
    ) -> OpenSpan {
        let inner = self.0.as_ref().filter(|_| parent.is_none_or(|parent| parent.sampled));
        let Some(inner) = inner else { return OpenSpan { inner: None, span: None, context: parent } };
        let trace = parent.map_or_else(|| inner.trace(), |parent| parent.trace);
        let context = SpanContext { trace, span: SpanId(inner.id()), sampled: true };
        let span = Span {
            context,
            parent: parent.map(|parent| parent.span),
            name: name.into(),
            kind,
            start_us,
            end_us: start_us,
            attributes: Vec::new(),
            error: None,
        };
        OpenSpan { inner: Some(Arc::clone(inner)), span: Some(span), context: Some(context) }
    }
}

impl Inner {
    fn id(&self) -> NonZeroU64 {
        loop {
            let count = self.ids.fetch_add(1, Ordering::Relaxed);
            if let Some(id) = NonZeroU64::new(self.keys.hash_one(count)) {
                return id;
            }
        }
    }

    fn trace(&self) -> TraceId {
        let (high, low) = (self.id(), self.id());
        TraceId(NonZeroU128::from(high) | u128::from(low.get()) << 64)
    }
}

impl OpenSpan {
    /// What those refer to that belong to it. Where it is not recorded, that is what it would have belonged to itself.
    pub fn context(&self) -> Option<SpanContext> {
        self.context
    }

    /// When it began, microseconds since 1970-01-01T00:00:00Z; nothing where it is not recorded.
    pub fn start_us(&self) -> Option<i64> {
        self.span.as_ref().map(|span| span.start_us)
    }

    /// Adds what else is known of it.
    pub fn set(&mut self, name: &'static str, value: impl Into<Value>) {
        if let Some(span) = &mut self.span {
            span.attributes.push((name, value.into()));
        }
    }

    /// What it is about has failed.
    pub fn fail(&mut self, why: impl Into<String>) {
        if let Some(span) = &mut self.span {
            span.error = Some(why.into());
        }
    }

    /// It ends now.
    pub fn end(self) {}

    /// It has ended at this time, or when it began where that is later: clocks of two machines may disagree.
    pub fn end_at(mut self, end_us: i64) {
        self.hand_on(|_| end_us);
    }

    fn hand_on(&mut self, end_us: impl FnOnce(&Inner) -> i64) {
        if let (Some(inner), Some(span)) = (&self.inner, self.span.take()) {
            let end_us = end_us(inner).max(span.start_us);
            inner.spans.take(Span { end_us, ..span });
        }
    }
}

impl Drop for OpenSpan {
    fn drop(&mut self) {
        self.hand_on(|inner| (inner.clock)());
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Recorder(on)" } else { "Recorder(off)" })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Taken(Mutex<Vec<Span>>);

    impl Spans for Taken {
        fn take(&self, span: Span) {
            self.0.lock().unwrap().push(span);
        }
    }

    fn recorder() -> (Recorder, Arc<Taken>) {
        let (taken, clock) = (Arc::<Taken>::default(), AtomicU64::new(100));
        let now = move || i64::try_from(clock.fetch_add(1, Ordering::Relaxed)).unwrap();
        (Recorder::new(now, taken.clone()), taken)
    }

    #[test]
    fn spans_belong_to_their_parents_and_end_after_they_begin() {
        let (recorder, taken) = recorder();
        let mut first = recorder.begin("submit", Kind::Internal, None);
        first.set("run.id", "r1");
        let mut second = recorder.begin_at("schedule", Kind::Internal, first.context(), 7);
        second.fail("no host");
        second.end_at(3);
        first.end();
        let spans = taken.0.lock().unwrap();
        let [second, first] = spans.as_slice() else { panic!("{spans:?}") };
        assert_eq!((first.parent, first.start_us, first.end_us), (None, 100, 101));
        assert_eq!(first.attributes, [("run.id", Value::Text("r1".to_owned()))]);
        assert_eq!((second.parent, second.start_us, second.end_us), (Some(first.context.span), 7, 7));
        assert_eq!((second.context.trace, second.error.as_deref()), (first.context.trace, Some("no host")));
    }

    #[test]
    fn who_records_nothing_passes_on_what_it_was_given() {
        let given = SpanContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        assert_eq!(Recorder::default().begin("x", Kind::Server, given).context(), given);
        assert_eq!(Recorder::default().begin("x", Kind::Server, None).context(), None);
    }

    #[test]
    fn what_belongs_to_an_unrecorded_trace_is_not_recorded() {
        let (recorder, taken) = recorder();
        let given = SpanContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
        let span = recorder.begin("x", Kind::Server, given);
        assert_eq!(span.context(), given);
        drop(span);
        assert!(taken.0.lock().unwrap().is_empty());
    }

    #[test]
    fn no_id_comes_twice() {
        let (recorder, taken) = recorder();
        for _ in 0..1_000 {
            recorder.begin("x", Kind::Internal, None).end();
        }
        let spans = taken.0.lock().unwrap();
        let ids: BTreeSet<_> = spans.iter().map(|span| (span.context.trace, span.context.span)).collect();
        let traces: BTreeSet<_> = spans.iter().map(|span| span.context.trace).collect();
        assert_eq!((ids.len(), traces.len()), (1_000, 1_000));
    }
}
