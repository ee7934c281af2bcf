//! Why a call to the store came to nothing, before it is told in the words of whoever asked.

use leat_secrets::{SecretError, SecretPath};
use vaultrs::error::ClientError;

/// How much of the store's own words is told.
const SAYS_BYTES_MAX: usize = 300;

/// Why a call came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failed {
    /// The store could not be reached, is sealed, or cannot serve now.
    Away(String),
    /// The store says no.
    Refused {
        status: u16,
        /// In its own words, made harmless.
        says: String,
    },
    /// What was to be asked with cannot be: the file of a secret id, a lease that is at its end.
    Unfit(String),
    /// It answers what cannot be read.
    Garbled(String),
}

impl Failed {
    /// What a status and the store's words for it mean.
    pub(crate) fn of(status: u16, errors: &[String]) -> Failed {
        let says = harmless(&errors.join("; "));
        match status {
            503 => Failed::Away(format!(
                "it answers 503: {}",
                if says.is_empty() { "it is sealed, or overloaded" } else { &says }
            )),
            300..400 => Failed::Away(format!(
                "it answers {status} and sends to another server, which is not followed: name that one"
            )),
            400..=499 if !matches!(status, 412 | 429 | 472 | 473) => Failed::Refused { status, says },
            _ => Failed::Away(format!("it answers {status}{}{says}", if says.is_empty() { "" } else { ": " })),
        }
    }

    /// Whether the store knows the token, accessor or lease no more that was named in the request's body.
    pub(crate) fn is_unknown(&self) -> bool {
        let Failed::Refused { says, .. } = self else { return false };
        [
            "invalid accessor",
            "token not found",
            "bad token",
            "invalid token",
            "lease not found",
            "invalid lease",
            "lease is not renewable",
        ]
        .iter()
        .any(|sign| says.contains(sign))
    }

    /// Told by whoever wanted to do `what`.
    pub(crate) fn doing(self, what: &str, store: &str) -> SecretError {
        match self {
            Failed::Away(why) => SecretError::Unreachable { store: store.to_owned(), why },
            Failed::Refused { status: 403, says } => {
                let why = format!(
                    "{store} does not allow it ({says}); whoever keeps the store's policies has to allow it to Leat's role"
                );
                SecretError::Invalid { what: what.to_owned(), why }
            }
            Failed::Unfit(why) => SecretError::Invalid { what: what.to_owned(), why },
            Failed::Refused { status, says } => {
                SecretError::Invalid { what: what.to_owned(), why: format!("{store} answers {status}: {says}") }
            }
            Failed::Garbled(why) => SecretError::Invalid { what: what.to_owned(), why: format!("{store} {why}") },
        }
    }

    /// Told by whoever wanted to read a path.
    pub(crate) fn reading(self, path: &SecretPath, store: &str) -> SecretError {
        match self {
            Failed::Refused { status: 404, .. } => SecretError::Missing { path: path.clone() },
            Failed::Refused { status: 403, .. } => SecretError::Denied { path: path.clone() },
            other => other.doing(path.as_str(), store),
        }
    }
}

impl From<reqwest::Error> for Failed {
    fn from(error: reqwest::Error) -> Failed {
        Failed::Away(chain(&error.without_url()))
    }
}

impl From<ClientError> for Failed {
    fn from(error: ClientError) -> Failed {
        if let ClientError::APIError { code, errors } = &error {
            return Failed::of(*code, errors);
        }
        // What the network says may be told. What says why an answer could not be read may quote it, and is not.
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            if inner.is::<reqwest::Error>() {
                return Failed::Away(chain(inner.source().unwrap_or(inner)));
            }
            cause = inner.source();
        }
        Failed::Garbled("answers what cannot be read; is it a Vault?".to_owned())
    }
}

/// An error and what it comes from, without what is said twice.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    harmless(&text)
}

/// On one line, bounded, and nothing in it that a terminal obeys.
pub(crate) fn harmless(text: &str) -> String {
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    let end = (0..=SAYS_BYTES_MAX.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text[..end].escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_cannot_serve_is_away_and_one_that_says_no_is_not() {
        for status in [301, 307, 412, 429, 472, 473, 500, 502, 503] {
            assert!(matches!(Failed::of(status, &[]), Failed::Away(_)), "{status}");
        }
        for status in [400, 403, 404, 405] {
            assert!(matches!(Failed::of(status, &[]), Failed::Refused { .. }), "{status}");
        }
        let sealed = Failed::of(503, &["Vault is sealed".to_owned()]).doing("a grant", "vault at http://v:1");
        assert_eq!(
            sealed.to_string(),
            "secret store unreachable: vault at http://v:1: it answers 503: Vault is sealed"
        );
    }

    #[test]
    fn what_the_store_says_cannot_forge_a_line_of_a_log() {
        let says = harmless("a\nERROR forged \u{1b}[31m\r\n  b");
        assert_eq!(says, "a ERROR forged \\u{1b}[31m b");
        assert!(harmless(&"é".repeat(1_000)).len() <= SAYS_BYTES_MAX);
    }
}
