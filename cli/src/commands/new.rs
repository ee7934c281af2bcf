//! `leat new`: a playpen or a node that builds and runs as it is.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::args::NewCommand;
use crate::failure::Kind;
use crate::playpen::Playpen;
use crate::{sdk, templates};

/// Names that cannot be a package: cargo or Rust keeps them for itself.
const RESERVED: [&str; 8] = ["test", "core", "std", "alloc", "proc_macro", "build", "deps", "examples"];

pub(crate) fn run(command: NewCommand) -> anyhow::Result<ExitCode> {
    match command {
        NewCommand::Playpen { name, sdk } => playpen(&name, sdk.as_deref())?,
        NewCommand::Node { name } => node(&name)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn playpen(dir: &Path, sdk_dir: Option<&Path>) -> anyhow::Result<()> {
    let name = dir.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    require_identifier(name, "a playpen's name")?;
    if dir.exists() {
        bail!("{} exists already; nothing was changed", dir.display());
    }
    let sdk_path = match sdk_dir {
        Some(sdk_dir) => absolute_sdk(sdk_dir)?,
        None => sdk::CRATE.to_owned(),
    };
    write_all(dir, &templates::playpen(name, &sdk_path))?;
    sdk::ensure(dir)?;
    println!("made the playpen {}", dir.display());
    println!("  cd {}", dir.display());
    println!("  leat build            compiles its node (needs Rust with the target wasm32-wasip2)");
    println!("  leat run {name}.strm");
    Ok(())
}

fn absolute_sdk(dir: &Path) -> anyhow::Result<String> {
    let manifest = dir.join("Cargo.toml");
    if !std::fs::read_to_string(&manifest).is_ok_and(|text| text.contains("leat-sdk")) {
        return Err(Kind::Usage(format!("--sdk {}: there is no leat-sdk crate in it", dir.display())).into());
    }
    let absolute: PathBuf = dir.canonicalize().with_context(|| format!("cannot open {}", dir.display()))?;
    Ok(absolute.display().to_string())
}

fn node(name: &str) -> anyhow::Result<()> {
    require_identifier(name, "a node's name")?;
    let playpen = Playpen::around(Path::new("."))?;
    let dir = playpen.root.join("nodes").join(name);
    if dir.exists() {
        bail!("{} exists already; nothing was changed", dir.display());
    }
    write_all(&playpen.root, &templates::node(name))?;
    println!("made nodes/{name}/src/lib.rs");
    println!("  edit it, then `leat build`, and in a stream file:  node {name}(trades)({name}_out)");
    Ok(())
}

/// A name must be an identifier of the stream language and of Rust alike.
fn require_identifier(name: &str, what: &str) -> anyhow::Result<()> {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase());
    let goes_on = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !starts || !goes_on || name.len() > 64 {
        let message = format!("`{name}` cannot be {what}: use a small letter, then small letters, digits and `_`");
        return Err(Kind::Usage(message).into());
    }
    if RESERVED.contains(&name) {
        return Err(Kind::Usage(format!("`{name}` cannot be {what}: cargo keeps this name for itself")).into());
    }
    Ok(())
}

fn write_all(root: &Path, files: &[(String, String)]) -> anyhow::Result<()> {
    for (name, text) in files {
        let path = root.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        }
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_must_be_one_that_rust_and_the_language_both_take() {
        for good in ["hello", "a1", "log_returns"] {
            assert!(require_identifier(good, "a name").is_ok(), "{good}");
        }
        for bad in ["", "1a", "Hello", "a-b", "a b", "../x", "test"] {
            assert!(require_identifier(bad, "a name").is_err(), "{bad}");
        }
    }

    #[test]
    fn the_embedded_sdk_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        playpen(&dir.path().join("hello"), None).unwrap();
        for file in ["sdk/rust/src/lib.rs", "sdk/rust/derive/src/lib.rs", "wit/node.wit", "Cargo.toml"] {
            assert!(dir.path().join("hello/.leat").join(file).is_file(), "{file}");
        }
    }
}
