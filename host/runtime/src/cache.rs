//! Compiled components on disk, by digest of the component, version and settings of the compiler.
//!
//! An entry is native code, so it is believed only when nobody else could have written it: a plain file that belongs to
//! the user of this process and that no other may write. Whether it is whole is told by a digest over its contents. Any
//! doubt means "not there": the component is compiled again and the entry replaced. Failing to write an entry is logged
//! and nothing more, since the cache is never needed.

use std::fs::{self, File};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use leat_stream::node_info::NodeInfo;
use sha2::{Digest, Sha256};

/// Begins every entry; its last byte is the version of the layout.
const MAGIC: &[u8; 8] = b"LEATCMP\x01";
/// Magic, key, digest of the rest, length of the description.
const HEADER_BYTES: usize = 8 + 32 + 32 + 4;
/// No entry is larger; a file that is was not written by us.
const ENTRY_BYTES_MAX: u64 = 2 << 30;
/// What the cache may hold; beyond it the oldest entries go.
const CACHE_BYTES_MAX: u64 = 2 << 30;
/// See [`CACHE_BYTES_MAX`].
const CACHE_ENTRIES_MAX: usize = 500;

/// What an entry must be for: a component, compiled by this compiler with these settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key([u8; 32]);

impl Key {
    pub(crate) fn new(engine: &wasmtime::Engine, component_digest: &[u8; 32]) -> Self {
        let mut settings = Feed(Sha256::new());
        // The version of wasmtime is part of it.
        engine.precompile_compatibility_hash().hash(&mut settings);
        settings.0.update(crate::bindings::VERSION);
        settings.0.update(component_digest);
        Key(settings.0.finalize().into())
    }
}

/// Lets what is hashable be digested.
struct Feed(Sha256);

impl Hasher for Feed {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest = self.0.clone().finalize();
        u64::from_le_bytes(digest[..8].try_into().expect("eight bytes"))
    }
}

/// What is kept of a component.
#[derive(Debug, PartialEq)]
pub(crate) struct Entry {
    /// What it said of itself when it was compiled.
    pub(crate) info: NodeInfo,
    bytes: Vec<u8>,
    code_at: usize,
}

impl Entry {
    /// The compiled component as wasmtime serialises it.
    pub(crate) fn code(&self) -> &[u8] {
        &self.bytes[self.code_at..]
    }
}

/// A directory of entries.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    dir: PathBuf,
}

impl Cache {
    pub(crate) fn new(dir: PathBuf) -> Self {
        Cache { dir }
    }

    /// The entry for a key, if there is one to be believed.
    pub(crate) fn get(&self, key: Key) -> Option<Entry> {
        let path = self.path(key);
        let bytes = match read_own(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "compiled component not used; compiling it again");
                return None;
            }
        };
        let entry = decode(bytes, key);
        if entry.is_none() {
            tracing::warn!(path = %path.display(), "compiled component damaged or foreign; compiling it again");
        }
        entry
    }

    /// Keeps an entry, whole or not at all.
    pub(crate) fn put(&self, key: Key, info: &NodeInfo, code: &[u8]) {
        if let Err(error) = self.write(key, info, code) {
            tracing::warn!(dir = %self.dir.display(), %error, "compiled component not kept");
        }
    }

    fn write(&self, key: Key, info: &NodeInfo, code: &[u8]) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.dir)?;
        let (header, info) = encode(key, info, code)?;
        // Made with mode 0600, and renamed when whole.
        let mut file = tempfile::NamedTempFile::new_in(&self.dir)?;
        file.write_all(&header)?;
        file.write_all(&info)?;
        file.write_all(code)?;
        file.persist(self.path(key))?;
        sweep(&self.dir, CACHE_BYTES_MAX, CACHE_ENTRIES_MAX)
    }

    fn path(&self, key: Key) -> PathBuf {
        self.dir.join(format!("{}.compiled", hex(&key.0)))
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Removes the oldest files beyond a size and number. Temporary files of a process that died go with them.
fn sweep(dir: &Path, bytes_max: u64, entries_max: usize) -> io::Result<()> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        // Another process may have been quicker to rename or remove it, here and below.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_file() {
            files.push((metadata.modified()?, metadata.len(), entry.path()));
        }
    }
    files.sort_by(|a, b| b.cmp(a));
    let mut bytes = 0;
    for (place, (_, length, path)) in files.into_iter().enumerate() {
        bytes += length;
        if bytes > bytes_max || place >= entries_max {
            let _ = fs::remove_file(path);
        }
    }
    Ok(())
}

/// Reads a file that nobody else could have written.
fn read_own(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    // Of the open file, not of the path: it cannot be exchanged between look and read.
    let metadata = file.metadata()?;
    let refuse = |why: &str| Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    if !metadata.is_file() {
        return refuse("not a plain file");
    }
    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return refuse("belongs to another user");
    }
    if metadata.mode() & 0o022 != 0 {
        return refuse("writable by others");
    }
    if metadata.len() > ENTRY_BYTES_MAX {
        return refuse("larger than any entry");
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn digest(info: &[u8], code: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(info);
    digest.update(code);
    digest.finalize().into()
}

fn encode(key: Key, info: &NodeInfo, code: &[u8]) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let info = serde_json::to_vec(info)?;
    let length = u32::try_from(info.len()).map_err(io::Error::other)?;
    let mut header = Vec::with_capacity(HEADER_BYTES);
    header.extend_from_slice(MAGIC);
    header.extend_from_slice(&key.0);
    header.extend_from_slice(&digest(&info, code));
    header.extend_from_slice(&length.to_le_bytes());
    Ok((header, info))
}

fn decode(bytes: Vec<u8>, key: Key) -> Option<Entry> {
    let (magic, rest) = bytes.split_first_chunk::<8>()?;
    let (found, rest) = rest.split_first_chunk::<32>()?;
    let (expected, rest) = rest.split_first_chunk::<32>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (info, code) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    if magic != MAGIC || *found != key.0 || *expected != digest(info, code) {
        return None;
    }
    let (info, code_at) = (serde_json::from_slice(info).ok()?, bytes.len() - code.len());
    Some(Entry { info, bytes, code_at })
}

#[cfg(test)]
mod tests;
