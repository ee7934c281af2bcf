//! What goes between a host and the midtier over HTTP: manifests and contents down, outputs up.
//!
//! Each is tried again, at the next midtier, until it works or there was no progress for too long. Whoever waits here may
//! stop waiting at any time: what is half there is then left to them.

mod download;
mod http;
mod upload;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use leat_bundle::{Digest, MANIFEST_BYTES_MAX};
use leat_tls::{Trust, with_sources};
use reqwest::{Response, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use self::http::Http;
use crate::config::{Token, TransferLimits};
use crate::midtiers::{Chosen, Midtiers};

/// How often a content may be other than its digest says, fetched or sent, before it is believed that it is so.
const LIES_MAX: u32 = 3;

/// How much of what a midtier says of an error is passed on.
const COMPLAINT_BYTES_MAX: usize = 300;

/// Why a transfer did not come about.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TransferError {
    /// Nobody is there, or nobody is able: later it may work.
    #[error("{0}")]
    Away(String),
    /// No midtier has it.
    #[error("the midtier does not have {0}")]
    Missing(String),
    /// The midtier will not.
    #[error("the midtier refuses {what}: {complaint}")]
    Refused {
        /// What was asked: `the content 12ab…`.
        what: String,
        /// The status and what it says.
        complaint: String,
        /// Whether it is too large, for every host alike.
        too_large: bool,
    },
    /// What came has another digest than its name.
    #[error("{0} is not what its digest says")]
    Lies(String),
    /// It is larger than this host takes or sends.
    #[error("{what} has {bytes} bytes, and this host takes {bytes_max} at most")]
    TooLarge {
        /// What it is.
        what: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        bytes_max: u64,
    },
    /// This host's disk.
    #[error("{}", crate::disk::trouble(.path, .source))]
    Disk {
        /// Which file.
        path: PathBuf,
        /// What failed.
        source: io::Error,
    },
}

impl TransferError {
    /// Whether the same may work later, or with another midtier.
    pub(crate) fn is_retryable(&self) -> bool {
        matches!(self, TransferError::Away(_) | TransferError::Missing(_) | TransferError::Lies(_))
    }
}

/// Fetches and sends.
pub(crate) struct Transfers {
    http: Http,
    midtiers: Arc<Midtiers>,
    token: Token,
    limits: TransferLimits,
    downloads: Semaphore,
    uploads: Semaphore,
}

impl Transfers {
    pub(crate) fn new(
        midtiers: Arc<Midtiers>,
        (token, trust): (Token, Arc<Trust>),
        limits: TransferLimits,
    ) -> Result<Self, reqwest::Error> {
        let http = Http::new(trust)?;
        let (downloads, uploads) = (Semaphore::new(limits.downloads.max(1)), Semaphore::new(limits.uploads.max(1)));
        Ok(Transfers { http, midtiers, token, limits, downloads, uploads })
    }

    /// How many contents are fetched at once.
    pub(crate) fn downloads_max(&self) -> usize {
        self.limits.downloads
    }

    /// How many outputs are sent at once.
    pub(crate) fn uploads_max(&self) -> usize {
        self.limits.uploads
    }

    /// The bytes of a bundle's manifest, which have this digest.
    pub(crate) async fn manifest(&self, digest: Digest) -> Result<Vec<u8>, TransferError> {
        self.document(&format!("bundles/{digest}"), digest, &format!("the bundle {digest}")).await
    }

    /// The bytes of the list of a checkpoint's files, which have this digest.
    pub(crate) async fn list(&self, digest: Digest) -> Result<Vec<u8>, TransferError> {
        self.document(&format!("blobs/{digest}"), digest, &format!("the checkpoint {digest}")).await
    }

    /// A document that is read at once.
    async fn document(&self, path: &str, digest: Digest, what: &str) -> Result<Vec<u8>, TransferError> {
        let mut trial = Trial::new(self);
        loop {
            let chosen = self.midtiers.choose();
            let failed =
                match self.document_once(&format!("{}/api/v1/{path}", chosen.url), &chosen.url, (digest, what)).await {
                    Ok(bytes) => return Ok(bytes),
                    Err(error) => error,
                };
            trial.again(&chosen, failed).await?;
        }
    }

    async fn document_once(
        &self,
        url: &str,
        midtier: &str,
        (digest, what): (Digest, &str),
    ) -> Result<Vec<u8>, TransferError> {
        let mut response = self.send(self.http.client().get(url), midtier, what).await?;
        let mut bytes = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| away(midtier, &error))? {
            bytes.extend_from_slice(&piece);
            if bytes.len() > MANIFEST_BYTES_MAX {
                return Err(TransferError::Lies(what.to_owned()));
            }
        }
        if Digest::of(&bytes) != digest {
            return Err(TransferError::Lies(what.to_owned()));
        }
        Ok(bytes)
    }

    /// Sends a request and judges the status of what comes back.
    async fn send(
        &self,
        request: reqwest::RequestBuilder,
        midtier: &str,
        what: &str,
    ) -> Result<Response, TransferError> {
        let response = self.answer(request, midtier).await?;
        if response.status().is_success() { Ok(response) } else { Err(refused(response, midtier, what).await) }
    }

    /// Sends a request, whatever the status of what comes back.
    async fn answer(&self, request: reqwest::RequestBuilder, midtier: &str) -> Result<Response, TransferError> {
        let request = request.header(reqwest::header::AUTHORIZATION, self.token.bearer());
        request.send().await.map_err(|error| away(midtier, &error))
    }
}

/// What the status of a response means that is no success.
async fn refused(response: Response, midtier: &str, what: &str) -> TransferError {
    let status = response.status();
    let complaint = complaint(response).await;
    match status {
        StatusCode::NOT_FOUND => TransferError::Missing(what.to_owned()),
        StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS | StatusCode::RANGE_NOT_SATISFIABLE => {
            TransferError::Away(format!("{midtier}: {complaint}"))
        }
        status if status.is_client_error() => TransferError::Refused {
            what: what.to_owned(),
            complaint,
            too_large: status == StatusCode::PAYLOAD_TOO_LARGE,
        },
        _ => TransferError::Away(format!("{midtier}: {complaint}")),
    }
}

fn away(midtier: &str, error: &reqwest::Error) -> TransferError {
    TransferError::Away(format!("{midtier}: {}", with_sources(error)))
}

/// The status of a response and the beginning of what it says.
async fn complaint(mut response: Response) -> String {
    let status = response.status();
    let mut said = Vec::new();
    while let Ok(Some(piece)) = response.chunk().await
        && said.len() < COMPLAINT_BYTES_MAX
    {
        said.extend_from_slice(&piece);
    }
    said.truncate(COMPLAINT_BYTES_MAX);
    let said = String::from_utf8_lossy(&said);
    let said: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("{status} {}", said.trim()).trim().to_owned()
}

/// The patience with one transfer.
struct Trial<'a> {
    transfers: &'a Transfers,
    failures: u32,
    missing: usize,
    lies: u32,
    progress: Instant,
}

impl<'a> Trial<'a> {
    fn new(transfers: &'a Transfers) -> Self {
        Trial { transfers, failures: 0, missing: 0, lies: 0, progress: Instant::now() }
    }

    /// There was progress: patience begins anew.
    fn progressed(&mut self) {
        (self.failures, self.missing, self.progress) = (0, 0, Instant::now());
    }

    /// It failed with this midtier: leaves it and waits before the next is tried; or gives the error back.
    async fn again(&mut self, chosen: &Chosen, error: TransferError) -> Result<(), TransferError> {
        let midtiers = &self.transfers.midtiers;
        match &error {
            TransferError::Missing(_) => self.missing += 1,
            TransferError::Lies(_) => self.lies += 1,
            _ => {}
        }
        let spent = self.progress.elapsed() >= self.transfers.limits.patience;
        let settled = self.missing >= midtiers.count() || self.lies >= LIES_MAX;
        if !error.is_retryable() || spent || settled {
            return Err(error);
        }
        self.failures = self.failures.saturating_add(1);
        let wait = midtiers.wait(self.failures);
        tracing::debug!(
            midtier.url = chosen.url,
            retry.wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            "a transfer is tried again: {error}"
        );
        midtiers.leave(chosen);
        sleep(wait).await;
        Ok(())
    }
}
