//! The playpen around a file: where it begins, and what its `playpen.toml` says.

use std::path::{Path, PathBuf};

use anyhow::Context;
use leat_secrets::{Allowed, SecretPath};
use serde::Deserialize;

use crate::failure::Kind;

/// The file that marks a playpen's root.
pub(crate) const PLAYPEN_FILE: &str = "playpen.toml";

/// A directory with stream files, nodes and inputs.
#[derive(Debug)]
pub(crate) struct Playpen {
    /// Its root.
    pub(crate) root: PathBuf,
    /// The secrets that its processes may ask for: none, where it says nothing.
    pub(crate) secrets: Allowed,
}

/// `playpen.toml`. What stands in the file and is not here is refused, so that a misspelt setting of a later version never goes
/// unnoticed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The playpen's name.
    #[expect(dead_code, reason = "read by people; checked, not used")]
    name: String,
    /// One line.
    #[serde(default)]
    #[expect(dead_code, reason = "read by people; checked, not used")]
    description: String,
    #[serde(default)]
    secrets: SecretSettings,
}

/// Which secrets its processes may ask for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SecretSettings {
    /// Patterns: `kv/risk/warehouse#password`, `kv/risk/warehouse#*`, `kv/risk/*`.
    #[serde(default)]
    allow: Vec<String>,
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
            None => Ok(Playpen::bare(parent)),
        }
    }

    /// A directory without a `playpen.toml`: it allows nothing.
    pub(crate) fn bare(root: PathBuf) -> Self {
        Playpen { root, secrets: Allowed::default() }
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

    /// Why a process of this playpen may not ask for a secret; nothing where it may.
    pub(crate) fn refuses(&self, path: &SecretPath) -> Option<String> {
        let file = self.root.join(PLAYPEN_FILE);
        let file = file.display();
        (!self.secrets.allows(path))
            .then(|| format!("{file} does not allow it; whoever keeps that file may: [secrets] allow = [\"{path}\"]"))
    }

    fn search(start: &Path) -> anyhow::Result<Option<Self>> {
        let absolute = start.canonicalize().with_context(|| format!("cannot open {}", start.display()))?;
        for dir in absolute.ancestors() {
            let file = dir.join(PLAYPEN_FILE);
            if file.is_file() {
                return Ok(Some(Playpen { root: dir.to_owned(), secrets: allowed_by(&file)? }));
            }
        }
        Ok(None)
    }
}

/// Reads the file, and answers the secrets that it lets be asked for.
fn allowed_by(file: &Path) -> anyhow::Result<Allowed> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let refused = |error: &dyn std::fmt::Display| Kind::Configuration(format!("{}: {error}", file.display()));
    let settings: Settings = toml::from_str(&text).map_err(|error| refused(&error))?;
    Ok(Allowed::new(settings.secrets.allow).map_err(|error| refused(&format!("secrets.allow: {error}")))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playpen(text: &str) -> Result<Playpen, String> {
        let folder = tempfile::tempdir().expect("a directory");
        std::fs::write(folder.path().join(PLAYPEN_FILE), text).expect("it is written");
        Playpen::around(folder.path()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_playpen_that_says_nothing_allows_no_secret() {
        let path = "kv/risk/warehouse#password".parse().unwrap();
        let said = playpen("name = \"p\"").unwrap().refuses(&path).unwrap();
        assert!(said.contains("playpen.toml does not allow it; whoever keeps that file may"), "{said}");
        let allowing = playpen("name = \"p\"\n[secrets]\nallow = [\"kv/risk/*\"]\n").unwrap();
        assert_eq!(allowing.refuses(&path), None);
        assert!(allowing.refuses(&"kv/other#x".parse().unwrap()).is_some());
    }

    #[test]
    fn what_a_playpen_cannot_mean_is_refused() {
        for odd in ["[secrets]\nallows = []", "[secrets]\nallow = [\"*\"]", "[secrets]\nallow = \"kv/*\"", "secret = 1"]
        {
            let said = playpen(&format!("name = \"p\"\n{odd}\n")).unwrap_err();
            assert!(said.contains("playpen.toml: "), "{said}");
        }
    }
}
