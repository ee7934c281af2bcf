//! What a provider is made of, as the configuration says it, and what is wrong with that.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use openidconnect::core::CoreJwsSigningAlgorithm;
use reqwest::Url;

use crate::claims::ClaimRules;

/// The names of the signatures that are believed unless the configuration names some of them alone. Each is of a key pair: what is
/// signed with a shared secret, or not at all, is never believed.
pub(crate) const ALGORITHMS: [&str; 9] =
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];

/// A provider of OpenID Connect.
pub struct OidcConfig {
    /// What it is called here; it stands in addresses.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Its issuer identifier: `https://` (or `http://` on this machine), exactly as it writes it.
    pub issuer: String,
    /// Who Leat is to it.
    pub client_id: String,
    /// What Leat proves that with; nothing for a public client.
    pub client_secret: Option<String>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Which signatures are believed; none for all of RS, PS, ES and EdDSA.
    pub algorithms: Vec<String>,
    /// How its claims become an account and groups.
    pub claims: ClaimRules,
    /// Bounds.
    pub limits: Limits,
}

/// GitHub, or an installation of GitHub Enterprise.
pub struct GithubConfig {
    /// What it is called here; it stands in addresses.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Where its pages are: `https://github.com`.
    pub pages: String,
    /// Where its API is: `https://api.github.com`.
    pub api: String,
    /// Who Leat is to it.
    pub client_id: String,
    /// What Leat proves that with.
    pub client_secret: String,
    /// Whether teams are groups (`organisation/team`) beside organisations.
    pub teams: bool,
    /// How what it tells becomes an account and groups. Somebody is let in only with one of [`ClaimRules::admitted`].
    pub claims: ClaimRules,
    /// Bounds.
    pub limits: Limits,
}

/// How much a provider may answer, and how long it may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// One answer of it, from the connection to the last byte. The default is 10 s.
    pub answer_within: Duration,
    /// One answer of it, bytes. The default is 1 MiB.
    pub answer_bytes_max: usize,
    /// How long what it says of itself and its keys are used before they are asked for again. The default is an hour.
    pub kept_for: Duration,
    /// How soon its keys are asked for again where a token is signed with one that is not among them. The default is half a minute.
    pub keys_again_after: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            answer_within: Duration::from_secs(10),
            answer_bytes_max: 1 << 20,
            kept_for: Duration::from_secs(3600),
            keys_again_after: Duration::from_secs(30),
        }
    }
}

/// What is wrong with a provider's configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// An address cannot be one of a provider.
    #[error(
        "login provider `{provider}`: {key} = \"{value}\" is no address of a provider: https:// was expected, or http:// on this machine"
    )]
    Address {
        /// The provider.
        provider: String,
        /// The key.
        key: &'static str,
        /// What stands there.
        value: String,
    },
    /// Something is missing, or none of what may stand there.
    #[error("login provider `{provider}`: {what}")]
    Value {
        /// The provider.
        provider: String,
        /// What is wrong, and what was expected.
        what: String,
    },
    /// No HTTP client can be made.
    #[error("login provider `{provider}`: cannot make an HTTP client")]
    Client {
        /// The provider.
        provider: String,
        /// Why not.
        #[source]
        source: reqwest::Error,
    },
}

impl ConfigError {
    pub(crate) fn value(provider: &str, what: impl Into<String>) -> Self {
        ConfigError::Value { provider: provider.to_owned(), what: what.into() }
    }
}

/// An address that a provider may have: nothing that is said there can be read or changed on the way.
pub(crate) fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let safe = match url.scheme() {
        "https" => true,
        "http" => url.host_str().is_some_and(is_this_machine),
        _ => false,
    };
    (safe && url.host_str().is_some() && url.username().is_empty() && url.password().is_none()).then_some(url)
}

fn is_this_machine(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The signatures that are believed, by their names.
pub(crate) fn algorithms(provider: &str, names: &[String]) -> Result<Vec<CoreJwsSigningAlgorithm>, ConfigError> {
    let known = |name: &str| {
        let algorithm = serde_json::from_value(serde_json::Value::from(name)).ok();
        algorithm.filter(|_| ALGORITHMS.contains(&name)).ok_or_else(|| {
            let may = ALGORITHMS.join(", ");
            ConfigError::value(provider, format!("algorithms holds `{name}`, which is none of {may}"))
        })
    };
    match names {
        [] => ALGORITHMS.iter().map(|name| known(name)).collect(),
        some => some.iter().map(|name| known(name)).collect(),
    }
}

impl fmt::Debug for OidcConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcConfig").field("name", &self.name).field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl fmt::Debug for GithubConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GithubConfig").field("name", &self.name).field("pages", &self.pages).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_spoken_to_where_nobody_reads_along() {
        for good in ["https://id.example.com", "http://127.0.0.1:8200/v1", "http://[::1]:1/", "http://localhost:80/"] {
            assert!(address(good).is_some(), "{good}");
        }
        let bad = [
            "http://id.example.com",
            "ftp://id.example.com",
            "id.example.com",
            "https://ada:pw@id.example.com",
            "http://127.0.0.1.evil.example/",
            "",
        ];
        for bad in bad {
            assert!(address(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn no_signature_is_believed_that_anybody_could_make() {
        for bad in ["none", "HS256", "HS384", "HS512", "rs256", ""] {
            let refused = algorithms("corp", &[bad.to_owned()]).unwrap_err().to_string();
            assert!(refused.contains(&format!("`{bad}`")) && refused.contains("RS256"), "{refused}");
        }
        assert_eq!(algorithms("corp", &[]).unwrap().len(), ALGORITHMS.len());
        let one = algorithms("corp", &["ES256".to_owned()]).unwrap();
        assert_eq!(one, [CoreJwsSigningAlgorithm::EcdsaP256Sha256]);
    }
}
