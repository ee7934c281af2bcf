//! Parts of the store's answers. What cannot be read is told by what it is, and never by what it holds.

use std::time::Duration;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::failed::Failed;

/// A text, taken out of the answer so that no copy of it stays there.
pub(crate) fn text(value: &mut Value, without: &str) -> Result<Zeroizing<String>, Failed> {
    match value.take() {
        Value::String(text) => Ok(Zeroizing::new(text)),
        _ => Err(Failed::Garbled(format!("answers {without}"))),
    }
}

/// Seconds.
pub(crate) fn seconds(value: &Value, without: &str) -> Result<Duration, Failed> {
    value.as_u64().map(Duration::from_secs).ok_or_else(|| Failed::Garbled(format!("answers {without}")))
}

/// How long the store is asked for, in its words.
pub(crate) fn span(life: Duration) -> String {
    format!("{}s", life.as_secs().max(1))
}
