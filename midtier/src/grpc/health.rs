//! The health of services, as gRPC's own protocol asks for it: by the same test as REST's `health/ready`.

use std::sync::Arc;
use std::time::Duration;

use leat_wire::health_v1::health_check_response::ServingStatus;
use leat_wire::health_v1::health_server::Health;
use leat_wire::health_v1::{HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::sleep;
use tonic::{Request, Response, Status};

use super::{Pieces, pieces};
use crate::api::health::ready;
use crate::api::told::{ending, send, told};
use crate::app::App;
use crate::problem::{Answer, Code, Problem};

/// The services that may be asked for: all of them stand on the same store and contents. The empty name is the server.
const SERVICES: [&str; 4] = ["", "leat.host.v1.Hosts", "leat.api.v1.Runs", "leat.api.v1.RiskObjects"];
/// How often health is looked at for whoever watches it.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many may watch: nobody asks them for a token, and each has the store looked at once a second.
const WATCHES_MAX: usize = 64;
/// How many changes wait for whoever watches and does not read.
const WAITING_MAX: usize = 4;

/// Answers for the health of services.
pub(super) struct Calls {
    app: Arc<App>,
    watches: Arc<Semaphore>,
}

impl Calls {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Calls { app: app.clone(), watches: Arc::new(Semaphore::new(WATCHES_MAX)) }
    }
}

#[tonic::async_trait]
impl Health for Calls {
    type WatchStream = Pieces<HealthCheckResponse>;

    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        let service = request.into_inner().service;
        if !SERVICES.contains(&service.as_str()) {
            return Err(Problem::not_found("service", &service).into());
        }
        Ok(Response::new(said(status(&self.app).await)))
    }

    async fn list(&self, _: Request<HealthListRequest>) -> Result<Response<HealthListResponse>, Status> {
        let now = said(status(&self.app).await);
        let statuses = SERVICES.into_iter().map(|service| (service.to_owned(), now)).collect();
        Ok(Response::new(HealthListResponse { statuses }))
    }

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let is_known = SERVICES.contains(&request.into_inner().service.as_str());
        let busy = |_| Problem::new(Code::Busy, "too many watch the health of services").retry_after(LOOK_EVERY);
        let permit = self.watches.clone().try_acquire_owned().map_err(busy)?;
        let app = self.app.clone();
        let told = told(&self.app, permit, WAITING_MAX, |sender| async move { watch(&app, &sender, is_known).await });
        Ok(Response::new(pieces(told, |status| Some(said(status)))))
    }
}

/// Tells the status whenever it is another, until nobody listens or the service ends.
async fn watch(app: &App, sender: &mpsc::Sender<ServingStatus>, is_known: bool) -> Answer<()> {
    let mut last = None;
    loop {
        let now = if is_known { status(app).await } else { ServingStatus::ServiceUnknown };
        if last != Some(now) && !send(app, sender, now).await? {
            return Ok(());
        }
        last = Some(now);
        if app.closing.is_cancelled() {
            return Err(ending());
        }
        tokio::select! {
            () = sleep(LOOK_EVERY) => {}
            () = app.closing.cancelled() => {}
            () = sender.closed() => return Ok(()),
        }
    }
}

async fn status(app: &App) -> ServingStatus {
    if ready(app).await.is_ok() { ServingStatus::Serving } else { ServingStatus::NotServing }
}

fn said(status: ServingStatus) -> HealthCheckResponse {
    HealthCheckResponse { status: status.into() }
}
