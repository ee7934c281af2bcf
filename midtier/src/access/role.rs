//! The roles that come with Leat. An installation's own are kept in its store, apart from these: an upgrade changes these alone.

use super::permission::{Permission, Permissions};

/// Which edition of the built-in roles this is. It is raised whenever one of them changes.
pub const BUILT_IN_VERSION: u32 = 1;

/// What the names of built-in roles begin with that are added after the first edition. No role of an installation's own may
/// be called so: an upgrade never meets one.
const RESERVED: &str = "leat-";

/// A role that comes with Leat.
#[derive(Clone, Copy, Debug)]
pub struct BuiltIn {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    /// What may be done with it.
    pub permissions: Permissions,
}

const READER: Permissions =
    Permissions::of(&[Permission::RunsRead, Permission::OutputsRead, Permission::RiskRead, Permission::HostsRead]);

/// The roles that come with Leat.
pub const BUILT_IN: [BuiltIn; 5] = [
    BuiltIn { name: "reader", about: "sees runs and what they published", permissions: READER },
    BuiltIn {
        name: "submitter",
        about: "submits runs, ends them, puts risk objects",
        permissions: READER.or(Permissions::of(&[
            Permission::RunsSubmit,
            Permission::RunsControl,
            Permission::SecretsUse,
            Permission::RiskWrite,
        ])),
    },
    BuiltIn {
        name: "operator",
        about: "keeps hosts and runs going, and sees no outputs",
        permissions: Permissions::of(&[
            Permission::RunsRead,
            Permission::RunsControl,
            Permission::HostsRead,
            Permission::HostsControl,
        ]),
    },
    BuiltIn {
        name: "auditor",
        about: "sees who may do what, and who did",
        permissions: Permissions::of(&[
            Permission::RunsRead,
            Permission::RiskRead,
            Permission::HostsRead,
            Permission::AccountsRead,
            Permission::AuditRead,
        ]),
    },
    BuiltIn { name: "administrator", about: "may do everything", permissions: Permissions::ALL },
];

/// The built-in role of this name.
pub fn built_in(name: &str) -> Option<&'static BuiltIn> {
    BUILT_IN.iter().find(|role| role.name == name)
}

/// Whether no role of an installation's own may be called so.
pub fn is_reserved(name: &str) -> bool {
    built_in(name).is_some() || name.starts_with(RESERVED)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever changes a built-in role raises the version, and writes the new edition down here.
    #[test]
    fn the_built_in_roles_are_those_of_their_version() {
        let said: Vec<String> = BUILT_IN.iter().map(|role| format!("{}: {}", role.name, role.permissions)).collect();
        let first = [
            "reader: runs.read, outputs.read, risk.read, hosts.read",
            "submitter: runs.read, runs.submit, runs.control, outputs.read, secrets.use, risk.read, risk.write, hosts.read",
            "operator: runs.read, runs.control, hosts.read, hosts.control",
            "auditor: runs.read, risk.read, hosts.read, accounts.read, audit.read",
            "administrator: runs.read, runs.submit, runs.control, outputs.read, secrets.use, risk.read, risk.write, \
             hosts.read, hosts.control, hosts.speak, accounts.read, accounts.manage, roles.manage, tokens.manage, audit.read",
        ];
        assert_eq!((BUILT_IN_VERSION, said), (1, first.map(str::to_owned).to_vec()));
    }

    #[test]
    fn a_role_that_is_added_later_has_a_name_that_nobody_may_have_taken() {
        let first = ["reader", "submitter", "operator", "auditor", "administrator"];
        assert!(BUILT_IN.iter().all(|role| first.contains(&role.name) || role.name.starts_with(RESERVED)));
        assert!(is_reserved("reader") && is_reserved("leat-anything") && !is_reserved("desk-head"));
    }
}
