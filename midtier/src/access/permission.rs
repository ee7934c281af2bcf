//! The permissions there are, and sets of them.

use std::fmt;

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $permission:ident = $name:literal, $of_playpens:literal;)*) => {
        /// Something that may be done. Its name keeps its meaning: roles that are kept hold names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Permission {
            $($(#[doc = $doc])* $permission,)*
        }

        impl Permission {
            /// Each of them.
            pub const ALL: &'static [Permission] = &[$(Permission::$permission,)*];

            /// As people and programs write it: `runs.submit`.
            pub const fn name(self) -> &'static str {
                match self { $(Permission::$permission => $name,)* }
            }

            /// Whether it may be had in one playpen and not in another. The others are of the whole installation.
            pub const fn is_of_playpens(self) -> bool {
                match self { $(Permission::$permission => $of_playpens,)* }
            }
        }
    };
}

permissions! {
    /// See runs, their events, logs and reports; and which processes there are.
    RunsRead = "runs.read", true;
    /// Submit runs, and repeat them.
    RunsSubmit = "runs.submit", true;
    /// End runs, let them rest and go on.
    RunsControl = "runs.control", true;
    /// Fetch what runs have published.
    OutputsRead = "outputs.read", true;
    /// Have runs ask for the secrets of their playpen.
    SecretsUse = "secrets.use", true;
    /// Read risk objects.
    RiskRead = "risk.read", false;
    /// Put risk objects.
    RiskWrite = "risk.write", false;
    /// See hosts.
    HostsRead = "hosts.read", false;
    /// Drain hosts, switch them on and off.
    HostsControl = "hosts.control", false;
    /// Speak for any host, as its agent.
    HostsSpeak = "hosts.speak", false;
    /// See accounts, roles, who has them, and which tokens there are.
    AccountsRead = "accounts.read", false;
    /// Make accounts, disable them, put them into groups.
    AccountsManage = "accounts.manage", false;
    /// Make roles, give and take them.
    RolesManage = "roles.manage", false;
    /// Make tokens for others, and revoke those of others.
    TokensManage = "tokens.manage", false;
    /// Read the audit log.
    AuditRead = "audit.read", false;
}

/// A set of permissions.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Permissions(u32);

impl Permission {
    /// The permission of this name.
    pub fn of_name(name: &str) -> Option<Permission> {
        Permission::ALL.iter().copied().find(|permission| permission.name() == name)
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl Permissions {
    /// None.
    pub const NONE: Permissions = Permissions(0);
    /// Every one there is.
    pub const ALL: Permissions = Permissions::of(Permission::ALL);

    /// These.
    pub const fn of(permissions: &[Permission]) -> Self {
        let (mut bits, mut place) = (0, 0);
        while place < permissions.len() {
            bits |= permissions[place].bit();
            place += 1;
        }
        Permissions(bits)
    }

    /// Those that may be had in one playpen and not in another.
    pub fn of_playpens() -> Self {
        Permission::ALL.iter().copied().filter(|permission| permission.is_of_playpens()).collect()
    }

    /// Whether this one is in it.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those of either.
    pub const fn or(self, other: Permissions) -> Self {
        Permissions(self.0 | other.0)
    }

    /// Those of both.
    pub const fn and(self, other: Permissions) -> Self {
        Permissions(self.0 & other.0)
    }

    /// Those that the other has not.
    pub const fn without(self, other: Permissions) -> Self {
        Permissions(self.0 & !other.0)
    }

    /// Each of them, in the order of [`Permission::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }

    /// Their names.
    pub fn names(self) -> Vec<&'static str> {
        self.iter().map(Permission::name).collect()
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Permissions(permissions.into_iter().fold(0, |bits, permission| bits | permission.bit()))
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_a_name_and_a_place_of_its_own() {
        for (place, permission) in Permission::ALL.iter().enumerate() {
            assert_eq!(Permission::of_name(permission.name()), Some(*permission));
            assert!(Permission::ALL[..place].iter().all(|other| other.bit() != permission.bit()));
        }
        assert_eq!(Permission::of_name("runs.Read"), None);
    }

    #[test]
    fn sets_hold_what_was_put_into_them() {
        let set = Permissions::of(&[Permission::RunsRead, Permission::AuditRead]);
        assert!(set.contains(Permission::AuditRead) && !set.contains(Permission::RunsSubmit));
        assert_eq!(set.to_string(), "runs.read, audit.read");
        assert_eq!(set.and(Permissions::of_playpens()), Permissions::of(&[Permission::RunsRead]));
        assert_eq!(set.without(set), Permissions::NONE);
        assert_eq!(set.or(Permissions::ALL), Permissions::ALL);
        assert_eq!(set.iter().collect::<Permissions>(), set);
    }
}
