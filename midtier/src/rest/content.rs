//! Contents of files on their way in and out: bounded in number, never silent for long, counted.

use std::io::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leat_bundle::Digest;
use tokio::time::Sleep;
use tokio_stream::{Stream, StreamExt};
use tokio_util::io::StreamReader;

use super::problem::{Answer, Code, Problem};
use crate::api::contents::pieces;
pub(super) use crate::api::contents::place;
use crate::app::App;
use crate::blobs::BlobReader;

/// A body to be read by the contents. It breaks off where it is silent for too long.
pub(super) fn incoming(app: &Arc<App>, body: Body) -> BlobReader {
    let silent = Box::pin(tokio::time::sleep(app.config.idle_timeout));
    Box::pin(StreamReader::new(Incoming { app: app.clone(), body: body.into_data_stream(), silent }))
}

struct Incoming {
    app: Arc<App>,
    body: BodyDataStream,
    silent: Pin<Box<Sleep>>,
}

impl Stream for Incoming {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(piece) = Pin::new(&mut self.body).poll_next(context) {
            let again = tokio::time::Instant::now() + self.app.config.idle_timeout;
            self.silent.as_mut().reset(again);
            if let Some(Ok(piece)) = &piece {
                self.app.metrics.blob_bytes_in.fetch_add(piece.len() as u64, Ordering::Relaxed);
            }
            return Poll::Ready(piece.map(|piece| piece.map_err(std::io::Error::other)));
        }
        self.silent.as_mut().poll(context).map(|()| {
            let limit = self.app.config.idle_timeout;
            Some(Err(std::io::Error::new(std::io::ErrorKind::TimedOut, format!("nothing came for {limit:?}"))))
        })
    }
}

/// A content that is asked for.
pub(super) struct Wanted<'a> {
    pub(super) digest: Digest,
    pub(super) method: &'a Method,
    pub(super) headers: &'a HeaderMap,
    /// What it is called where it is not there.
    pub(super) what: &'a str,
    /// The type it is sent as.
    pub(super) media_type: &'static str,
}

/// Sends a content, or the part of it that is asked for.
pub(super) async fn outgoing(app: &Arc<App>, wanted: Wanted<'_>) -> Answer {
    let etag = format!("\"{}\"", wanted.digest);
    let range = range(wanted.headers, &etag);
    let permit = place(app).await?;
    let from = range.map_or(0, |(from, _)| from);
    let found = app.blobs.read(wanted.digest, from).await?;
    let (size, reader) = found.ok_or_else(|| Problem::not_found(wanted.what, &wanted.digest.to_string()))?;
    let (status, bytes, shown) = match range {
        None => (StatusCode::OK, size, None),
        Some((from, _)) if from >= size => {
            let detail = format!("the content has {size} bytes, and the range begins at {from}");
            return Err(Problem::new(Code::RangeNotSatisfiable, detail).content_bytes(size));
        }
        Some((from, last)) => {
            let last = last.unwrap_or(u64::MAX).min(size - 1);
            (StatusCode::PARTIAL_CONTENT, last - from + 1, Some(format!("bytes {from}-{last}/{size}")))
        }
    };
    let body = match *wanted.method {
        Method::HEAD => Body::empty(),
        // HTTP tells a break by the length that is not reached; why stands in the log.
        _ => Body::from_stream(
            pieces(app, permit, reader, bytes)
                .map(|piece| piece.map_err(|problem| Error::other(problem.told().to_owned()))),
        ),
    };
    let headers = [
        (header::CONTENT_TYPE, wanted.media_type.to_owned()),
        (header::CONTENT_LENGTH, bytes.to_string()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, etag),
    ];
    let mut response: Response = (status, headers, body).into_response();
    if let Some(shown) = shown.and_then(|shown| HeaderValue::try_from(shown).ok()) {
        response.headers_mut().insert(header::CONTENT_RANGE, shown);
    }
    Ok(response)
}

/// What `Range` asks for: `bytes=N-` or `bytes=N-M`. Every other form may be answered with the whole, says RFC 9110, and is.
fn range(headers: &HeaderMap, etag: &str) -> Option<(u64, Option<u64>)> {
    if headers.get(header::IF_RANGE).is_some_and(|known| known.as_bytes() != etag.as_bytes()) {
        return None;
    }
    let (from, last) = headers.get(header::RANGE)?.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    let from: u64 = digits(from)?;
    let last: Option<u64> = if last.is_empty() { None } else { Some(digits(last)?) };
    last.is_none_or(|last| last >= from).then_some((from, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range_of(text: &str) -> Option<(u64, Option<u64>)> {
        range(&HeaderMap::from_iter([(header::RANGE, HeaderValue::from_str(text).unwrap())]), "\"a\"")
    }

    #[test]
    fn a_single_range_from_a_byte_on_is_read() {
        assert_eq!(range_of("bytes=0-"), Some((0, None)));
        assert_eq!(range_of("bytes=5-9"), Some((5, Some(9))));
    }

    #[test]
    fn every_other_range_is_as_if_it_were_not_there() {
        for text in
            ["bytes=-5", "bytes=9-5", "bytes=0-1,3-4", "bytes=+1-", "lines=1-", "bytes=", "bytes=99999999999999999999-"]
        {
            assert_eq!(range_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_of_another_content_is_as_if_it_were_not_there() {
        let mut headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static("bytes=3-"))]);
        headers.insert(header::IF_RANGE, HeaderValue::from_static("\"a\""));
        assert_eq!((range(&headers, "\"a\""), range(&headers, "\"b\"")), (Some((3, None)), None));
    }
}
