//! Calls of the toolchain: cargo, rustc, rustup. Knows where the repository is; knows nothing of the chores.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// What components are compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-wasip2";

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in a folder of the repository").to_owned()
}

/// `cargo` in a folder of the repository (`""` is its root).
pub(crate) fn cargo(folder: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(root().join(folder)).args(arguments);
    // What cargo tells a program that it runs of the program's package: the build script of `ring` looks at the same names, and with it all that
    // speaks TLS would be compiled anew whenever a chore follows a command of a person's, or the other way round.
    for (name, _) in std::env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|of_package| name.to_string_lossy().starts_with(of_package)) {
            command.env_remove(name);
        }
    }
    command
}

/// The command as a person would type it.
pub(crate) fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let mut text = program.to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// Runs a command whose output goes to the terminal; an exit code other than 0 is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", spelled(command)))?;
    ensure!(status.success(), "`{}` ended with {status}", spelled(command));
    Ok(())
}

/// Runs a command and answers what it wrote to its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{}`", spelled(command)))?;
    ensure!(output.status.success(), "`{}` ended with {}", spelled(command), output.status);
    String::from_utf8(output.stdout).with_context(|| format!("`{}` did not answer in UTF-8", spelled(command)))
}

/// Whether a command can be started and ends well; its output is thrown away.
pub(crate) fn works(command: &mut Command) -> bool {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Sees to it that components can be compiled: adds the target with rustup where it is missing.
pub(crate) fn ensure_wasm_target() -> Result<()> {
    let print = ["--print", "target-libdir", "--target", WASM_TARGET];
    let folder = output(Command::new("rustc").current_dir(root()).args(print))?;
    if Path::new(folder.trim()).is_dir() {
        println!("      {WASM_TARGET} is installed");
        return Ok(());
    }
    println!("      rustup target add {WASM_TARGET}");
    rustup(&["target", "add", WASM_TARGET], || {
        format!(
            "the Rust target {WASM_TARGET} is missing and there is no `rustup` to add it: install Rust from \
             https://rustup.rs, or your distribution's package of the target's standard library"
        )
    })
}

/// Sees to it that a component of the toolchain (`clippy`, `rustfmt`) is there.
pub(crate) fn ensure_component(subcommand: &str, component: &str) -> Result<()> {
    if works(&mut cargo("", &[subcommand, "--version"])) {
        return Ok(());
    }
    println!("      rustup component add {component}");
    rustup(&["component", "add", component], || {
        format!(
            "`cargo {subcommand}` is missing and there is no `rustup` to add it: install Rust from https://rustup.rs"
        )
    })
}

fn rustup(arguments: &[&str], absent: impl FnOnce() -> String) -> Result<()> {
    let mut command = Command::new("rustup");
    match command.current_dir(root()).args(arguments).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!("`{}` ended with {status}", spelled(&command)),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(absent()),
        Err(error) => Err(error).with_context(|| format!("cannot start `{}`", spelled(&command))),
    }
}

/// Builds the `leat` executable and answers where it is.
pub(crate) fn build_leat() -> Result<PathBuf> {
    build("cli", "leat", &["build", "--bin", "leat"])
}

/// Builds one executable of the package in `folder` and answers where it is.
///
/// The whole workspace is selected and the one target filtered from it, because cargo chooses the features of
/// dependencies by the selected packages: with `--package` some of them, wasmtime too, could be compiled once more.
pub(crate) fn build(folder: &str, target: &str, arguments: &[&str]) -> Result<PathBuf> {
    let mut command = cargo("", arguments);
    command.args(["--release", "--workspace"]);
    println!("      {}", spelled(&command));
    let messages = output(command.arg("--message-format=json-render-diagnostics"))?;
    let manifest = root().join(folder).join("Cargo.toml");
    executable(&messages, &manifest, target)
        .with_context(|| format!("cargo did not say where it put the executable `{target}` of {folder}"))
}

/// The path of an executable in cargo's JSON messages.
fn executable(messages: &str, manifest: &Path, target: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == target)
        .filter(|message| message["manifest_path"].as_str().is_some_and(|path| Path::new(path) == manifest))
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_found_among_cargo_messages() {
        let messages = concat!(
            r#"{"manifest_path":"/x/io/Cargo.toml","target":{"name":"it"},"executable":"/t/it-1"}"#,
            "\nnot json\n",
            r#"{"manifest_path":"/x/tests/Cargo.toml","target":{"name":"leat_tests"},"executable":null}"#,
            "\n",
            r#"{"manifest_path":"/x/tests/Cargo.toml","target":{"name":"it"},"executable":"/t/it-2"}"#,
            "\n",
        );
        let manifest = Path::new("/x/tests/Cargo.toml");
        assert_eq!(executable(messages, manifest, "it"), Some(PathBuf::from("/t/it-2")));
        assert_eq!(executable(messages, manifest, "leat_tests"), None);
    }

    #[test]
    fn a_command_is_spelled_as_it_would_be_typed() {
        assert_eq!(spelled(&cargo("", &["build", "--release"])), "cargo build --release");
    }
}
