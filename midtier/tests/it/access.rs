//! Who may do what: tokens, what they are narrowed to, and what they reach.

mod accounts;
mod crossing;
mod guesses;
mod streams;
mod tokens;

use std::collections::BTreeSet;

use leat_bundle::Digest;
use leat_midtier::access::{Permission, Permissions, Place, Scope, built_in};
use leat_midtier::store::{AccountKind, AccountRecord, Accounts, Holder, Made, RoleGrant};
use leat_scheduler::model::Moment;
use serde_json::{Value, json};

use crate::support::{ADMIN, Server};

/// Makes an account past the API, with roles by their names and playpens; an empty playpen is everywhere.
pub(super) async fn account(server: &Server, name: &str, roles: &[(&str, &str)]) {
    let account = AccountRecord {
        name: name.to_owned(),
        kind: AccountKind::Person,
        playpen: "risk".to_owned(),
        groups: Vec::new(),
        is_disabled: false,
        created: Moment(0),
        created_by: "root".to_owned(),
        login: None,
    };
    assert_eq!(server.store.make_account(&account).await.unwrap(), Made::New);
    for (role, playpen) in roles {
        let grant = RoleGrant {
            role: (*role).to_owned(),
            holder: Holder::Account(name.to_owned()),
            place: if playpen.is_empty() { Place::Everywhere } else { Place::Playpen((*playpen).to_owned()) },
            created: Moment(0),
            created_by: "root".to_owned(),
        };
        let own = server.store.roles().await.unwrap().into_iter().find(|own| own.name == *role);
        let permissions = built_in(role).map(|role| role.permissions).or_else(|| own.map(|own| own.permissions));
        let permissions = permissions.expect("a role that there is");
        assert_eq!(server.store.grant(&grant, permissions).await.unwrap(), Made::New);
    }
}

/// Has an administrator make a token; answers what is told of it.
pub(super) async fn token(server: &Server, account: &str, more: Value) -> Value {
    let mut wish = json!({ "account": account, "label": "test" });
    wish.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    server.api(ADMIN).post("/tokens", &wish).await.of_status(201)
}

/// The text of a token that an administrator makes.
pub(super) async fn text(server: &Server, account: &str, more: Value) -> String {
    token(server, account, more).await["token"].as_str().unwrap().to_owned()
}

/// What a token is narrowed to.
pub(super) fn scope(permissions: &[Permission], playpens: &[&str]) -> Scope {
    let playpens: BTreeSet<String> = playpens.iter().map(|playpen| (*playpen).to_owned()).collect();
    Scope { permissions: Some(Permissions::of(permissions)), playpens: Some(playpens) }
}

/// What is kept of a token's text.
pub(super) fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}
