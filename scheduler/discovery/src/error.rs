//! Why discovery did not do what it was asked.

/// Why a directory of services did not answer, or would not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// Nobody answers, or whoever does cannot serve now. What is known goes on counting, and it is asked again.
    #[error("discovery unreachable: {place}: {why}")]
    Unreachable {
        /// Which directory, as its configuration names it.
        place: String,
        /// What was tried and what came of it.
        why: String,
    },
    /// The directory knows who asks, and does not allow it.
    #[error("{place} does not allow this: {what}; whoever keeps its rules has to allow it to this token")]
    Denied {
        /// Which directory.
        place: String,
        /// What was asked.
        what: String,
    },
    /// This kind of directory has no such thing.
    #[error("{place} has no {what}; `[discovery] kind = \"consul\"` has")]
    NotOffered {
        /// Which directory.
        place: String,
        /// What it lacks: `locks`.
        what: &'static str,
    },
    /// What it is told or answers is not what it may be.
    #[error("{what}: {why}")]
    Invalid {
        /// Which thing.
        what: String,
        /// What is wrong with it, and the way out.
        why: String,
    },
}

impl DiscoveryError {
    /// Whether the same call may be answered otherwise later, with nothing changed but the directory's health.
    pub fn is_retryable(&self) -> bool {
        matches!(self, DiscoveryError::Unreachable { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_that_is_away_is_called_unreachable_and_may_be_asked_again() {
        let error = DiscoveryError::Unreachable { place: "consul at http://127.0.0.1:1".into(), why: "refused".into() };
        assert_eq!(error.to_string(), "discovery unreachable: consul at http://127.0.0.1:1: refused");
        assert!(error.is_retryable());
        assert!(!DiscoveryError::NotOffered { place: "the list".into(), what: "locks" }.is_retryable());
    }
}
