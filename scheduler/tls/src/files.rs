//! Certificates in files of this machine: the ordinary case, whoever puts them there.

use std::path::{Path, PathBuf};

use crate::certificates::{Certificates, Own, Papers, Pem};
use crate::error::TlsError;
use crate::guarded::{GuardedError, read};

/// How large a file may be, bytes: a list of all public authorities has a quarter of it.
pub(crate) const FILE_BYTES_MAX: u64 = 1 << 20;

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
    let text = read(path, FILE_BYTES_MAX, is_secret).map_err(|error| match error {
        GuardedError::Unreadable { place, source } => TlsError::Unreadable { place, source },
        GuardedError::Exposed { place, mode } => TlsError::Exposed { place, mode },
        GuardedError::TooLarge { place, .. } => TlsError::TooLarge(place),
    })?;
    Ok(Pem { place: path.display().to_string(), text })
}
