//! The Rust toolchain that compiles nodes: whether it is there, and how to get what is missing.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

/// The target that makes components.
pub(crate) const TARGET: &str = "wasm32-wasip2";

/// Fails with the way out unless cargo and the target are installed.
pub(crate) fn require() -> anyhow::Result<()> {
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output();
    let Ok(output) = sysroot else {
        bail!("nodes are compiled with Rust, and `rustc` was not found: install it with rustup (https://rustup.rs)");
    };
    if !output.status.success() {
        bail!("`rustc --print sysroot` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let sysroot = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    if !sysroot.join("lib/rustlib").join(TARGET).is_dir() {
        bail!("the target {TARGET} is missing: add it with `rustup target add {TARGET}`");
    }
    Ok(())
}

/// A component that cargo made.
#[derive(Debug)]
pub(crate) struct Artifact {
    /// The package's name with `-` as `_`, which is the node's name.
    pub(crate) name: String,
    /// The wasm file in cargo's target directory.
    pub(crate) file: PathBuf,
}

/// Compiles the playpen's packages (all, or the named ones). Cargo's own messages go to standard error unless `quiet`.
pub(crate) fn compile(root: &Path, nodes: &[String], quiet: bool) -> anyhow::Result<Vec<Artifact>> {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(["build", "--release", "--target", TARGET]);
    command.arg("--message-format=json-render-diagnostics");
    if quiet {
        command.arg("--quiet");
    }
    for node in nodes {
        command.args(["--package", node]);
    }
    let output = command.stderr(std::process::Stdio::inherit()).output().context("cannot start cargo")?;
    let artifacts = String::from_utf8_lossy(&output.stdout).lines().filter_map(artifact).collect();
    if !output.status.success() {
        bail!("cargo could not compile the nodes; its messages stand above");
    }
    Ok(artifacts)
}

/// Reads one line of cargo's JSON messages (<https://doc.rust-lang.org/cargo/reference/external-tools.html>).
fn artifact(line: &str) -> Option<Artifact> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    if message["reason"] != "compiler-artifact" {
        return None;
    }
    let is_component = message["target"]["crate_types"].as_array()?.iter().any(|kind| kind == "cdylib");
    let file = message["filenames"].as_array()?.iter().filter_map(|f| f.as_str()).find(|f| f.ends_with(".wasm"))?;
    let name = message["target"]["name"].as_str()?.replace('-', "_");
    is_component.then(|| Artifact { name, file: PathBuf::from(file) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_components_among_cargos_messages_are_taken() {
        let component = r#"{"reason":"compiler-artifact","target":{"name":"my-node","crate_types":["cdylib","rlib"]},"filenames":["/t/my_node.wasm","/t/x.rlib"]}"#;
        let library = r#"{"reason":"compiler-artifact","target":{"name":"sdk","crate_types":["lib"]},"filenames":["/t/libsdk.rlib"]}"#;
        assert_eq!(artifact(component).unwrap().name, "my_node");
        assert!(artifact(library).is_none());
        assert!(artifact("Compiling …").is_none());
    }
}
