//! Logins of people: the port to the providers that know them, and what the midtier has to be told for it.
//!
//! A provider says who somebody is. What they may do is decided of their account and groups, as for everybody; what they hold
//! afterwards is a token as any other, in a cookie or in a file. What is done when somebody logs in stands in `api/logins.rs`.

mod held;
mod provider;

use std::sync::Arc;
use std::time::Duration;

use axum::http::Uri;

pub(crate) use held::{Goal, Held, code_of, is_digest_of};
pub use provider::{Answered, Begun, DeviceBegun, Kept, Person, Polled, Provider, ProviderError};

/// How many groups somebody may be in.
pub const GROUPS_MAX: usize = 500;

/// How long a login holds unless the configuration says otherwise.
const LIFE_DEFAULT: Duration = Duration::from_secs(12 * 3600);

/// How people log in here. The default is not at all.
#[derive(Clone, Default)]
pub struct Logins {
    url: String,
    providers: Vec<Arc<dyn Provider>>,
    life: Option<Duration>,
}

impl Logins {
    /// Logins through these providers, at the address that browsers know this installation by. `life` is how long one holds;
    /// nothing for 12 hours.
    ///
    /// # Errors
    /// In words, where the address or a provider's name cannot be.
    pub fn new(url: &str, providers: Vec<Arc<dyn Provider>>, life: Option<Duration>) -> Result<Self, String> {
        let url = origin(url)?;
        for (place, provider) in providers.iter().enumerate() {
            let name = provider.name();
            if name.is_empty()
                || name.len() > 40
                || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            {
                return Err(format!(
                    "no login provider can be called `{name}`: 1 to 40 of a–z, 0–9 and - were expected"
                ));
            }
            if providers[..place].iter().any(|other| other.name() == name) {
                return Err(format!("there are two login providers called `{name}`"));
            }
        }
        Ok(Logins { url, providers, life })
    }

    /// The address that browsers know this installation by, without a slash at its end: scheme, host and port alone.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn providers(&self) -> &[Arc<dyn Provider>] {
        &self.providers
    }

    pub(crate) fn provider(&self, name: &str) -> Option<&Arc<dyn Provider>> {
        self.providers.iter().find(|provider| provider.name() == name)
    }

    pub(crate) fn life(&self) -> Duration {
        self.life.unwrap_or(LIFE_DEFAULT)
    }

    /// Whether browsers speak to this installation over TLS.
    pub(crate) fn is_secure(&self) -> bool {
        self.url.starts_with("https://")
    }
}

/// An address that is nothing but an origin: what cookies and redirects are safe at.
fn origin(url: &str) -> Result<String, String> {
    let bad =
        || format!("login.url = \"{url}\": https://HOST was expected, or http:// on this machine, without a path");
    let parsed: Uri = url.trim_end_matches('/').parse().map_err(|_| bad())?;
    let host = parsed.host().ok_or_else(bad)?;
    let local = ["127.0.0.1", "localhost", "[::1]"].contains(&host);
    let plain = parsed.path_and_query().is_none_or(|path| path.as_str() == "/");
    let user = parsed.authority().is_some_and(|authority| authority.as_str().contains('@'));
    match parsed.scheme_str() {
        Some("https") if plain && !user => {}
        Some("http") if plain && !user && local => {}
        _ => return Err(bad()),
    }
    Ok(url.trim_end_matches('/').to_ascii_lowercase())
}

/// Whether a browser may be sent here after a login: a path of this installation, and no way to lead it elsewhere.
pub(crate) fn is_local_path(path: &str) -> bool {
    const BYTES_MAX: usize = 1_000;
    path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= BYTES_MAX
        && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_sent_to_paths_of_this_installation_alone() {
        for good in ["/", "/login", "/api/v1/runs?state=queued", "/a//b"] {
            assert!(is_local_path(good), "{good}");
        }
        let long = format!("/{}", "a".repeat(1_000));
        let bad = [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "evil",
            "/a\r\nset-cookie: b",
            "/\t/evil.example",
            "javascript:alert(1)",
            " /",
            &long,
        ];
        for bad in bad {
            assert!(!is_local_path(bad), "{bad:?}");
        }
    }

    #[test]
    fn an_installation_is_known_by_an_origin() {
        assert_eq!(origin("https://Leat.example.com/"), Ok("https://leat.example.com".to_owned()));
        assert_eq!(origin("http://127.0.0.1:7700"), Ok("http://127.0.0.1:7700".to_owned()));
        for bad in [
            "http://leat.example.com",
            "https://leat.example.com/a",
            "leat",
            "",
            "https://ada@leat.example.com",
            "https://a?b",
        ] {
            assert!(origin(bad).unwrap_err().contains("login.url"), "{bad}");
        }
    }
}
