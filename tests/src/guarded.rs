//! Files with a secret in them, as Leat wants them: readable by nobody but their owner.

use std::fs::{OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Writes a file that its owner alone may read, also where there was one that others might.
///
/// # Panics
/// Where it cannot be written.
#[track_caller]
pub fn write_guarded(path: impl AsRef<Path>, text: &str) {
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).expect("a place for a file");
    file.set_permissions(Permissions::from_mode(0o600)).expect("a file of one's own");
    file.write_all(text.as_bytes()).expect("room for a file");
}
