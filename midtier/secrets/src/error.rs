//! Why a secret was not to be had.

use crate::SecretPath;

/// Why a store did not do what it was asked. Its words name paths and stores, and never a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// The store does not answer, is sealed, or answers that it cannot serve now. What runs goes on with what it holds; what needs a
    /// secret has to wait.
    #[error("secret store unreachable: {store}: {why}")]
    Unreachable {
        /// Which store, as its configuration names it.
        store: String,
        /// What was tried and what came of it.
        why: String,
    },
    /// The store knows who asks, and does not allow it.
    #[error("the secret store does not allow {path} to be read; whoever keeps the store's policies has to allow it")]
    Denied {
        /// What was asked for.
        path: SecretPath,
    },
    /// The store has nothing there.
    #[error(
        "the secret store has no {path}; put it there (`leat secret set {path}` for the store in a file), or mend the path"
    )]
    Missing {
        /// What was asked for.
        path: SecretPath,
    },
    /// The store knows the grant no more: it was redeemed, revoked, or its life is over.
    #[error("the grant {grant} is over: it was redeemed or revoked, or its life has ended")]
    GrantOver {
        /// What it is revoked by; not a secret.
        grant: String,
    },
    /// What the store has or says is not what it may be: a changed file, an answer that cannot be read, a value that is no text.
    #[error("{what}: {why}")]
    Invalid {
        /// Which thing.
        what: String,
        /// What is wrong with it, and the way out.
        why: String,
    },
}

impl SecretError {
    /// Whether the same call may be answered otherwise later, with nothing changed but the store's health.
    pub fn is_retryable(&self) -> bool {
        matches!(self, SecretError::Unreachable { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_is_away_is_called_unreachable_and_may_be_asked_again() {
        let error = SecretError::Unreachable { store: "vault at http://127.0.0.1:1".into(), why: "refused".into() };
        assert_eq!(error.to_string(), "secret store unreachable: vault at http://127.0.0.1:1: refused");
        assert!(error.is_retryable());
        assert!(!SecretError::Missing { path: "kv/a#b".parse().unwrap() }.is_retryable());
    }
}
