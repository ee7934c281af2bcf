//! Who asks: the tokens of the configuration, and those of accounts, which the store knows.

mod known;
pub(crate) mod token;

use std::collections::HashMap;
use std::sync::Arc;

use leat_bundle::Digest;
use leat_scheduler::model::{HostId, Moment};

use crate::access::{Permission, Permissions, Place, Rights, Scope, built_in};
use crate::store::{AccountKind, RoleGrant, Standing, TokenRecord};

pub(crate) use known::{Identities, Parted};

/// Someone who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Their name, as it stands in causes of changes.
    pub user: String,
    /// The playpen of the runs they submit, where a submission does not say another: the run's group.
    pub group: String,
    /// The groups of their account.
    pub groups: Arc<[String]>,
    /// The roles by which they have their rights, each with where it counts.
    pub roles: Arc<[(String, Place)]>,
    /// What they may do, and where; what their token is narrowed to is taken away already.
    pub rights: Arc<Rights>,
    /// How it is known who they are.
    pub by: By,
}

/// How it is known who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// By a token of the configuration, which has no account.
    Configuration,
    /// By a host's token: they speak for this host, and read and write contents.
    Host(HostId),
    /// By a token of an account.
    Token(Arc<Shown>),
}

/// The token that somebody has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What its owner is.
    pub kind: AccountKind,
    /// Names it.
    pub id: String,
    /// SHA-256 of its text: what the store is asked by whether it is still valid.
    pub digest: Digest,
    /// What it is narrowed to.
    pub scope: Scope,
    /// It is valid before then.
    pub expires: Moment,
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

    fn get(&self, digest: &Digest) -> Option<&Caller> {
        self.0.get(digest)
    }
}

/// How many roles of somebody are told in a line of a log.
const ROLES_TOLD_MAX: usize = 8;

/// What a role of the configuration called `user` may do in the whole installation, beside `submitter` in its playpen.
const USER_EVERYWHERE: Permissions =
    Permissions::of(&[Permission::RiskRead, Permission::RiskWrite, Permission::HostsRead]);

impl Caller {
    /// Someone of the configuration who may do everything.
    pub fn administrator(user: impl Into<String>, group: impl Into<String>) -> Self {
        let roles = [("administrator".to_owned(), Place::Everywhere)];
        Caller::configured(user.into(), group.into(), Rights::all(), roles.into())
    }

    /// Someone of the configuration who submits runs in the playpen of their group, sees and ends those there, puts risk
    /// objects and looks at hosts.
    pub fn submitter(user: impl Into<String>, group: impl Into<String>) -> Self {
        let (user, group) = (user.into(), group.into());
        let place = Place::Playpen(group.clone());
        let submitter = built_in("submitter").map(|role| role.permissions).unwrap_or_default();
        let rights = Rights::default().and(submitter, &place).and(USER_EVERYWHERE, &Place::Everywhere);
        Caller::configured(user, group, rights, [("submitter".to_owned(), place)].into())
    }

    /// The agent of a host.
    pub fn host(host: HostId) -> Self {
        let user = format!("host {host}");
        Caller { by: By::Host(host), ..Caller::configured(user, String::new(), Rights::default(), [].into()) }
    }

    /// Someone of the configuration who may do nothing.
    #[cfg(test)]
    pub(crate) fn nobody(user: &str) -> Self {
        Caller::configured(user.to_owned(), user.to_owned(), Rights::default(), [].into())
    }

    fn configured(user: String, group: String, rights: Rights, roles: Arc<[(String, Place)]>) -> Self {
        Caller { user, group, groups: [].into(), roles, rights: Arc::new(rights), by: By::Configuration }
    }

    /// Someone with an account, by the token of it that has this digest.
    pub(crate) fn with_token(digest: Digest, token: &TokenRecord, standing: &Standing) -> Self {
        let scope = token.scope.clone();
        let rights = rights_of(standing).within(&scope);
        let (kind, id, expires) = (standing.account.kind, token.id.clone(), token.expires);
        let shown = Shown { kind, id, digest, scope, expires };
        Caller::of_account(standing, rights, By::Token(Arc::new(shown)))
    }

    /// Someone with an account, however they are known.
    pub(crate) fn of_account(standing: &Standing, rights: Rights, by: By) -> Self {
        let Standing { account, grants, .. } = standing;
        // With a token for one playpen, runs are of that one.
        let only = match &by {
            By::Token(shown) => shown.scope.playpens.as_ref().filter(|only| only.len() == 1),
            By::Configuration | By::Host(_) => None,
        };
        let only = only.and_then(|only| only.first());
        Caller {
            user: account.name.clone(),
            group: only.unwrap_or(&account.playpen).clone(),
            groups: account.groups.as_slice().into(),
            roles: grants.iter().map(|grant| (grant.role.clone(), grant.place.clone())).collect(),
            rights: Arc::new(rights),
            by,
        }
    }

    /// Whether they may do this in a playpen: to a run of that group.
    pub fn may(&self, permission: Permission, playpen: &str) -> bool {
        self.rights.may(permission, playpen)
    }

    /// Whether runs of this group exist for them.
    pub(crate) fn sees(&self, group: &str) -> bool {
        self.may(Permission::RunsRead, group)
    }

    /// The names of their roles, as many as are told.
    pub(crate) fn role_names(&self) -> String {
        told(self.roles.iter().map(|(role, _)| role.as_str()).collect())
    }

    /// The token they have shown, where it is one of an account.
    pub fn token(&self) -> Option<&Shown> {
        match &self.by {
            By::Token(shown) => Some(shown),
            By::Configuration | By::Host(_) => None,
        }
    }

    /// Until when they are known by what they have shown; nothing for as long as the configuration says so.
    pub fn until(&self) -> Option<Moment> {
        self.token().map(|shown| shown.expires)
    }
}

/// The names of the roles that are granted, as many as are told.
pub(crate) fn role_names(grants: &[RoleGrant]) -> String {
    told(grants.iter().map(|grant| grant.role.as_str()).collect())
}

fn told(mut names: Vec<&str>) -> String {
    names.sort_unstable();
    names.dedup();
    names.truncate(ROLES_TOLD_MAX);
    names.join(" ")
}

/// What the grants of an account come to. A role that there is not any more gives nothing.
pub(crate) fn rights_of(standing: &Standing) -> Rights {
    let own = |name: &str| standing.roles.iter().find(|role| role.name == name).map(|role| role.permissions);
    standing.grants.iter().fold(Rights::default(), |rights, grant| {
        let built_in = built_in(&grant.role).map(|role| role.permissions);
        rights.and(built_in.or_else(|| own(&grant.role)).unwrap_or_default(), &grant.place)
    })
}

/// The token of an `Authorization` header: `Bearer TOKEN`.
pub(crate) fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
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

    #[test]
    fn callers_of_the_configuration_may_do_what_their_role_says() {
        let (root, ada) = (Caller::administrator("root", "ops"), Caller::submitter("ada", "risk"));
        let host = Caller::host(HostId::parse("c1").unwrap());
        for permission in Permission::ALL {
            assert!(root.may(*permission, "any") && !host.rights.may_somewhere(*permission));
        }
        assert!(ada.may(Permission::RunsSubmit, "risk") && !ada.may(Permission::RunsSubmit, "desk"));
        assert!(ada.rights.may_everywhere(Permission::RiskWrite));
        let beyond =
            [Permission::HostsControl, Permission::HostsSpeak, Permission::AccountsRead, Permission::AuditRead];
        assert!(beyond.iter().all(|permission| !ada.rights.may_somewhere(*permission)));
        assert_eq!(host.user, "host c1");
    }
}
