//! What every directory must do alike in which services announce themselves: an adapter's tests call [`hold`] with a directory of theirs.
//!
//! The functions panic where a rule is broken, as tests do. They wait by looking again from what was seen, so an adapter
//! that is tried waits a few seconds at most in each look.

use std::collections::BTreeMap;

use async_trait::async_trait;
use leat_discovery::{Discovery, Health, Lock, Seen, Service, ServiceKind};

/// A directory that is being tried, and what the rules need of it beside the port.
#[async_trait]
pub trait Tried: Send + Sync {
    /// The directory, in which nothing is announced, set or locked.
    fn discovery(&self) -> &dyn Discovery;
    /// Sets what stands below a name of settings; nothing takes it away.
    async fn set(&self, name: &str, value: Option<&str>);
    /// Takes a lock away from whoever has it, as a directory does that thinks its holder dead.
    async fn break_lock(&self, lock: &str);
}

/// How often is looked again for what must come.
const LOOKS_MAX: usize = 40;

/// Every rule of the contract, one after the other.
pub async fn hold(tried: &dyn Tried) {
    who_is_well_is_found_with_all_that_was_said_of_it(tried.discovery()).await;
    who_is_unwell_is_not_found_until_it_is_well_again(tried.discovery()).await;
    who_announces_itself_twice_is_there_once_as_it_was_said_last(tried.discovery()).await;
    kinds_are_apart_and_each_in_the_order_of_names(tried.discovery()).await;
    who_was_withdrawn_is_not_found_and_may_be_withdrawn_again(tried.discovery()).await;
    settings_are_seen_as_they_are_set_changed_and_taken_away(tried).await;
    a_lock_has_one_holder_and_is_given_on_when_it_is_released(tried.discovery()).await;
    a_lock_that_is_broken_is_lost_at_once(tried).await;
}

fn midtier(name: &str) -> Service {
    let service = Service::midtier(name, "https://m1.internal:7700").expect("a good address");
    service.with("version", "0.1.0").with("generation", "7")
}

/// Looks until it is as it must be.
async fn until(discovery: &dyn Discovery, kind: ServiceKind, what: &str, is_so: impl Fn(&[Service]) -> bool) -> Seen {
    let mut seen = None;
    for _ in 0..LOOKS_MAX {
        let look = discovery.find(kind, seen).await.expect("it answers");
        if is_so(&look.value) {
            return look.seen;
        }
        seen = Some(look.seen);
    }
    panic!("looked {LOOKS_MAX} times, and never found that {what}")
}

async fn who_is_well_is_found_with_all_that_was_said_of_it(discovery: &dyn Discovery) {
    let one = midtier("contract-1");
    discovery.announce(&one, &Health::Well).await.expect("it is announced");
    until(discovery, ServiceKind::Midtier, "it is there", |found| found == [one.clone()]).await;
    discovery.withdraw(&one).await.expect("it is withdrawn");
}

async fn who_is_unwell_is_not_found_until_it_is_well_again(discovery: &dyn Discovery) {
    let one = midtier("contract-2");
    let sick = Health::Unwell("the store cannot be reached".to_owned());
    discovery.announce(&one, &sick).await.expect("it is announced");
    discovery.announce(&one, &Health::Well).await.expect("it is announced");
    until(discovery, ServiceKind::Midtier, "it is well", |found| found == [one.clone()]).await;
    discovery.announce(&one, &sick).await.expect("it is announced");
    until(discovery, ServiceKind::Midtier, "it is not well", |found| found.is_empty()).await;
    discovery.withdraw(&one).await.expect("it is withdrawn");
}

async fn who_announces_itself_twice_is_there_once_as_it_was_said_last(discovery: &dyn Discovery) {
    let one = midtier("contract-3");
    discovery.announce(&one, &Health::Well).await.expect("it is announced");
    discovery.announce(&one, &Health::Well).await.expect("it is announced");
    let moved = Service { port: 7701, ..one.clone() };
    discovery.announce(&moved, &Health::Well).await.expect("it is announced");
    until(discovery, ServiceKind::Midtier, "it has moved", |found| found == [moved.clone()]).await;
    discovery.withdraw(&moved).await.expect("it is withdrawn");
}

async fn kinds_are_apart_and_each_in_the_order_of_names(discovery: &dyn Discovery) {
    let host = Service {
        kind: ServiceKind::Host,
        address: Some("10.0.0.9".to_owned()),
        port: 0,
        facts: BTreeMap::new(),
        ..midtier("contract-a")
    };
    let (a, b) = (midtier("contract-a"), midtier("contract-b"));
    for service in [&host, &b, &a] {
        discovery.announce(service, &Health::Well).await.expect("it is announced");
    }
    until(discovery, ServiceKind::Midtier, "both are there", |found| found == [a.clone(), b.clone()]).await;
    until(discovery, ServiceKind::Host, "the host is there", |found| found == [host.clone()]).await;
    for service in [&host, &b, &a] {
        discovery.withdraw(service).await.expect("it is withdrawn");
    }
}

async fn who_was_withdrawn_is_not_found_and_may_be_withdrawn_again(discovery: &dyn Discovery) {
    let one = midtier("contract-4");
    discovery.announce(&one, &Health::Well).await.expect("it is announced");
    until(discovery, ServiceKind::Midtier, "it is there", |found| found == [one.clone()]).await;
    for _ in 0..2 {
        discovery.withdraw(&one).await.expect("it is withdrawn, however often");
    }
    until(discovery, ServiceKind::Midtier, "it is gone", |found| found.is_empty()).await;
}

async fn settings_are_seen_as_they_are_set_changed_and_taken_away(tried: &dyn Tried) {
    let mut seen = None;
    for value in [Some("5min"), Some("\u{e9} = \"x\"\n"), Some(""), None] {
        tried.set("scheduling/contract", value).await;
        let expected: BTreeMap<String, String> =
            value.map(|value| ("scheduling/contract".to_owned(), value.to_owned())).into_iter().collect();
        let mut looks = 0;
        loop {
            let look = tried.discovery().settings(seen).await.expect("it answers");
            seen = Some(look.seen);
            if look.value == expected {
                break;
            }
            looks += 1;
            assert!(looks < LOOKS_MAX, "{value:?} was set, and {:?} is there", look.value);
        }
    }
}

async fn locked(discovery: &dyn Discovery, lock: &str, holder: &str) -> Option<Box<dyn Lock>> {
    discovery.lock(lock, holder).await.expect("it answers")
}

async fn a_lock_has_one_holder_and_is_given_on_when_it_is_released(discovery: &dyn Discovery) {
    let first = locked(discovery, "contract-lock", "m1").await.expect("nobody has it");
    assert!(locked(discovery, "contract-lock", "m2").await.is_none(), "m1 has it");
    let other = locked(discovery, "contract-other", "m2").await.expect("nobody has the other one");
    first.release().await.expect("it is given back");
    let second = locked(discovery, "contract-lock", "m2").await.expect("it was given back");
    for lock in [second, other] {
        lock.release().await.expect("it is given back");
    }
}

async fn a_lock_that_is_broken_is_lost_at_once(tried: &dyn Tried) {
    let mut lock = locked(tried.discovery(), "contract-broken", "m1").await.expect("nobody has it");
    tried.break_lock("contract-broken").await;
    assert!(!lock.lost().await.is_empty(), "it says why");
    lock.release().await.expect("what is lost is given back without harm");
}
