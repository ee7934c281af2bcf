//! What rows of the audit log say of accounts, roles and tokens beside their names: what is given, to whom, and where it counts.
//!
//! The longest part comes last: a row cuts what is too long for it.

use super::accounts::{Given, Wish};
use super::tokens;
use crate::access::{Permissions, Scope};
use crate::store::{AccountChange, AccountKind, AccountRecord, Holder, TokenRecord};

/// An account that is made.
pub(crate) fn account(wish: &Wish) -> String {
    let kind = match wish.kind {
        AccountKind::Person => "person",
        AccountKind::Service => "service",
    };
    let playpen = wish.playpen.as_ref().map(|playpen| format!("playpen {playpen}"));
    let groups: Vec<&str> = wish.groups.iter().map(String::as_str).collect();
    let groups = (!groups.is_empty()).then(|| format!("groups {}", groups.join(" ")));
    joined([Some(kind.to_owned()), playpen, groups])
}

/// What becomes another way with an account.
pub(crate) fn change(known: &AccountRecord, change: &AccountChange) -> String {
    let disabled = change.is_disabled.map(|is_disabled| format!("disabled {is_disabled}"));
    let playpen = change.playpen.as_ref().map(|playpen| format!("playpen {playpen}"));
    let groups = change.groups.as_ref().map(|groups| {
        let new = groups.iter().filter(|group| !known.groups.contains(group)).map(|group| format!(" +{group}"));
        let gone = known.groups.iter().filter(|group| !groups.contains(group)).map(|group| format!(" -{group}"));
        let changes: String = new.chain(gone).collect();
        format!("groups{}", if changes.is_empty() { " as they were" } else { &changes })
    });
    joined([disabled, playpen, groups])
}

/// Who gets or loses a role, and where.
pub(crate) fn given(given: &Given) -> String {
    match &given.holder {
        Holder::Account(name) => format!("account {name}, {}", given.place),
        Holder::Group(name) => format!("group {name}, {}", given.place),
    }
}

/// What a role allows.
pub(crate) fn role(permissions: &[String]) -> String {
    format!("permissions {}", permissions.join(", "))
}

/// A token that is asked for.
pub(crate) fn token_wish(wish: &tokens::Wish) -> String {
    let account = wish.account.as_ref().map(|account| format!("for {account}"));
    let playpens: Option<Vec<&str>> =
        wish.playpens.as_ref().map(|playpens| playpens.iter().map(String::as_str).collect());
    let playpens = playpens.map(|playpens| format!("playpens {}", playpens.join(" ")));
    joined([account, wish.permissions.as_deref().map(role), playpens])
}

/// A token that was made, with all that it may be used for.
pub(crate) fn token(record: &TokenRecord, until: &str) -> String {
    let Scope { permissions, playpens } = &record.scope;
    let permissions = permissions.map_or("all permissions".to_owned(), of_permissions);
    let playpens = playpens.as_ref().map_or("all playpens".to_owned(), |playpens| {
        format!("playpens {}", playpens.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
    });
    joined([Some(format!("until {until}")), Some(permissions), Some(playpens)])
}

fn of_permissions(permissions: Permissions) -> String {
    format!("permissions {permissions}")
}

fn joined<const N: usize>(parts: [Option<String>; N]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
