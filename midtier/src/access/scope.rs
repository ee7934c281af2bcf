//! What a token is narrowed to: some of what its owner may do.

use std::collections::BTreeSet;

use super::permission::Permissions;

/// The bounds of a token. What its owner may do beyond them is not done with it; the default bounds nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// These permissions at most; nothing for all.
    pub permissions: Option<Permissions>,
    /// What may be done in playpens, in these at most; nothing for all.
    pub playpens: Option<BTreeSet<String>>,
}

impl Scope {
    /// Whether it bounds whatever the other bounds, at least as much.
    pub fn is_within(&self, outer: &Scope) -> bool {
        let permissions = match (self.permissions, outer.permissions) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(outer)) => own.without(outer).is_empty(),
        };
        let playpens = match (&self.playpens, &outer.playpens) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(outer)) => own.is_subset(outer),
        };
        permissions && playpens
    }

    /// Whether it bounds nothing.
    pub fn is_whole(&self) -> bool {
        *self == Scope::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Permission;

    #[test]
    fn a_scope_is_within_another_where_it_bounds_no_less() {
        let permissions = |permissions: &[Permission]| Some(Permissions::of(permissions));
        let playpens = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
        let outer = Scope {
            permissions: permissions(&[Permission::RunsRead, Permission::RunsSubmit]),
            playpens: playpens(&["risk", "desk"]),
        };
        assert!(outer.is_within(&outer) && outer.is_within(&Scope::default()));
        assert!(!Scope::default().is_within(&outer) && Scope::default().is_whole());
        let narrower = Scope { permissions: permissions(&[Permission::RunsRead]), playpens: playpens(&["desk"]) };
        assert!(narrower.is_within(&outer) && !outer.is_within(&narrower));
        let other = Scope { playpens: playpens(&["risk", "other"]), ..outer.clone() };
        assert!(!other.is_within(&outer) && !Scope { playpens: None, ..outer.clone() }.is_within(&outer));
    }
}
