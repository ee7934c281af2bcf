//! The playpen around a file: where it begins, and what its `playpen.toml` says.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

use crate::failure::Kind;

/// The file that marks a playpen's root.
pub(crate) const PLAYPEN_FILE: &str = "playpen.toml";

/// A directory with stream files, nodes and inputs.
#[derive(Debug)]
pub(crate) struct Playpen {
    /// Its root.
    pub(crate) root: PathBuf,
}

/// `playpen.toml`. Both fields are for people; what else stands in the file is refused, so that a misspelt setting of
/// a later version never goes unnoticed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by people; checked, not used")]
struct Settings {
    /// The playpen's name.
    name: String,
    /// One line.
    #[serde(default)]
    description: String,
}

impl Playpen {
    /// The playpen around a stream file: the nearest directory above it with a `playpen.toml`, else its own directory.
    pub(crate) fn around_file(file: &Path) -> anyhow::Result<Self> {
        let parent = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        match Self::search(&parent)? {
            Some(playpen) => Ok(playpen),
            None => Ok(Playpen { root: parent }),
        }
    }

    /// The playpen around a directory or file, which must exist.
    pub(crate) fn around(path: &Path) -> anyhow::Result<Self> {
        Self::search(path)?.ok_or_else(|| {
            let message = format!(
                "no {PLAYPEN_FILE} in {} or above it; a playpen is made with `leat new playpen NAME`",
                path.display()
            );
            Kind::Usage(message).into()
        })
    }

    fn search(start: &Path) -> anyhow::Result<Option<Self>> {
        let absolute = start.canonicalize().with_context(|| format!("cannot open {}", start.display()))?;
        for dir in absolute.ancestors() {
            let file = dir.join(PLAYPEN_FILE);
            if file.is_file() {
                require_sound(&file)?;
                return Ok(Some(Playpen { root: dir.to_owned() }));
            }
        }
        Ok(None)
    }
}

fn require_sound(file: &Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let settings: Result<Settings, toml::de::Error> = toml::from_str(&text);
    settings.map(|_| ()).map_err(|error| Kind::Configuration(format!("{}: {error}", file.display())).into())
}
