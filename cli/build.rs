//! Puts the Rust SDK and the contract's WIT into the executable, so that `leat new playpen` works anywhere: writes a
//! list of `(path, text)` for every file that a node author's build needs.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What is embedded, below the repository's root. Tests and build products are left out.
const EMBEDDED: [&str; 9] = [
    "sdk/rust/Cargo.toml",
    "sdk/rust/src",
    "sdk/rust/derive/Cargo.toml",
    "sdk/rust/derive/src",
    "sdk/rust/draws/Cargo.toml",
    "sdk/rust/draws/src",
    "sdk/rust/objects/Cargo.toml",
    "sdk/rust/objects/src",
    "wit",
];

fn main() {
    let root = PathBuf::from(env_path("CARGO_MANIFEST_DIR")).join("..");
    let mut files = Vec::new();
    for name in EMBEDDED {
        let path = root.join(name);
        println!("cargo:rerun-if-changed={}", path.display());
        collect(&path, name, &mut files);
    }
    files.sort();
    let mut list = String::from("&[\n");
    for (name, path) in &files {
        let path = path.canonicalize().expect("a file that was just listed");
        writeln!(list, "    ({name:?}, include_str!({path:?})),").expect("writing to a string");
    }
    list.push_str("]\n");
    let out = PathBuf::from(env_path("OUT_DIR")).join("sdk_files.rs");
    std::fs::write(out, list).expect("the build's own directory is writable");
}

#[allow(clippy::disallowed_methods, reason = "cargo tells a build script its directories by variables")]
fn env_path(name: &str) -> std::ffi::OsString {
    std::env::var_os(name).expect("set by cargo")
}

fn collect(path: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) {
    if path.is_file() {
        files.push((name.to_owned(), path.to_owned()));
        return;
    }
    for entry in std::fs::read_dir(path).expect("a directory of the repository") {
        let entry = entry.expect("a directory of the repository");
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        collect(&entry.path(), &name, files);
    }
}
