//! The call of `Processes`.

use std::sync::Arc;

use leat_wire::api_v1::processes_server::Processes;
use leat_wire::api_v1::{ListProcessesRequest, ListProcessesResponse};
use tonic::{Request, Response, Status};

use super::asked;
use super::convert;
use crate::api::processes;
use crate::app::App;

/// Answers the call of `Processes`.
pub(super) struct Calls {
    app: Arc<App>,
}

impl Calls {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Calls { app: app.clone() }
    }
}

#[tonic::async_trait]
impl Processes for Calls {
    async fn list(&self, request: Request<ListProcessesRequest>) -> Result<Response<ListProcessesResponse>, Status> {
        let (caller, asked) = asked(request)?;
        let ListProcessesRequest { process, page_size: limit, page_token: cursor } = asked;
        let page = processes::page(&self.app, &caller, processes::Asked { process, limit, cursor }).await?;
        let next_page_token = processes::next_cursor(&page).unwrap_or_default();
        let processes = page.items.iter().map(convert::process).collect();
        Ok(Response::new(ListProcessesResponse { processes, next_page_token }))
    }
}
