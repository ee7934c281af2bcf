//! What an operator may set of the store, with its defaults. The command line reads it from its own file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Length of a name in the store: of a mount, a role.
const NAME_BYTES_MAX: usize = 128;

/// Where the store is, and who Leat is there.
#[derive(Clone, Debug)]
pub struct Config {
    /// `https://vault.internal:8200`.
    pub address: String,
    /// The same as hosts reach it. Default: as `address`.
    pub address_for_hosts: Option<String>,
    /// The namespace of everything, where the store has such.
    pub namespace: Option<String>,
    /// Which AppRole logs in; no secret.
    pub role_id: String,
    /// What proves it.
    pub secret_id: SecretId,
    /// Where AppRoles are mounted. Default `approle`.
    pub login_mount: String,
    /// The role that tokens of runs are made with. Default `leat-grants`.
    pub grant_role: String,
    /// Which kind of store a mount of values is. Default: the store is asked.
    pub kv: BTreeMap<String, KvVersion>,
    /// How long one call may take. Default 10 s.
    pub timeout: Duration,
}

/// Where the secret id of the AppRole comes from. Its file is read by its owner alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretId {
    /// The file holds it, and is read anew for each login: it may be replaced while Leat runs.
    File(PathBuf),
    /// The file holds a wrapping token, which is good for one exchange: what it wraps is kept in memory.
    WrappedFile(PathBuf),
}

/// A kind of store of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KvVersion {
    /// Version 1: one value at a path.
    One,
    /// Version 2: with older values beside it; the newest is read.
    Two,
}

/// Why a configuration is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {why}")]
pub struct BadConfig {
    /// Which part.
    pub key: &'static str,
    /// What is wrong with it.
    pub why: String,
}

impl Config {
    /// A store and an AppRole; the rest as it is by default.
    pub fn new(address: impl Into<String>, role_id: impl Into<String>, secret_id: SecretId) -> Config {
        Config {
            address: address.into(),
            address_for_hosts: None,
            namespace: None,
            role_id: role_id.into(),
            secret_id,
            login_mount: "approle".to_owned(),
            grant_role: "leat-grants".to_owned(),
            kv: BTreeMap::new(),
            timeout: Duration::from_secs(10),
        }
    }

    pub(crate) fn check(&self) -> Result<(), BadConfig> {
        let bad = |key, why: &str| Err(BadConfig { key, why: why.to_owned() });
        if self.role_id.is_empty() || !self.role_id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return bad("role_id", "it is of printable ASCII characters without spaces");
        }
        if !is_path(&self.login_mount) {
            return bad("login_mount", IS_PATH);
        }
        if !is_name(&self.grant_role) {
            return bad("grant_role", IS_PATH);
        }
        if self.namespace.as_deref().is_some_and(|namespace| !is_path(namespace)) {
            return bad("namespace", IS_PATH);
        }
        if self.timeout.is_zero() {
            return bad("timeout", "a call needs some time");
        }
        Ok(())
    }
}

/// What [`is_path`] wants.
pub(crate) const IS_PATH: &str = "it is of letters, digits, `_`, `-` and `.`, with a `/` between its parts";

/// Whether a text can be a name in the store, and nothing else in an address.
pub(crate) fn is_name(text: &str) -> bool {
    let fits = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'.');
    (1..=NAME_BYTES_MAX).contains(&text.len()) && text.bytes().all(fits) && text != "." && text != ".."
}

/// Names with slashes between them.
pub(crate) fn is_path(text: &str) -> bool {
    text.len() <= 4 * NAME_BYTES_MAX && text.split('/').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::new("https://vault:8200", "role", SecretId::File("/etc/leat/secret-id".into()))
    }

    #[test]
    fn nothing_of_a_configuration_can_lead_elsewhere_in_the_store() {
        assert_eq!(config().check(), Ok(()));
        for bad in ["", "a b", "../sys", "a//b", "/a", "a/", "a?b", "a#b", "%2e"] {
            let error = Config { login_mount: bad.to_owned(), ..config() }.check().unwrap_err();
            assert_eq!(error.key, "login_mount", "{bad}");
            assert!(Config { grant_role: bad.to_owned(), ..config() }.check().is_err(), "{bad}");
        }
        assert_eq!(Config { login_mount: "team/approle".to_owned(), ..config() }.check(), Ok(()));
        assert!(Config { role_id: "a\nb".to_owned(), ..config() }.check().is_err());
    }
}
