//! A content fetched into a file: taken up where it broke off, and believed only when its digest is right.

use std::path::{Path, PathBuf};

use leat_bundle::{Content, Hasher};
use reqwest::header::{CONTENT_RANGE, RANGE};
use reqwest::{Response, StatusCode};
use tokio::fs::File;
use tokio::io::{AsyncSeekExt, AsyncWriteExt, BufWriter};

use super::{TransferError, Transfers, Trial, away};

/// How much is written to the disk at once.
const WRITE_BYTES: usize = 1 << 20;

impl Transfers {
    /// Fetches a content into a file of its own, which is whole and right when this answers. Of what is half there
    /// nothing is left to go on with for whoever stops waiting: the next one begins anew.
    pub(crate) async fn download(&self, content: Content, into: &Path) -> Result<(), TransferError> {
        let what = format!("the content {}", content.digest);
        let bytes_max = self.limits.download_bytes_max;
        if content.bytes > bytes_max {
            return Err(TransferError::TooLarge { what, bytes: content.bytes, bytes_max });
        }
        let _permit = self.downloads.acquire().await;
        let mut half = Half::create(into).await?;
        let mut trial = Trial::new(self);
        loop {
            let chosen = self.midtiers.choose();
            let before = half.bytes;
            let failed = match self.go_on(&chosen.url, content, &what, &mut half).await {
                Ok(()) => match half.close(content, &what).await {
                    Ok(()) => return Ok(()),
                    Err(error) => error,
                },
                Err(error) => error,
            };
            if let TransferError::Lies(_) = failed {
                half.restart().await?;
            } else if half.bytes > before {
                trial.progressed();
            }
            trial.again(&chosen, failed).await?;
        }
    }

    /// Fetches from where `half` ends.
    async fn go_on(&self, midtier: &str, content: Content, what: &str, half: &mut Half) -> Result<(), TransferError> {
        let mut get = self.http.client().get(format!("{midtier}/api/v1/blobs/{}", content.digest));
        if half.bytes > 0 {
            if half.bytes == content.bytes {
                return Ok(());
            }
            get = get.header(RANGE, format!("bytes={}-", half.bytes));
        }
        let mut response = self.send(get, midtier, what).await?;
        if half.bytes > 0 && !goes_on_from(&response, half.bytes) {
            if response.status() != StatusCode::OK {
                return Err(TransferError::Away(format!("{midtier}: it does not go on where {what} broke off")));
            }
            half.restart().await?;
        }
        while let Some(piece) = response.chunk().await.map_err(|error| away(midtier, &error))? {
            if piece.len() as u64 > content.bytes - half.bytes {
                return Err(TransferError::Lies(what.to_owned()));
            }
            half.append(&piece).await?;
        }
        if half.bytes < content.bytes {
            return Err(TransferError::Away(format!("{midtier}: {what} broke off after {} bytes", half.bytes)));
        }
        Ok(())
    }
}

/// Whether a response holds the rest of a content from this byte on.
fn goes_on_from(response: &Response, from: u64) -> bool {
    let range = response.headers().get(CONTENT_RANGE).and_then(|range| range.to_str().ok()).unwrap_or_default();
    response.status() == StatusCode::PARTIAL_CONTENT && range.starts_with(&format!("bytes {from}-"))
}

/// A content that is half there.
struct Half {
    path: PathBuf,
    file: BufWriter<File>,
    hasher: Hasher,
    bytes: u64,
}

impl Half {
    async fn create(path: &Path) -> Result<Self, TransferError> {
        let file = File::create(path).await;
        let file = file.map_err(|source| TransferError::Disk { path: path.to_owned(), source })?;
        let file = BufWriter::with_capacity(WRITE_BYTES, file);
        Ok(Half { path: path.to_owned(), file, hasher: Hasher::default(), bytes: 0 })
    }

    async fn append(&mut self, piece: &[u8]) -> Result<(), TransferError> {
        self.hasher.update(piece);
        self.bytes += piece.len() as u64;
        let written = self.file.write_all(piece).await;
        self.judged(written)
    }

    /// Forgets what is there.
    async fn restart(&mut self) -> Result<(), TransferError> {
        let emptied = async {
            self.file.flush().await?;
            self.file.get_ref().set_len(0).await?;
            self.file.rewind().await.map(|_| ())
        };
        let emptied = emptied.await;
        (self.hasher, self.bytes) = (Hasher::default(), 0);
        self.judged(emptied)
    }

    /// All bytes have come. They are not forced to the disk: after a crash of the machine the cache finds sizes that are
    /// wrong and fetches anew.
    async fn close(&mut self, content: Content, what: &str) -> Result<(), TransferError> {
        let flushed = self.file.flush().await;
        self.judged(flushed)?;
        if self.hasher.clone().finish() != content.digest {
            return Err(TransferError::Lies(what.to_owned()));
        }
        Ok(())
    }

    fn judged(&self, done: std::io::Result<()>) -> Result<(), TransferError> {
        done.map_err(|source| TransferError::Disk { path: self.path.clone(), source })
    }
}
