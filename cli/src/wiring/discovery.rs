//! Midtiers and hosts in Consul: announced with how they are, found, and told of settings that change while they work. Whatever becomes of
//! Consul, what runs goes on with what is known.

mod here;
mod known;
mod overrides;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use leat_discovery::{Backoff, Discovery, Health, Service, ServiceKind};
use leat_discovery_consul::{Config, Consul, Standing, follow, keep_announced};
use leat_midtier::{Announced, DiscoveryState};
use leat_planner::Policy;
use leat_tls::{PlainText, Trust};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use self::here::BOOT;
use self::overrides::Overrides;
use super::Machine;
use crate::settings::DiscoverySettings;
use crate::transport::{of_client, stay_fresh};

pub(crate) use here::require_meant;
pub(super) use known::Known;

/// The lock that shows which midtier's scheduler leads. Who may act is for the store to say.
const LEADER_LOCK: &str = "leader";

/// How often it is tried again to take a lock that another has, or had lately.
const LOCK_AGAIN: Duration = Duration::from_secs(5);

/// A midtier's part in discovery.
pub(crate) struct MidtierDiscovery {
    consul: Consul,
    /// Who vouches for the Consul.
    trust: Arc<Trust>,
    service: Service,
}

/// What a midtier's part in discovery works with.
pub(super) struct Beside {
    pub(super) service: Announced,
    /// Whether this midtier's scheduler leads.
    pub(super) leads: watch::Receiver<bool>,
    /// What the scheduler goes by.
    pub(super) policies: watch::Sender<Policy>,
}

/// Is in discovery until `shutdown`, where there is one.
pub(super) async fn run(discovery: Option<MidtierDiscovery>, beside: Beside, shutdown: &CancellationToken) {
    if let Some(discovery) = discovery {
        discovery.run(beside, shutdown).await;
    }
}

impl MidtierDiscovery {
    /// As a configuration says; nothing is sent yet.
    pub(crate) fn build(
        settings: &DiscoverySettings,
        name: &str,
        (listen, has_tls): (SocketAddr, bool),
        said: PlainText,
    ) -> Result<Self, String> {
        let DiscoverySettings::Consul { announce, .. } = settings;
        let scheme = if has_tls { "https" } else { "http" };
        let service = match announce {
            Some(url) => Service::midtier(name, url).map_err(|error| format!("discovery.announce: {error}"))?,
            None => {
                let service =
                    Service::midtier(name, &format!("{scheme}://{listen}")).map_err(|error| error.to_string())?;
                // Who listens on every address is reached at that of the Consul agent, as Consul knows it.
                Service { address: service.address.filter(|_| !listen.ip().is_unspecified()), ..service }
            }
        };
        let service = service.with("version", env!("CARGO_PKG_VERSION"));
        // Who listens for this machine alone is found by every other one too.
        let service = match Machine::boot() {
            Some(boot) => service.with(BOOT, &boot),
            None => service,
        };
        let (consul, trust) = consul(settings, said)?;
        Ok(MidtierDiscovery { consul, trust, service })
    }

    /// Is in Consul until `shutdown`.
    async fn run(self, beside: Beside, shutdown: &CancellationToken) {
        let Beside { service, leads, policies } = beside;
        let (consul, name) = (&self.consul, self.service.name.as_str());
        let health = async || match service.ready().await {
            Ok(()) => Health::Well,
            Err(why) => Health::Unwell(why),
        };
        let tell = |standing| service.tell(state_of(&standing));
        let announcing = keep_announced(consul, &self.service, health, tell, shutdown.cancelled());
        let base = policies.borrow().clone();
        let mut overrides = Overrides::new(base);
        let settings = follow(
            (consul, name, "told of settings"),
            async |seen| consul.settings(seen).await,
            |settings| {
                policies.send_replace(overrides.take(settings));
            },
        );
        tokio::join!(
            announcing,
            shutdown.run_until_cancelled(settings),
            shutdown.run_until_cancelled(stay_fresh(Some(self.trust.clone()))),
            show_leader(consul, name, leads, shutdown),
        );
    }
}

fn state_of(standing: &Standing) -> DiscoveryState {
    match standing {
        Standing::Answers => DiscoveryState::Answers,
        Standing::Unknown | Standing::Away(_) => DiscoveryState::Away,
    }
}

/// Holds the lock of the leader for as long as this midtier leads, so that whoever looks into Consul sees who does.
async fn show_leader(consul: &Consul, name: &str, mut leads: watch::Receiver<bool>, shutdown: &CancellationToken) {
    let mut backoff = Backoff::new(name);
    loop {
        let begins = async { leads.wait_for(|leads| *leads).await.is_ok() };
        if shutdown.run_until_cancelled(begins).await != Some(true) {
            return;
        }
        let again = match consul.lock(LEADER_LOCK, name).await {
            Ok(Some(mut lock)) => {
                backoff.worked();
                tokio::select! {
                    why = lock.lost() => tracing::warn!(lock.lost = why, "discovery no longer shows this midtier as the leader"),
                    _ = leads.wait_for(|leads| !*leads) => {}
                    () = shutdown.cancelled() => {}
                }
                if let Err(error) = lock.release().await {
                    tracing::debug!("the leader's lock was not given back, and ends by itself: {error}");
                }
                Duration::ZERO
            }
            Ok(None) => LOCK_AGAIN,
            Err(error) => {
                tracing::debug!("discovery does not show this midtier as the leader: {error}");
                backoff.failed()
            }
        };
        if shutdown.run_until_cancelled(tokio::time::sleep(again)).await.is_none() {
            return;
        }
    }
}

/// A host's part in discovery.
pub(super) struct HostDiscovery {
    consul: Consul,
    /// Who vouches for the Consul.
    trust: Arc<Trust>,
    service: Service,
    known: Known,
    /// Those that the configuration names, which are tried too.
    written: Vec<String>,
    said: PlainText,
}

impl HostDiscovery {
    /// As a configuration says; nothing is sent yet. `file` keeps the midtiers that were found last.
    pub(super) fn build(
        settings: &DiscoverySettings,
        (name, region): (&str, Option<&str>),
        written: &[String],
        file: PathBuf,
        said: PlainText,
    ) -> Result<Self, String> {
        settings.require_silent("a host")?;
        let facts = [("version", env!("CARGO_PKG_VERSION")), ("region", region.unwrap_or_default())];
        let facts = facts.into_iter().map(|(fact, value)| (fact.to_owned(), value.to_owned())).collect();
        let service = Service { kind: ServiceKind::Host, name: name.to_owned(), address: None, port: 0, facts };
        let ((consul, trust), written) = (consul(settings, said)?, written.to_vec());
        Ok(HostDiscovery { consul, trust, service, known: Known::at(file), written, said })
    }

    /// The midtiers to begin with: those that were found last and those of the configuration. Where there are none it waits for the first
    /// that is found; nothing at `shutdown`.
    pub(super) async fn first(&self, shutdown: &CancellationToken) -> Option<Vec<String>> {
        let known = self.together(self.askable(&self.known.read()).iter().filter_map(Service::url).collect());
        if !known.is_empty() {
            return Some(known);
        }
        let (found, mut finds) = watch::channel(Vec::new());
        let finding = self.finding(|urls| drop(found.send_replace(urls.to_vec())));
        tokio::select! {
            () = finding => None,
            () = stay_fresh(Some(self.trust.clone())) => None,
            found = finds.wait_for(|urls: &Vec<String>| !urls.is_empty()) => found.ok().map(|urls| urls.clone()),
            () = shutdown.cancelled() => None,
        }
    }

    /// Is in Consul until `over`: `replace` hears of other midtiers, `in_session` says whether the agent talks to one.
    pub(super) async fn run(
        &self,
        replace: impl Fn(&[String]),
        in_session: impl Fn() -> bool,
        over: CancellationToken,
    ) {
        let health = async || match in_session() {
            true => Health::Well,
            false => Health::Unwell("it has no session with a midtier".to_owned()),
        };
        let announcing = keep_announced(&self.consul, &self.service, health, |_| {}, over.cancelled());
        let fresh = stay_fresh(Some(self.trust.clone()));
        tokio::join!(announcing, over.run_until_cancelled(self.finding(replace)), over.run_until_cancelled(fresh));
    }

    /// Follows where midtiers are, for ever. That there are none is not believed: then all of them fell silent, and one of those that were
    /// may answer yet.
    async fn finding(&self, replace: impl Fn(&[String])) {
        let found = |services: &Vec<Service>| {
            let services = self.askable(services);
            if !services.is_empty() {
                self.known.write(&services);
                replace(&self.together(services.iter().filter_map(Service::url).collect()));
            }
        };
        let look = async |seen| self.consul.find(ServiceKind::Midtier, seen).await;
        follow((&self.consul, &self.service.name, "finding midtiers"), look, found).await;
    }

    /// Those that the host's token may go to: whoever may write into Consul may write any address.
    fn askable(&self, services: &[Service]) -> Vec<Service> {
        let may_ask = |service: &&Service| {
            let Some(url) = service.url() else { return false };
            let refused = self.require(service, &url).err();
            if let Some(refused) = &refused {
                tracing::warn!(midtier.url = url, "a midtier that was found is not asked: {refused}");
            }
            refused.is_none()
        };
        services.iter().filter(may_ask).cloned().collect()
    }

    fn require(&self, service: &Service, url: &str) -> Result<(), String> {
        require_meant(service, Machine::boot().as_deref())?;
        if url.starts_with("https://") {
            return Ok(());
        }
        leat_tls::require(self.said, "the midtier", url, "have it announce https://").map_err(|error| error.to_string())
    }

    fn together(&self, mut urls: Vec<String>) -> Vec<String> {
        for url in &self.written {
            let url = url.trim_end_matches('/');
            if !urls.iter().any(|other| other == url) {
                urls.push(url.to_owned());
            }
        }
        urls
    }
}

/// The Consul of these settings, and who vouches for it, to be kept fresh by whoever goes on asking; nothing is sent yet.
pub(crate) fn consul(settings: &DiscoverySettings, said: PlainText) -> Result<(Consul, Arc<Trust>), String> {
    let DiscoverySettings::Consul { address, token_file, ca_file, datacenter, prefix, .. } = settings;
    if !address.starts_with("https://") {
        let instead = "name the Consul agent of this machine, or write https://";
        leat_tls::require(said, "the Consul", address, instead).map_err(|error| error.to_string())?;
    }
    let trust = of_client(address, ca_file.as_deref()).map_err(|error| format!("discovery: {error}"))?;
    let trust = Arc::new(trust);
    let config = Config {
        token_file: token_file.clone(),
        datacenter: datacenter.clone(),
        prefix: prefix.clone(),
        ..Config::new(address.as_str())
    };
    let consul = Consul::build(config, Arc::clone(&trust)).map_err(|error| format!("discovery: {error}"))?;
    Ok((consul, trust))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(address: &str) -> DiscoverySettings {
        DiscoverySettings::Consul {
            address: address.to_owned(),
            token_file: None,
            ca_file: None,
            datacenter: None,
            prefix: "leat".to_owned(),
            announce: None,
        }
    }

    #[test]
    fn a_consul_of_another_machine_is_refused_with_the_way_out() {
        for address in ["http://127.0.0.1:8500", "http://[::1]:8500", "http://localhost:8500"] {
            assert!(consul(&settings(address), PlainText::default()).is_ok(), "{address}");
        }
        for address in ["http://10.0.0.1:8500", "http://127.0.0.1.example:8500", "http://127.0.0.1@far.example:8500"] {
            let refused = consul(&settings(address), PlainText { key: true, flag: false }).err().unwrap();
            assert!(refused.contains("name the Consul agent of this machine"), "{refused}");
        }
    }

    #[test]
    fn a_midtier_on_the_loopback_address_is_asked_where_it_is_on_this_machine_and_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let consul = settings("http://127.0.0.1:8500");
        // Also where plain text may go anywhere: the address is another machine's own.
        let said = PlainText { key: true, flag: true };
        let host = HostDiscovery::build(&consul, ("c1", None), &[], folder.path().join("midtiers"), said).unwrap();
        let listens = ("127.0.0.1:7700".parse().unwrap(), false);
        let here = MidtierDiscovery::build(&consul, "m1", listens, said).unwrap().service;
        let elsewhere = here.clone().with(BOOT, "the boot of another machine");
        let unknown = Service::midtier("m1", "https://localhost:7700").unwrap();
        let far = Service::midtier("m1", "http://10.0.0.7:7700").unwrap();
        assert_eq!(host.askable(&[here.clone(), elsewhere, unknown, far.clone()]), [here.clone(), far.clone()]);
        host.known.write(&[here.clone(), far]);
        let again: Vec<_> = host.askable(&host.known.read()).iter().filter_map(Service::url).collect();
        assert_eq!(again, ["http://127.0.0.1:7700", "http://10.0.0.7:7700"]);
        // A directory that was carried to another machine, or has the addresses of before a machine was renewed.
        host.known.write(&[here.with(BOOT, "another")]);
        assert_eq!(host.askable(&host.known.read()), []);
    }

    #[test]
    fn a_midtier_that_listens_everywhere_is_where_its_consul_agent_is() {
        let build = |listen: &str| {
            let listen = listen.parse().unwrap();
            let build = (listen, true);
            MidtierDiscovery::build(&settings("http://127.0.0.1:8500"), "m1", build, PlainText::default())
                .unwrap()
                .service
        };
        assert_eq!(build("10.0.0.7:7700").url().as_deref(), Some("https://10.0.0.7:7700"));
        assert_eq!((build("0.0.0.0:7700").address, build("[::]:7700").address), (None, None));
    }
}
