//! The calls of `Runs`.

use std::sync::Arc;

use leat_wire::api_v1::runs_server::Runs;
use leat_wire::api_v1::{
    CancelRequest, Event, EventsRequest, FactsRequest, FactsResponse, GetRunRequest, ListRunsRequest, ListRunsResponse,
    LogPiece, LoggedNodesRequest, LoggedNodesResponse, LogsRequest, Output, OutputsRequest, PauseRequest,
    ResumeRequest, RetryRequest, Run, SubmitRequest, SubmitResponse,
};
use tonic::{Request, Response, Status};

use super::convert;
use super::facts::facts;
use super::{Pieces, asked, pieces};
use crate::access::Permission;
use crate::api::logs::{self, Place, Said};
use crate::api::submit::{Sent, TakenIn};
use crate::api::{events, runs, submit};
use crate::app::App;
use crate::audit::deed::Became;
use crate::problem::{Answer, Problem};
use crate::spans::Belongs;

/// Answers the calls of `Runs`.
pub(super) struct Calls {
    app: Arc<App>,
}

impl Calls {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Calls { app: app.clone() }
    }
}

fn key(text: Option<String>) -> Answer<Option<String>> {
    text.map(|text| submit::key_of(text.as_bytes())).transpose()
}

fn taken_in(taken: &TakenIn, note: String) -> Response<SubmitResponse> {
    let mut response = Response::new(convert::taken_in(taken));
    let on = Some(format!("run {}", taken.run.summary.record.id));
    response.extensions_mut().insert(Became { on, note });
    response
}

#[tonic::async_trait]
impl Runs for Calls {
    type EventsStream = Pieces<Event>;
    type LogsStream = Pieces<LogPiece>;
    type OutputsStream = Pieces<Output>;

    async fn submit(&self, request: Request<SubmitRequest>) -> Result<Response<SubmitResponse>, Status> {
        let span = Belongs::of(request.extensions());
        let (caller, mut asked) = asked(request)?;
        let key = key(asked.idempotency_key.take())?;
        let taken = submit::submit(&self.app, &caller, Sent { key, span }, convert::wish(asked)?).await?;
        Ok(taken_in(&taken, String::new()))
    }

    async fn get(&self, request: Request<GetRunRequest>) -> Result<Response<Run>, Status> {
        let (caller, asked) = asked(request)?;
        let run = runs::seen(&self.app, &caller, &asked.run).await?;
        Ok(Response::new(convert::run(&run)))
    }

    async fn list(&self, request: Request<ListRunsRequest>) -> Result<Response<ListRunsResponse>, Status> {
        let (caller, asked) = asked(request)?;
        let states = asked.states.into_iter().map(convert::state_of).collect::<Answer<Vec<_>>>()?;
        let ListRunsRequest { user, group, process, page_size: limit, page_token: cursor, .. } = asked;
        let asked = runs::Asked { states, user, group, process, limit, cursor };
        let page = runs::page(&self.app, &caller, asked).await?;
        let next_page_token = runs::next_cursor(&page).unwrap_or_default();
        let runs = page.items.iter().map(convert::summary).collect();
        Ok(Response::new(ListRunsResponse { runs, next_page_token }))
    }

    async fn cancel(&self, request: Request<CancelRequest>) -> Result<Response<Run>, Status> {
        let (caller, asked) = asked(request)?;
        let run = runs::cancel(&self.app, &caller, &asked.run).await?;
        Ok(Response::new(convert::run(&run)))
    }

    async fn pause(&self, request: Request<PauseRequest>) -> Result<Response<Run>, Status> {
        let (caller, asked) = asked(request)?;
        Ok(Response::new(convert::run(&runs::pause(&self.app, &caller, &asked.run, true).await?)))
    }

    async fn resume(&self, request: Request<ResumeRequest>) -> Result<Response<Run>, Status> {
        let (caller, asked) = asked(request)?;
        Ok(Response::new(convert::run(&runs::pause(&self.app, &caller, &asked.run, false).await?)))
    }

    async fn retry(&self, request: Request<RetryRequest>) -> Result<Response<SubmitResponse>, Status> {
        let span = Belongs::of(request.extensions());
        let (caller, asked) = asked(request)?;
        let sent = Sent { key: key(asked.idempotency_key)?, span };
        let taken = submit::retry(&self.app, &caller, sent, &asked.run).await?;
        Ok(taken_in(&taken, format!("again run {}", asked.run)))
    }

    async fn events(&self, request: Request<EventsRequest>) -> Result<Response<Self::EventsStream>, Status> {
        let (caller, asked) = asked(request)?;
        if asked.after.is_some_and(|after| !events::is_number(after)) {
            return Err(Problem::invalid("after must be an event's number").into());
        }
        let told = match asked.run {
            Some(run) => events::of_run(&self.app, caller, &run, asked.after).await?,
            None => events::of_all(&self.app, caller, asked.after).await?,
        };
        Ok(Response::new(pieces(told, |event| Some(convert::event(&event)))))
    }

    async fn logged_nodes(
        &self,
        request: Request<LoggedNodesRequest>,
    ) -> Result<Response<LoggedNodesResponse>, Status> {
        let (caller, asked) = asked(request)?;
        let nodes = logs::nodes(&self.app, &caller, &asked.run).await?;
        Ok(Response::new(LoggedNodesResponse { nodes }))
    }

    async fn logs(&self, request: Request<LogsRequest>) -> Result<Response<Self::LogsStream>, Status> {
        let (caller, asked) = asked(request)?;
        let place = Place { offset: asked.offset, follow: asked.follow };
        let told = logs::read(&self.app, &caller, (&asked.run, &asked.node), place).await?;
        Ok(Response::new(pieces(told, |said| match said {
            // Each piece says of which attempt it is.
            Said::Attempt(_) => None,
            Said::Text { generation, offset, text } => Some(LogPiece { generation: generation.0, offset, text }),
        })))
    }

    async fn facts(&self, request: Request<FactsRequest>) -> Result<Response<FactsResponse>, Status> {
        let (caller, asked) = asked(request)?;
        let report = runs::report(&self.app, &caller, &asked.run).await?;
        Ok(Response::new(FactsResponse { facts: facts(&report)? }))
    }

    async fn outputs(&self, request: Request<OutputsRequest>) -> Result<Response<Self::OutputsStream>, Status> {
        let (caller, asked) = asked(request)?;
        let run = runs::seen_for(&self.app, &caller, &asked.run, Permission::OutputsRead).await?;
        let outputs = run.outputs.into_iter().map(|output| Ok(convert::output(&output)));
        Ok(Response::new(Box::pin(tokio_stream::iter(outputs))))
    }
}
