//! Who may do what, as a midtier answers it: whoever asks, tokens, accounts and roles.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Whoever asks.
#[derive(Debug, Deserialize)]
pub(crate) struct Whoami {
    pub(crate) user: String,
    /// `person`, `service`, `host`, or `configured`.
    pub(crate) kind: String,
    /// Names the token, where it is one of an account.
    pub(crate) token: Option<String>,
    pub(crate) until: Option<String>,
    /// The playpen of the runs they submit.
    pub(crate) group: Option<String>,
    pub(crate) groups: Vec<String>,
    pub(crate) roles: Vec<RoleSomewhere>,
    /// What may be done everywhere.
    pub(crate) permissions: Vec<String>,
    /// What may be done in single playpens beside that.
    pub(crate) playpens: BTreeMap<String, Vec<String>>,
}

/// A role, and where it counts: everywhere, where no playpen is named.
#[derive(Debug, Deserialize)]
pub(crate) struct RoleSomewhere {
    pub(crate) role: String,
    pub(crate) playpen: Option<String>,
}

/// A token, without its text.
#[derive(Debug, Deserialize)]
pub(crate) struct Token {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) label: String,
    /// What it is narrowed to; nothing where it is not.
    pub(crate) permissions: Option<Vec<String>>,
    pub(crate) playpens: Option<Vec<String>>,
    pub(crate) expires: String,
    pub(crate) revoked: Option<String>,
    pub(crate) last_used: Option<String>,
}

/// A token that was just made.
#[derive(Deserialize)]
pub(crate) struct NewToken {
    #[serde(flatten)]
    pub(crate) record: Token,
    /// Its text: told this once.
    pub(crate) token: String,
}

/// An account.
#[derive(Debug, Deserialize)]
pub(crate) struct Account {
    pub(crate) name: String,
    /// `person` or `service`.
    pub(crate) kind: String,
    pub(crate) playpen: String,
    pub(crate) groups: Vec<String>,
    /// The login provider that it is a person's of.
    pub(crate) login: Option<String>,
    pub(crate) disabled: bool,
    pub(crate) created: String,
    pub(crate) created_by: String,
}

/// A role.
#[derive(Debug, Deserialize)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) permissions: Vec<String>,
    /// Its edition, where it comes with Leat.
    pub(crate) built_in: Option<u32>,
}

/// A role that an account or a group has: one of the two.
#[derive(Debug, Deserialize)]
pub(crate) struct RoleHeld {
    pub(crate) role: String,
    pub(crate) account: Option<String>,
    pub(crate) group: Option<String>,
    /// Nothing for everywhere.
    pub(crate) playpen: Option<String>,
    pub(crate) created: String,
    pub(crate) created_by: String,
}

/// The roles there are, and who has them.
#[derive(Debug, Deserialize)]
pub(crate) struct Roles {
    pub(crate) items: Vec<Role>,
    pub(crate) held: Vec<RoleHeld>,
}
