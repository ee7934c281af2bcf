//! A component that asks risk objects for what is not there, or for too much: it ends, with the reason, and the host goes on.

use std::sync::Arc;

use leat_risk::{Folder, Held, Shelf};

use super::bench::{Input, guest};

/// Objects in a folder, as a run would hold them.
fn objects() -> Vec<Arc<Held>> {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("risk");
    std::fs::create_dir(&folder).unwrap();
    for (name, text) in [
        ("m.matrix.csv", "from,A\nA,1\n"),
        ("s.scenarios.csv", "scenario,step,x\nbase,1,1\n"),
        ("d.simulation.csv", "draw,x\n0,1\n"),
        ("t.table.csv", "k,x\na,1\n"),
    ] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    let shelf = Folder::of_playpen(root.path());
    let names = shelf.list().unwrap();
    names.iter().map(|name| Arc::new(shelf.open(name).unwrap())).collect()
}

fn misuse(how: &'static str) -> String {
    let mut bench = guest("misuses-risk").parameter("how", how);
    bench.objects = objects();
    bench.run(&Input::numbers(&[1.0])).0.unwrap_err().to_string()
}

#[test]
fn what_was_not_declared_is_denied_whatever_the_folder_has() {
    let said = misuse("undeclared");
    assert!(said.contains("did not declare the matrix `other`"), "{said}");
    let said = misuse("another kind");
    assert!(said.contains("did not declare the matrix `s`"), "{said}");
}

#[test]
fn a_number_that_is_not_there_breaks_the_contract() {
    for (how, what) in [
        ("row", "row: row 7, which is not there"),
        ("cell", "get: row 0, column 4294967295, which is not there"),
        ("path", "path: scenario 9, variable 0, which is not there"),
        ("draws", "rows: 2 draws from 18446744073709551615 on, of 1, which is not there"),
        ("key", "a key of 100 parts"),
    ] {
        let said = misuse(how);
        assert!(said.contains("broke the contract: risk: ") && said.contains(what), "{how}: {said}");
    }
}

#[test]
fn handles_are_bounded_and_closed_ones_do_not_count() {
    let said = misuse("flood");
    assert!(said.contains("4096 handles to objects are open"), "{said}");
    assert!(misuse("one after the other").contains("opened 10000 times"));
}
