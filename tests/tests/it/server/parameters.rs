//! A batch of runs, one for each day, submitted by a program that knows nothing of leat: the process is checked again with other
//! parameters, without its files and without the command line.

use leat_tests::http::{Answered, ask};
use leat_tests::playpen::Playpen;
use leat_tests::server::Server;
use serde_json::{Value, json};

/// A process that reads the day's file from a place that every host reaches, with a component and a query.
fn daily() -> (Playpen, tempfile::TempDir) {
    let (playpen, feeds) = (Playpen::new(), tempfile::tempdir().unwrap());
    playpen.guest("doubling");
    for (day, rows) in [("22", "1,1.5\n2,0.25\n"), ("23", "7,3.5\n8,-1.25\n9,100.5\n")] {
        std::fs::write(feeds.path().join(format!("{day}.csv")), format!("id,x\n{rows}")).unwrap();
    }
    let text = format!(
        "name daily\nparam day text = \"22\"\nparam least float64 = 0\nin \"{}/${{day}}.csv\" -> rows\n\
         node n(rows)(doubled) component=\"build/doubling.wasm\" timeout=\"100s\"\n\
         sql select id, y from doubled where y > ${{least}}; name=kept\nout kept -> \"${{day}}/kept.csv\"\n",
        feeds.path().display()
    );
    playpen.file("p.strm", text);
    (playpen, feeds)
}

fn post(server: &Server, wish: &Value) -> Answered {
    ask("POST", &format!("{}/api/v1/runs", server.url()), &server.token(), Some(wish))
}

/// The code and the words of a refusal.
#[track_caller]
fn refused(answer: &Answered) -> (String, String) {
    let problem: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer.status, 422, "{problem}");
    (problem["code"].as_str().unwrap().to_owned(), problem["detail"].as_str().unwrap().to_owned())
}

#[test]
fn a_program_runs_a_kept_process_with_other_parameters_as_the_command_line_would() {
    let server = Server::start(&[]);
    let (playpen, _feeds) = daily();
    server.leat(&playpen, &["submit", "p.strm", "--wait"]).succeeds();
    // All that the program knows it has from the API.
    let listed = ask("GET", &format!("{}/api/v1/processes", server.url()), &server.token(), None).json();
    let process = &listed["items"][0];
    assert_eq!(process["process"], "daily", "{listed}");
    let parameters = json!([
        { "name": "day", "type": "text", "value": "22" },
        { "name": "least", "type": "float64", "value": "0" },
    ]);
    assert_eq!(process["parameters"], parameters);
    let bundle = process["bundle"].as_str().unwrap();

    let run = post(&server, &json!({ "bundle": bundle, "parameters": { "day": "23", "least": "-2.5" } })).json();
    assert_ne!(run["bundle"], json!(bundle));
    let id = run["id"].as_str().unwrap();
    let ended = server.until_run(&playpen, id, &["succeeded", "failed", "cancelled"]);
    assert_eq!(ended["state"], "succeeded", "{ended}");
    server.leat(&playpen, &["fetch", id, "--output", "there"]).succeeds();
    let given = ["--param", "day=23", "--param", "least=-2.5"];
    playpen.leat(&[&["run", "p.strm", "--output", "here"], &given[..]].concat()).succeeds();
    assert_eq!(playpen.read("there/23/kept.csv"), playpen.read("here/23/kept.csv"));
    assert_eq!(playpen.read("there/23/kept.csv").lines().count(), 3, "-2.5 itself is left out");

    // The command line with the same parameters makes another bundle of the same plan; the program the same one again.
    let again = post(&server, &json!({ "bundle": bundle, "parameters": { "least": "-2.5", "day": "23" } })).json();
    assert_eq!(again["bundle"], run["bundle"]);
    server.until_run(&playpen, again["id"].as_str().unwrap(), &["succeeded"]);
}

#[test]
fn what_cannot_be_run_so_is_refused_when_it_is_submitted() {
    let server = Server::start(&[]);
    let (playpen, _feeds) = daily();
    let bundle_of = |run: &str| server.json(&playpen, &["status", run])["bundle"].clone();
    let bundle = bundle_of(&server.submit(&playpen, &["p.strm"]));
    let with = |bundle: &Value, name: &str, value: &str| {
        refused(&post(&server, &json!({ "bundle": bundle, "parameters": { name: value } })))
    };
    let (code, words) = with(&bundle, "dya", "23");
    assert_eq!(code, "no-such-parameter");
    assert!(words.contains("did you mean `--param day=23`"), "{words}");
    let (code, words) = with(&bundle, "least", "a lot");
    assert_eq!(code, "parameter-type");
    assert!(words.contains("p.strm:3") && words.contains("float64"), "{words}");

    // A file of the playpen is in the bundle for the day that it was made for, and for no other.
    playpen.file("in/22.csv", "id,x\n1,1\n");
    playpen.file("in/23.csv", "id,x\n1,2\n");
    playpen.file("q.strm", "name q\nparam day text = \"22\"\nin \"in/${day}.csv\" -> rows\nout rows -> \"out.csv\"\n");
    let bundle = bundle_of(&server.submit(&playpen, &["q.strm"]));
    let (code, words) = with(&bundle, "day", "23");
    assert_eq!(code, "not-in-bundle");
    assert!(words.contains("in/23.csv") && words.contains("absolute path") && words.contains("leat submit"), "{words}");
    server.json(&playpen, &["runs"])["items"].as_array().unwrap().iter().for_each(|run| {
        server.until_run(&playpen, run["id"].as_str().unwrap(), &["succeeded"]);
    });
}
