//! The service as a whole: built of its ports, served on one listener.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, header};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use leat_scheduler::clock::Clock;
use leat_scheduler::wake::Wake;
use leat_secrets::Secrets;
use leat_spans::Recorder;
use leat_tls::Acceptor;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::api::admission::admitted;
use crate::api::certified::Shown;
use crate::api::health::Probe;
use crate::api::logins::BEGUN_RATE;
use crate::api::whence::{Peer, Whence};
use crate::app::{App, Names};
use crate::audit::journal::Journal;
use crate::audit::refusals::Refusals;
use crate::audit::upkeep;
use crate::blobs::Blobs;
use crate::broker::BrokerUsers;
use crate::config::Config;
use crate::discovery::{Announced, Board};
use crate::door::{Door, Passed};
use crate::grpc;
use crate::holdings::Holdings;
use crate::identity::{Caller, Identities, StaticTokens};
use crate::logins::Logins;
use crate::metrics::Metrics;
use crate::permissions::endpoint;
use crate::rates::Rates;
use crate::recheck::Recheck;
use crate::rest;
use crate::secrets::{RunSecrets, keeper};
use crate::store::{Accounts, Logins as LoginStore, Store};

/// How long the service waits before it accepts again, where accepting failed: mostly for want of file descriptors.
const ACCEPT_AGAIN: Duration = Duration::from_millis(200);
/// How often an HTTP/2 connection that is silent is asked whether it lives, and how long it has to answer.
const PING_EVERY: Duration = Duration::from_secs(20);
const PING_PATIENCE: Duration = Duration::from_secs(10);

/// How long what is cut off has to come to its end.
const CUT_PATIENCE: Duration = Duration::from_secs(2);

/// How many risk objects are taken at the same time: each is held in memory, up to 64 MiB.
const OBJECTS_MAX: usize = 4;

/// How many processes are checked again at the same time: each keeps a processor busy, and holds up to 32 MiB several times over.
const RECHECKS_MAX: usize = 2;

/// How many may follow the whole audit log at the same time, to see whether it is sound: each reads all of it.
const AUDITS_MAX: usize = 1;

/// What the service is made of.
pub struct Deps {
    /// What it remembers.
    pub store: Arc<dyn Store>,
    /// Contents of files.
    pub blobs: Arc<dyn Blobs>,
    /// Accounts, and what they have.
    pub accounts: Arc<dyn Accounts>,
    /// How people log in.
    pub logins: Logins,
    /// What is kept of logins that are under way.
    pub login_store: Arc<dyn LoginStore>,
    /// Tokens of the configuration.
    pub tokens: StaticTokens,
    /// Who checks processes again that are to run with other parameters.
    pub recheck: Arc<dyn Recheck>,
    /// Where the secrets of runs are; nothing where the installation keeps none.
    pub secrets: Option<Arc<dyn Secrets>>,
    /// Who makes a user of the broker for each attempt on each host, for revoking at `secrets`; nothing where all have the one of
    /// [`Config::broker`].
    pub broker_users: Option<Arc<dyn BrokerUsers>>,
    /// What the service holds for a time: shown beside its health.
    pub holdings: Arc<dyn Holdings>,
    /// The time that people read.
    pub clock: Arc<dyn Clock>,
    /// Rung whenever something has changed that the scheduler, sessions or streams may wait for.
    pub wake: Wake,
    /// Records each request.
    pub recorder: Recorder,
    /// What connections are encrypted with. Without it everything goes as plain text.
    pub tls: Option<Arc<Acceptor>>,
}

/// The service, ready to be served.
pub struct Midtier {
    app: Arc<App>,
    router: Router,
}

impl Midtier {
    /// Wires the service. Touches nothing yet.
    pub fn build(config: Config, deps: Deps) -> Self {
        let Deps {
            store,
            blobs,
            accounts,
            logins,
            login_store,
            tokens,
            recheck,
            secrets,
            broker_users,
            holdings,
            clock,
            wake,
            recorder,
            tls,
        } = deps;
        let (routes, openapi) = rest::routes();
        let tasks = TaskTracker::new();
        let app = Arc::new(App {
            journal: Journal::new(store.clone()),
            refusals: Refusals::default(),
            probe: Probe::default(),
            audits: Semaphore::new(AUDITS_MAX),
            store,
            blobs,
            identities: Identities::new(tokens, accounts.clone(), clock.clone(), (config.rate, tasks.clone())),
            accounts,
            logins,
            login_store,
            recheck,
            secrets: RunSecrets::new(secrets, broker_users),
            holdings,
            clock,
            wake,
            recorder,
            tls,
            metrics: Metrics::default(),
            rates: Rates::new(config.rate),
            strangers: Rates::new(config.rate),
            beginners: Rates::new(BEGUN_RATE),
            transfers: Arc::new(Semaphore::new(config.transfers_max)),
            streams: Arc::new(Semaphore::new(config.streams_max)),
            objects: Semaphore::new(OBJECTS_MAX),
            rechecks: Arc::new(Semaphore::new(RECHECKS_MAX)),
            sessions: Arc::new(Semaphore::new(config.sessions_max)),
            tasks,
            closing: CancellationToken::new(),
            queries: rest::query_names(&openapi),
            openapi: rest::json_of(&openapi),
            names: Names::default(),
            discovery: Board::default(),
            config,
        });
        let router = rest::router(&app, routes, grpc::routes(&app));
        Midtier { app, router }
    }

    /// The service, for whoever announces it to others.
    pub fn announced(&self) -> Announced {
        Announced(Arc::clone(&self.app))
    }

    /// Lets a request in, or refuses it, as is done before anything else is done for it: whose token it shows, how often they ask, and
    /// whether they may use the endpoint. Answers who asks; nobody where the endpoint is open. `path` is as [`ENDPOINTS`] has it,
    /// `authorization` what the header of this name says. For measuring what that costs: requests that are served come by here anyway.
    ///
    /// # Errors
    /// Why it is refused, for a person; also where there is no such endpoint.
    ///
    /// [`ENDPOINTS`]: crate::ENDPOINTS
    pub async fn admits(
        &self,
        (method, path): (&str, &str),
        authorization: &str,
        from: IpAddr,
    ) -> Result<Option<Caller>, String> {
        let endpoint = endpoint(method, path).ok_or_else(|| format!("there is no endpoint {method} {path}"))?;
        let authorization = HeaderValue::from_str(authorization).map_err(|error| error.to_string())?;
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, authorization)]);
        let (caller, allowed) = admitted(&self.app, endpoint, &headers, Whence::at(from)).await;
        allowed.map(|()| caller).map_err(|problem| problem.told().to_owned())
    }

    /// Serves REST and gRPC until `shutdown`. Then nothing is accepted any more, streams and sessions are ended, and what is
    /// still open after [`Config::drain_timeout`] is cut. Dropping the future cuts everything at once.
    pub async fn serve(self, listener: TcpListener, shutdown: CancellationToken) {
        let Midtier { app, router } = self;
        let door = Arc::new(Door::new(app.tls.clone(), app.config.connections_max));
        app.tasks.spawn(upkeep::run(app.clone()));
        let cut = CancellationToken::new();
        let _cut_when_dropped = cut.clone().drop_guard();
        let accepting = async {
            while let Some(place) = door.place().await {
                let (stream, peer) = accept(&listener).await;
                let Some(turn) = door.turn(peer.ip()) else { continue };
                let (app, router, door) = (app.clone(), router.clone(), door.clone());
                let (tasks, cut) = (app.tasks.clone(), cut.clone());
                let connection = async move {
                    let passed = app.closing.run_until_cancelled(door.pass(stream, (place, turn))).await.flatten();
                    if let Some(passed) = passed {
                        connection(app, router, passed, peer).await;
                    }
                };
                tasks.spawn(async move { cut.run_until_cancelled(connection).await });
            }
        };
        let serving = async { tokio::join!(accepting, keeper::keep(app.clone())) };
        shutdown.run_until_cancelled(serving).await;
        drop(listener);
        app.closing.cancel();
        app.tasks.close();
        if tokio::time::timeout(app.config.drain_timeout, app.tasks.wait()).await.is_err() {
            tracing::warn!(connections.open = app.tasks.len(), "cut what was still open at the end");
            cut.cancel();
            // What was cut off leaves rows in the audit log.
            let _ = tokio::time::timeout(CUT_PATIENCE, app.tasks.wait()).await;
        }
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection; tries again");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

/// One connection, HTTP/1.1 or HTTP/2, until it ends or the service is to end.
async fn connection(app: Arc<App>, router: Router, passed: Passed, peer: SocketAddr) {
    let Passed { stream, client, place: _place } = passed;
    let shown = client.map(|client| Shown(Arc::new(client)));
    let asked = Arc::new(AtomicBool::new(false));
    let first = asked.clone();
    let service = tower::service_fn(move |request: Request<_>| {
        first.store(true, Ordering::Relaxed);
        let mut request: Request<Body> = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer.ip().to_canonical()));
        if let Some(shown) = &shown {
            request.extensions_mut().insert(shown.clone());
        }
        let router = router.clone();
        async move { Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {})) }
    });
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(app.config.header_timeout);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(PING_EVERY).keep_alive_timeout(PING_PATIENCE);
    let mut serving = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
    // hyper's own timeout begins with the first byte; before it, nothing would end a connection that never sends one.
    let mut silent = pin!(tokio::time::sleep(app.config.header_timeout));
    let (mut is_silent, mut closing) = (true, false);
    loop {
        tokio::select! {
            ended = serving.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(peer = %peer, error, "a connection broke");
                }
                return;
            }
            () = silent.as_mut(), if is_silent => {
                if !asked.load(Ordering::Relaxed) {
                    return;
                }
                is_silent = false;
            }
            () = app.closing.cancelled(), if !closing => {
                closing = true;
                serving.as_mut().graceful_shutdown();
            }
        }
    }
}
