//! The audit log of a real server: what its users did is in it, a file of it is checked without the server, and a row that somebody
//! has changed in the database is found.

use leat_tests::http::ask;
use leat_tests::server::Server;
use serde_json::{Value, json};

use super::playpen;

/// The rows that a list shows, as `action [on] outcome`, the oldest first.
fn told(list: &Value) -> Vec<String> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let told = |row: &Value| format!("{} [{}] {}", text(row, "action"), text(row, "on"), text(row, "outcome"));
    list["items"].as_array().unwrap().iter().rev().map(told).collect()
}

#[test]
fn what_was_done_at_a_server_is_listed_exported_and_sound() {
    let server = Server::start(&[]);
    let playpen = playpen("doubling", 10);
    let run = server.submit(&playpen, &["p.strm", "--wait"]);
    server.leat(&playpen, &["fetch", &run, "--output", "there"]).succeeds();
    server.leat(&playpen, &["hosts", "drain", "local"]).succeeds();
    server.leat(&playpen, &["hosts", "drain", "mars"]).fails(1, &["not-found"]);
    let refused = ask("POST", &format!("{}/api/v1/runs/{run}/cancel", server.url()), "guess", Some(&json!({})));
    assert_eq!(refused.status, 401);

    let rows = told(&server.json(&playpen, &["audit", "list", "--limit", "1000"]));
    for row in [
        format!("run.submit [run {run}] done"),
        "host.enlist [host local] done".to_owned(),
        format!("output.read [run {run} output made/out.csv] done"),
        "host.drain [host local] done".to_owned(),
        "host.drain [host mars] failed".to_owned(),
        format!("run.cancel [run {run}] refused"),
    ] {
        assert_eq!(rows.iter().filter(|found| **found == row).count(), 1, "{row}\n{rows:#?}");
    }
    assert!(rows[0].starts_with("bundle.put [bundle "), "contents are told of by the bundle: {rows:#?}");
    let nobody = server.json(&playpen, &["audit", "list", "--outcome", "refused", "--action", "run.*", "--from", "1h"]);
    let row = &nobody["items"][0];
    assert_eq!((&row["who"], &row["role"], &row["code"]), (&json!(""), &json!("nobody"), &json!("unauthenticated")));
    let none = server.leat(&playpen, &["audit", "list", "--to", "1h"]).succeeds();
    assert!(none.stdout.contains("nothing of the kind"), "{none}");
    let shown = server.leat(&playpen, &["audit", "list", "--on", "host mars"]).succeeds();
    assert!(shown.stdout.contains("failed: not-found") && shown.stdout.contains("127.0.0.1"), "{shown}");

    let sound = server.leat(&playpen, &["audit", "verify"]).succeeds();
    let noted = sound.stdout.trim().rsplit(' ').next().unwrap().to_owned();
    server.leat(&playpen, &["audit", "verify", "--noted", &noted]).succeeds();
    let exported = server.leat(&playpen, &["audit", "export", "--output", "audit.jsonl"]).succeeds();
    assert!(exported.stdout.contains("rows behind 0"), "{exported}");
    // Without the server.
    playpen.leat(&["audit", "verify", "--file", "audit.jsonl", "--noted", &noted]).succeeds();
    let changed = playpen.read("audit.jsonl").replacen("\"host mars\"", "\"host sram\"", 1);
    playpen.file("changed.jsonl", changed);
    playpen.leat(&["audit", "verify", "--file", "changed.jsonl"]).fails(1, &["NOT SOUND", "was changed"]);
    let whole = playpen.read("audit.jsonl");
    let cut = &whole[..whole.trim_end().rfind('\n').unwrap()];
    playpen.file("cut.jsonl", cut);
    playpen.leat(&["audit", "verify", "--file", "cut.jsonl"]).fails(1, &["without telling its head"]);
}

#[test]
fn a_row_that_somebody_changed_in_the_database_is_found() {
    let mut server = Server::start(&[]);
    let playpen = playpen("doubling", 10);
    let run = server.submit(&playpen, &["p.strm"]);
    server.leat(&playpen, &["cancel", &run]).succeeds();
    server.leat(&playpen, &["audit", "verify"]).succeeds();
    server.stop();
    // What a person does with an editor, in the rows and in their indices.
    let file = server.data().join("state.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let (old, new) = (b"run.cancel", b"run.resume");
    let mut changed = 0;
    for from in 0..bytes.len() - old.len() {
        if &bytes[from..from + old.len()] == old {
            bytes[from..from + old.len()].copy_from_slice(new);
            changed += 1;
        }
    }
    assert!(changed > 0, "the row is in the file");
    std::fs::write(&file, bytes).unwrap();
    server.start_again();
    server.leat(&playpen, &["audit", "verify"]).fails(1, &["NOT SOUND", "was changed, or the row before it was"]);
    let list = server.json(&playpen, &["audit", "list", "--action", "run.resume"]);
    assert_eq!(list["items"][0]["on"], json!(format!("run {run}")), "it is shown as it is there");
    assert!(server.said().contains("the audit log is not sound"), "{}", server.said());
}
