//! Large contents on their way to a midtier, piece by piece: after a failure the midtier is asked how much it has, and the
//! rest is sent (the IETF's draft "Resumable Uploads for HTTP").

use std::io::SeekFrom;

use anyhow::{Context, anyhow};
use leat_bundle::Content;
use reqwest::header::HeaderMap;
use reqwest::{Body, Method, Response, StatusCode};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::Remote;
use super::pack::Source;
use super::transfer::{PAUSE, TRIES};

/// How much goes into one request, bytes.
pub(super) const PIECE_BYTES: u64 = 8 << 20;
/// How much is read from the disk at once, bytes.
const READ_BYTES: usize = 256 << 10;

const UPLOAD_OFFSET: &str = "upload-offset";
const UPLOAD_LENGTH: &str = "upload-length";

/// How much of a content the midtier has.
#[derive(Clone, Copy, Debug)]
enum Taken {
    /// All of it.
    Whole,
    /// Its first bytes.
    UpTo(u64),
    /// It takes no pieces of it.
    Nowhere,
}

/// Why a content does not go on.
enum Stop {
    /// It may go on later.
    Again(anyhow::Error),
    /// It never will.
    For(anyhow::Error),
}

impl Remote {
    /// Sends a content piece by piece, and answers whether the midtier took it so. Gives up once nothing more got through in
    /// several tries.
    pub(super) async fn send_in_pieces(&self, content: &Content, source: &Source) -> anyhow::Result<bool> {
        let (mut sent, mut tries, mut pause) = (0, TRIES, PAUSE);
        loop {
            let before = sent;
            let error = match self.send_rest(content, source, &mut sent).await {
                Ok(is_taken) => return Ok(is_taken),
                Err(Stop::For(error)) => return Err(error),
                Err(Stop::Again(error)) => error,
            };
            if sent > before {
                (tries, pause) = (TRIES, PAUSE);
            }
            tries -= 1;
            if tries == 0 {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }

    /// Sends what the midtier lacks. `sent` is the most that it ever had.
    async fn send_rest(&self, content: &Content, source: &Source, sent: &mut u64) -> Result<bool, Stop> {
        let mut taken = self.ask(content).await?;
        loop {
            let from = match taken {
                Taken::Whole => return Ok(true),
                Taken::Nowhere => return Ok(false),
                Taken::UpTo(offset) => offset,
            };
            *sent = (*sent).max(from);
            let length = PIECE_BYTES.min(content.bytes - from);
            taken = self.send_piece(content, source, (from, length)).await?;
            if let Taken::UpTo(offset) = taken
                && offset <= from
            {
                let server = &self.server.url;
                return Err(Stop::Again(anyhow!("{server} took nothing of a content after {from} bytes")));
            }
        }
    }

    /// How much the midtier has.
    async fn ask(&self, content: &Content) -> Result<Taken, Stop> {
        let response = self.answer(self.request(Method::HEAD, &format!("/blobs/{}", content.digest))).await?;
        let (status, headers) = (response.status(), response.headers());
        if status.is_success() {
            return Ok(Taken::Whole);
        }
        if status != StatusCode::NOT_FOUND {
            return Err(self.stop(response).await);
        }
        // What was begun with another length is begun again.
        let is_other = number(headers, UPLOAD_LENGTH).is_some_and(|length| length != content.bytes);
        Ok(match number(headers, UPLOAD_OFFSET) {
            Some(offset) if !is_other && offset <= content.bytes => Taken::UpTo(offset),
            Some(_) => Taken::UpTo(0),
            // A midtier of before there were pieces.
            None => Taken::Nowhere,
        })
    }

    /// Sends so many bytes from one on.
    async fn send_piece(&self, content: &Content, source: &Source, (from, length): (u64, u64)) -> Result<Taken, Stop> {
        let body = source.body(from, length).await.map_err(Stop::For)?;
        let request = self.request(Method::PATCH, &format!("/blobs/{}", content.digest));
        let request = request.header("Content-Type", "application/partial-upload").header("Content-Length", length);
        let request = request.header(UPLOAD_OFFSET, from).header(UPLOAD_LENGTH, content.bytes);
        let response = self.answer(request.body(body)).await?;
        match response.status() {
            StatusCode::OK | StatusCode::CREATED => Ok(Taken::Whole),
            status if status.is_success() => match number(response.headers(), UPLOAD_OFFSET) {
                Some(offset) if offset <= from + length => Ok(Taken::UpTo(offset)),
                _ => Err(Stop::For(anyhow!("{} does not say how much it took of a content", self.server.url))),
            },
            // Too much is begun there; one that is sent whole may have room.
            StatusCode::INSUFFICIENT_STORAGE => Ok(Taken::Nowhere),
            _ => Err(self.stop(response).await),
        }
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Response, Stop> {
        let answer = request.send().await;
        answer.map_err(|error| Stop::Again(super::problem::unreachable(&self.server, &error)))
    }

    /// What a refusal means.
    async fn stop(&self, response: Response) -> Stop {
        let status = response.status();
        let error = super::problem::of(&self.server, response).await;
        match status {
            // Another sends the same, or what was begun was forgotten: where it goes on is asked again. What is not what its
            // digest says may have been begun by somebody with other bytes, and was thrown away.
            StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => Stop::Again(error),
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Stop::Again(error),
            status if status.is_server_error() => Stop::Again(error),
            _ => Stop::For(error),
        }
    }
}

impl Source {
    /// So many bytes of it, from one on.
    pub(super) async fn body(&self, from: u64, length: u64) -> anyhow::Result<Body> {
        match self {
            Source::Bytes(bytes) => {
                let from = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
                let length = usize::try_from(length).unwrap_or(usize::MAX).min(bytes.len() - from);
                Ok(Body::from(bytes[from..from + length].to_vec()))
            }
            Source::File(path) => {
                let cannot_read = || format!("cannot read {}", path.display());
                let mut file = File::open(path).await.with_context(cannot_read)?;
                file.seek(SeekFrom::Start(from)).await.with_context(cannot_read)?;
                Ok(Body::wrap_stream(ReaderStream::with_capacity(file.take(length), READ_BYTES)))
            }
        }
    }
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}
