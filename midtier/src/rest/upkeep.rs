//! What watches the service asks: version, health, metrics, the API's description.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use leat_scheduler::model::{PowerState, RunState};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::json;
use super::problem::Answer;
use crate::api::health;
use crate::app::App;
use crate::holdings::Holding;
use crate::metrics::Gauge;

/// Which Leat this is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Version {
    version: &'static str,
}

/// That all is well.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// Always `ok`: what is not well is told by a problem.
    health: &'static str,
}

/// That the service can do its work, and until when.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ready {
    /// Always `ok`: what is not well is told by a problem.
    health: &'static str,
    /// What the service holds for a time, as its token of the secret store: whether its end is near can be seen here ahead.
    held: Vec<Held>,
    /// Whether the directory that this midtier announces itself to `answers` or is `away`, which keeps nobody from working; left out where
    /// there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    discovery: Option<&'static str>,
}

/// Something that the service holds for a time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Held {
    /// What it is, as `token` or `database/creds/leat`.
    #[schema(example = "database/creds/leat")]
    name: String,
    /// How long it holds still, seconds; 0 where it is over, absent where it has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 2400)]
    seconds_left: Option<u64>,
    /// Whether the last try to have or renew it came to something.
    sound: bool,
}

/// Which Leat this is
#[utoipa::path(get, path = "/api/v1/version", tag = "upkeep",
    responses((status = 200, description = "The version.", body = Version)))]
pub(super) async fn version() -> Response {
    json(StatusCode::OK, &Version { version: env!("CARGO_PKG_VERSION") })
}

/// Whether the service runs at all
#[utoipa::path(get, path = "/api/v1/health/live", tag = "upkeep",
    responses((status = 200, description = "It does.", body = Health)))]
pub(super) async fn live() -> Response {
    json(StatusCode::OK, &Health { health: "ok" })
}

/// Whether the service can do its work: store and contents can be reached
#[utoipa::path(get, path = "/api/v1/health/ready", tag = "upkeep",
    responses((status = 200, description = "It can.", body = Ready)))]
pub(super) async fn ready(State(app): State<Arc<App>>) -> Answer {
    health::ready(&app).await?;
    let held = |Holding { name, seconds_left, sound }| Held { name, seconds_left, sound };
    let held = app.holdings.now().into_iter().map(held).collect();
    Ok(json(StatusCode::OK, &Ready { health: "ok", held, discovery: app.discovery.state().name() }))
}

/// The description of this API
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "upkeep",
    responses((status = 200, description = "As OpenAPI 3.1.", body = Object)))]
pub(super) async fn description(State(app): State<Arc<App>>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], app.openapi.clone()).into_response()
}

/// What the service counts
#[utoipa::path(get, path = "/metrics", tag = "upkeep",
    responses((status = 200, description = "As Prometheus' text.", body = String, content_type = "text/plain")))]
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Answer {
    let (runs, hosts) = tokio::try_join!(app.store.run_counts(), app.store.hosts())?;
    let mut of_hosts: BTreeMap<&str, u64> = PowerState::ALL.into_iter().map(|state| (state.name(), 0)).collect();
    for host in &hosts {
        *of_hosts.entry(host.state.name()).or_default() += 1;
    }
    let by_state = |(state, count): (&str, u64)| (format!("{{state=\"{state}\"}}"), count);
    let of_runs = RunState::ALL.map(RunState::name).map(|state| (state, runs.get(state).copied().unwrap_or(0)));
    let sessions = (app.config.sessions_max - app.sessions.available_permits()) as u64;
    let holdings = app.holdings.now();
    let by_name = |holding: &Holding, value: u64| (format!("{{name=\"{}\"}}", label(&holding.name)), value);
    let left = |holding: &Holding| holding.seconds_left.map(|seconds| by_name(holding, seconds));
    let sound = |holding: &Holding| by_name(holding, holding.sound.into());
    let gauges = [
        Gauge {
            name: "leat_held_seconds_left",
            help: "How long what is held of the secret store holds still, by name; 0 where it is over.",
            values: holdings.iter().filter_map(left).collect(),
        },
        Gauge {
            name: "leat_held_sound",
            help: "Whether the last try to have or renew it came to something.",
            values: holdings.iter().map(sound).collect(),
        },
        Gauge { name: "leat_runs", help: "Runs, by state.", values: of_runs.into_iter().map(by_state).collect() },
        Gauge { name: "leat_hosts", help: "Hosts, by state.", values: of_hosts.into_iter().map(by_state).collect() },
        Gauge {
            name: "leat_sessions",
            help: "Agents that have a session here.",
            values: vec![(String::new(), sessions)],
        },
        Gauge {
            name: "leat_certificate_seconds_left",
            help: "Seconds until the certificate of this midtier ends; none without TLS.",
            values: health::certificate_seconds_left(&app).map(|left| (String::new(), left)).into_iter().collect(),
        },
    ];
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, app.metrics.text(&gauges)).into_response())
}

/// A text as it stands in a label.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
