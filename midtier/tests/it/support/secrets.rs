//! A store of secrets for tests of the midtier: one that wraps what it grants, or hands out values, and can be away. That of the product
//! is tried by the contract of its own crate.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use leat_midtier::Broker;
use leat_midtier::broker::{BrokerUser, BrokerUsers};
use leat_scheduler::model::RunId;
use leat_secrets::{Grant, GrantId, SecretError, SecretPath, SecretValue, Secrets, Ticket};

/// What a secret of it is, wherever it lies.
pub(crate) const VALUE: &str = "canary-5f3a91";

/// Where hosts are told that it is, unless a test says otherwise.
const ADDRESS: &str = "http://vault:8200";

#[derive(Default)]
pub(crate) struct FakeSecrets {
    kept: Mutex<Kept>,
    /// Set once.
    address: OnceLock<&'static str>,
}

#[derive(Default)]
struct Kept {
    is_away: bool,
    hands_out_values: bool,
    refuses: bool,
    is_empty: bool,
    /// How long users of the broker take.
    users_take: Duration,
    /// What it answers 500 for, with how often it was asked to.
    broken: BTreeMap<GrantId, u32>,
    given: u64,
    /// What holds, with what it was made for and the paths that it is worth.
    granted: BTreeMap<GrantId, (String, Vec<SecretPath>)>,
    renewed: BTreeMap<GrantId, Duration>,
}

impl FakeSecrets {
    /// As if its server were gone, or came back.
    pub(crate) fn set_away(&self, is_away: bool) {
        self.kept().is_away = is_away;
    }

    /// As if it answered, and knew this midtier no more; or knew it again.
    pub(crate) fn set_refusing(&self, refuses: bool) {
        self.kept().refuses = refuses;
    }

    /// As if its broker were slow.
    pub(crate) fn make_users_in(&self, users_take: Duration) {
        self.kept().users_take = users_take;
    }

    /// As if nothing were in it any more.
    pub(crate) fn empty(&self) {
        self.kept().is_empty = true;
    }

    /// As if it could do nothing any more with the grants that hold, and all else.
    pub(crate) fn break_grants(&self) {
        let mut kept = self.kept();
        let holding: Vec<GrantId> = kept.granted.keys().cloned().collect();
        kept.broken.extend(holding.into_iter().map(|grant| (grant, 0)));
    }

    /// How often something was to be done with a grant that it can do nothing with.
    pub(crate) fn tried(&self, grant: &str) -> u32 {
        self.kept().broken.get(&grant.parse::<GrantId>().unwrap()).copied().unwrap_or_default()
    }

    /// As if hosts were told that it is there, and not at [`ADDRESS`].
    pub(crate) fn be_at(&self, address: &'static str) {
        self.address.set(address).unwrap();
    }

    /// As if it had no address.
    pub(crate) fn hand_out_values(&self) {
        self.kept().hands_out_values = true;
    }

    /// What each grant that holds was made for, with its paths.
    pub(crate) fn granted(&self) -> Vec<(String, Vec<String>)> {
        let texts = |paths: &Vec<SecretPath>| paths.iter().map(ToString::to_string).collect();
        self.kept().granted.values().map(|(purpose, paths)| (purpose.clone(), texts(paths))).collect()
    }

    /// How many grants were made.
    pub(crate) fn given(&self) -> u64 {
        self.kept().given
    }

    /// Whether some grant was renewed.
    pub(crate) fn has_renewed(&self) -> bool {
        !self.kept().renewed.is_empty()
    }

    /// How long each grant that was renewed holds from then on.
    pub(crate) fn renewed(&self) -> Vec<Duration> {
        self.kept().renewed.values().copied().collect()
    }

    /// As if the most that a grant may hold were over for all of them.
    pub(crate) fn end_all(&self) {
        self.kept().granted.clear();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap()
    }

    /// It is reached, and can do something with a grant.
    fn whole(&self, grant: &GrantId) -> Result<MutexGuard<'_, Kept>, SecretError> {
        let mut kept = self.reached()?;
        let Some(tried) = kept.broken.get_mut(grant) else { return Ok(kept) };
        *tried += 1;
        Err(SecretError::Unreachable { store: "vault at http://inside:8200".into(), why: "it answers 500".into() })
    }

    fn reached(&self) -> Result<MutexGuard<'_, Kept>, SecretError> {
        let kept = self.kept();
        let away = || SecretError::Unreachable { store: "vault at http://inside:8200".into(), why: "refused".into() };
        let refused = || SecretError::Invalid { what: "Leat's token".into(), why: "vault answers 403: inside".into() };
        match (kept.is_away, kept.refuses) {
            (true, _) => Err(away()),
            (false, true) => Err(refused()),
            (false, false) => Ok(kept),
        }
    }
}

fn value() -> SecretValue {
    SecretValue::new(VALUE.as_bytes().to_vec()).unwrap()
}

#[async_trait]
impl Secrets for FakeSecrets {
    async fn read(&self, _: &SecretPath) -> Result<SecretValue, SecretError> {
        panic!("the midtier never reads what it grants")
    }

    async fn grant(&self, purpose: &str, paths: &[SecretPath], life: Duration) -> Result<Grant, SecretError> {
        let mut kept = self.reached()?;
        if let Some(path) = paths.iter().find(|path| kept.is_empty || path.below().ends_with("missing")) {
            return Err(SecretError::Missing { path: path.clone() });
        }
        kept.given += 1;
        let id: GrantId = format!("grant-{}", kept.given).parse().unwrap();
        kept.granted.insert(id.clone(), (purpose.to_owned(), paths.to_vec()));
        let ticket = match kept.hands_out_values {
            true => Ticket::Values(paths.iter().map(|path| (path.clone(), value())).collect()),
            false => {
                Ticket::Wrapped { address: self.address.get().copied().unwrap_or(ADDRESS).to_owned(), token: value() }
            }
        };
        Ok(Grant { id, ticket, life })
    }

    async fn renew(&self, grant: &GrantId, life: Duration) -> Result<Duration, SecretError> {
        let mut kept = self.whole(grant)?;
        if !kept.granted.contains_key(grant) {
            return Err(SecretError::GrantOver { grant: grant.to_string() });
        }
        kept.renewed.insert(grant.clone(), life);
        Ok(life)
    }

    async fn revoke(&self, grant: &GrantId) -> Result<(), SecretError> {
        self.whole(grant)?.granted.remove(grant);
        Ok(())
    }

    fn address_for_hosts(&self) -> Option<&str> {
        let address = self.address.get().copied().unwrap_or(ADDRESS);
        (!self.kept().hands_out_values).then_some(address)
    }

    async fn health(&self) -> Result<(), SecretError> {
        self.reached().map(drop)
    }
}

#[async_trait]
impl BrokerUsers for FakeSecrets {
    async fn make(&self, run: &RunId, name: &str, _: Duration) -> Result<BrokerUser, SecretError> {
        let takes = self.reached()?.users_take;
        tokio::time::sleep(takes).await;
        let mut kept = self.reached()?;
        kept.given += 1;
        let grant: GrantId = format!("user-{}", kept.given).parse().unwrap();
        kept.granted.insert(grant.clone(), (format!("queues of {run}"), Vec::new()));
        Ok(BrokerUser { grant, url: Broker(format!("amqp://{name}:{VALUE}@mq/leat")) })
    }
}
