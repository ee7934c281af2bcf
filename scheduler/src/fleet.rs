//! The hands on the switches: makes the power of hosts follow the states that were decided.
//!
//! It works by level, not by edge: as long as a host is `starting` it is wished on again and again, as long as it is
//! `stopping` it is wished off and looked at; one that fell silent is only looked at. A wish that was lost, a leader that died after its decision: the next
//! round makes good for it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use crate::model::{HostId, HostRecord, PowerState};
use crate::power::{Observed, Power};

/// How long one call of an adapter may take.
const CALL_PATIENCE: Duration = Duration::from_secs(60);
/// How long after a wish it is said again.
const AGAIN_AFTER: Duration = Duration::from_secs(5);

/// The power adapters by the names that hosts refer to.
pub type Adapters = BTreeMap<String, Arc<dyn Power>>;

/// What there is to switch hosts with, and what is under way.
pub(crate) struct Fleet {
    adapters: Adapters,
    calls: JoinSet<(HostId, Result<Option<Observed>, String>)>,
    under_way: HashMap<HostId, UnderWay>,
}

struct UnderWay {
    state: PowerState,
    begun: Instant,
    ended: bool,
}

impl Fleet {
    pub(crate) fn new(adapters: Adapters) -> Self {
        Fleet { adapters, calls: JoinSet::new(), under_way: HashMap::new() }
    }

    /// Whether a host can be switched.
    pub(crate) fn can_switch(&self, host: &HostRecord) -> bool {
        host.power.as_ref().is_some_and(|name| self.adapters.contains_key(name))
    }

    /// Begins what the states of hosts ask for, without waiting for any of it.
    pub(crate) fn drive(&mut self, hosts: &[HostRecord]) {
        let known: HashSet<&HostId> = hosts.iter().map(|host| &host.id).collect();
        self.under_way.retain(|id, _| known.contains(id));
        for host in hosts {
            let Some(adapter) = host.power.as_ref().and_then(|name| self.adapters.get(name)) else { continue };
            let is_switched = matches!(host.state, PowerState::Starting | PowerState::Stopping);
            if !is_switched && !host.may_be_used_once_off() {
                continue;
            }
            let now = Instant::now();
            let waits = |under_way: &UnderWay| {
                let since = now.duration_since(under_way.begun);
                // A call for another state is not waited for: it was overtaken.
                under_way.state == host.state && (!under_way.ended && since < CALL_PATIENCE || since < AGAIN_AFTER)
            };
            if self.under_way.get(&host.id).is_some_and(waits) {
                continue;
            }
            self.under_way.insert(host.id.clone(), UnderWay { state: host.state, begun: now, ended: false });
            self.calls.spawn(call(Arc::clone(adapter), host.id.clone(), host.state));
        }
    }

    /// The hosts that were seen to be off since the last call.
    pub(crate) fn seen_off(&mut self) -> Vec<HostId> {
        let mut off = Vec::new();
        while let Some(done) = self.calls.try_join_next() {
            off.extend(self.take(done));
        }
        off
    }

    /// Waits until a call has ended; for ever where none is under way. Cancel-safe. Answers a host that was seen to be off.
    pub(crate) async fn next(&mut self) -> Option<HostId> {
        match self.calls.join_next().await {
            Some(done) => self.take(done),
            None => std::future::pending().await,
        }
    }

    fn take(&mut self, done: Result<(HostId, Result<Option<Observed>, String>), JoinError>) -> Option<HostId> {
        let (host, result) = done.inspect_err(|error| tracing::error!("a power adapter has crashed: {error}")).ok()?;
        if let Some(under_way) = self.under_way.get_mut(&host) {
            under_way.ended = true;
        }
        match result {
            Ok(Some(Observed::Off)) => Some(host),
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(host.id = host.as_str(), "the host cannot be switched: {error}");
                None
            }
        }
    }
}

async fn call(adapter: Arc<dyn Power>, host: HostId, state: PowerState) -> (HostId, Result<Option<Observed>, String>) {
    let wish = async {
        match state {
            PowerState::Starting => adapter.switch_on(&host).await.map(|()| None),
            // Only looked at: it may be up, and come back by itself.
            PowerState::Failed => adapter.observe(&host).await.map(Some),
            _ => {
                // Seen off already: then there is nothing to wish.
                if adapter.observe(&host).await? == Observed::Off {
                    return Ok(Some(Observed::Off));
                }
                adapter.switch_off(&host).await?;
                adapter.observe(&host).await.map(Some)
            }
        }
    };
    let result = match tokio::time::timeout(CALL_PATIENCE, wish).await {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err(format!("the adapter did not answer for {} s", CALL_PATIENCE.as_secs())),
    };
    (host, result)
}
