//! What every request and session shares.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use leat_scheduler::clock::Clock;
use leat_scheduler::model::{Cause, Moment, RunId};
use leat_scheduler::wake::Wake;
use leat_spans::Recorder;
use leat_tls::Acceptor;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::{ContextV7, Timestamp, Uuid};

use crate::api::health::Probe;
use crate::audit::journal::Journal;
use crate::audit::refusals::Refusals;
use crate::blobs::Blobs;
use crate::config::Config;
use crate::discovery::Board;
use crate::holdings::Holdings;
use crate::identity::{Caller, Identities};
use crate::logins::Logins;
use crate::metrics::Metrics;
use crate::rates::Rates;
use crate::recheck::Recheck;
use crate::secrets::RunSecrets;
use crate::store::{Accounts, Logins as LoginStore, Store};

/// How often those who wait for news look for what another midtier has written.
pub(crate) const POLL: Duration = Duration::from_millis(500);

/// What every request and session shares. All of it may be used at the same time.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) blobs: Arc<dyn Blobs>,
    pub(crate) accounts: Arc<dyn Accounts>,
    pub(crate) identities: Identities,
    /// How people log in, and what is kept of it meanwhile.
    pub(crate) logins: Logins,
    pub(crate) login_store: Arc<dyn LoginStore>,
    pub(crate) recheck: Arc<dyn Recheck>,
    pub(crate) secrets: RunSecrets,
    pub(crate) holdings: Arc<dyn Holdings>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) wake: Wake,
    pub(crate) recorder: Recorder,
    /// What makes encrypted streams of connections, if anything does.
    pub(crate) tls: Option<Arc<Acceptor>>,
    pub(crate) metrics: Metrics,
    /// How often each caller may ask; and each address, for callers that are nobody: strangers without end keep no caller out.
    pub(crate) rates: Rates,
    pub(crate) strangers: Rates,
    /// How many logins each address may begin.
    pub(crate) beginners: Rates,
    /// Rows of the audit log on their way into the store, and how many refusals become some.
    pub(crate) journal: Journal,
    pub(crate) refusals: Refusals,
    /// How store and contents were when somebody looked last.
    pub(crate) probe: Probe,
    /// One permit for each time that the whole audit log is followed.
    pub(crate) audits: Semaphore,
    /// One permit for each content that is sent or taken.
    pub(crate) transfers: Arc<Semaphore>,
    /// One permit for each event stream and followed log.
    pub(crate) streams: Arc<Semaphore>,
    /// One permit for each risk object that is held in memory until its digest is known.
    pub(crate) objects: Semaphore,
    /// One permit for each process that is being checked again.
    pub(crate) rechecks: Arc<Semaphore>,
    /// One permit for each agent.
    pub(crate) sessions: Arc<Semaphore>,
    /// Everything that goes on beside the connections.
    pub(crate) tasks: TaskTracker,
    /// The service is to end: streams and sessions end themselves.
    pub(crate) closing: CancellationToken,
    /// The API's description, and what each operation's query may hold, by method and path.
    pub(crate) openapi: String,
    pub(crate) queries: BTreeMap<(&'static str, String), BTreeSet<String>>,
    pub(crate) names: Names,
    /// How discovery is.
    pub(crate) discovery: Board,
}

impl App {
    /// Now.
    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Whether queues have a way between hosts.
    pub(crate) fn has_broker(&self) -> bool {
        self.config.broker.is_some() || self.secrets.makes_broker_users()
    }

    /// The name of a run that is submitted now.
    pub(crate) fn new_run(&self) -> RunId {
        RunId::parse(&self.names.next(self.now()).to_string()).expect("a UUID is a run's name")
    }

    /// Why this caller changes something.
    pub(crate) fn cause(caller: &Caller, reason: &str) -> Cause {
        Cause { actor: caller.user.clone(), reason: reason.to_owned() }
    }
}

/// Makes names that grow with time, also within a millisecond.
pub(crate) struct Names(Mutex<ContextV7>);

impl Default for Names {
    fn default() -> Self {
        Names(Mutex::new(ContextV7::new()))
    }
}

impl Names {
    /// A UUID of version 7. Half of it is random, from the operating system.
    pub(crate) fn next(&self, now: Moment) -> Uuid {
        let micros = u64::try_from(now.0).unwrap_or(0);
        let nanos = u32::try_from(micros % 1_000_000 * 1_000).unwrap_or(0);
        Uuid::new_v7(Timestamp::from_unix(&self.0, micros / 1_000_000, nanos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_grow_within_one_moment() {
        let names = Names::default();
        let made: Vec<String> = (0..1_000).map(|_| names.next(Moment(1_700_000_000_000_000)).to_string()).collect();
        assert!(made.is_sorted() && made.iter().all(|name| RunId::parse(name).is_ok()));
    }
}
