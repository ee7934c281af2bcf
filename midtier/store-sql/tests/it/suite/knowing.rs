//! Accounts, what they were granted, and their tokens.

use std::collections::BTreeSet;
use std::time::Duration;

use leat_bundle::Digest;
use leat_midtier::access::{Permission, Permissions, Place, Scope, built_in};
use leat_midtier::store::{
    AccountChange, AccountKind, AccountRecord, Accounts, Holder, Made, PageFilter, Pruning, RoleGrant, RoleRecord,
    Store, TokenRecord,
};

use crate::bench::Bench;
use crate::draft::at;

fn account(name: &str, groups: &[&str]) -> AccountRecord {
    AccountRecord {
        name: name.to_owned(),
        kind: AccountKind::Service,
        playpen: "risk".to_owned(),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        is_disabled: false,
        created: at(1),
        created_by: "root".to_owned(),
        login: Some("corp".to_owned()),
    }
}

fn role(name: &str, permissions: &[Permission]) -> RoleRecord {
    let permissions = Permissions::of(permissions);
    RoleRecord { name: name.to_owned(), permissions, created: at(2), created_by: "root".to_owned() }
}

fn grant(role: &str, holder: Holder, playpen: &str) -> RoleGrant {
    let place = if playpen.is_empty() { Place::Everywhere } else { Place::Playpen(playpen.to_owned()) };
    RoleGrant { role: role.to_owned(), holder, place, created: at(3), created_by: "root".to_owned() }
}

fn token(id: &str, of: &str) -> TokenRecord {
    TokenRecord {
        id: id.to_owned(),
        account: of.to_owned(),
        label: "nightly".to_owned(),
        scope: Scope::default(),
        created: at(4),
        created_by: "root".to_owned(),
        expires: at(1_000),
        revoked: None,
        last_used: None,
    }
}

fn digest(id: &str) -> Digest {
    Digest::of(id.as_bytes())
}

/// What the role `reader` comes to.
fn reader() -> Permissions {
    built_in("reader").expect("it comes with Leat").permissions
}

fn of_account(name: &str) -> Holder {
    Holder::Account(name.to_owned())
}

fn of_group(name: &str) -> Holder {
    Holder::Group(name.to_owned())
}

pub(crate) async fn an_account_reads_back_as_it_was_made_and_its_name_is_taken(bench: &Bench) {
    let store = &bench.store;
    let eve = account("eve", &["a", "b"]);
    assert_eq!(store.standing("eve").await.unwrap(), None);
    assert_eq!(store.make_account(&eve).await.unwrap(), Made::New);
    assert_eq!(store.make_account(&account("eve", &[])).await.unwrap(), Made::Known);
    assert_eq!(store.standing("eve").await.unwrap().unwrap().account, eve);
    assert_eq!(store.standing("Eve").await.unwrap(), None);
    let odd = account("ö'; DROP TABLE accounts; --", &["%", "ü"]);
    store.make_account(&odd).await.unwrap();
    assert_eq!(store.standing(&odd.name).await.unwrap().unwrap().account, odd);
}

pub(crate) async fn what_changes_of_an_account_changes_alone(bench: &Bench) {
    let store = &bench.store;
    store.make_account(&account("eve", &["a"])).await.unwrap();
    let change = |change: AccountChange| async move { store.change_account("eve", &change).await.unwrap() };
    assert!(change(AccountChange { is_disabled: Some(true), ..AccountChange::default() }).await);
    assert!(change(AccountChange { groups: Some(vec!["b".into(), "c".into()]), ..AccountChange::default() }).await);
    assert!(change(AccountChange { playpen: Some("desk".into()), ..AccountChange::default() }).await);
    let login = Some("hub".to_owned());
    assert!(change(AccountChange { login: login.clone(), ..AccountChange::default() }).await);
    let expected = AccountRecord { is_disabled: true, playpen: "desk".into(), login, ..account("eve", &["b", "c"]) };
    assert_eq!(store.standing("eve").await.unwrap().unwrap().account, expected);
    assert!(!store.change_account("bob", &AccountChange::default()).await.unwrap());
}

pub(crate) async fn accounts_are_listed_page_by_page_in_the_order_of_their_names(bench: &Bench) {
    let store = &bench.store;
    for name in ["b", "ä", "B", "a"] {
        store.make_account(&account(name, &["g"])).await.unwrap();
    }
    let (mut filter, mut seen) = (PageFilter { limit: 3, ..PageFilter::default() }, Vec::new());
    loop {
        let page = store.accounts(&filter).await.unwrap();
        assert!(page.items.iter().all(|account| account.groups == ["g"]));
        seen.extend(page.items.iter().map(|account| account.name.clone()));
        filter.after = seen.last().cloned();
        if !page.more {
            break;
        }
    }
    assert_eq!(seen, ["B", "a", "b", "ä"]);
}

pub(crate) async fn somebody_has_what_they_and_their_groups_were_granted(bench: &Bench) {
    let store = &bench.store;
    store.make_account(&account("eve", &["desk"])).await.unwrap();
    let head = role("head", &[Permission::RunsRead, Permission::AuditRead]);
    assert_eq!(store.make_role(&head).await.unwrap(), Made::New);
    assert_eq!(store.make_role(&role("head", &[Permission::RunsRead])).await.unwrap(), Made::Known);
    assert_eq!(store.make_role(&role("other", &[Permission::RiskRead])).await.unwrap(), Made::New);
    let (own, group) = (grant("reader", of_account("eve"), "risk"), grant("head", of_group("desk"), ""));
    let other = grant("other", of_group("x"), "");
    let risk = Permissions::of(&[Permission::RiskRead]);
    let granted = [(&own, reader()), (&group, head.permissions), (&grant("reader", of_group("eve"), ""), reader())];
    for (one, permissions) in granted.into_iter().chain([(&other, risk)]) {
        assert_eq!(store.grant(one, permissions).await.unwrap(), Made::New);
        assert_eq!(store.grant(one, permissions).await.unwrap(), Made::Known);
    }
    assert_eq!(store.grant(&grant("reader", of_account("bob"), ""), reader()).await.unwrap(), Made::Unknown);
    assert_eq!(store.grant(&grant("none", of_account("eve"), ""), Permissions::NONE).await.unwrap(), Made::Unknown);
    let standing = store.standing("eve").await.unwrap().unwrap();
    assert_eq!((standing.grants, standing.roles), (vec![own.clone(), group.clone()], vec![head.clone()]));
    let of_groups = store.granted_to_groups(&["desk".to_owned(), "y".to_owned()]).await.unwrap();
    assert_eq!(of_groups, (vec![group.clone()], vec![head]));
    assert_eq!(store.grants(Some("head")).await.unwrap(), std::slice::from_ref(&group));
    assert_eq!(store.grants(None).await.unwrap().len(), 4);
    assert!(store.ungrant("reader", &own.holder, &own.place).await.unwrap());
    assert!(!store.ungrant("reader", &own.holder, &own.place).await.unwrap());
    assert_eq!(store.standing("eve").await.unwrap().unwrap().grants, [group]);
}

pub(crate) async fn a_role_that_goes_is_taken_from_everyone(bench: &Bench) {
    let store = &bench.store;
    store.make_account(&account("eve", &[])).await.unwrap();
    store.make_role(&role("head", &[Permission::RunsRead])).await.unwrap();
    let permissions = Permissions::of(&[Permission::RunsRead]);
    store.grant(&grant("head", of_account("eve"), "risk"), permissions).await.unwrap();
    assert!(store.remove_role("head").await.unwrap() && !store.remove_role("head").await.unwrap());
    // One of the same name that comes later is another role.
    store.make_role(&role("head", &[Permission::AccountsManage])).await.unwrap();
    let standing = store.standing("eve").await.unwrap().unwrap();
    assert_eq!((standing.grants, standing.roles), (Vec::new(), Vec::new()));
    assert_eq!(store.roles().await.unwrap(), [role("head", &[Permission::AccountsManage])]);
}

pub(crate) async fn a_role_that_was_made_anew_is_not_granted_by_who_knows_the_old_one(bench: &Bench) {
    let store = &bench.store;
    store.make_account(&account("eve", &[])).await.unwrap();
    let small = role("head", &[Permission::RunsRead]);
    store.make_role(&small).await.unwrap();
    // In between, somebody else makes it everything.
    store.remove_role("head").await.unwrap();
    store.make_role(&RoleRecord { permissions: Permissions::ALL, ..small.clone() }).await.unwrap();
    let wish = grant("head", of_account("eve"), "");
    assert_eq!(store.grant(&wish, small.permissions).await.unwrap(), Made::Unknown);
    assert_eq!(store.grants(None).await.unwrap(), []);
    assert_eq!(store.grant(&wish, Permissions::ALL).await.unwrap(), Made::New);
}

pub(crate) async fn a_token_is_found_by_its_digest_with_what_its_owner_has(bench: &Bench) {
    let store = &bench.store;
    store.make_account(&account("eve", &[])).await.unwrap();
    store.grant(&grant("reader", of_account("eve"), ""), reader()).await.unwrap();
    let playpens: BTreeSet<String> = ["desk".to_owned(), "ö".to_owned()].into();
    let scope = Scope { permissions: Some(Permissions::of(&[Permission::RunsRead])), playpens: Some(playpens) };
    let kept = TokenRecord { scope, ..token("t1", "eve") };
    assert_eq!(store.make_token(&kept, digest("t1"), 9).await.unwrap(), Made::New);
    assert_eq!(store.make_token(&token("t2", "bob"), digest("t2"), 9).await.unwrap(), Made::Unknown);
    let (found, standing) = store.token(digest("t1")).await.unwrap().unwrap();
    assert_eq!((&found, Some(&standing)), (&kept, store.standing("eve").await.unwrap().as_ref()));
    assert_eq!(standing.grants.len(), 1);
    assert_eq!(store.token(digest("t2")).await.unwrap(), None);
    assert_eq!(store.token_named("t1").await.unwrap(), Some(kept));
    assert_eq!(store.token_named("t2").await.unwrap(), None);
}

pub(crate) async fn a_token_is_revoked_for_ever_and_its_use_noted_once_a_minute(bench: &Bench) {
    let store = &bench.store;
    store.make_account(&account("eve", &[])).await.unwrap();
    store.make_token(&token("t1", "eve"), digest("t1"), 9).await.unwrap();
    for (used, expected) in [(10, 10), (69, 10), (70, 70), (60, 70)] {
        store.token_used("t1", at(used)).await.unwrap();
        assert_eq!(store.token_named("t1").await.unwrap().unwrap().last_used, Some(at(expected)));
    }
    assert!(store.revoke_token("t1", at(80)).await.unwrap() && store.revoke_token("t1", at(90)).await.unwrap());
    assert!(!store.revoke_token("t2", at(80)).await.unwrap());
    assert_eq!(bench.another().await.token(digest("t1")).await.unwrap().unwrap().0.revoked, Some(at(80)));
}

pub(crate) async fn an_account_has_as_many_valid_tokens_as_it_may_however_many_are_made_at_once(bench: &Bench) {
    let store = &bench.store;
    store.make_account(&account("eve", &[])).await.unwrap();
    let make = async |id: String, created: i64| {
        let token = TokenRecord { created: at(created), ..token(&id, "eve") };
        store.make_token(&token, digest(&id), 2).await.unwrap()
    };
    let (a, b, c) = tokio::join!(make("t1".into(), 4), make("t2".into(), 4), make("t3".into(), 4));
    let mut made = [a, b, c].map(|made| made == Made::New);
    made.sort_unstable();
    assert_eq!(made, [false, true, true]);
    let valid = store.tokens(&PageFilter { account: Some("eve".into()), ..PageFilter::default() }).await.unwrap().items;
    assert_eq!(make("t4".into(), 5).await, Made::TooMany);
    store.revoke_token(&valid[0].id, at(6)).await.unwrap();
    assert_eq!(make("t4".into(), 7).await, Made::New);
    assert_eq!(make("t5".into(), 2_000).await, Made::New);
}

pub(crate) async fn tokens_are_listed_and_forgotten_when_they_expired_long_ago(bench: &Bench) {
    let store = &bench.store;
    for name in ["eve", "bob"] {
        store.make_account(&account(name, &[])).await.unwrap();
    }
    for (id, of, expires) in [("t1", "eve", 50), ("t2", "bob", 1_000), ("t3", "eve", 900)] {
        let token = TokenRecord { expires: at(expires), ..token(id, of) };
        store.make_token(&token, digest(id), 9).await.unwrap();
    }
    let ids = async |filter: PageFilter| -> Vec<String> {
        store.tokens(&filter).await.unwrap().items.into_iter().map(|token| token.id).collect()
    };
    let of_eve = PageFilter { account: Some("eve".into()), ..PageFilter::default() };
    assert_eq!(ids(of_eve.clone()).await, ["t1", "t3"]);
    assert_eq!(ids(PageFilter { after: Some("t1".into()), limit: 1, ..PageFilter::default() }).await, ["t2"]);
    store.prune(&Pruning { now: at(200), ended_runs: Duration::from_secs(100), keep_runs: 0 }).await.unwrap();
    assert_eq!(ids(of_eve).await, ["t3"]);
}
