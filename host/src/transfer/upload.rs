//! Files sent to the midtier: only those it does not have, and of large ones only what it has not taken yet.

use std::collections::BTreeSet;
use std::io::SeekFrom;
use std::path::Path;

use leat_bundle::{Content, Digest};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use reqwest::{Body, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use super::{TransferError, Transfers, Trial, away, complaint, refused};

/// How many contents are asked for at once.
const ASKED_AT_ONCE: usize = 1000;

/// How much of an answer is read. It names at most as many digests as were asked.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// How much is read from the disk at once.
const READ_BYTES: usize = 256 << 10;

/// The headers and the type of contents that go in pieces (the IETF's draft "Resumable Uploads for HTTP").
const UPLOAD_OFFSET: &str = "upload-offset";
const UPLOAD_LENGTH: &str = "upload-length";
const PARTIAL_UPLOAD: &str = "application/partial-upload";

/// The question which contents the midtier does not have.
#[derive(Serialize)]
struct Question<'a> {
    contents: &'a [Content],
}

/// Its answer.
#[derive(Deserialize)]
struct Answer {
    missing: Vec<Digest>,
}

impl Transfers {
    /// Those of these contents that the midtier does not have.
    pub(crate) async fn missing(&self, contents: &[Content]) -> Result<BTreeSet<Digest>, TransferError> {
        let mut missing = BTreeSet::new();
        for asked in contents.chunks(ASKED_AT_ONCE) {
            let mut trial = Trial::new(self);
            loop {
                let chosen = self.midtiers.choose();
                match self.missing_once(&chosen.url, asked).await {
                    Ok(answer) => {
                        missing.extend(answer);
                        break;
                    }
                    Err(error) => trial.again(&chosen, error).await?,
                }
            }
        }
        Ok(missing)
    }

    async fn missing_once(&self, midtier: &str, contents: &[Content]) -> Result<Vec<Digest>, TransferError> {
        let post = self.http.client().post(format!("{midtier}/api/v1/blobs/missing")).json(&Question { contents });
        let mut response = self.send(post, midtier, "the question which outputs it has").await?;
        let mut text = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| away(midtier, &error))? {
            text.extend_from_slice(&piece);
            if text.len() > ANSWER_BYTES_MAX {
                return Err(TransferError::Away(format!("{midtier}: its answer has no end")));
            }
        }
        let answer: Answer = serde_json::from_slice(&text)
            .map_err(|error| TransferError::Away(format!("{midtier}: its answer cannot be read: {error}")))?;
        Ok(answer.missing)
    }

    /// Sends what a file has from this byte on, which is this content and may have more behind it.
    pub(crate) async fn upload(&self, content: Content, from: &Path, begin: u64) -> Result<(), TransferError> {
        let what = format!("the file {}", from.display());
        let bytes_max = self.limits.upload_bytes_max;
        if content.bytes > bytes_max {
            return Err(TransferError::TooLarge { what, bytes: content.bytes, bytes_max });
        }
        let _permit = self.uploads.acquire().await;
        let mut trial = Trial::new(self);
        let mut sending = Sending { content, from, begin, what: &what, sent: 0 };
        loop {
            let chosen = self.midtiers.choose();
            let before = sending.sent;
            let error = match self.upload_once(&chosen.url, &mut sending).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if sending.sent > before {
                trial.progressed();
            }
            trial.again(&chosen, error).await?;
        }
    }

    /// Sends what the midtier lacks of a content. One that is small, or that the midtier takes in no pieces, is sent whole.
    async fn upload_once(&self, midtier: &str, sending: &mut Sending<'_>) -> Result<(), TransferError> {
        let bytes = sending.content.bytes;
        if bytes <= self.limits.upload_whole_bytes_max {
            return self.send_whole(midtier, sending).await;
        }
        let mut state = self.ask(midtier, sending).await?;
        loop {
            let from = match state {
                Taken::Whole => return Ok(()),
                Taken::Nowhere => return self.send_whole(midtier, sending).await,
                Taken::UpTo(offset) => offset,
            };
            sending.sent = sending.sent.max(from);
            let length = self.limits.upload_piece_bytes.max(1).min(bytes - from);
            state = self.send_piece(midtier, sending, (from, length)).await?;
            if let Taken::UpTo(offset) = state
                && offset <= from
            {
                let text = format!("{midtier}: it took nothing of {} after {from} bytes", sending.what);
                return Err(TransferError::Away(text));
            }
        }
    }

    /// How much the midtier has.
    async fn ask(&self, midtier: &str, sending: &Sending<'_>) -> Result<Taken, TransferError> {
        let head = self.http.client().head(url(midtier, sending));
        let response = self.answer(head, midtier).await?;
        let (status, headers) = (response.status(), response.headers());
        if status.is_success() {
            return Ok(Taken::Whole);
        }
        // What was begun with another length is begun again.
        let is_other = number(headers, UPLOAD_LENGTH).is_some_and(|length| length != sending.content.bytes);
        match number(headers, UPLOAD_OFFSET) {
            _ if status != StatusCode::NOT_FOUND => Err(refused(response, midtier, sending.what).await),
            Some(offset) if !is_other && offset <= sending.content.bytes => Ok(Taken::UpTo(offset)),
            Some(_) => Ok(Taken::UpTo(0)),
            // A midtier of before there were pieces.
            None => Ok(Taken::Nowhere),
        }
    }

    /// Sends so many bytes from one on.
    async fn send_piece(
        &self,
        midtier: &str,
        sending: &Sending<'_>,
        (from, length): (u64, u64),
    ) -> Result<Taken, TransferError> {
        let patch = self.http.client().patch(url(midtier, sending)).header(CONTENT_TYPE, PARTIAL_UPLOAD);
        let patch = patch.header(UPLOAD_OFFSET, from).header(UPLOAD_LENGTH, sending.content.bytes);
        let patch = patch.header(CONTENT_LENGTH, length).body(sending.body(from, length).await?);
        let response = self.answer(patch, midtier).await?;
        let end = from + length;
        match response.status() {
            StatusCode::OK | StatusCode::CREATED => Ok(Taken::Whole),
            status if status.is_success() => match number(response.headers(), UPLOAD_OFFSET) {
                Some(offset) if offset <= end => Ok(Taken::UpTo(offset)),
                _ => {
                    Err(TransferError::Away(format!("{midtier}: it does not say how much of {} it took", sending.what)))
                }
            },
            // Another sends the same, or it was forgotten meanwhile: where it goes on is asked again.
            StatusCode::CONFLICT => Err(TransferError::Away(format!("{midtier}: {}", complaint(response).await))),
            // What was thrown away may have been begun by somebody with other bytes.
            StatusCode::UNPROCESSABLE_ENTITY => Err(TransferError::Lies(sending.what.to_owned())),
            // Too much is begun there; one that is sent whole may have room.
            StatusCode::INSUFFICIENT_STORAGE => Ok(Taken::Nowhere),
            _ => Err(refused(response, midtier, sending.what).await),
        }
    }

    async fn send_whole(&self, midtier: &str, sending: &Sending<'_>) -> Result<(), TransferError> {
        let body = sending.body(0, sending.content.bytes).await?;
        let put =
            self.http.client().put(url(midtier, sending)).header(CONTENT_LENGTH, sending.content.bytes).body(body);
        self.send(put, midtier, sending.what).await.map(|_| ())
    }
}

/// A file on its way.
struct Sending<'a> {
    content: Content,
    from: &'a Path,
    /// Where in the file it begins.
    begin: u64,
    what: &'a str,
    /// The most that a midtier ever had of it, bytes.
    sent: u64,
}

impl Sending<'_> {
    /// So many bytes of it, from one on.
    async fn body(&self, from: u64, length: u64) -> Result<Body, TransferError> {
        let disk = |source| TransferError::Disk { path: self.from.to_owned(), source };
        let mut file = File::open(self.from).await.map_err(disk)?;
        file.seek(SeekFrom::Start(self.begin + from)).await.map_err(disk)?;
        Ok(Body::wrap_stream(ReaderStream::with_capacity(file.take(length), READ_BYTES)))
    }
}

/// How much of a content a midtier has.
#[derive(Clone, Copy, Debug)]
enum Taken {
    /// All of it.
    Whole,
    /// Its first bytes.
    UpTo(u64),
    /// It takes no pieces of it.
    Nowhere,
}

fn url(midtier: &str, sending: &Sending<'_>) -> String {
    format!("{midtier}/api/v1/blobs/{}", sending.content.digest)
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}
