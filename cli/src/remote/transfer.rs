//! Contents sent to a midtier and fetched from it, each by its digest.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use leat_bundle::{Content, Digest, Hasher};
use reqwest::header::RANGE;
use reqwest::{Body, Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;
use tokio_util::io::ReaderStream;

use super::Remote;
use super::pack::{Package, Source};
use super::pieces::PIECE_BYTES;

/// How often a transfer that broke off is taken up again.
pub(super) const TRIES: u32 = 5;
/// How long before that, the first time; twice as long each further time.
pub(super) const PAUSE: Duration = Duration::from_millis(200);
/// How large a content may be to be sent whole, bytes: as much as goes into one request of a larger one.
const WHOLE_BYTES_MAX: u64 = PIECE_BYTES;
/// How many contents are asked after in one request.
const ASKED_AT_ONCE: usize = 1_000;

/// What an upload came to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Uploaded {
    /// Contents that were sent.
    pub(crate) contents: usize,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Contents that the midtier had already.
    pub(crate) known: usize,
}

impl Remote {
    /// Sends a bundle: the contents that the midtier lacks, then the manifest. Answers the bundle's digest.
    pub(crate) async fn upload(&self, package: &Package) -> anyhow::Result<(Digest, Uploaded)> {
        let contents = package.manifest.contents();
        let mut done = Uploaded::default();
        for asked in contents.chunks(ASKED_AT_ONCE) {
            let missing = self.missing(asked).await?;
            done.known += asked.len() - missing.len();
            for content in asked.iter().filter(|content| missing.contains(&content.digest)) {
                self.send_content(content, &package.sources[&content.digest]).await?;
                done.contents += 1;
                done.bytes += content.bytes;
            }
        }
        let bytes = package.manifest.to_bytes();
        let digest = Digest::of(&bytes);
        let request = self.request(Method::POST, "/bundles").header("Content-Type", "application/json").body(bytes);
        self.send(request).await.context("the midtier did not take the bundle")?;
        Ok((digest, done))
    }

    async fn missing(&self, contents: &[Content]) -> anyhow::Result<Vec<Digest>> {
        #[derive(Deserialize)]
        struct Missing {
            missing: Vec<Digest>,
        }
        let asked: Vec<Value> =
            contents.iter().map(|content| json!({ "digest": content.digest, "bytes": content.bytes })).collect();
        let answer: Missing = self.post("/blobs/missing", &json!({ "contents": asked })).await?;
        Ok(answer.missing)
    }

    /// Sends one content. A large one goes on where it broke off; a small one is sent again whole.
    async fn send_content(&self, content: &Content, source: &Source) -> anyhow::Result<()> {
        if content.bytes > WHOLE_BYTES_MAX && self.send_in_pieces(content, source).await? {
            return Ok(());
        }
        let mut pause = PAUSE;
        for left in (0..TRIES).rev() {
            let path = format!("/blobs/{}", content.digest);
            let body = source.body(0, content.bytes).await?;
            let request = self.request(Method::PUT, &path).header("Content-Length", content.bytes).body(body);
            match request.send().await {
                Ok(response) if response.status().is_success() => return Ok(()),
                Ok(response) => return Err(super::problem::of(&self.server, response).await),
                Err(error) if left == 0 => return Err(super::problem::unreachable(&self.server, &error)),
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause *= 2;
        }
        Ok(())
    }

    /// Sends a file as it stands.
    pub(crate) async fn put_file<T: DeserializeOwned>(&self, path: &str, file: &Path) -> anyhow::Result<T> {
        let opened = File::open(file).await.with_context(|| format!("cannot read {}", file.display()))?;
        let bytes = opened.metadata().await.with_context(|| format!("cannot read {}", file.display()))?.len();
        let body = Body::wrap_stream(ReaderStream::with_capacity(opened, 256 << 10));
        let request = self.request(Method::PUT, path).header("Content-Length", bytes).body(body);
        let response = self.send(request).await?;
        self.parsed(response).await
    }

    /// Fetches a content into a file, which has its name only once it is whole and right. What broke off is taken up where
    /// it did.
    pub(crate) async fn download(&self, path: &str, content: Content, file: &Path) -> anyhow::Result<()> {
        let directory = file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(directory).await.with_context(|| format!("cannot make {}", directory.display()))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let partial = directory.join(format!(".{name}.partial"));
        let fetched = self.fetch_into(path, content, &partial).await;
        if fetched.is_err() {
            // It has a name that nobody takes for a result.
            let _ = fs::remove_file(&partial).await;
        }
        fetched?;
        fs::rename(&partial, file).await.with_context(|| format!("cannot write {}", file.display()))
    }

    async fn fetch_into(&self, path: &str, content: Content, partial: &Path) -> anyhow::Result<()> {
        let cannot_write = || format!("cannot write {}", partial.display());
        let mut file = File::create(partial).await.with_context(cannot_write)?;
        let (mut hasher, mut at, mut pause) = (Hasher::default(), 0_u64, PAUSE);
        for left in (0..TRIES).rev() {
            let request = self.request(Method::GET, path).header(RANGE, format!("bytes={at}-"));
            let broken = match request.send().await {
                Ok(response) if at == content.bytes && response.status() == StatusCode::RANGE_NOT_SATISFIABLE => None,
                Ok(mut response) if response.status().is_success() => loop {
                    match response.chunk().await {
                        Ok(Some(piece)) => {
                            hasher.update(&piece);
                            at += piece.len() as u64;
                            if at > content.bytes {
                                bail!("the server sent more than the {} bytes of {path}", content.bytes);
                            }
                            file.write_all(&piece).await.with_context(cannot_write)?;
                        }
                        Ok(None) => break None,
                        Err(error) => break Some(error),
                    }
                },
                Ok(response) => return Err(super::problem::of(&self.server, response).await),
                Err(error) => Some(error),
            };
            if at == content.bytes {
                break;
            }
            match broken {
                Some(error) if left == 0 => return Err(super::problem::unreachable(&self.server, &error)),
                None if left == 0 => bail!("{path} ended after {at} of {} bytes", content.bytes),
                _ => tokio::time::sleep(pause).await,
            }
            pause *= 2;
        }
        file.sync_all().await.with_context(cannot_write)?;
        let found = hasher.finish();
        anyhow::ensure!(found == content.digest, "{path} came with the digest {found} instead of {}", content.digest);
        Ok(())
    }
}
