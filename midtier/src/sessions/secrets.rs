//! The secrets of an attempt, and its user of the broker, asked for by the agent that holds it. Protobuf ends here.

use std::sync::Arc;
use std::time::Duration;

use leat_scheduler::model::HostId;
use leat_secrets::{Grant, SecretPath, Ticket};
use leat_wire::host_v1::broker_answer::Answer as ForBroker;
use leat_wire::host_v1::secret_grant::Ticket as WireTicket;
use leat_wire::host_v1::secrets_answer::Answer;
use leat_wire::host_v1::{
    BrokerAnswer, BrokerGrant, SecretGrant, SecretValues, SecretsAnswer, SecretsRequest, WrappedSecrets,
};
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tokio_util::task::TaskTracker;
use tonic::{Request, Response, Status};

use super::convert;
use super::enlist::{Voice, unavailable};
use crate::api::whence::Peer;
use crate::app::App;
use crate::audit::sessions::AgentAsks;
use crate::broker::BrokerUser;
use crate::config::Broker;
use crate::problem::Problem;
use crate::secrets::broker::broker_user;
use crate::secrets::grants::{Attempt, Not, Reach, grant};
use crate::store::StoreError;

/// How long an agent waits for a place: it is told to ask again before it gives the midtier up.
const PLACE_PATIENCE: Duration = Duration::from_secs(10);

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
    allowed(app, asks, &attempt).await?;
    let reach = Reach { is_near, store_unreachable: asked.store_unreachable };
    let (its, of) = (Arc::clone(app), attempt.clone());
    let granted = on_its_own(app, async move { grant(&its, &of, reach).await }).await?;
    answered(app, asks, &attempt, &granted);
    let answer = match granted {
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
    allowed(app, asks, &attempt).await?;
    let (its, of) = (Arc::clone(app), attempt.clone());
    let granted = on_its_own(app, async move { broker_user(&its, &of).await }).await?;
    answered(app, asks, &attempt, &granted);
    let answer = match granted {
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
    app.secrets.asks(&host).map_err(Problem::too_often)?;
    let (run, generation) = convert::attempt(&asked.run, asked.generation).map_err(refused)?;
    let known = app.store.incarnation(&host).await.map_err(|error| unavailable(&error))?;
    if known.is_none_or(|(incarnation, _)| incarnation != asked.incarnation) {
        return Err(Status::already_exists(format!("another agent speaks for host {host}, or none yet")));
    }
    Ok(Attempt { run, generation, host })
}

/// In strict mode, writes down that an attempt is about to be granted something; once for one that waits.
async fn allowed(app: &App, asks: &AgentAsks, attempt: &Attempt) -> Result<(), Status> {
    match app.secrets.waiting.knows(asks.action(), attempt, Instant::now()) {
        true => Ok(()),
        false => asks.allowed(on(attempt)).await,
    }
}

fn answered<T>(app: &App, asks: &AgentAsks, attempt: &Attempt, granted: &Result<T, Not>) {
    app.secrets.waiting.answered(asks.action(), attempt, matches!(granted, Err(Not::Now(_))), Instant::now());
}

/// As the audit log calls it.
fn on(Attempt { run, generation, .. }: &Attempt) -> String {
    format!("run {run} attempt {generation}")
}

/// Makes a grant when there is a place for it. An agent that is gone before the answer must leave no grant that nobody has noted, so it is
/// made on a task of its own; but whoever waits for a place is none yet, and gone with the agent.
async fn on_its_own<T: Send + 'static>(
    app: &App,
    granting: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, Status> {
    in_its_place((app.secrets.places(), &app.tasks), granting).await
}

async fn in_its_place<T: Send + 'static>(
    (places, tasks): (&Arc<Semaphore>, &TaskTracker),
    granting: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, Status> {
    let place = timeout(PLACE_PATIENCE, Arc::clone(places).acquire_owned()).await;
    let Ok(Ok(place)) = place else {
        return Err(Status::unavailable("this midtier makes as many grants as it may at once; ask again"));
    };
    let granted = tasks.spawn(async move {
        let _place = place;
        granting.await
    });
    let granted = granted.await;
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

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::Poll;

    use super::*;

    #[tokio::test]
    async fn whoever_waits_for_a_place_is_no_task_and_leaves_nothing() {
        let (places, tasks) = (Arc::new(Semaphore::new(1)), TaskTracker::new());
        let held = Arc::clone(&places).try_acquire_owned().unwrap();
        {
            let mut gone = pin!(in_its_place((&places, &tasks), async { Ok(1) }));
            assert!(poll_fn(|cx| Poll::Ready(gone.as_mut().poll(cx).is_pending())).await);
            assert!(tasks.is_empty(), "nothing goes on for it");
        }
        let mut waits = pin!(in_its_place((&places, &tasks), async { Ok(2) }));
        assert!(poll_fn(|cx| Poll::Ready(waits.as_mut().poll(cx).is_pending())).await);
        drop(held);
        assert_eq!(waits.await.unwrap(), 2);
        assert_eq!(places.available_permits(), 1, "the place is free again");
    }
}
