//! How an agent becomes the one that speaks for its host.

use std::time::Duration;

use leat_scheduler::model::HostId;
use leat_wire::host_v1::Report;
use tokio::time::{Instant, sleep};
use tonic::Status;

use super::convert;
use crate::access::Permission;
use crate::api::certified::{Shown, require_host};
use crate::app::App;
use crate::audit::sessions::{AgentAsks, on_host};
use crate::identity::{By, Caller};
use crate::store::{Enlistment, StoreError};

/// An agent that speaks for its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Agent {
    pub(super) host: HostId,
    pub(super) incarnation: String,
}

/// Why the store does not serve an agent now. Its words are for the log.
pub(super) fn unavailable(error: &StoreError) -> Status {
    tracing::warn!(%error, "cannot serve an agent");
    Status::unavailable("the store cannot be reached; open the session again")
}

/// Whoever would speak for a host: by their token, and by the certificate of their connection.
pub(super) struct Voice {
    pub(super) caller: Caller,
    pub(super) shown: Option<Shown>,
}

impl Voice {
    /// Refuses who may speak for no host at all, before they have a place.
    pub(super) fn require_any(&self) -> Result<(), Status> {
        match &self.caller.by {
            By::Host(_) => Ok(()),
            By::Configuration | By::Token(_) if self.caller.rights.may_everywhere(Permission::HostsSpeak) => Ok(()),
            By::Configuration | By::Token(_) => Err(Status::permission_denied("this token may speak for no host")),
        }
    }

    /// Refuses who may not speak for a host. A token that may speak for every host is for none without its certificate, where
    /// certificates are wanted: else whoever copies it would be every host.
    pub(super) fn require(&self, app: &App, host: &HostId) -> Result<(), Status> {
        let may_speak = match &self.caller.by {
            By::Host(own) => own == host,
            By::Configuration | By::Token(_) => self.caller.rights.may_everywhere(Permission::HostsSpeak),
        };
        if !may_speak {
            return Err(Status::permission_denied(format!("this token may not speak for host {host}")));
        }
        Ok(require_host(app, host, self.shown.as_ref())?)
    }
}

/// Takes in who the first report speaks for.
pub(super) async fn enlist(
    app: &App,
    (voice, asks): (&Voice, &AgentAsks),
    report: &mut Report,
) -> Result<Agent, Status> {
    let host = HostId::parse(&report.host).map_err(|error| Status::invalid_argument(error.to_string()))?;
    voice.require(app, &host)?;
    let refused = |why: String| Status::invalid_argument(why);
    convert::plain("the incarnation", &report.incarnation).map_err(refused)?;
    if report.incarnation.is_empty() {
        return Err(refused("the incarnation is missing".to_owned()));
    }
    let machine =
        report.machine.take().ok_or_else(|| refused("a session's first report tells the machine".to_owned()))?;
    let agent = Agent { host, incarnation: report.incarnation.clone() };
    require_free(app, &agent).await?;
    let known = app.store.hosts().await.map_err(|error| unavailable(&error))?;
    let known = known.iter().find(|known| known.id == agent.host);
    let host = convert::host(&agent.host, machine, known).map_err(refused)?;
    let enlistment = Enlistment { host, incarnation: agent.incarnation.clone() };
    let on = on_host(agent.host.as_str());
    asks.allowed(on.clone()).await?;
    app.store.enlist(&enlistment, app.now()).await.map_err(|error| unavailable(&error))?;
    asks.done(on, String::new()).await;
    tracing::info!(host.id = %agent.host, host.incarnation = agent.incarnation, "a host is here");
    app.wake.ring();
    Ok(agent)
}

/// Refuses an agent while another one of its name lives. Whether it does is told by its beat: one that does not grow for a
/// whole lease is of an agent that must have stopped its runs, and may be taken over.
async fn require_free(app: &App, agent: &Agent) -> Result<(), Status> {
    let other = || async {
        let known = app.store.incarnation(&agent.host).await.map_err(|error| unavailable(&error))?;
        Ok::<_, Status>(known.filter(|(incarnation, _)| *incarnation != agent.incarnation))
    };
    let Some(first) = other().await? else {
        return Ok(());
    };
    let until = Instant::now() + app.config.lease;
    let step = (app.config.lease / 10).max(Duration::from_millis(1));
    while Instant::now() < until {
        sleep(step).await;
        match other().await? {
            None => return Ok(()),
            Some(now) if now != first => {
                let host = &agent.host;
                return Err(Status::already_exists(format!("another agent speaks for host {host}, and is alive")));
            }
            Some(_) => {}
        }
    }
    tracing::info!(host.id = %agent.host, host.incarnation = first.0, "an agent was silent for a lease: another takes over");
    Ok(())
}
