//! A grant: the right to exactly some secrets, for one run on one host, for a time.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::{SecretPath, SecretValue};

/// Length of an id.
const ID_BYTES_MAX: usize = 256;

/// What a grant is renewed and revoked by. It is no secret (of Vault's token, the accessor) and may be written down: with it
/// nothing can be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantId(Box<str>);

/// A text that can be no grant's id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a grant's id is of printable ASCII characters without spaces, 1 to {ID_BYTES_MAX} of them")]
pub struct BadGrantId;

impl GrantId {
    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for GrantId {
    type Err = BadGrantId;

    fn from_str(text: &str) -> Result<Self, BadGrantId> {
        let fits = (1..=ID_BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits { Ok(GrantId(text.into())) } else { Err(BadGrantId) }
    }
}

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The right to exactly the paths that were asked for. It goes to one host, which redeems it ([`crate::Redeem`]).
#[derive(Clone, Debug)]
pub struct Grant {
    /// What it is renewed and revoked by.
    pub id: GrantId,
    /// How it is redeemed.
    pub ticket: Ticket,
    /// How long it holds from when it was given: what the store gave, which may be less than what was asked for.
    pub life: Duration,
}

/// How a grant is redeemed.
#[derive(Clone, Debug)]
pub enum Ticket {
    /// A token that is good for one exchange: the store hands the real one to who comes first, and a second to come learns that somebody
    /// was there. Whoever only saw it pass holds nothing.
    Wrapped {
        /// Where the store is, as a host reaches it.
        address: String,
        /// The token.
        token: SecretValue,
    },
    /// The values themselves, of a store that has no address (the one in a file). They may go to a process of the same machine
    /// and nowhere else.
    Values(Vec<(SecretPath, SecretValue)>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_never_printed_with_what_it_is_worth() {
        let token = SecretValue::new(b"s.canary".to_vec()).unwrap();
        let wrapped = Ticket::Wrapped { address: "http://127.0.0.1:8200".into(), token: token.clone() };
        let values = Ticket::Values(vec![("kv/a#b".parse().unwrap(), token)]);
        for ticket in [wrapped, values] {
            let grant = Grant { id: "accessor".parse().unwrap(), ticket, life: Duration::from_secs(1) };
            assert!(!format!("{grant:?}").contains("canary"));
        }
    }

    #[test]
    fn an_id_is_one_printable_word() {
        assert!("hvs.accessor-1/x".parse::<GrantId>().is_ok());
        for bad in ["", "a b", "a\n", "é", &"a".repeat(257)] {
            assert_eq!(bad.parse::<GrantId>(), Err(BadGrantId));
        }
    }
}
