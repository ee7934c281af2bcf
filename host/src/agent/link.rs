//! The session with a midtier, kept open: where it breaks or nobody answers, the next midtier is tried, for as long as
//! the agent lives. It carries messages and knows nothing of what they say.

use std::sync::Arc;
use std::time::Duration;

use leat_tls::{Trust, with_sources};
use leat_wire::MESSAGE_BYTES_MAX;
use leat_wire::host_v1::hosts_client::HostsClient;
use leat_wire::host_v1::{Orders, Report};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, ClientTlsConfig, Endpoint, Identity as TlsIdentity};
use tonic::{Code, Request, Status};

use crate::midtiers::Midtiers;

/// How long a connection may take to come about.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// How long a connection may be silent before it is asked whether it lives, and how long the answer may take.
const SILENCE_MAX: Duration = Duration::from_secs(5);

/// Reports that wait to be sent; the agent waits for answers long before.
const REPORTS_WAITING_MAX: usize = 8;

/// What the agent is told of its session, in this order: opened, orders, lost, opened, …
#[derive(Debug)]
pub(crate) enum News {
    /// A session begins. Reports go in here, a farewell at last.
    Opened {
        /// Takes reports.
        reports: mpsc::Sender<Report>,
        /// Ends the session at once, so that another is opened.
        abandon: CancellationToken,
    },
    /// The midtier has spoken.
    Orders(Orders),
    /// The session has ended.
    Lost,
}

/// Keeps a session open.
pub(crate) struct Link {
    midtiers: Arc<Midtiers>,
    authorization: MetadataValue<Ascii>,
    trust: Arc<Trust>,
    news: mpsc::Sender<News>,
}

impl Link {
    pub(crate) fn new(
        midtiers: Arc<Midtiers>,
        (authorization, trust): (MetadataValue<Ascii>, Arc<Trust>),
        news: mpsc::Sender<News>,
    ) -> Self {
        Link { midtiers, authorization, trust, news }
    }

    /// Keeps a session open until it is told to end, or nobody listens any more.
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        let mut failures = 0;
        while !shutdown.is_cancelled() && !self.news.is_closed() {
            let midtier = self.midtiers.choose();
            let ended = tokio::select! {
                () = shutdown.cancelled() => return,
                ended = self.session(&midtier.url, &mut failures) => ended,
            };
            failures = failures.saturating_add(1);
            let wait = self.midtiers.wait(failures);
            complain(&midtier.url, &ended, wait);
            self.midtiers.leave(&midtier);
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = sleep(wait) => {}
            }
        }
    }

    /// One session with one midtier. Answers why it ended.
    async fn session(&self, url: &str, failures: &mut u32) -> Status {
        let client = match connect(url, &self.trust).await {
            Ok(channel) => HostsClient::new(channel),
            Err(status) => return status,
        };
        let mut client =
            client.max_decoding_message_size(MESSAGE_BYTES_MAX).max_encoding_message_size(MESSAGE_BYTES_MAX);
        let (reports, waiting) = mpsc::channel(REPORTS_WAITING_MAX);
        let abandon = CancellationToken::new();
        // Before the midtier has answered the call: it answers when it has seen the first report.
        if self.news.send(News::Opened { reports, abandon: abandon.clone() }).await.is_err() {
            return Status::cancelled("the agent ends");
        }
        let mut request = Request::new(ReceiverStream::new(waiting));
        request.metadata_mut().insert("authorization", self.authorization.clone());
        let spoken = async {
            let mut orders = client.session(request).await?.into_inner();
            while let Some(orders) = orders.message().await? {
                *failures = 0;
                self.midtiers.set_in_session(true);
                if self.news.send(News::Orders(orders)).await.is_err() {
                    return Err(Status::cancelled("the agent ends"));
                }
            }
            Err(Status::unavailable("the midtier has ended the session"))
        };
        let ended: Result<(), Status> = tokio::select! {
            () = abandon.cancelled() => Err(Status::deadline_exceeded("the midtier does not answer")),
            ended = spoken => ended,
        };
        self.midtiers.set_in_session(false);
        // It fails where nobody listens any more, which ends the loop.
        let _ = self.news.send(News::Lost).await;
        ended.err().unwrap_or_else(|| Status::unavailable("the session has ended"))
    }
}

/// A connection to a midtier that is trusted.
pub(crate) async fn connect(url: &str, trust: &Trust) -> Result<Channel, Status> {
    let unreachable = |error: tonic::transport::Error| Status::unavailable(with_sources(&error));
    let endpoint = Endpoint::from_shared(url.to_owned()).map_err(unreachable)?;
    let mut endpoint = endpoint
        .connect_timeout(CONNECT_PATIENCE)
        .http2_keep_alive_interval(SILENCE_MAX)
        .keep_alive_timeout(SILENCE_MAX)
        .keep_alive_while_idle(true);
    if url.starts_with("https://") {
        // Made for each connection: certificates may be others by now.
        let mut tls = ClientTlsConfig::new().trust_anchors(trust.anchors());
        if let Some(own) = trust.own_pem() {
            tls = tls.identity(TlsIdentity::from_pem(own.chain.text, own.key.text));
        }
        endpoint = endpoint.tls_config(tls).map_err(unreachable)?;
    }
    endpoint.connect().await.map_err(unreachable)
}

fn complain(midtier: &str, ended: &Status, wait: Duration) {
    let (reason, wait_ms) = (ended.message(), u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
    match ended.code() {
        Code::Unauthenticated | Code::PermissionDenied => tracing::error!(
            midtier.url = midtier,
            midtier.reason = reason,
            retry.wait_ms = wait_ms,
            "the midtier refuses this host: its token, and its certificate where one is wanted, must be made for this host"
        ),
        Code::AlreadyExists => tracing::warn!(
            midtier.url = midtier,
            midtier.reason = reason,
            retry.wait_ms = wait_ms,
            "another agent speaks for this host; it is asked again when that one's lease may be over"
        ),
        code => tracing::warn!(
            midtier.url = midtier, midtier.code = ?code, midtier.reason = reason, retry.wait_ms = wait_ms,
            "there is no session with the midtier; the next is tried"
        ),
    }
}
