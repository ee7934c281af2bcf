//! The house test: crate edges, dependency bans, file lengths, headers and links, so that the layout which
//! ARCHITECTURE.md draws stays true without anybody watching.
//!
//! It needs nothing but `cargo metadata` and the source tree. Every checker is a plain function that answers
//! a list of problems, and is tested on made-up input beside it; the tests here run them on the real tree.

mod docs;
mod edges;
mod features;
mod files;
mod tree;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use edges::CrateDependencies;
use tree::TextFile;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests' crate lies in a folder of the repository")
        .to_owned()
}

/// The crates of one cargo workspace and what each of them depends on, without asking any registry.
fn crates_of(manifest: &Path) -> Vec<CrateDependencies> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline", "--manifest-path"])
        .arg(manifest)
        .output()
        .unwrap_or_else(|error| panic!("cargo metadata: {error}"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata of {}: {complaint}", manifest.display());
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata writes JSON");
    let packages = metadata["packages"].as_array().expect("the metadata has packages");
    packages.iter().map(edges::dependencies_of).collect()
}

/// The cargo workspaces beside the main one: example playpens, guests, the fuzz target.
fn other_workspaces() -> Vec<PathBuf> {
    tree::files(&root(), &["Cargo.toml"])
        .into_iter()
        .filter(|file| file.text.lines().any(|line| line.trim() == "[workspace]"))
        .filter(|file| file.path != "Cargo.toml")
        .map(|file| root().join(file.path))
        .collect()
}

/// The features that cargo chooses for a selection of packages and kinds of dependencies.
fn features_of(selection: &[&str]) -> features::Features {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(["tree", "--offline", "--prefix", "none", "--format", "{p} {f}"])
        .args(selection)
        .output()
        .unwrap_or_else(|error| panic!("cargo tree: {error}"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo tree {selection:?}: {complaint}");
    features::read(&String::from_utf8_lossy(&output.stdout))
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n  {}\n", problems.join("\n  "));
}

fn architecture() -> TextFile {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md is readable");
    TextFile { path: "ARCHITECTURE.md".to_owned(), text }
}

#[test]
fn crates_depend_only_downwards() {
    assert_none(&edges::undrawn_edges(&crates_of(&root().join("Cargo.toml"))));
}

#[test]
fn dependencies_stay_behind_the_crate_that_owns_them() {
    assert_none(&edges::banned_dependencies(&crates_of(&root().join("Cargo.toml"))));
}

#[test]
fn no_dependency_is_compiled_once_for_the_product_and_once_for_its_tests() {
    let tests = features_of(&["--workspace", "--edges", "normal,build,dev"]);
    assert!(tests.len() > 100, "cargo tree tells of {} dependencies only", tests.len());
    for selection in [["--workspace"].as_slice(), &["--package", "leat"]] {
        let product = features_of(&[selection, &["--edges", "normal,build"]].concat());
        assert_none(&features::differences(&product, &tests));
    }
}

#[test]
fn nodes_and_guests_know_nothing_of_the_host() {
    let crates: Vec<_> = other_workspaces().iter().flat_map(|manifest| crates_of(manifest)).collect();
    assert!(!crates.is_empty(), "no example playpen and no guest was found");
    assert_none(&edges::host_edges_of_guests(&crates));
}

#[test]
fn architecture_names_every_crate_and_stays_short() {
    let names: Vec<_> = crates_of(&root().join("Cargo.toml")).into_iter().map(|c| c.name).collect();
    assert_none(&docs::unnamed_crates(&names, &architecture()));
    let lines = architecture().text.lines().count();
    assert!(lines < 300, "ARCHITECTURE.md has {lines} lines; it must stay under 300");
}

#[test]
fn no_file_is_too_long() {
    let files = tree::files(&root(), &[".rs"]);
    assert!(files.len() > 20, "only {} source files were found", files.len());
    assert_none(&files::too_long(&files, files::LONG_FILES));
}

#[test]
fn every_source_file_says_what_it_is() {
    assert_none(&files::without_header(&tree::files(&root(), &[".rs"])));
}

#[test]
fn modules_are_named_files() {
    assert_none(&files::named_mod(&tree::files(&root(), &[".rs"])));
}

#[test]
fn every_file_is_named_by_the_module_above_it() {
    assert_none(&files::unnamed(&tree::files(&root(), &[".rs"])));
}

#[test]
fn nothing_is_ignored_or_left_to_do() {
    assert_none(&files::unfinished(&tree::files(&root(), &[".rs"])));
}

#[test]
fn links_between_documents_resolve() {
    let root = root();
    let documents = tree::files(&root, &[".md"]);
    assert!(!documents.is_empty(), "no document was found");
    assert_none(&docs::broken_links(&documents, |path| root.join(path).exists()));
}

#[test]
fn every_vulnerability_of_the_table_is_held_by_tests_that_there_are() {
    let text = std::fs::read_to_string(root().join("SECURITY.md")).expect("SECURITY.md is readable");
    let document = TextFile { path: "SECURITY.md".to_owned(), text };
    assert_none(&docs::untested(&document, &tree::files(&root(), &[".rs"])));
}
