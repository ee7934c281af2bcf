//! The guests of `tests/guests`, built on demand: one small component for each behaviour that the sandbox must cope
//! with. Used by every case that needs a component; knows nothing of what the guests do.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What components are compiled for.
const TARGET: &str = "wasm32-wasip2";

/// The root of the repository.
pub fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests lie in the repository").to_owned()
}

/// The target directory that this test was built in.
pub fn target_directory() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it lies");
    // target/PROFILE/deps/it-…
    test.ancestors().nth(3).expect("a test lies in the target directory").to_owned()
}

/// The component of a guest. Builds all guests the first time it is called.
///
/// # Panics
///
/// When they do not build, with what to do about it, or when there is no guest of that name.
pub fn component(name: &str) -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let directory = BUILT.get_or_init(build);
    let path = directory.join(format!("{}.wasm", name.replace('-', "_")));
    assert!(path.is_file(), "there is no guest `{name}` in tests/guests: {} is missing", path.display());
    path
}

/// The names of all guests: the folders of `tests/guests` but for what they share.
pub fn names() -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder()).expect("tests/guests is readable");
    entries
        .map(|entry| entry.expect("tests/guests is readable"))
        .filter(|entry| entry.path().join("Cargo.toml").is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name != "support")
        .collect()
}

fn folder() -> PathBuf {
    repository().join("tests/guests")
}

/// Cargo, as a person would start it: without what it tells a test of the test's package. The build script of `ring` looks at the same names, and
/// all that speaks TLS would be compiled anew.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|of_package| name.to_string_lossy().starts_with(of_package)) {
            command.env_remove(name);
        }
    }
    command
}

/// Cargo's own lock keeps two tests from building at once, and its own check makes the second time cheap.
fn build() -> PathBuf {
    let target = folder().join("target");
    let output = cargo()
        .args(["build", "--release", "--locked", "--workspace", "--target", TARGET])
        .arg("--manifest-path")
        .arg(folder().join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .output()
        .expect("cargo starts");
    let said = String::from_utf8_lossy(&output.stderr);
    let missing = said.contains("target may not be installed") || said.contains("can't find crate for");
    assert!(
        !missing,
        "the guests need the target {TARGET}: `rustup target add {TARGET}` (or `cargo xtask test`, which adds it)"
    );
    assert!(output.status.success(), "the guests in tests/guests do not build:\n{said}");
    target.join(TARGET).join("release")
}
