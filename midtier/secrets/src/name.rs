//! What a process calls a secret: an identifier of its stream file.

use std::fmt;
use std::str::FromStr;

/// Length of a name.
const NAME_BYTES_MAX: usize = 128;

/// What a stream file calls a secret, and a node asks for it by: a letter or `_`, then letters, digits and `_`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretName(Box<str>);

/// A text that is no name of a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a secret's name is a letter or `_`, then letters, digits and `_`, {NAME_BYTES_MAX} bytes at most; where it lies is another thing, as \
     `kv/risk/warehouse#password`"
)]
pub struct BadName;

impl SecretName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecretName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let first = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        let rest = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if first && rest && text.len() <= NAME_BYTES_MAX { Ok(SecretName(text.into())) } else { Err(BadName) }
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_an_identifier_of_the_stream_file() {
        for good in ["pg_password", "_x", "P1"] {
            assert_eq!(good.parse::<SecretName>().unwrap().as_str(), good);
        }
        for bad in ["", "1a", "a-b", "kv/a#b", "é", "a b", &"a".repeat(129)] {
            assert_eq!(bad.parse::<SecretName>(), Err(BadName), "{bad}");
        }
    }
}
