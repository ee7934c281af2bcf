//! The key: 32 random bytes in a file that its owner alone may read.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use leat_secrets::SecretError;
use zeroize::Zeroizing;

use crate::seal::random;

/// How long a key is.
pub(crate) const KEY_BYTES: usize = 32;

/// What the file is sealed with.
pub(crate) struct Key(Zeroizing<[u8; KEY_BYTES]>);

impl Key {
    pub(crate) fn random() -> Result<Self, SecretError> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        random(&mut *bytes)?;
        Ok(Key(bytes))
    }

    pub(crate) fn of(bytes: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        Key(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// The key in a file; nothing where there is no file.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, SecretError> {
        let refused = |why: String| SecretError::Invalid { what: format!("the key {}", path.display()), why };
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(refused(error.to_string())),
        };
        let metadata = file.metadata().map_err(|error| refused(error.to_string()))?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            let why = format!(
                "others than its owner may read or write it (mode {mode:04o}); say `chmod 600 {}`, and if anybody else can have read it, \
                 take every secret of it for known",
                path.display()
            );
            return Err(refused(why));
        }
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        let is_whole = metadata.is_file() && metadata.len() == KEY_BYTES as u64 && file.read_exact(&mut *bytes).is_ok();
        match is_whole {
            true => Ok(Some(Key(bytes))),
            false => Err(refused(format!("it is no key, which has {KEY_BYTES} bytes; restore the one that was there"))),
        }
    }

    /// Makes a key and keeps it in a file that is not there yet.
    pub(crate) fn make(path: &Path) -> Result<Self, SecretError> {
        let key = Key::random()?;
        write_private(path, key.bytes()).map_err(|error| SecretError::Invalid {
            what: format!("the key {} cannot be made", path.display()),
            why: error.to_string(),
        })?;
        Ok(key)
    }
}

/// Writes a file that its owner alone may read, whole or not at all, and on the disk when this returns.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let partial = path.with_file_name(format!(".{name}.partial"));
    let written = (|| {
        // What a killed writer left has the rights it was made with; this one is made anew.
        match fs::remove_file(&partial) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(&partial)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&partial, path)?;
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    })();
    if written.is_err() {
        // Best effort: what matters is the error itself.
        let _ = fs::remove_file(&partial);
    }
    written
}
