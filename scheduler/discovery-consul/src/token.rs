//! The token that Consul is asked with, of a file that its owner alone may read.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use leat_discovery::DiscoveryError;
use leat_tls::{read_guarded, with_sources};
use reqwest::header::HeaderValue;

/// The largest file that is taken for one of a token.
const FILE_BYTES_MAX: u64 = 4_096;

/// A token, or none where no file is named. It is sent in a header and shown nowhere.
pub(crate) struct Token {
    file: Option<PathBuf>,
    known: Mutex<Option<HeaderValue>>,
}

impl Token {
    pub(crate) fn new(file: Option<PathBuf>) -> Result<Self, DiscoveryError> {
        let known = file.as_deref().map(read).transpose()?;
        Ok(Token { file, known: Mutex::new(known) })
    }

    /// The header's value.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the file again; whether another token stands there now.
    pub(crate) fn changed(&self) -> Result<bool, DiscoveryError> {
        let Some(file) = &self.file else { return Ok(false) };
        let read = read(file)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let is_another = known.as_ref() != Some(&read);
        *known = Some(read);
        Ok(is_another)
    }
}

fn read(file: &Path) -> Result<HeaderValue, DiscoveryError> {
    let refused = |why: String| DiscoveryError::Invalid { what: format!("the token file {}", file.display()), why };
    let bytes = read_guarded(file, FILE_BYTES_MAX).map_err(|error| refused(with_sources(&error)))?;
    let text = str::from_utf8(&bytes).map_err(|error| refused(error.to_string()))?;
    let line = text.lines().next().unwrap_or_default().trim();
    let mut value = HeaderValue::from_str(line)
        .ok()
        .filter(|_| !line.is_empty())
        .ok_or_else(|| refused("its first line is no token, which is letters, digits and hyphens".to_owned()))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn file(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn a_token_that_others_may_read_is_refused_with_the_way_out() {
        let (_folder, path) = file("abc\n", 0o640);
        let error = Token::new(Some(path)).err().unwrap().to_string();
        assert!(error.contains("chmod 600") && !error.contains("abc"), "{error}");
    }

    #[test]
    fn a_token_is_the_first_line_of_its_file_and_read_again_when_asked_for() {
        let (_folder, path) = file("abc\nrest\n", 0o600);
        let token = Token::new(Some(path.clone())).unwrap();
        let header = token.header().unwrap();
        assert!(header == "abc" && header.is_sensitive());
        assert!(!token.changed().unwrap());
        fs::write(&path, "def").unwrap();
        assert!(token.changed().unwrap());
        assert!(token.header().unwrap() == "def");
    }

    #[test]
    fn an_empty_or_strange_file_is_refused() {
        for text in ["", "\n", "a\u{1}b", &"x".repeat(5_000)] {
            let (_folder, path) = file(text, 0o600);
            assert!(Token::new(Some(path)).is_err(), "{text:?}");
        }
    }
}
