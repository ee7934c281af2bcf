//! The configuration files of services: read whole, checked whole, before anything is begun.

mod host;
mod midtier;

use std::path::Path;

use serde::de::DeserializeOwned;

pub(crate) use host::{HostSettings, LocalHost};
pub(crate) use midtier::{
    ContentsSettings, HostEntry, MidtierSettings, PowerSettings, RoleName, SchedulingSettings, StoreSettings,
    TokenEntry,
};

use crate::failure::Kind;

/// Reads a configuration file. Unknown keys are refused: a misspelt one would silently mean its default.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> anyhow::Result<T> {
    let refused = |error: &dyn std::fmt::Display| Kind::Configuration(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| refused(&error))?;
    Ok(toml::from_str(&text).map_err(|error| refused(&error))?)
}
