//! A bundle: a process made ready to run anywhere, told by its content.
//!
//! A bundle is a [`Manifest`] and the files that it names, each by its digest. The command line makes one of a checked
//! process, the midtier keeps it, hosts fetch it. This crate knows what a manifest says and whether a file is the one it
//! names; it reads no disk and no network. What a run leaves for its next attempt is told in the same way: a [`CheckpointManifest`].

mod checkpoint;
mod digest;
mod manifest;
mod origin;
mod path;

pub use checkpoint::{BLOCK_BYTES, BadCheckpoint, CheckpointFile, CheckpointManifest, block_sizes};
pub use digest::{Digest, Hasher, NotADigest};
pub use manifest::{
    BadManifest, BundleFile, BundlePart, Content, FILES_MAX, MANIFEST_BYTES_MAX, Manifest, Needs, PARTS_MAX, Role,
    VERSION,
};
pub use origin::{BundleParameter, Given, Origin, WORLD_BYTES_MAX};
pub use path::{BadPath, require_inside};
