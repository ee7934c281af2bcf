//! Risk objects that a server keeps, for processes whose playpens lack them.

use leat_tests::playpen::Playpen;
use leat_tests::server::Server;

const FILE: &str = "credit_loss.strm";

/// A server with the example's objects, and the example without them.
fn without_objects() -> (Server, Playpen) {
    let server = Server::start(&[]);
    let playpen = Playpen::of_example("credit-loss");
    playpen.leat(&["run", FILE, "--output", "here"]).succeeds();
    let folder = playpen.root().join("risk");
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|suffix| suffix == "csv" || suffix == "toml") {
            server.leat(&playpen, &["risk", "put", path.to_str().unwrap()]).succeeds();
        }
    }
    std::fs::remove_dir_all(folder).unwrap();
    (server, playpen)
}

#[test]
fn a_run_gets_the_objects_that_its_playpen_lacks_from_the_server() {
    let (server, playpen) = without_objects();
    playpen.leat(&["check", FILE]).fails(1, &["risk/"]);
    let submit = ["submit", FILE, "--wait", "--output", "there"];
    server.leat(&playpen, &submit).succeeds();
    for output in ["totals.csv", "weighted.csv", "refused.csv"] {
        assert_eq!(playpen.read(&format!("there/{output}")), playpen.read(&format!("here/{output}")), "{output}");
    }
    assert!(!playpen.root().join("risk").exists(), "what is the user's stays as it is");
    // What the playpen has goes before what the server has.
    playpen.file("risk/lgd.table.csv", "not,a,sound\ntable\n");
    server.leat(&playpen, &submit).fails(1, &["risk/lgd.table.csv"]);
}

#[test]
fn an_object_that_neither_has_is_looked_for_in_both() {
    let server = Server::start(&[]);
    let playpen = Playpen::of_example("credit-loss");
    std::fs::remove_file(playpen.root().join("risk/ifrs9.study.toml")).unwrap();
    server.leat(&playpen, &["submit", FILE]).fails(1, &["risk/ifrs9.study.toml, nor `ifrs9.study` at ", server.url()]);
}
