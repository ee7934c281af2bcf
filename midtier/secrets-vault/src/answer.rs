//! Parts of the store's answers. What cannot be read is told by what it is, and never by what it holds.

use std::time::Duration;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::failed::Failed;

/// No life is longer: the store could say a number of seconds that no clock reaches, and who adds it to a time would fail.
const LIFE_SECONDS_MAX: u64 = 1_000 * 366 * 86_400;

/// The text at a place, as `/data/username`, taken out of the answer so that no copy of it stays there.
pub(crate) fn text(answer: &mut Value, place: &str, without: &str) -> Result<Zeroizing<String>, Failed> {
    match answer.pointer_mut(place).map(Value::take) {
        Some(Value::String(text)) => Ok(Zeroizing::new(text)),
        _ => Err(Failed::Garbled(format!("answers {without}"))),
    }
}

/// Seconds.
pub(crate) fn seconds(value: &Value, without: &str) -> Result<Duration, Failed> {
    value.as_u64().map(lasts).ok_or_else(|| Failed::Garbled(format!("answers {without}")))
}

/// A time of so many seconds, or of as many as a clock can count.
pub(crate) fn lasts(seconds: u64) -> Duration {
    Duration::from_secs(seconds.min(LIFE_SECONDS_MAX))
}

/// How long the store is asked for, in its words.
pub(crate) fn span(life: Duration) -> String {
    format!("{}s", life.as_secs().max(1))
}
