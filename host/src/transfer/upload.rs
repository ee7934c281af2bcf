//! Files sent to the midtier: only those it does not have.

use std::collections::BTreeSet;
use std::path::Path;

use leat_bundle::{Content, Digest};
use reqwest::Body;
use reqwest::header::CONTENT_LENGTH;
use serde::{Deserialize, Serialize};
use tokio::fs::File;
use tokio_util::io::ReaderStream;

use super::{TransferError, Transfers, Trial, away};

/// How many contents are asked for at once.
const ASKED_AT_ONCE: usize = 1000;

/// How much of an answer is read. It names at most as many digests as were asked.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// How much is read from the disk at once.
const READ_BYTES: usize = 256 << 10;

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
        let post = self.http.post(format!("{midtier}/api/v1/blobs/missing")).json(&Question { contents });
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

    /// Sends a file, which has this content.
    pub(crate) async fn upload(&self, content: Content, from: &Path) -> Result<(), TransferError> {
        let what = format!("the output {}", from.display());
        let bytes_max = self.limits.upload_bytes_max;
        if content.bytes > bytes_max {
            return Err(TransferError::TooLarge { what, bytes: content.bytes, bytes_max });
        }
        let _permit = self.uploads.acquire().await;
        let mut trial = Trial::new(self);
        loop {
            let chosen = self.midtiers.choose();
            match self.upload_once(&chosen.url, content, from, &what).await {
                Ok(()) => return Ok(()),
                Err(error) => trial.again(&chosen, error).await?,
            }
        }
    }

    async fn upload_once(&self, midtier: &str, content: Content, from: &Path, what: &str) -> Result<(), TransferError> {
        let file = File::open(from).await;
        let file = file.map_err(|source| TransferError::Disk { path: from.to_owned(), source })?;
        let body = Body::wrap_stream(ReaderStream::with_capacity(file, READ_BYTES));
        let put = self.http.put(format!("{midtier}/api/v1/blobs/{}", content.digest));
        let put = put.header(CONTENT_LENGTH, content.bytes).body(body);
        self.send(put, midtier, what).await.map(|_| ())
    }
}
