//! Discovery through Consul: services with checks that run out, blocking queries, settings below a key, and locks by sessions, over the HTTP
//! API of a Consul agent, best that of the same machine. Alone speaks it; documented endpoints alone, as of Consul 1.8.
//!
//! Below a prefix, `leat` where nothing else is said, so that several installations share one Consul: the services `leat-midtier` and
//! `leat-host`, the settings `leat/config/…`, the locks `leat/locks/…`. [`keep_announced`] and [`follow`] go on for as long as a process
//! lives, whether Consul is there or not: what was found last goes on counting. Wired by the command line; tells nobody whether Consul is
//! right.

mod answers;
mod api;
mod base64;
mod keep;
mod lock;
mod settings;
mod token;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use leat_discovery::{Discovery, DiscoveryError, Health, Lock, Look, Seen, Service, ServiceKind};
use leat_tls::Trust;

use answers::{Found, Registration, Update};
use api::Api;
pub use keep::{Standing, follow, keep_announced};

/// How a Consul is asked, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Where its API is: `http://127.0.0.1:8500`.
    pub address: String,
    /// A file with an ACL token on its first line, which its owner alone may read. It is read again when Consul refuses the one that is known.
    pub token_file: Option<PathBuf>,
    /// Which datacenter is asked. Services announce themselves in that of the agent. Default: that of the agent.
    pub datacenter: Option<String>,
    /// What the names of services and keys begin with. Default: `leat`.
    pub prefix: String,
    /// How long a service that falls silent counts as well; it announces itself three times as often. Default 30 s.
    pub life: Duration,
    /// How long a service that is not well stays in the directory; Consul takes at least a minute. Default 10 min.
    pub forget_after: Duration,
    /// How long Consul may wait with the answer to a look. Default 60 s; Consul takes ten minutes at most.
    pub wait: Duration,
    /// How long a lock outlives who was last heard of; Consul takes at least ten seconds. Default 15 s.
    pub lock_life: Duration,
    /// How long nobody has a lock that was lost and not given back, so that whoever lost it hears of it first. Default 15 s.
    pub lock_delay: Duration,
}

impl Config {
    /// The defaults, for a Consul at this address.
    pub fn new(address: impl Into<String>) -> Self {
        Config {
            address: address.into(),
            token_file: None,
            datacenter: None,
            prefix: "leat".to_owned(),
            life: Duration::from_secs(30),
            forget_after: Duration::from_secs(600),
            wait: Duration::from_secs(60),
            lock_life: Duration::from_secs(15),
            lock_delay: Duration::from_secs(15),
        }
    }

    fn require_sound(&self) -> Result<(), DiscoveryError> {
        let refuse =
            |what: &str, why: &str| Err(DiscoveryError::Invalid { what: what.to_owned(), why: why.to_owned() });
        let of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if self.prefix.is_empty() || self.prefix.len() > 60 || !self.prefix.bytes().all(of_a_name) {
            return refuse(&format!("the prefix {:?}", self.prefix), "it has letters, digits and hyphens, 60 at most");
        }
        if Service::midtier("consul", &self.address).is_err() {
            return refuse(
                &format!("{:?}", self.address),
                "it is no address of a Consul; write it as https://HOST:8501",
            );
        }
        Ok(())
    }
}

/// A Consul.
pub struct Consul {
    api: Api,
    config: Config,
    /// What Consul was told of each service, so that a change of it is told and all else is but a sign of life.
    announced: Mutex<BTreeMap<String, Service>>,
}

impl Consul {
    /// A Consul that is asked as this says. Nothing is sent yet; the token is read. Each connection trusts whom `trust` does at its
    /// time.
    ///
    /// # Errors
    /// Where the configuration says what cannot be, or the token cannot be read or may be read by others.
    pub fn build(config: Config, trust: Arc<Trust>) -> Result<Self, DiscoveryError> {
        config.require_sound()?;
        let api = Api::new(&config, trust)?;
        Ok(Consul { api, config, announced: Mutex::default() })
    }

    fn name_of(&self, kind: ServiceKind) -> String {
        format!("{}-{}", self.config.prefix, kind.name())
    }

    fn id_of(&self, service: &Service) -> String {
        format!("{}-{}", self.name_of(service.kind), service.name)
    }

    async fn register(&self, id: &str, service: &Service, health: &Health) -> Result<(), DiscoveryError> {
        let registration = Registration::new(id, &self.name_of(service.kind), service, health, &self.config);
        self.api.put("agent/service/register", &[("replace-existing-checks", "true")], &registration).await?;
        self.announced.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), service.clone());
        Ok(())
    }

    async fn say_health(&self, id: &str, health: &Health) -> Result<(), DiscoveryError> {
        let path = format!("agent/check/update/service:{}", api::escaped(id));
        self.api.put(&path, &[], &Update::of(health)).await
    }
}

#[async_trait]
impl Discovery for Consul {
    fn place(&self) -> String {
        self.api.place.clone()
    }

    fn announce_every(&self) -> Option<Duration> {
        Some(self.config.life / 3)
    }

    async fn announce(&self, service: &Service, health: &Health) -> Result<(), DiscoveryError> {
        let id = self.id_of(service);
        let known = self.announced.lock().unwrap_or_else(PoisonError::into_inner).get(&id) == Some(service);
        if !known {
            self.register(&id, service, health).await?;
        }
        match self.say_health(&id, health).await {
            // An agent that was begun anew knows nothing of the service; it says so with one status or another, by its version.
            Err(DiscoveryError::Unreachable { .. } | DiscoveryError::Invalid { .. }) if known => {
                self.register(&id, service, health).await?;
                self.say_health(&id, health).await
            }
            said => said,
        }
    }

    async fn withdraw(&self, service: &Service) -> Result<(), DiscoveryError> {
        let id = self.id_of(service);
        self.announced.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        self.api.withdraw(&format!("agent/service/deregister/{}", api::escaped(&id)), &id).await
    }

    async fn find(&self, kind: ServiceKind, seen: Option<Seen>) -> Result<Look<Vec<Service>>, DiscoveryError> {
        let path = format!("health/service/{}", self.name_of(kind));
        let look = self.api.look(&path, ("passing", "true"), seen).await?;
        let found: Vec<Found> = self.api.read(&path, look.value.as_deref().unwrap_or(b"[]"))?;
        let mut value: Vec<Service> = found.into_iter().filter_map(|found| found.service(kind)).collect();
        value.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Look { value, seen: look.seen })
    }

    async fn settings(&self, seen: Option<Seen>) -> Result<Look<BTreeMap<String, String>>, DiscoveryError> {
        settings::look(&self.api, &format!("{}/config/", self.config.prefix), seen).await
    }

    async fn lock(&self, lock: &str, holder: &str) -> Result<Option<Box<dyn Lock>>, DiscoveryError> {
        let taken = lock::take(&self.api, &self.config, lock, holder).await?;
        Ok(taken.map(|held| Box::new(held) as Box<dyn Lock>))
    }
}
