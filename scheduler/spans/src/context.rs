//! Which span of which trace, and how that is written: <https://www.w3.org/TR/trace-context/>, `traceparent`.

use std::fmt;
use std::num::{NonZeroU64, NonZeroU128};

/// Which trace; the same for all of its spans, wherever they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId(pub NonZeroU128);

/// Which span of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanId(pub NonZeroU64);

/// A span, for those that are to belong to it. Written and parsed as the value of `traceparent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanContext {
    /// Its trace.
    pub trace: TraceId,
    /// The span itself.
    pub span: SpanId,
    /// Whether the trace is recorded. Where not, what belongs to it is not recorded either.
    pub sampled: bool,
}

/// Version, trace, span and flags of version 00, with the hyphens between them.
const LENGTH: usize = 55;
const SAMPLED: u8 = 1;

impl SpanContext {
    /// Reads a `traceparent`. Nothing where it is none: whoever sends garbage begins a trace of its own. Of versions to come
    /// it reads what this one has, as the recommendation says.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let known = bytes.get(..LENGTH)?;
        let version = hex(&known[..2])?;
        let is_whole = match version {
            0 => bytes.len() == LENGTH,
            0xff => false,
            _ => bytes.get(LENGTH).is_none_or(|next| *next == b'-'),
        };
        if !is_whole || [2, 35, 52].iter().any(|hyphen| known[*hyphen] != b'-') {
            return None;
        }
        let span = u64::try_from(hex(&known[36..52])?).ok()?;
        let flags = u8::try_from(hex(&known[53..55])?).ok()?;
        Some(SpanContext {
            trace: TraceId(NonZeroU128::new(hex(&known[3..35])?)?),
            span: SpanId(NonZeroU64::new(span)?),
            sampled: flags & SAMPLED != 0,
        })
    }
}

/// Lower-case digits alone: upper-case ones are not allowed here.
fn hex(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number: u128, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(value))
    })
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Display for SpanContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace, self.span, u8::from(self.sampled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_is_read_and_written_as_the_recommendation_has_it() {
        let context = SpanContext::parse(EXAMPLE).unwrap();
        assert_eq!(context.trace.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(context.span.to_string(), "00f067aa0ba902b7");
        assert!(context.sampled);
        assert_eq!(context.to_string(), EXAMPLE);
        let unsampled = EXAMPLE.replace("-01", "-00");
        assert_eq!(SpanContext::parse(&unsampled).map(|context| context.to_string()), Some(unsampled));
    }

    #[test]
    fn what_a_later_version_adds_is_left_out() {
        let context = SpanContext::parse(EXAMPLE);
        assert_eq!(SpanContext::parse(&format!("cc{}-what-follows", &EXAMPLE[2..])), context);
        assert_eq!(SpanContext::parse(&format!("cc{}", &EXAMPLE[2..])), context);
        assert_eq!(SpanContext::parse(&format!("cc{}.what", &EXAMPLE[2..])), None);
    }

    #[test]
    fn garbage_is_no_context() {
        let zeros = "0".repeat(32);
        let odd = [
            String::new(),
            "00".to_owned(),
            EXAMPLE.to_uppercase(),
            format!("{EXAMPLE}-more"),
            format!("ff{}", &EXAMPLE[2..]),
            format!("00-{zeros}-00f067aa0ba902b7-01"),
            EXAMPLE.replace("00f067aa0ba902b7", &zeros[..16]),
            EXAMPLE.replace("-00f0", "_00f0"),
            EXAMPLE.replace("4bf9", "4bg9"),
            EXAMPLE.replace("4bf9", "4b\u{fc}9"),
            "ü".repeat(40),
            "x".repeat(10_000),
        ];
        for text in odd {
            assert_eq!(SpanContext::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn fuzzed_headers_are_contexts_or_nothing() {
        let good = [
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        ];
        leat_fuzzing::Fuzz::new("traceparent", leat_fuzzing::Shape::Text, good).run(|bytes| {
            let Some(context) = std::str::from_utf8(bytes).ok().and_then(SpanContext::parse) else { return false };
            assert_eq!(SpanContext::parse(&context.to_string()), Some(context));
            true
        });
    }
}
