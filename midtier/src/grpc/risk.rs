//! The calls of `RiskObjects`.

use std::sync::Arc;

use axum::body::Bytes;
use leat_objects::TEXT_BYTES_MAX;
use leat_wire::api_v1::risk_objects_server::RiskObjects;
use leat_wire::api_v1::{
    GetObjectRequest, GetObjectResponse, ListObjectsRequest, ListObjectsResponse, PutHeader, PutRequest, PutResponse,
    VersionsRequest, VersionsResponse, get_object_response, put_header, put_request,
};
use tokio::time::timeout;
use tokio_stream::StreamExt;
use tonic::{Request, Response, Status, Streaming};

use super::convert;
use super::{Pieces, asked, pieces};
use crate::api::contents::{self, broken_off, place, too_large};
use crate::api::risk::{self, Source};
use crate::app::App;
use crate::audit::deed::Became;
use crate::problem::{Answer, Code, Problem};

/// Answers the calls of `RiskObjects`.
pub(super) struct Calls {
    app: Arc<App>,
}

impl Calls {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Calls { app: app.clone() }
    }
}

#[tonic::async_trait]
impl RiskObjects for Calls {
    type GetStream = Pieces<GetObjectResponse>;

    async fn list(&self, _: Request<ListObjectsRequest>) -> Result<Response<ListObjectsResponse>, Status> {
        let objects = risk::list(&self.app).await?.iter().map(convert::object).collect();
        Ok(Response::new(ListObjectsResponse { objects }))
    }

    async fn versions(&self, request: Request<VersionsRequest>) -> Result<Response<VersionsResponse>, Status> {
        let objects =
            risk::versions(&self.app, &request.into_inner().name).await?.iter().map(convert::object).collect();
        Ok(Response::new(VersionsResponse { objects }))
    }

    async fn get(&self, request: Request<GetObjectRequest>) -> Result<Response<Self::GetStream>, Status> {
        let asked = request.into_inner();
        let object = risk::version(&self.app, &asked.name, asked.version).await?;
        let permit = place(&self.app).await?;
        let found = self.app.blobs.read(object.digest, asked.offset).await.map_err(Problem::from)?;
        let (size, reader) = found.ok_or_else(|| Problem::not_found("content", &object.digest.to_string()))?;
        let Some(left) = size.checked_sub(asked.offset) else {
            let detail = format!("the content has {size} bytes, and the offset is {}", asked.offset);
            return Err(Problem::new(Code::RangeNotSatisfiable, detail).into());
        };
        let part = |part| GetObjectResponse { part: Some(part) };
        let first = part(get_object_response::Part::Object(convert::object(&object)));
        let told = contents::pieces(&self.app, permit, reader, left);
        let rest = pieces(told, move |content| Some(part(get_object_response::Part::Content(content))));
        let pieces: Self::GetStream = Box::pin(tokio_stream::once(Ok(first)).chain(rest));
        let mut response = Response::new(pieces);
        response.extensions_mut().insert(Became::version(&object));
        Ok(response)
    }

    async fn put(&self, request: Request<Streaming<PutRequest>>) -> Result<Response<PutResponse>, Status> {
        let (caller, mut messages) = asked(request)?;
        let PutHeader { file, source } = header(&self.app, &mut messages).await?;
        let source = match source {
            Some(put_header::Source::Digest(digest)) => Source::Uploaded(digest),
            Some(put_header::Source::Bytes(bytes)) => Source::Sent(content(&self.app, messages, bytes)),
            None => return Err(Problem::invalid("the header must say how many bytes follow, or name a digest").into()),
        };
        let kept = risk::put(&self.app, caller, file, source).await?;
        let object = Some(convert::object(&kept.object));
        let mut response = Response::new(PutResponse { object, is_new: kept.is_new });
        response.extensions_mut().insert(Became::version(&kept.object));
        Ok(response)
    }
}

async fn header(app: &App, messages: &mut Streaming<PutRequest>) -> Answer<PutHeader> {
    let first = timeout(app.config.idle_timeout, messages.message()).await;
    let first = first.map_err(|_| broken_off("no header came"))?.map_err(|status| unreadable(&status))?;
    match first.and_then(|first| first.part) {
        Some(put_request::Part::Header(header)) => Ok(header),
        Some(put_request::Part::Content(_)) | None => Err(Problem::invalid("the first message must be the header")),
    }
}

/// The bytes behind the header. A client that cancels its call looks like one that has come to its end: only the number that
/// was announced tells them apart.
async fn content(app: &App, messages: Streaming<PutRequest>, bytes: u64) -> Answer<Bytes> {
    if bytes > TEXT_BYTES_MAX as u64 {
        return Err(too_large(TEXT_BYTES_MAX as u64));
    }
    let piece = |message: Result<PutRequest, Status>| match message.map_err(|status| unreadable(&status))?.part {
        Some(put_request::Part::Content(content)) => Ok(content),
        Some(put_request::Part::Header(_)) => Err(Problem::invalid("only the first message may be a header")),
        None => Ok(Bytes::new()),
    };
    let whole = contents::whole(app, messages.map(piece), TEXT_BYTES_MAX).await?;
    if whole.len() as u64 != bytes {
        return Err(broken_off(format!("{} bytes came, and the header announced {bytes}", whole.len())));
    }
    Ok(whole)
}

/// What tonic makes of a message that cannot be read.
fn unreadable(status: &Status) -> Problem {
    match status.code() {
        tonic::Code::OutOfRange => Problem::new(Code::BodyTooLarge, status.message()),
        tonic::Code::Internal => Problem::new(Code::MalformedRequest, status.message()),
        _ => broken_off(format!("the call broke off: {}", status.message())),
    }
}
