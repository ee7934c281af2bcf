//! The folder of the store: its key, its file, and the lock of who changes it.

use std::fs::{DirBuilder, File};
use std::io::{self, Read};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use leat_secrets::SecretError;

use crate::entries::{BYTES_MAX, Entries};
use crate::key::{Key, write_private};
use crate::place::KeyPlace;
use crate::seal::{self, Broken, SEAL_BYTES};

/// A folder with a store, or one that will have one.
#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    key: KeyPlace,
}

impl Folder {
    pub(crate) fn new(root: PathBuf, key: KeyPlace) -> Self {
        Folder { root, key }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.root
    }

    /// What is there; nothing where the store was never written.
    pub(crate) fn read(&self) -> Result<Entries, SecretError> {
        let file = self.file()?;
        let key = self.key.read(&self.root)?;
        self.opened(file, key.as_ref())
    }

    /// Changes what is there, while nobody else does.
    pub(crate) fn change<T>(&self, act: impl FnOnce(&mut Entries) -> Result<T, SecretError>) -> Result<T, SecretError> {
        let _lock = self.lock().map_err(|error| self.trouble("cannot be written", &error))?;
        let file = self.file()?;
        let key = match self.key.read(&self.root)? {
            None if file.is_none() => Some(self.key.make(&self.root)?),
            key => key,
        };
        let mut entries = self.opened(file, key.as_ref())?;
        let answer = act(&mut entries)?;
        let key = key.expect("a store without its key is not opened");
        let sealed = seal::seal(&entries, &key)?;
        write_private(&self.root.join("secrets"), &sealed)
            .map_err(|error| self.trouble("cannot be written", &error))?;
        Ok(answer)
    }

    fn lock(&self) -> io::Result<File> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.root)?;
        let file = File::options().create(true).truncate(false).write(true).open(self.root.join("lock"))?;
        file.lock()?;
        Ok(file)
    }

    fn file(&self) -> Result<Option<Vec<u8>>, SecretError> {
        let bytes_max = (BYTES_MAX + SEAL_BYTES) as u64;
        let mut content = Vec::new();
        let read =
            File::open(self.root.join("secrets")).and_then(|file| file.take(bytes_max + 1).read_to_end(&mut content));
        match read {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.trouble("cannot be read", &error)),
            Ok(length) if length as u64 > bytes_max => Err(self.broken(Broken::Damaged)),
            Ok(_) => Ok(Some(content)),
        }
    }

    fn opened(&self, file: Option<Vec<u8>>, key: Option<&Key>) -> Result<Entries, SecretError> {
        match (file, key) {
            (None, _) => Ok(Entries::default()),
            (Some(file), Some(key)) => seal::open(&file, key).map_err(|broken| self.broken(broken)),
            (Some(_), None) => {
                let why = format!(
                    "the key that it was sealed with is gone ({}), and without it nobody can read it; {}, or remove the file and put \
                     every secret there again",
                    self.key,
                    self.key.restored()
                );
                Err(SecretError::Invalid { what: self.what(), why })
            }
        }
    }

    fn what(&self) -> String {
        format!("the secrets in {}", self.root.join("secrets").display())
    }

    fn trouble(&self, what: &str, error: &io::Error) -> SecretError {
        SecretError::Unreachable { store: self.what(), why: format!("{what}: {error}") }
    }

    fn broken(&self, broken: Broken) -> SecretError {
        let why = match broken {
            Broken::Stranger => "it is no file of secrets; take it away, or name another folder",
            Broken::Later => "a later version of Leat has written it; use that one",
            Broken::Damaged => {
                "it is torn, was changed, or was sealed with another key; restore file and key from one backup, or remove the file and put \
                 every secret there again"
            }
        };
        SecretError::Invalid { what: self.what(), why: why.to_owned() }
    }
}
