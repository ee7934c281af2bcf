//! The secrets of an attempt, and its user of the broker, asked for by the agent that holds it. Protobuf ends here.

use std::sync::Arc;

use leat_scheduler::model::HostId;
use leat_secrets::{Grant, SecretPath, Ticket};
use leat_wire::host_v1::broker_answer::Answer as ForBroker;
use leat_wire::host_v1::secret_grant::Ticket as WireTicket;
use leat_wire::host_v1::secrets_answer::Answer;
use leat_wire::host_v1::{
    BrokerAnswer, BrokerGrant, SecretGrant, SecretValues, SecretsAnswer, SecretsRequest, WrappedSecrets,
};
use tonic::{Request, Response, Status};

use super::convert;
use super::enlist::{Voice, unavailable};
use crate::api::whence::Peer;
use crate::app::App;
use crate::audit::sessions::AgentAsks;
use crate::broker::BrokerUser;
use crate::config::Broker;
use crate::secrets::broker::broker_user;
use crate::secrets::grants::{Attempt, Not, Reach, grant};
use crate::store::StoreError;

/// Answers an agent that asks for secrets.
pub(super) async fn answer(
    app: &Arc<App>,
    (voice, asks): (&Voice, &AgentAsks),
    request: Request<SecretsRequest>,
) -> Result<Response<SecretsAnswer>, Status> {
    let peer = request.extensions().get::<Peer>().copied();
    let asked = request.into_inner();
    let attempt = attempt_of(app, voice, &asked).await?;
    // A proxy before the midtier makes everybody come from this machine, and containers have addresses of their own on it: so both.
    let is_near = peer.is_some_and(|Peer(address)| address.is_loopback())
        && app.config.machine.as_ref().is_some_and(|machine| *machine == asked.machine);
    let on = on(&attempt);
    asks.allowed(on.clone()).await?;
    let reach = Reach { is_near, store_unreachable: asked.store_unreachable };
    let its = Arc::clone(app);
    let answer = match on_its_own(app, async move { grant(&its, &attempt, reach).await }).await? {
        Ok((grant, paths)) => {
            let named: Vec<String> = paths.iter().map(ToString::to_string).collect();
            asks.done(on, named.join(", ")).await;
            Answer::Grant(message(grant, &paths))
        }
        Err(Not::Now(why)) => Answer::NotNow(why),
        Err(Not::Here(why)) => Answer::NotHere(why),
        Err(Not::Ever(why)) => Answer::Never(why),
    };
    Ok(Response::new(SecretsAnswer { answer: Some(answer) }))
}

/// Answers an agent that asks for the broker.
pub(super) async fn answer_broker(
    app: &Arc<App>,
    (voice, asks): (&Voice, &AgentAsks),
    request: Request<SecretsRequest>,
) -> Result<Response<BrokerAnswer>, Status> {
    let attempt = attempt_of(app, voice, request.get_ref()).await?;
    let on = on(&attempt);
    asks.allowed(on.clone()).await?;
    let its = Arc::clone(app);
    let answer = match on_its_own(app, async move { broker_user(&its, &attempt).await }).await? {
        Ok(BrokerUser { grant, url: Broker(url) }) => {
            asks.done(on, format!("grant {grant}")).await;
            ForBroker::Grant(BrokerGrant { id: grant.to_string(), url })
        }
        Err(Not::Now(why)) => ForBroker::NotNow(why),
        Err(Not::Here(why)) => ForBroker::NotHere(why),
        Err(Not::Ever(why)) => ForBroker::Never(why),
    };
    Ok(Response::new(BrokerAnswer { answer: Some(answer) }))
}

/// Which attempt is asked for, by an agent that speaks for its host.
async fn attempt_of(app: &App, voice: &Voice, asked: &SecretsRequest) -> Result<Attempt, Status> {
    let refused = |why: String| Status::invalid_argument(why);
    let host = HostId::parse(&asked.host).map_err(|error| refused(error.to_string()))?;
    voice.require(app, &host)?;
    let (run, generation) = convert::attempt(&asked.run, asked.generation).map_err(refused)?;
    let known = app.store.incarnation(&host).await.map_err(|error| unavailable(&error))?;
    if known.is_none_or(|(incarnation, _)| incarnation != asked.incarnation) {
        return Err(Status::already_exists(format!("another agent speaks for host {host}, or none yet")));
    }
    Ok(Attempt { run, generation, host })
}

/// As the audit log calls it.
fn on(Attempt { run, generation, .. }: &Attempt) -> String {
    format!("run {run} attempt {generation}")
}

/// An agent that is gone before the answer must leave no grant that nobody has noted.
async fn on_its_own<T: Send + 'static>(
    app: &App,
    granting: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, Status> {
    let granted = app.tasks.spawn(granting).await;
    let granted = granted.map_err(|_| Status::unavailable("this midtier is about to end"))?;
    granted.map_err(|error| unavailable(&error))
}

fn message(grant: Grant, paths: &[SecretPath]) -> SecretGrant {
    let ticket = match grant.ticket {
        Ticket::Wrapped { address, token } => {
            WireTicket::Wrapped(WrappedSecrets { address, token: token.expose().to_vec() })
        }
        Ticket::Values(values) => {
            let value = |path: &SecretPath| {
                let found = values.iter().find(|(granted, _)| granted == path);
                found.map(|(_, value)| value.expose().to_vec()).unwrap_or_default()
            };
            WireTicket::Values(SecretValues { values: paths.iter().map(value).collect() })
        }
    };
    SecretGrant {
        id: grant.id.to_string(),
        life_ms: u64::try_from(grant.life.as_millis()).unwrap_or(u64::MAX),
        ticket: Some(ticket),
        paths: paths.iter().map(ToString::to_string).collect(),
    }
}
