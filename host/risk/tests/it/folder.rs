//! Objects by their files' names, told by their content, and shared.

use std::sync::Arc;

use leat_risk::{Folder, RunObjects, Shelf, ShelfError};
use leat_stream::node_info::ObjectKind;
use leat_stream::plan::RiskObject;

use super::{open, playpen};

const MATRIX: &[u8] = b"from,A\nA,1\n";

#[test]
fn objects_are_found_by_their_names_and_other_files_are_left_alone() {
    let root = playpen(&[
        ("b.matrix.csv", MATRIX),
        ("a.study.toml", b""),
        ("d.simulation.parquet", b""),
        ("d.simulation.toml", b""),
        ("README.md", b""),
        ("no name.matrix.csv", MATRIX),
        ("x.matrix.toml", b""),
    ]);
    let names = Folder::of_playpen(root.path()).list().unwrap();
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["a.study", "b.matrix", "d.simulation"]);
    assert!(Folder::of_playpen(&root.path().join("nowhere")).list().unwrap().is_empty());
}

#[test]
fn a_digest_is_that_of_the_file_s_bytes() {
    let root = playpen(&[("m.matrix.csv", MATRIX)]);
    // printf 'from,A\nA,1\n' | sha256sum
    assert_eq!(
        open(root.path(), "m.matrix").unwrap().digest,
        "5165131b5a095de56600d747d130107248420238551447e244c4664d7d199565"
    );
}

#[test]
fn an_object_that_is_missing_or_faulty_says_where() {
    let root = playpen(&[("m.matrix.csv", b"from,A\nA,x\n"), ("d.simulation.csv", b""), ("d.simulation.parquet", b"")]);
    let missing = open(root.path(), "other.simulation").unwrap_err();
    let looked = "risk/other.simulation.csv or risk/other.simulation.parquet".to_owned();
    assert_eq!(missing, ShelfError::Missing { looked });
    let faulty = open(root.path(), "m.matrix").unwrap_err().to_string();
    assert!(faulty.starts_with("risk/m.matrix.csv:2:3: column `A`: \"x\" is not a number"), "{faulty}");
    let two = open(root.path(), "d.simulation").unwrap_err().to_string();
    assert!(two.contains("d.simulation.parquet stands beside it"), "{two}");
}

#[test]
fn an_object_larger_than_memory_allows_is_refused() {
    let root = playpen(&[]);
    let file = std::fs::File::create(root.path().join("risk/m.matrix.csv")).unwrap();
    file.set_len(65 << 20).unwrap();
    let refused = open(root.path(), "m.matrix").unwrap_err().to_string();
    assert!(refused.contains("larger than 64 MiB"), "{refused}");
}

#[test]
fn everyone_in_a_run_holds_the_same_object() {
    let root = playpen(&[("m.matrix.csv", MATRIX)]);
    let digest = open(root.path(), "m.matrix").unwrap().digest;
    let objects = run_objects(root.path(), &digest);
    assert!(Arc::ptr_eq(&objects.get(0).unwrap(), &objects.get(0).unwrap()));
    assert!(objects.get(1).is_err());
}

#[test]
fn an_object_that_changed_after_the_check_is_not_used() {
    let root = playpen(&[("m.matrix.csv", MATRIX)]);
    let digest = open(root.path(), "m.matrix").unwrap().digest;
    std::fs::write(root.path().join("risk/m.matrix.csv"), "from,A\nA,2\n").unwrap();
    let said = run_objects(root.path(), &digest).get(0).unwrap_err();
    assert!(said.starts_with("the matrix `m` has changed since the process was checked"), "{said}");
    std::fs::remove_file(root.path().join("risk/m.matrix.csv")).unwrap();
    let said = run_objects(root.path(), &digest).get(0).unwrap_err();
    assert_eq!(said, "the matrix `m` cannot be used: there is no risk/m.matrix.csv");
}

fn run_objects(root: &std::path::Path, digest: &str) -> RunObjects {
    let planned = RiskObject {
        name: "m".to_owned(),
        kind: ObjectKind::Matrix,
        file: "risk/m.matrix.csv".to_owned(),
        digest: digest.to_owned(),
    };
    RunObjects::new(Box::new(Folder::of_playpen(root)), &[planned])
}
