//! Who somebody is and what they may do, as the API shows it; tokens.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::time;
use crate::access::{Place, Scope};
use crate::api::tokens::{Told, Wish};
use crate::identity::{By, Caller};
use crate::store::{AccountKind, TokenRecord};

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Whoami {
    /// Their name.
    user: String,
    /// `person`, `service`, `host`, or `configured` for a token of the configuration.
    kind: &'static str,
    /// How it is known: `token` for one of an account, `configuration` for one of the configuration.
    identified_by: &'static str,
    /// Names the token, where it is one of an account.
    token: Option<String>,
    /// Until when it is valid; nothing for as long as the configuration says so.
    until: Option<String>,
    /// The playpen of the runs they submit, where a submission names no other; nothing for hosts.
    group: Option<String>,
    /// The groups of the account.
    groups: Vec<String>,
    /// The roles, and where each counts.
    roles: Vec<RoleSomewhere>,
    /// What may be done in the whole installation.
    permissions: Vec<&'static str>,
    /// What may be done in single playpens beside that.
    playpens: BTreeMap<String, Vec<&'static str>>,
}

/// A role, and where it counts.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct RoleSomewhere {
    role: String,
    /// Nothing for the whole installation.
    playpen: Option<String>,
}

/// A token to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct TokenWish {
    /// Whose it is: for another account than the caller's this needs `tokens.manage`, and the token may do nothing that the
    /// caller may not. The default is the caller's own.
    #[schema(min_length = 1, max_length = 200)]
    account: Option<String>,
    /// What it is for.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    /// Names of permissions that it is narrowed to. The default is all that its owner has; where `playpens` are named, those
    /// that may be had in a playpen.
    permissions: Option<Vec<String>>,
    /// Playpens that it is narrowed to, 1 to 100. The default is all.
    playpens: Option<BTreeSet<String>>,
    /// How long it lives, seconds. The default is the installation's, 30 days where it says nothing; it has a maximum, too.
    #[schema(minimum = 1)]
    life_seconds: Option<u64>,
}

/// A token, but for its text, which is kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct Token {
    /// Names it; it is no secret.
    id: String,
    /// Whose it is.
    account: String,
    label: String,
    /// What it is narrowed to; nothing where it is not.
    permissions: Option<Vec<&'static str>>,
    playpens: Option<BTreeSet<String>>,
    created: String,
    created_by: String,
    expires: String,
    revoked: Option<String>,
    /// Give or take a minute.
    last_used: Option<String>,
}

/// A token that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct NewToken {
    #[serde(flatten)]
    record: Token,
    /// Its text: told this once. It goes into `Authorization: Bearer`, and never into an address.
    token: String,
}

/// A page of tokens, in the order of their making.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::rest) struct TokenPage {
    pub(in crate::rest) items: Vec<Token>,
    /// What `cursor` must be for the next page; nothing where this is the last.
    pub(in crate::rest) next: Option<String>,
}

/// A playpen, or nothing for the whole installation.
pub(in crate::rest) fn playpen(place: &Place) -> Option<String> {
    match place {
        Place::Everywhere => None,
        Place::Playpen(playpen) => Some(playpen.clone()),
    }
}

impl From<&Caller> for Whoami {
    fn from(caller: &Caller) -> Self {
        let (kind, identified_by) = match &caller.by {
            By::Configuration => ("configured", "configuration"),
            By::Host(_) => ("host", "configuration"),
            By::Token(shown) => (kind_name(shown.kind), "token"),
        };
        let somewhere = |(role, place): &(String, Place)| RoleSomewhere { role: role.clone(), playpen: playpen(place) };
        let in_one = caller.rights.playpens().map(|(playpen, held)| (playpen.to_owned(), held.names()));
        Whoami {
            user: caller.user.clone(),
            kind,
            identified_by,
            token: caller.token().map(|shown| shown.id.clone()),
            until: caller.until().map(time),
            group: Some(caller.group.clone()).filter(|group| !group.is_empty()),
            groups: caller.groups.to_vec(),
            roles: caller.roles.iter().map(somewhere).collect(),
            permissions: caller.rights.everywhere().names(),
            playpens: in_one.collect(),
        }
    }
}

/// What an account is of, by name.
pub(in crate::rest) fn kind_name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Person => "person",
        AccountKind::Service => "service",
    }
}

impl From<TokenWish> for Wish {
    fn from(wish: TokenWish) -> Self {
        let TokenWish { account, label, permissions, playpens, life_seconds } = wish;
        Wish { account, label, permissions, playpens, life: life_seconds.map(std::time::Duration::from_secs) }
    }
}

impl From<&TokenRecord> for Token {
    fn from(token: &TokenRecord) -> Self {
        let Scope { permissions, playpens } = &token.scope;
        Token {
            id: token.id.clone(),
            account: token.account.clone(),
            label: token.label.clone(),
            permissions: permissions.map(|permissions| permissions.names()),
            playpens: playpens.clone(),
            created: time(token.created),
            created_by: token.created_by.clone(),
            expires: time(token.expires),
            revoked: token.revoked.map(time),
            last_used: token.last_used.map(time),
        }
    }
}

impl From<Told> for NewToken {
    fn from(told: Told) -> Self {
        NewToken { record: Token::from(&told.record), token: told.text }
    }
}
