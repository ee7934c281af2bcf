//! Files with a secret in them: a key, a token, a password. Whoever reads one reads it here, so that none is read that others may read too.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use zeroize::Zeroizing;

/// What of a file's permissions others than its owner would have.
const OTHERS: u32 = 0o077;

/// Why a file with a secret in it is not read.
#[derive(Debug, thiserror::Error)]
pub enum GuardedError {
    /// It is not there, or may not be read.
    #[error("cannot read {place}")]
    Unreadable {
        /// Which.
        place: String,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// It is not its owner's alone.
    #[error("{place} is open to others than its owner (mode {mode:04o}, wanted 0600): chmod 600 {place}")]
    Exposed {
        /// Which.
        place: String,
        /// The permissions it has.
        mode: u32,
    },
    /// It is something else.
    #[error("{place} has more than {bytes_max} bytes, which nothing has that belongs there")]
    TooLarge {
        /// Which.
        place: String,
        /// How many it may have.
        bytes_max: u64,
    },
}

/// What stands in a file that its owner alone may read, and that has `bytes_max` bytes at most. It is overwritten when it is dropped.
///
/// # Errors
/// Where it cannot be read, others may read or write it, or it is larger.
pub fn read_guarded(path: &Path, bytes_max: u64) -> Result<Zeroizing<Vec<u8>>, GuardedError> {
    read(path, bytes_max, true)
}

/// The same of a file that may be anybody's, where it `is_secret` not.
pub(crate) fn read(path: &Path, bytes_max: u64, is_secret: bool) -> Result<Zeroizing<Vec<u8>>, GuardedError> {
    let place = || path.display().to_string();
    let unreadable = |source| GuardedError::Unreadable { place: place(), source };
    let file = File::open(path).map_err(unreadable)?;
    // Asked of the file that is open, which nobody can exchange any more.
    let metadata = file.metadata().map_err(unreadable)?;
    let mode = metadata.permissions().mode() & 0o7777;
    if is_secret && mode & OTHERS != 0 {
        return Err(GuardedError::Exposed { place: place(), mode });
    }
    // Large enough from the beginning: what grows leaves its bytes where it was.
    let length = usize::try_from(metadata.len().min(bytes_max)).unwrap_or_default();
    let mut bytes = Zeroizing::new(Vec::with_capacity(length + 1));
    file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > bytes_max {
        return Err(GuardedError::TooLarge { place: place(), bytes_max });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_read_that_is_its_owners_alone_and_small_enough() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs::write(&path, "geheim").unwrap();
        for mode in [0o644, 0o640, 0o602, 0o611] {
            fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            let said = read_guarded(&path, 100).unwrap_err().to_string();
            assert!(
                said.contains(&format!("mode {mode:04o}")) && said.ends_with(&format!("chmod 600 {}", path.display()))
            );
            assert!(!said.contains("geheim"), "{said}");
        }
        for mode in [0o600, 0o400] {
            fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            assert_eq!(**read_guarded(&path, 6).unwrap(), *b"geheim");
            assert!(matches!(read_guarded(&path, 5), Err(GuardedError::TooLarge { bytes_max: 5, .. })));
        }
        assert!(matches!(read_guarded(&folder.path().join("none"), 5), Err(GuardedError::Unreadable { .. })));
    }
}
