//! The port `Identities`: who a token stands for; and the adapter for tokens that are written in the configuration.

use std::collections::HashMap;

use async_trait::async_trait;
use leat_bundle::Digest;
use leat_scheduler::model::HostId;

/// Someone who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Their name, as it stands in causes of changes.
    pub user: String,
    /// Whose runs they see, unless they are an administrator.
    pub group: String,
    /// What they may do.
    pub role: Role,
}

/// What a caller may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Admin,
    /// Submit runs, see and end those of their group, put risk objects, look at hosts.
    User,
    /// Speak for this host, and read and write contents.
    Host(HostId),
}

/// Knows who a token stands for.
#[async_trait]
pub trait Identities: Send + Sync {
    /// Who may use this token; nothing for one that is unknown, has expired or was taken back.
    async fn of_token(&self, token: &str) -> Option<Caller>;
}

/// Tokens of the configuration, which knows them by their SHA-256 alone. Because digests are looked up and no tokens are
/// compared, how long an answer takes says nothing about how much of a token was right.
#[derive(Clone, Debug, Default)]
pub struct StaticTokens(HashMap<Digest, Caller>);

impl StaticTokens {
    /// Takes each caller with the SHA-256 of their token's text. Of two callers with one token, the later has it.
    pub fn new(callers: impl IntoIterator<Item = (Digest, Caller)>) -> Self {
        StaticTokens(callers.into_iter().collect())
    }
}

#[async_trait]
impl Identities for StaticTokens {
    async fn of_token(&self, token: &str) -> Option<Caller> {
        self.0.get(&Digest::of(token.as_bytes())).cloned()
    }
}

/// The token of an `Authorization` header: `Bearer TOKEN`.
pub(crate) fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

impl Caller {
    /// Whether runs of this group exist for them.
    pub(crate) fn sees(&self, group: &str) -> bool {
        self.role == Role::Admin || self.group == group
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_is_taken_out_of_its_header() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        for header in ["", "Bearer", "Bearer ", "Basic abc", "abc"] {
            assert_eq!(bearer(header), None, "{header:?}");
        }
    }

    #[tokio::test]
    async fn a_token_is_known_by_its_digest_alone() {
        let caller = Caller { user: "ada".to_owned(), group: "risk".to_owned(), role: Role::User };
        let tokens = StaticTokens::new([(Digest::of(b"secret"), caller.clone())]);
        assert_eq!(tokens.of_token("secret").await, Some(caller));
        assert_eq!(tokens.of_token(&Digest::of(b"secret").to_string()).await, None);
    }
}
