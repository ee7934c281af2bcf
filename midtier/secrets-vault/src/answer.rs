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

/// The token at a place. It goes into a header of requests, where not every text can stand.
pub(crate) fn token(answer: &mut Value, place: &str) -> Result<Zeroizing<String>, Failed> {
    require_token(text(answer, place, "no token")?)
}

/// A token that the store gave, where it can be one.
pub(crate) fn require_token(text: Zeroizing<String>) -> Result<Zeroizing<String>, Failed> {
    match !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(text),
        false => Err(Failed::Garbled("answers a token that can be none".to_owned())),
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_of_another_shape_is_garbled_and_breaks_nothing() {
        for mut answer in [json!([1]), json!("x"), json!({ "auth": [] }), json!({ "auth": { "client_token": 1 } })] {
            let refused = token(&mut answer, "/auth/client_token").unwrap_err();
            assert!(matches!(refused, Failed::Garbled(_)), "{refused:?}");
        }
    }

    #[test]
    fn a_token_is_what_a_header_can_hold() {
        let mut good = json!({ "auth": { "client_token": "hvs.CAES-_x" } });
        assert_eq!(token(&mut good, "/auth/client_token").unwrap().as_str(), "hvs.CAES-_x");
        for bad in ["", "hvs.\nx", "hvs.x y", "hvs.\u{e9}", "\u{7f}"] {
            let refused = require_token(Zeroizing::new(bad.to_owned())).unwrap_err();
            assert!(matches!(refused, Failed::Garbled(_)), "{bad:?}: {refused:?}");
        }
    }

    #[test]
    fn a_life_is_never_longer_than_a_clock_counts() {
        assert!(std::time::Instant::now().checked_add(lasts(u64::MAX)).is_some());
    }
}
