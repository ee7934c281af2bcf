//! What somebody may do, and where: what their roles come to.

use std::collections::BTreeMap;
use std::fmt;

use super::permission::{Permission, Permissions};
use super::scope::Scope;

/// Where a role counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the whole installation.
    Everywhere,
    /// In one playpen: only what may be had in one playpen and not in another comes of the role there.
    Playpen(String),
}

/// Where somebody has a permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// In every playpen.
    Everywhere,
    /// In these, which may be none.
    Playpens(Vec<String>),
}

/// What somebody may do, and where. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    everywhere: Permissions,
    playpens: BTreeMap<String, Permissions>,
}

impl Rights {
    /// Everything, everywhere.
    pub fn all() -> Self {
        Rights { everywhere: Permissions::ALL, playpens: BTreeMap::new() }
    }

    /// And these, there.
    #[must_use]
    pub fn and(mut self, permissions: Permissions, place: &Place) -> Self {
        match place {
            Place::Everywhere => self.everywhere = self.everywhere.or(permissions),
            Place::Playpen(playpen) => {
                let permissions = permissions.and(Permissions::of_playpens());
                let known = self.playpens.entry(playpen.clone()).or_default();
                *known = known.or(permissions);
            }
        }
        self
    }

    /// Whether this may be done in this playpen.
    pub fn may(&self, permission: Permission, playpen: &str) -> bool {
        self.everywhere.contains(permission)
            || self.playpens.get(playpen).is_some_and(|permissions| permissions.contains(permission))
    }

    /// Whether this may be done in every playpen, or in the installation where it is of no playpen.
    pub fn may_everywhere(&self, permission: Permission) -> bool {
        self.everywhere.contains(permission)
    }

    /// Whether this may be done in any playpen, or in the installation.
    pub fn may_somewhere(&self, permission: Permission) -> bool {
        self.everywhere.contains(permission) || self.playpens.values().any(|held| held.contains(permission))
    }

    /// Where this may be done.
    pub fn reach(&self, permission: Permission) -> Reach {
        if self.everywhere.contains(permission) {
            return Reach::Everywhere;
        }
        let held = self.playpens.iter().filter(|(_, permissions)| permissions.contains(permission));
        Reach::Playpens(held.map(|(playpen, _)| playpen.clone()).collect())
    }

    /// Those of the permissions that are missing there.
    pub fn lacks(&self, permissions: Permissions, place: &Place) -> Permissions {
        let held = match place {
            Place::Everywhere => self.everywhere,
            Place::Playpen(playpen) => self.everywhere.or(self.playpens.get(playpen).copied().unwrap_or_default()),
        };
        permissions.without(held)
    }

    /// What of it lies within a scope.
    #[must_use]
    pub fn within(&self, scope: &Scope) -> Self {
        let kept = |permissions: Permissions| scope.permissions.map_or(permissions, |scope| permissions.and(scope));
        let everywhere = kept(self.everywhere);
        let Some(only) = &scope.playpens else {
            let playpens = self.playpens.iter().map(|(playpen, held)| (playpen.clone(), kept(*held)));
            return Rights { everywhere, playpens: playpens.collect() };
        };
        let of_playpens = everywhere.and(Permissions::of_playpens());
        let held = |playpen: &String| of_playpens.or(kept(self.playpens.get(playpen).copied().unwrap_or_default()));
        Rights {
            everywhere: everywhere.without(of_playpens),
            playpens: only.iter().map(|playpen| (playpen.clone(), held(playpen))).collect(),
        }
    }

    /// What may be done in the whole installation.
    pub fn everywhere(&self) -> Permissions {
        self.everywhere
    }

    /// What may be done in single playpens beside that, by their names.
    pub fn playpens(&self) -> impl Iterator<Item = (&str, Permissions)> {
        self.playpens.iter().map(|(playpen, permissions)| (playpen.as_str(), *permissions))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Everywhere => f.write_str("everywhere"),
            Place::Playpen(playpen) => write!(f, "in the playpen {playpen}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use Permission::{HostsRead, RunsControl, RunsRead, RunsSubmit};

    fn risk() -> Place {
        Place::Playpen("risk".to_owned())
    }

    #[test]
    fn what_is_given_in_a_playpen_holds_there_and_nowhere_else() {
        let rights = Rights::default().and(Permissions::of(&[RunsRead, RunsSubmit, HostsRead]), &risk());
        assert!(rights.may(RunsRead, "risk") && !rights.may(RunsRead, "desk") && !rights.may_everywhere(RunsRead));
        assert!(!rights.may_somewhere(HostsRead), "hosts are in no playpen");
        assert_eq!(rights.reach(RunsSubmit), Reach::Playpens(vec!["risk".to_owned()]));
        assert_eq!(rights.reach(RunsControl), Reach::Playpens(Vec::new()));
        let wanted = Permissions::of(&[RunsRead, RunsControl]);
        assert_eq!(rights.lacks(wanted, &risk()), Permissions::of(&[RunsControl]));
        assert_eq!(rights.lacks(wanted, &Place::Everywhere), wanted);
    }

    #[test]
    fn a_scope_takes_away_and_never_gives() {
        let playpens = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>());
        let rights = Rights::default()
            .and(Permissions::of(&[RunsRead, HostsRead]), &Place::Everywhere)
            .and(Permissions::of(&[RunsSubmit]), &risk());
        let scopes = [
            Scope::default(),
            Scope { permissions: Some(Permissions::of(&[RunsSubmit, RunsControl])), playpens: None },
            Scope { permissions: None, playpens: playpens(&["risk", "desk"]) },
            Scope { permissions: Some(Permissions::NONE), playpens: playpens(&[]) },
        ];
        for scope in &scopes {
            let narrow = rights.within(scope);
            for permission in Permission::ALL {
                for playpen in ["risk", "desk", "other"] {
                    let in_scope = scope.permissions.is_none_or(|scope| scope.contains(*permission))
                        && (!permission.is_of_playpens()
                            || scope.playpens.as_ref().is_none_or(|only| only.contains(playpen)));
                    let expected = in_scope && rights.may(*permission, playpen);
                    assert_eq!(narrow.may(*permission, playpen), expected, "{permission:?} in {playpen} by {scope:?}");
                }
            }
        }
        assert_eq!(rights.within(&scopes[0]), rights);
    }
}
