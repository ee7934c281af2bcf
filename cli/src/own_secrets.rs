//! A user's own store of secrets: where it is, by the environment, and what a process does that has values of it.

use std::path::PathBuf;

use anyhow::Context;
use leat_secrets_file::KeyPlace;
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::config::Environment;
use crate::failure::Kind;

/// Has this process and those that it starts leave no core file, for as long as they live: secrets pass through them.
///
/// # Errors
/// Where the system does not allow it.
pub(crate) fn leave_no_core_file() -> anyhow::Result<()> {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    setrlimit(Resource::Core, none).context("cannot do without core files")
}

/// A store in a folder of this machine.
#[derive(Clone, Debug)]
pub(crate) struct SecretFolder {
    pub(crate) folder: PathBuf,
    /// Where its key is.
    pub(crate) key: KeyPlace,
}

/// The user's own store; nothing where it is not known where a user has anything.
///
/// # Errors
/// Where `LEAT_SECRETS_KEY` is no place of a key.
pub(crate) fn own(environment: &Environment) -> anyhow::Result<Option<SecretFolder>> {
    let Some(folder) = environment.secrets_dir.clone() else { return Ok(None) };
    let key = environment.secrets_key.as_deref().map(str::parse).transpose();
    let key = key.map_err(|error| Kind::Configuration(format!("LEAT_SECRETS_KEY: {error}")))?;
    Ok(Some(SecretFolder { folder, key: key.unwrap_or_default() }))
}
