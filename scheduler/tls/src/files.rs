//! Certificates in files of this machine: the ordinary case, whoever puts them there.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::certificates::{Certificates, Own, Papers, Pem};
use crate::error::TlsError;

/// How large a file may be, bytes: a list of all public authorities has a quarter of it.
pub(crate) const FILE_BYTES_MAX: u64 = 1 << 20;

/// What of a file's permissions others than its owner would have.
const OTHERS: u32 = 0o077;

/// Where the files are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// The certificate with those behind it, and its key, which nobody but its owner may read.
    pub own: Option<(PathBuf, PathBuf)>,
    /// Whom to trust.
    pub authorities: Option<PathBuf>,
}

impl Certificates for Files {
    fn read(&self) -> Result<Papers, TlsError> {
        let own = match &self.own {
            Some((chain, key)) => Some(Own { chain: text(chain, false)?, key: text(key, true)? }),
            None => None,
        };
        let authorities = self.authorities.as_deref().map(|path| text(path, false)).transpose()?;
        Ok(Papers { own, authorities })
    }
}

fn text(path: &Path, is_secret: bool) -> Result<Pem, TlsError> {
    let place = path.display().to_string();
    let unreadable = |source| TlsError::Unreadable { place: place.clone(), source };
    let file = File::open(path).map_err(unreadable)?;
    // Asked of the file that is open, which nobody can exchange any more.
    let metadata = file.metadata().map_err(unreadable)?;
    let mode = metadata.permissions().mode() & 0o7777;
    if is_secret && mode & OTHERS != 0 {
        return Err(TlsError::Exposed { place, mode });
    }
    // Large enough from the beginning: what grows leaves its bytes where it was.
    let length = usize::try_from(metadata.len().min(FILE_BYTES_MAX)).unwrap_or_default();
    let mut text = Zeroizing::new(Vec::with_capacity(length + 1));
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut text).map_err(unreadable)?;
    if text.len() as u64 > FILE_BYTES_MAX {
        return Err(TlsError::TooLarge(place));
    }
    Ok(Pem { place, text })
}
