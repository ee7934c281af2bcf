//! The gRPC side: the API for SDKs and programs, as `api.proto` tells; the health of services; sessions with the agents of
//! hosts; and reflection, so that tools can look at all of it.
//!
//! Protobuf types end in [`convert`]. Every call but those of sessions and reflection goes through [`gate`], and every refusal
//! leaves as [`problem`] writes it. What is done stands in `api/`.

mod convert;
mod facts;
mod first;
mod gate;
mod health;
mod problem;
mod processes;
mod risk;
mod runs;

use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use leat_wire::api_v1::processes_server::ProcessesServer;
use leat_wire::api_v1::risk_objects_server::RiskObjectsServer;
use leat_wire::api_v1::runs_server::RunsServer;
use leat_wire::health_v1::health_server::HealthServer;
use leat_wire::{DESCRIPTORS, REQUEST_BYTES_MAX};
use tokio_stream::{Stream, StreamExt};
use tonic::server::NamedService;
use tonic::{Request, Status};

use crate::api::told::Told;
use crate::app::App;
use crate::identity::Caller;
use crate::problem::{Answer, Code, Problem};
use crate::sessions;

/// What a call that tells something piece by piece answers.
type Pieces<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The routes of gRPC.
pub(crate) fn routes(app: &Arc<App>) -> Router {
    let gate = from_fn_with_state(app.clone(), gate::pass);
    let runs = RunsServer::new(runs::Calls::new(app)).max_decoding_message_size(REQUEST_BYTES_MAX);
    let processes = ProcessesServer::new(processes::Calls::new(app)).max_decoding_message_size(REQUEST_BYTES_MAX);
    let risk = RiskObjectsServer::new(risk::Calls::new(app)).max_decoding_message_size(REQUEST_BYTES_MAX);
    let health = HealthServer::new(health::Calls::new(app)).max_decoding_message_size(REQUEST_BYTES_MAX);
    let programs = Router::new()
        .route_service(&path_of(&runs), runs)
        .route_service(&path_of(&processes), processes)
        .route_service(&path_of(&risk), risk)
        .route_service(&path_of(&health), health)
        .layer(gate);
    let described = || {
        let builder = tonic_reflection::server::Builder::configure();
        DESCRIPTORS
            .iter()
            .fold(builder, |builder, descriptors| builder.register_encoded_file_descriptor_set(descriptors))
    };
    let reflection = described().build_v1().expect("the descriptors were compiled with this program");
    // The same under its older name, by which grpcio's client and older tools alone ask.
    let older = described().build_v1alpha().expect("the descriptors were compiled with this program");
    programs
        .merge(sessions::routes(app))
        .route_service("/grpc.reflection.v1.ServerReflection/{*call}", reflection)
        .route_service("/grpc.reflection.v1alpha.ServerReflection/{*call}", older)
}

fn path_of<S: NamedService>(_: &S) -> String {
    format!("/{}/{{*call}}", S::NAME)
}

/// Whoever calls, as the gate has found out, and what they ask.
fn asked<T>(request: Request<T>) -> Answer<(Caller, T)> {
    let (_, extensions, message) = request.into_parts();
    let caller = extensions.get::<Caller>().cloned();
    let caller = caller.ok_or_else(|| Problem::new(Code::Unauthenticated, "this needs a token"))?;
    Ok((caller, message))
}

/// What is told, in other words. `say` leaves out what it has none for.
fn pieces<T, W>(told: Told<T>, say: impl Fn(T) -> Option<W> + Send + 'static) -> Pieces<W>
where
    T: Send + 'static,
    W: Send + 'static,
{
    Box::pin(told.filter_map(move |told| match told {
        Ok(piece) => say(piece).map(Ok),
        Err(problem) => Some(Err(problem.into())),
    }))
}
