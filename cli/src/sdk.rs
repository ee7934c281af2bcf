//! The Rust SDK inside the executable: written into a playpen's `.leat/` so that its nodes build anywhere, without a
//! checkout of Leat and with the very contract that this leat speaks.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::templates;

/// Every file of the SDK, below the repository's root.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sdk_files.rs"));

/// Where a playpen keeps the SDK, below its root.
pub(crate) const DIRECTORY: &str = ".leat";

/// The path of the SDK's crate, as a playpen's `Cargo.toml` names it.
pub(crate) const CRATE: &str = ".leat/sdk/rust";

/// Writes the SDK into the playpen if its `Cargo.toml` names it there and what lies there is another version's or
/// incomplete. Files that are as they should be are left alone, so that cargo does not build them again.
pub(crate) fn ensure(root: &Path) -> anyhow::Result<()> {
    let manifest = root.join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).with_context(|| {
        format!("cannot read {}: a playpen's nodes are packages of one cargo workspace", manifest.display())
    })?;
    if text.contains(CRATE) { write(&root.join(DIRECTORY)) } else { Ok(()) }
}

fn write(dir: &Path) -> anyhow::Result<()> {
    write_if_changed(&dir.join("Cargo.toml"), templates::SDK_WORKSPACE)?;
    for (name, text) in FILES {
        write_if_changed(&dir.join(name), text)?;
    }
    Ok(())
}

fn write_if_changed(path: &PathBuf, text: &str) -> anyhow::Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
