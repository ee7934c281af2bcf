//! A real service on a free port, on a store in memory and contents in a directory, and what tests need to talk to it.

mod agent;
mod calls;
mod client;
mod memory_store;
pub(crate) mod protocol;
mod recheck;
mod secrets;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use leat_bundle::Digest;
use leat_midtier::blobs::DirectoryBlobs;
use leat_midtier::broker::BrokerUsers;
use leat_midtier::holdings::{Holding, Holdings};
use leat_midtier::identity::{Caller, StaticTokens};
use leat_midtier::logins::Logins;
use leat_midtier::store::Store;
use leat_midtier::{Config, Deps, Midtier};
use leat_scheduler::clock::Clock;
use leat_scheduler::ledger::{Committed, Decision, Ledger};
use leat_scheduler::model::{HostId, Moment, Placement, RunId};
use leat_scheduler::wake::Wake;
use leat_secrets::Secrets;
use leat_spans::{Recorder, Span, Spans};
use leat_tls::Acceptor;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use agent::{Agent, ask_for_broker, ask_for_secrets, ended, ended_so, report, running, starting};
pub(crate) use calls::{Calls, next, refusal, rest};
pub(crate) use client::{Answered, Api, manifest, open_manifest};
pub(crate) use memory_store::MemoryStore;
pub(crate) use recheck::FakeRecheck;
pub(crate) use secrets::{FakeSecrets, VALUE};

/// Longer than anything here takes on a slow machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Tokens of the tests, by who has them: `ada` and `bob` are of the groups `risk` and `desk`.
pub(crate) const ADMIN: &str = "token-of-root";
pub(crate) const ADA: &str = "token-of-ada";
pub(crate) const BOB: &str = "token-of-bob";

/// The token of a host's agent.
pub(crate) fn token_of(host: &str) -> String {
    format!("token-of-host-{host}")
}

/// A clock that goes on by a microsecond whenever it is read.
pub(crate) struct TestClock(AtomicI64);

impl TestClock {
    pub(crate) fn turn(&self, duration: Duration) {
        self.0.fetch_add(duration.as_micros() as i64, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Moment {
        Moment(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

/// Spans that have ended.
#[derive(Default)]
pub(crate) struct KeptSpans(Mutex<Vec<Span>>);

impl KeptSpans {
    /// The spans of this name.
    pub(crate) fn named(&self, name: &str) -> Vec<Span> {
        self.0.lock().unwrap().iter().filter(|span| span.name == name).cloned().collect()
    }
}

impl Spans for KeptSpans {
    fn take(&self, span: Span) {
        self.0.lock().unwrap().push(span);
    }
}

/// 2026-01-02T03:04:05Z.
const START: i64 = 1_767_323_045_000_000;

/// What several services may share.
struct Shared {
    store: Arc<MemoryStore>,
    home: Arc<TempDir>,
    secrets: Arc<FakeSecrets>,
    /// Whether runs are given users of the broker.
    broker_users: bool,
}

impl Default for Shared {
    fn default() -> Self {
        let home = Arc::new(TempDir::new().unwrap());
        Shared { store: Arc::default(), home, secrets: Arc::default(), broker_users: false }
    }
}

/// A service that runs.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) blobs: DirectoryBlobs,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) spans: Arc<KeptSpans>,
    pub(crate) secrets: Arc<FakeSecrets>,
    broker_users: bool,
    /// Where the contents are; gone with it.
    home: Arc<TempDir>,
    pub(crate) wake: Wake,
    pub(crate) shutdown: CancellationToken,
    serving: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        Server::with(Config { lease: Duration::from_secs(2), ..Config::default() }).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        Server::on(config, Arc::default()).await
    }

    pub(crate) async fn on(config: Config, store: Arc<MemoryStore>) -> Self {
        Server::among(config, Shared { store, ..Shared::default() }, None).await
    }

    /// One where each attempt has a user of the broker of its own, on each of its hosts.
    pub(crate) async fn with_broker_users(config: Config) -> Self {
        Server::among(config, Shared { broker_users: true, ..Shared::default() }, None).await
    }

    /// A service whose connections are encrypted.
    pub(crate) async fn encrypted(config: Config, tls: Arc<Acceptor>) -> Self {
        Server::among(config, Shared::default(), Some(tls)).await
    }

    /// One where people log in.
    pub(crate) async fn with_logins(config: Config, logins: impl FnOnce(SocketAddr) -> Logins) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let logins = logins(listener.local_addr().unwrap());
        Server::listening(listener, config, Shared::default(), (logins, None)).await
    }

    /// Another service that shares store, contents and secrets with this one.
    pub(crate) async fn another(&self, config: Config) -> Self {
        let (store, home, secrets) = (self.store.clone(), self.home.clone(), self.secrets.clone());
        Server::among(config, Shared { store, home, secrets, broker_users: self.broker_users }, None).await
    }

    async fn among(config: Config, shared: Shared, tls: Option<Arc<Acceptor>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Server::listening(listener, config, shared, (Logins::default(), tls)).await
    }

    async fn listening(
        listener: TcpListener,
        config: Config,
        shared: Shared,
        (logins, tls): (Logins, Option<Arc<Acceptor>>),
    ) -> Self {
        let Shared { store, home, secrets, broker_users } = shared;
        let of_token = |(token, caller): (String, Caller)| (Digest::of(token.as_bytes()), caller);
        let hosts = ["c1", "c2"].map(|id| (token_of(id), Caller::host(HostId::parse(id).unwrap())));
        let people = [
            (ADMIN.to_owned(), Caller::administrator("root", "operators")),
            (ADA.to_owned(), Caller::submitter("ada", "risk")),
            (BOB.to_owned(), Caller::submitter("bob", "desk")),
        ];
        let wake = Wake::default();
        let clock = Arc::new(TestClock(AtomicI64::new(START)));
        let spans = Arc::<KeptSpans>::default();
        let blobs = DirectoryBlobs::open(home.path(), clock.clone()).unwrap();
        let deps = Deps {
            store: store.clone(),
            blobs: Arc::new(blobs.clone()),
            recheck: Arc::new(FakeRecheck),
            secrets: Some(secrets.clone() as Arc<dyn Secrets>),
            broker_users: broker_users.then(|| secrets.clone() as Arc<dyn BrokerUsers>),
            holdings: Arc::new(Lease),
            accounts: store.clone(),
            logins,
            login_store: store.clone(),
            tokens: StaticTokens::new(people.into_iter().chain(hosts).map(of_token)),
            clock: clock.clone(),
            wake: wake.clone(),
            recorder: Recorder::new(|| START, spans.clone()),
            tls,
        };
        let (address, shutdown) = (listener.local_addr().unwrap(), CancellationToken::new());
        let midtier = Midtier::build(config, deps);
        let serving = tokio::spawn(midtier.serve(listener, shutdown.clone()));
        Server { address, store, blobs, clock, spans, secrets, broker_users, home, wake, shutdown, serving }
    }

    /// Talks to it with this token.
    pub(crate) fn api(&self, token: &str) -> Api {
        Api::new(self.address, token)
    }

    /// Calls it by gRPC with this token.
    pub(crate) async fn calls(&self, token: &str) -> Calls {
        Calls::open(self.address, token).await
    }

    /// Asks it to end, and waits until it has.
    pub(crate) async fn end(self) {
        self.shutdown.cancel();
        tokio::time::timeout(PATIENCE, self.serving).await.expect("the service ends").unwrap();
    }

    /// Places a waiting run on a host, as the scheduler would.
    pub(crate) async fn place(&self, run: &str, host: &str) {
        self.spread(run, &[host]).await;
    }

    /// Places the parts of a waiting run on these hosts in turn.
    pub(crate) async fn spread(&self, run: &str, hosts: &[&str]) {
        let id = RunId::parse(run).unwrap();
        let record = self.store.run(&id).await.unwrap().unwrap().summary.record;
        let placements = record.parts.iter().zip(hosts.iter().cycle());
        let placements =
            placements.map(|(part, host)| Placement { part: part.name.clone(), host: HostId::parse(host).unwrap() });
        let (placements, generation) = (placements.collect(), record.generation.next());
        self.decide(Decision::Place { run: id, revision: record.revision, generation, placements }).await;
    }

    /// Takes a run from its host, as the scheduler would.
    pub(crate) async fn recover(&self, run: &str) {
        let id = RunId::parse(run).unwrap();
        let revision = self.store.run(&id).await.unwrap().unwrap().summary.record.revision;
        self.decide(Decision::Recover { run: id, revision, reason: "host c1 has not reported".to_owned() }).await;
    }

    pub(crate) async fn decide(&self, decision: Decision) {
        let lead = self.store.leadership().await.unwrap();
        let epoch = self.store.take_lead("test", &lead).await.unwrap().unwrap();
        let committed = self.store.commit(epoch, Moment(START), &[decision]).await.unwrap();
        assert_eq!(committed, Committed::Done(vec![true]));
        self.wake.ring();
    }
}

/// Waits until something holds.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(begin.elapsed() < PATIENCE, "{what} did not come true");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A lease that could not be renewed.
struct Lease;

impl Holdings for Lease {
    fn now(&self) -> Vec<Holding> {
        vec![Holding { name: "lease".to_owned(), seconds_left: Some(9), sound: false }]
    }
}
