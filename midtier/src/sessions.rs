//! Sessions with the agents of hosts, as `host.proto` tells.
//!
//! Protobuf types end in [`convert`]; what is decided about a report stands in [`session`].

mod convert;
mod enlist;
mod left;
mod news;
mod secrets;
mod session;

use std::sync::Arc;

use axum::Router;
use leat_wire::MESSAGE_BYTES_MAX;
use leat_wire::host_v1::hosts_server::{Hosts, HostsServer};
use leat_wire::host_v1::{BrokerAnswer, Orders, Report, SecretsAnswer, SecretsRequest};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::metadata::MetadataMap;
use tonic::server::NamedService;
use tonic::{Extensions, Request, Response, Status, Streaming};

use crate::api::certified::{Shown, require_certificate};
use crate::api::told::while_known;
use crate::api::whence::Whence;
use crate::app::App;
use crate::audit::sessions::{AgentAsks, ENLIST, GRANT, GRANT_BROKER};
use crate::identity::{Caller, bearer};
use enlist::Voice;
use session::Session;

/// How many orders wait for an agent that does not read them.
const ORDERS_MAX: usize = 4;

/// What agents hear: orders, and at last why the session ends.
type Sender = mpsc::Sender<Result<Orders, Status>>;

/// The routes of sessions.
pub(crate) fn routes(app: &Arc<App>) -> Router {
    let hosts = HostsServer::new(Agents { app: app.clone() })
        .max_decoding_message_size(MESSAGE_BYTES_MAX)
        .max_encoding_message_size(MESSAGE_BYTES_MAX);
    Router::new().route_service(&format!("/{}/{{*call}}", HostsServer::<Agents>::NAME), hosts)
}

/// Serves the agents of hosts.
struct Agents {
    app: Arc<App>,
}

impl Agents {
    /// From where an agent calls.
    fn whence<T>(&self, request: &Request<T>) -> Whence {
        Whence::of(&self.app.config.audit.proxies, request.extensions(), request.metadata().as_ref())
    }

    /// Who calls, and has shown that they are who their token says.
    async fn caller(&self, metadata: &MetadataMap, shown: &Extensions, whence: Whence) -> Result<Caller, Status> {
        let token = metadata.get("authorization").and_then(|value| value.to_str().ok()).and_then(bearer);
        let token = token.ok_or_else(|| Status::unauthenticated("this needs a token: authorization: Bearer TOKEN"))?;
        let caller = self.app.identities.of_token(token, whence).await?;
        let caller = caller.ok_or_else(|| Status::unauthenticated("the token is not valid (any more)"))?;
        require_certificate(&self.app, Some(&caller), shown)?;
        Ok(caller)
    }

    /// Who calls for this; that they are nobody is written down.
    async fn asks<T>(&self, action: &'static str, request: &Request<T>) -> Result<(Voice, AgentAsks), Status> {
        let (shown, whence) = (request.extensions(), self.whence(request));
        let caller = self.caller(request.metadata(), shown, whence).await;
        let asks = AgentAsks::of(&self.app, action, caller.as_ref().ok(), whence);
        let caller = told(&asks, String::new(), caller).await?;
        Ok((Voice { caller, shown: shown.get::<Shown>().cloned() }, asks))
    }
}

#[tonic::async_trait]
impl Hosts for Agents {
    type SessionStream = ReceiverStream<Result<Orders, Status>>;

    async fn session(&self, request: Request<Streaming<Report>>) -> Result<Response<Self::SessionStream>, Status> {
        let app = self.app.clone();
        let (voice, asks) = self.asks(ENLIST, &request).await?;
        told(&asks, String::new(), voice.require_any()).await?;
        let place = app.sessions.clone().try_acquire_owned();
        let place = place.map_err(|_| Status::resource_exhausted("this midtier has as many sessions as it may"))?;
        let (sender, receiver) = mpsc::channel(ORDERS_MAX);
        let tasks = app.tasks.clone();
        // The answer begins before the first report is here: an agent may wait for it before it reports.
        tasks.spawn(async move {
            let _place = place;
            let closing = app.closing.clone();
            let caller = voice.caller.clone();
            let session = Session::run(app.clone(), (voice, asks), request.into_inner(), sender.clone());
            let ended = closing.run_until_cancelled(while_known(&app, &caller, session)).await;
            let ended = ended.unwrap_or_else(|| Err(Status::unavailable("this midtier is about to end")));
            if let Err(status) = ended {
                // An agent that is gone hears nothing.
                let _ = sender.try_send(Err(status));
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }

    async fn grant_secrets(&self, request: Request<SecretsRequest>) -> Result<Response<SecretsAnswer>, Status> {
        let (voice, asks) = self.asks(GRANT, &request).await?;
        let on = on(&request);
        told(&asks, on, secrets::answer(&self.app, (&voice, &asks), request).await).await
    }

    async fn grant_broker(&self, request: Request<SecretsRequest>) -> Result<Response<BrokerAnswer>, Status> {
        let (voice, asks) = self.asks(GRANT_BROKER, &request).await?;
        let on = on(&request);
        told(&asks, on, secrets::answer_broker(&self.app, (&voice, &asks), request).await).await
    }
}

/// What is asked about, as it stands in the request.
fn on(request: &Request<SecretsRequest>) -> String {
    format!("run {} attempt {}", request.get_ref().run, request.get_ref().generation)
}

/// An answer; that it is none is written down.
async fn told<T>(asks: &AgentAsks, on: String, answered: Result<T, Status>) -> Result<T, Status> {
    if let Err(status) = &answered {
        asks.refused(on, status).await;
    }
    answered
}
