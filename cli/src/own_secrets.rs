//! Where a user's own store of secrets is, by the environment.

use std::path::PathBuf;

use leat_secrets_file::KeyPlace;

use crate::config::Environment;
use crate::failure::Kind;

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
