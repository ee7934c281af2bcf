//! Accounts and roles, as the API shows them and is told of them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::{kind_name, playpen};
use super::time;
use crate::access::{BUILT_IN, BUILT_IN_VERSION, Place};
use crate::api::accounts::{Given, Wish};
use crate::problem::{Answer, Problem};
use crate::store::{AccountChange, AccountKind, AccountRecord, Holder, RoleGrant, RoleRecord};

/// What an account is of.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::rest) enum Kind {
    Person,
    Service,
}

/// An account to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct AccountWish {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    kind: Kind,
    /// The playpen of the runs they submit, where a submission names no other. The default is the name.
    #[schema(min_length = 1, max_length = 200)]
    playpen: Option<String>,
    /// The groups they are in, at most 500.
    #[serde(default)]
    groups: BTreeSet<String>,
    /// The provider of logins whose person of this name has it from their first login on. The default is nobody's: a person of this
    /// name who logs in is refused.
    #[schema(min_length = 1, max_length = 40)]
    login: Option<String>,
}

/// What is to be another way with an account; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct AccountPatch {
    /// None of its tokens is valid while it is.
    disabled: Option<bool>,
    #[schema(min_length = 1, max_length = 200)]
    playpen: Option<String>,
    /// All of its groups.
    groups: Option<BTreeSet<String>>,
    /// The provider of logins whose person of this name has it from their first login on, where nobody has logged in to it yet.
    /// Whoever says so must have what the account has.
    #[schema(min_length = 1, max_length = 40)]
    login: Option<String>,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Account {
    name: String,
    /// `person` or `service`.
    kind: &'static str,
    playpen: String,
    groups: Vec<String>,
    disabled: bool,
    created: String,
    created_by: String,
    /// The provider of logins whose person of this name has it, or has it from their first login on; nothing for nobody's.
    login: Option<String>,
}

/// A page of accounts, in the order of their names.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct AccountPage {
    pub(in crate::rest) items: Vec<Account>,
    /// What `cursor` must be for the next page; nothing where this is the last.
    pub(in crate::rest) next: Option<String>,
}

/// A role to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct RoleWish {
    /// Small letters, digits and dashes, a letter first; not that of a built-in role, and not beginning with `leat-`.
    #[schema(min_length = 1, max_length = 64)]
    pub(in crate::rest) name: String,
    /// Names of permissions.
    pub(in crate::rest) permissions: Vec<String>,
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Role {
    name: String,
    permissions: Vec<&'static str>,
    /// Of which edition it is, where it comes with Leat; nothing for one of the installation's own.
    built_in: Option<u32>,
}

/// A role that somebody has.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct RoleHeld {
    role: String,
    /// An account or a group: one of the two.
    account: Option<String>,
    group: Option<String>,
    /// Nothing for the whole installation.
    playpen: Option<String>,
    created: String,
    created_by: String,
}

/// The roles there are, and who has them.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Roles {
    pub(in crate::rest) items: Vec<Role>,
    pub(in crate::rest) held: Vec<RoleHeld>,
}

/// Who is to have a role, or not any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct RoleFor {
    /// An account or a group: one of the two.
    #[schema(min_length = 1, max_length = 200)]
    account: Option<String>,
    #[schema(min_length = 1, max_length = 200)]
    group: Option<String>,
    /// The playpen it counts in. The default is the whole installation.
    #[schema(min_length = 1, max_length = 200)]
    playpen: Option<String>,
}

impl Roles {
    /// The built-in ones and these.
    pub(in crate::rest) fn of(own: &[RoleRecord], held: &[RoleGrant]) -> Self {
        let built_in = BUILT_IN.iter().map(|role| Role {
            name: role.name.to_owned(),
            permissions: role.permissions.names(),
            built_in: Some(BUILT_IN_VERSION),
        });
        Roles {
            items: built_in.chain(own.iter().map(Role::from)).collect(),
            held: held.iter().map(RoleHeld::from).collect(),
        }
    }
}

impl RoleFor {
    /// Who, and where.
    pub(in crate::rest) fn read(self) -> Answer<Given> {
        let holder = match (self.account, self.group) {
            (Some(account), None) => Holder::Account(account),
            (None, Some(group)) => Holder::Group(group),
            _ => return Err(Problem::invalid("name an account or a group, and not both")),
        };
        Ok(Given { holder, place: self.playpen.map_or(Place::Everywhere, Place::Playpen) })
    }
}

impl From<&RoleRecord> for Role {
    fn from(role: &RoleRecord) -> Self {
        Role { name: role.name.clone(), permissions: role.permissions.names(), built_in: None }
    }
}

impl From<&RoleGrant> for RoleHeld {
    fn from(grant: &RoleGrant) -> Self {
        let (account, group) = match &grant.holder {
            Holder::Account(name) => (Some(name.clone()), None),
            Holder::Group(name) => (None, Some(name.clone())),
        };
        RoleHeld {
            role: grant.role.clone(),
            account,
            group,
            playpen: playpen(&grant.place),
            created: time(grant.created),
            created_by: grant.created_by.clone(),
        }
    }
}

impl From<AccountWish> for Wish {
    fn from(wish: AccountWish) -> Self {
        let kind = match wish.kind {
            Kind::Person => AccountKind::Person,
            Kind::Service => AccountKind::Service,
        };
        Wish { name: wish.name, kind, playpen: wish.playpen, groups: wish.groups, login: wish.login }
    }
}

impl From<AccountPatch> for AccountChange {
    fn from(patch: AccountPatch) -> Self {
        let groups = patch.groups.map(|groups| groups.into_iter().collect());
        AccountChange { is_disabled: patch.disabled, playpen: patch.playpen, groups, login: patch.login }
    }
}

impl From<&AccountRecord> for Account {
    fn from(account: &AccountRecord) -> Self {
        Account {
            name: account.name.clone(),
            kind: kind_name(account.kind),
            playpen: account.playpen.clone(),
            groups: account.groups.clone(),
            disabled: account.is_disabled,
            created: time(account.created),
            created_by: account.created_by.clone(),
            login: account.login.clone(),
        }
    }
}
