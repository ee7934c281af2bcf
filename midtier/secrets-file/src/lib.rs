//! The embedded store of secrets: one encrypted file, and its key beside it, for one machine and one user. Put together by the
//! command line, for `leat secret`, `leat run` and `leat serve`.
//!
//! The folder holds `key` (made at first use; refused where others may read it), `secrets` (the values by their paths, sealed with
//! AES-256-GCM-SIV under the key) and `lock`. A change is written beside the file, brought to the disk, and takes its place at once: who
//! reads sees it whole, before or after. Two who change it do so one after the other.
//!
//! The key may be elsewhere: in a file of another folder, or in the kernel's keyring ([`KeyPlace`]).
//!
//! What it guards against: copies of the file without the key (a backup, a disk that is thrown away, a commit by mistake), other users of
//! the machine, and damage that would go unnoticed. Whoever may read both files has the values; Vault is for more than that.

mod entries;
mod folder;
mod key;
mod keyring;
mod place;
mod seal;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use leat_secrets::{Grant, GrantId, Redeem, SecretError, SecretPath, SecretValue, Secrets, Ticket};

use self::folder::Folder;

pub use place::{BadKeyPlace, KeyPlace};

/// Grants that may hold at once: each is one share of a run.
const GRANTS_MAX: usize = 100_000;

/// Secrets in a folder of this machine. Every call reads the file anew, which is small, so that what `leat secret set` has put
/// there is seen at once.
#[derive(Debug)]
pub struct FileSecrets {
    folder: Folder,
    granted: Mutex<BTreeSet<GrantId>>,
}

impl FileSecrets {
    /// The store in a folder, which need not be there: then it is an empty one until something is put into it. The key is where `key` says.
    pub fn new(folder: impl Into<PathBuf>, key: KeyPlace) -> Self {
        FileSecrets { folder: Folder::new(folder.into(), key), granted: Mutex::default() }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a value where a path says, over what was there. Makes folder and key where there are none.
    ///
    /// # Errors
    /// Where key or file cannot be used or written; nothing has changed then.
    pub fn set(&self, path: &SecretPath, value: SecretValue) -> Result<(), SecretError> {
        self.folder.change(|entries| entries.set(path.clone(), value))
    }

    /// Takes a value out; whether there was one.
    ///
    /// # Errors
    /// Where key or file cannot be used or written; nothing has changed then.
    pub fn remove(&self, path: &SecretPath) -> Result<bool, SecretError> {
        if self.folder.read()?.get(path).is_none() {
            return Ok(false);
        }
        self.folder.change(|entries| Ok(entries.remove(path)))
    }

    /// The paths of what is there, in their order.
    ///
    /// # Errors
    /// Where key or file cannot be used.
    pub fn list(&self) -> Result<Vec<SecretPath>, SecretError> {
        Ok(self.folder.read()?.paths().cloned().collect())
    }

    /// The values of these paths, in their order, from one state of the file.
    ///
    /// # Errors
    /// Where one is missing, or key or file cannot be used.
    pub fn values(&self, paths: &[SecretPath]) -> Result<Vec<SecretValue>, SecretError> {
        let entries = self.folder.read()?;
        let value = |path: &SecretPath| entries.get(path).cloned().ok_or(SecretError::Missing { path: path.clone() });
        paths.iter().map(value).collect()
    }

    fn granted(&self) -> std::sync::MutexGuard<'_, BTreeSet<GrantId>> {
        self.granted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The file is on a disk of this machine and small: it is read where it is asked for, without a thread of its own.
#[async_trait]
impl Secrets for FileSecrets {
    fn address_for_hosts(&self) -> Option<&str> {
        None
    }

    async fn read(&self, path: &SecretPath) -> Result<SecretValue, SecretError> {
        let mut values = self.values(std::slice::from_ref(path))?;
        values.pop().ok_or(SecretError::Missing { path: path.clone() })
    }

    async fn grant(&self, _: &str, paths: &[SecretPath], life: Duration) -> Result<Grant, SecretError> {
        let values = paths.iter().cloned().zip(self.values(paths)?).collect();
        let id: GrantId = format!("file-{}", seal::random_word()?).parse().expect("letters and digits are an id");
        let mut granted = self.granted();
        if granted.len() >= GRANTS_MAX {
            let (what, why) = ("the store of secrets".to_owned(), format!("{GRANTS_MAX} grants hold already"));
            return Err(SecretError::Invalid { what, why });
        }
        granted.insert(id.clone());
        Ok(Grant { id, ticket: Ticket::Values(values), life })
    }

    async fn renew(&self, grant: &GrantId, life: Duration) -> Result<Duration, SecretError> {
        match self.granted().contains(grant) {
            true => Ok(life),
            false => Err(SecretError::GrantOver { grant: grant.to_string() }),
        }
    }

    async fn revoke(&self, grant: &GrantId) -> Result<(), SecretError> {
        self.granted().remove(grant);
        Ok(())
    }

    async fn health(&self) -> Result<(), SecretError> {
        self.folder.read().map(drop)
    }
}

/// A host's side of it: the grant holds the values.
#[derive(Clone, Copy, Debug, Default)]
pub struct FileRedeem;

#[async_trait]
impl Redeem for FileRedeem {
    async fn redeem(&self, grant: Grant, paths: &[SecretPath]) -> Result<Vec<SecretValue>, SecretError> {
        let Ticket::Values(values) = grant.ticket else {
            let why = "it is to be redeemed at a store with an address, and this host knows none; name it in its configuration";
            return Err(SecretError::Invalid { what: format!("the grant {}", grant.id), why: why.to_owned() });
        };
        let value = |path: &SecretPath| {
            let found = values.iter().find(|(granted, _)| granted == path);
            found.map(|(_, value)| value.clone()).ok_or(SecretError::Denied { path: path.clone() })
        };
        paths.iter().map(value).collect()
    }
}
