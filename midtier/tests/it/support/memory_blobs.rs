//! Contents in memory, for tests of the API.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use leat_bundle::{Content, Digest};
use leat_midtier::blobs::{BlobError, BlobReader, Blobs};
use tokio::io::AsyncReadExt;

#[derive(Default)]
pub(crate) struct MemoryBlobs(Mutex<BTreeMap<Digest, Vec<u8>>>);

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn missing(&self, contents: &[Content]) -> Result<Vec<Digest>, BlobError> {
        let kept = self.0.lock().unwrap();
        Ok(contents.iter().map(|content| content.digest).filter(|digest| !kept.contains_key(digest)).collect())
    }

    async fn write(&self, promised: Digest, bytes_max: u64, content: BlobReader) -> Result<Content, BlobError> {
        let mut bytes = Vec::new();
        let read = content.take(bytes_max + 1).read_to_end(&mut bytes).await;
        read.map_err(|error| BlobError::BrokenOff(error.to_string()))?;
        if bytes.len() as u64 > bytes_max {
            return Err(BlobError::TooLarge { bytes_max });
        }
        let found = Digest::of(&bytes);
        if found != promised {
            return Err(BlobError::OtherDigest { promised, found });
        }
        let content = Content { digest: found, bytes: bytes.len() as u64 };
        self.0.lock().unwrap().insert(found, bytes);
        Ok(content)
    }

    async fn read(&self, digest: Digest, from: u64) -> Result<Option<(u64, BlobReader)>, BlobError> {
        let kept = self.0.lock().unwrap();
        let found = kept.get(&digest).map(|bytes| {
            let rest = bytes.get(usize::try_from(from).unwrap_or(usize::MAX)..).unwrap_or_default().to_vec();
            (bytes.len() as u64, Box::pin(Cursor::new(rest)) as BlobReader)
        });
        Ok(found)
    }

    async fn retain(&self, referred: &[Digest], _: Duration) -> Result<u64, BlobError> {
        self.0.lock().unwrap().retain(|digest, _| referred.contains(digest));
        Ok(0)
    }
}
