//! Which secrets runs may be given, as the operator says it. Read by the command line from its own file.

use std::collections::BTreeMap;

use leat_secrets::{Allowed, SecretPath};

/// Which secrets runs may be given, by the group that they are of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretPolicy {
    /// All that they ask for: where the only user is the one whose secrets they are, and each playpen says what it allows.
    Everything,
    /// Those that are allowed for their group; none, for a group that is not here.
    ByGroup(BTreeMap<String, Allowed>),
}

impl Default for SecretPolicy {
    fn default() -> Self {
        SecretPolicy::ByGroup(BTreeMap::new())
    }
}

impl SecretPolicy {
    /// Whether runs of a group may be given a secret.
    pub fn allows(&self, group: &str, path: &SecretPath) -> bool {
        match self {
            SecretPolicy::Everything => true,
            SecretPolicy::ByGroup(groups) => groups.get(group).is_some_and(|allowed| allowed.allows(path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_given_what_is_allowed_for_it_and_another_groups_secrets_never() {
        let path: SecretPath = "kv/risk/warehouse#password".parse().unwrap();
        let allowed = Allowed::new(["kv/risk/*"]).unwrap();
        let policy = SecretPolicy::ByGroup([("risk".to_owned(), allowed)].into());
        assert!(policy.allows("risk", &path));
        assert!(!policy.allows("desk", &path) && !SecretPolicy::default().allows("risk", &path));
        assert!(SecretPolicy::Everything.allows("desk", &path));
    }
}
