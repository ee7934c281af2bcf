//! What a request pays for being let in: its token looked up, its roles weighed, its rate counted, its run's playpen looked at. With
//! the store's word on the token at hand, as it is for a second after the first request; and without, where the store is asked.
//!
//! `cargo run --release -p leat-store-sql --example authorisation -- FILE` for SQLite, or with `postgres://…` for PostgreSQL; the
//! database is to be an empty one.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement that fails has nothing to say")]

#[path = "shared/midtier.rs"]
mod midtier;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use leat_bundle::Digest;
use leat_midtier::access::{Permission, Permissions, Place};
use leat_midtier::identity::{Caller, StaticTokens};
use leat_midtier::store::{AccountKind, AccountRecord, Accounts, Holder, Made, RoleGrant, RoleRecord};
use leat_midtier::{Config, Midtier, Rate};
use leat_scheduler::model::Moment;
use leat_store_sql::SqlStore;
use tokio_util::sync::CancellationToken;

const ADMIN: &str = "token-of-the-measurement";
const ACCOUNTS: usize = 1_000;
const ROLES: usize = 100;
/// How many groups there are, and how many each account is in.
const GROUPS: usize = 50;
const GROUPS_OF_ONE: usize = 10;
/// Requests whose token is at hand, and those before them that are not counted.
const AT_HAND: usize = 200_000;
const WARM: usize = 20_000;
/// How often each account's token is asked about where it is not at hand.
const COLD_ROUNDS: usize = 5;
/// Longer than the store's word on a token is kept in mind.
const FORGOTTEN: Duration = Duration::from_millis(1_200);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let (kind, store) = midtier::database().await;
    people(&store).await;
    let tokens = tokens(&store).await;
    let midtier = build(&store);
    let (cold, at_hand) = (cold(&midtier, &tokens).await, at_hand(&midtier, &tokens[0]).await);
    println!("{ACCOUNTS} accounts, {ROLES} roles, a token of an account with {GROUPS_OF_ONE} groups:");
    told("the store's word at hand", at_hand);
    told(&format!("{kind} is asked"), cold);
}

fn build(store: &Arc<SqlStore>) -> Midtier {
    let admin = StaticTokens::new([(Digest::of(ADMIN.as_bytes()), Caller::administrator("root", "ops"))]);
    let rate = Rate { per_second: 1_000_000_000, burst: 1_000_000_000 };
    Midtier::build(Config { rate, ..Config::default() }, midtier::deps(store, admin))
}

/// Accounts in groups, and roles that the groups have: most in a playpen each, some everywhere.
async fn people(store: &SqlStore) {
    let permissions = Permissions::of(&[Permission::RunsRead, Permission::RunsSubmit, Permission::RunsControl]);
    for number in 0..ROLES {
        let name = format!("role-{number}");
        let role = RoleRecord { name: name.clone(), permissions, created: Moment(1), created_by: "root".to_owned() };
        assert_eq!(store.make_role(&role).await.unwrap(), Made::New, "the database is not empty");
        let place = if number % 10 == 9 { Place::Everywhere } else { Place::Playpen(playpen(number)) };
        let holder = Holder::Group(group(number));
        let grant = RoleGrant { role: name, holder, place, created: Moment(1), created_by: "root".to_owned() };
        assert_eq!(store.grant(&grant, permissions).await.unwrap(), Made::New);
    }
    for number in 0..ACCOUNTS {
        let mut groups: Vec<String> = (0..GROUPS_OF_ONE).map(|place| group(number + 5 * place)).collect();
        groups.sort_unstable();
        let account = AccountRecord {
            name: account(number),
            kind: AccountKind::Person,
            playpen: playpen(number),
            groups,
            is_disabled: false,
            login: None,
            created: Moment(1),
            created_by: "root".to_owned(),
        };
        assert_eq!(store.make_account(&account).await.unwrap(), Made::New);
    }
}

fn account(number: usize) -> String {
    format!("account-{number}")
}

fn group(number: usize) -> String {
    format!("group-{}", number % GROUPS)
}

fn playpen(number: usize) -> String {
    format!("playpen-{}", number % ROLES)
}

/// What requests with a token of each account say, made as anybody's.
async fn tokens(store: &Arc<SqlStore>) -> Vec<String> {
    let shutdown = CancellationToken::new();
    let mut connection = midtier::connected(midtier::serve(build(store), &shutdown).await).await;
    let mut tokens = Vec::new();
    for number in 0..ACCOUNTS {
        let wish = format!("{{\"account\":\"{}\",\"label\":\"measured\"}}", account(number));
        let made = midtier::create(&mut connection, "/api/v1/tokens", ADMIN, &wish).await;
        let made: serde_json::Value = serde_json::from_slice(&made).unwrap();
        tokens.push(format!("Bearer {}", made["token"].as_str().unwrap()));
    }
    shutdown.cancel();
    tokens
}

/// Lets one request in, and looks whether its caller may see a run of their playpen.
async fn let_in(midtier: &Midtier, authorization: &str) -> Duration {
    let begun = Instant::now();
    let from = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let caller = midtier.admits(("GET", "/api/v1/runs/{id}"), authorization, from).await.unwrap().unwrap();
    let may = caller.may(Permission::RunsRead, &caller.group);
    let took = begun.elapsed();
    assert!(may, "{} has a role in its playpen {}", caller.user, caller.group);
    took
}

async fn at_hand(midtier: &Midtier, authorization: &str) -> Vec<Duration> {
    let mut times = Vec::with_capacity(AT_HAND);
    for round in 0..WARM + AT_HAND {
        let took = let_in(midtier, authorization).await;
        if round >= WARM {
            times.push(took);
        }
    }
    times
}

/// Each token anew, once it is forgotten. The first round also writes down that the tokens are used, and is not counted.
async fn cold(midtier: &Midtier, tokens: &[String]) -> Vec<Duration> {
    let mut times = Vec::new();
    for round in 0..=COLD_ROUNDS {
        for token in tokens {
            let took = let_in(midtier, token).await;
            if round > 0 {
                times.push(took);
            }
        }
        tokio::time::sleep(FORGOTTEN).await;
    }
    times
}

fn told(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e6;
    println!("{what:26} p50 {:8.1} µs   p99 {:8.1} µs   n {}", at(50), at(99), times.len());
}
