//! Events, as the data of server-sent ones.

use serde::Serialize;
use utoipa::ToSchema;

use super::time;
use crate::store::{Event, EventKind};

/// Something that has changed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub(in crate::rest) struct EventDocument {
    /// Counted from 1, over all events; the event's id.
    number: u64,
    at: String,
    /// `submitted`, `run`, `cancel-requested`, `pause-requested` or `host`; the event's name.
    pub(in crate::rest) kind: &'static str,
    /// A user, `scheduler`, or `host NAME`.
    actor: String,
    /// Why; may be empty where the change says it all.
    reason: String,
    /// The run that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<String>,
    /// With `run`: the state that the run is in now.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    /// With `run`: the run's latest attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<u64>,
    /// With `run`: the hosts it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    hosts: Option<Vec<String>>,
    /// With `host`: the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<String>,
    /// With `host`: its new power state, or what someone wants of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<String>,
}

impl From<&Event> for EventDocument {
    fn from(event: &Event) -> Self {
        let mut document = EventDocument {
            number: event.number,
            at: time(event.at),
            kind: "run",
            actor: event.cause.actor.clone(),
            reason: event.cause.reason.clone(),
            run: None,
            state: None,
            generation: None,
            hosts: None,
            host: None,
            what: None,
        };
        match &event.kind {
            EventKind::Submitted { run } => {
                (document.kind, document.run) = ("submitted", Some(run.to_string()));
            }
            EventKind::Run { run, state, generation, hosts } => {
                (document.run, document.state) = (Some(run.to_string()), Some(state.name()));
                document.generation = Some(generation.0);
                document.hosts = Some(hosts.iter().map(ToString::to_string).collect());
            }
            EventKind::CancelRequested { run } => {
                (document.kind, document.run) = ("cancel-requested", Some(run.to_string()));
            }
            EventKind::PauseRequested { run } => {
                (document.kind, document.run) = ("pause-requested", Some(run.to_string()));
            }
            EventKind::Host { host, what } => {
                document.kind = "host";
                (document.host, document.what) = (Some(host.to_string()), Some(what.clone()));
            }
        }
        document
    }
}
