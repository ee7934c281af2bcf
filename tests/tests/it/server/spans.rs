//! A run as one distributed trace, from its submit to the last batch of its nodes.

use std::collections::BTreeMap;

use leat_tests::collector::Collector;
use leat_tests::playpen::until;
use leat_tests::server::Server;
use serde_json::Value;

use super::playpen;

fn text<'a>(span: &'a Value, key: &str) -> &'a str {
    span[key].as_str().unwrap_or_else(|| panic!("no {key}: {span}"))
}

#[test]
fn a_run_is_one_trace_from_its_submit_to_the_last_batch_of_its_nodes() {
    let collector = Collector::start();
    let mut server = Server::start(&["--otlp", collector.url()]);
    let playpen = playpen("doubling", 20_000);
    let mut submit = server.command(&playpen, &["submit", "p.strm", "--wait"]);
    submit.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()).env("OTEL_SERVICE_NAME", "a desk");
    leat_tests::playpen::wait(submit.spawn().expect("leat starts")).succeeds();
    let run = super::only_run(&server, &playpen)["id"].as_str().unwrap().to_owned();

    let mut spans: Vec<Value> = Vec::new();
    // Each part of the system sends its own, when it is told to or after a moment.
    until("the last spans are here", || {
        spans = collector.spans();
        ["submit", "schedule", "run"].iter().all(|name| spans.iter().any(|span| span["name"] == *name))
    });
    let first = spans.iter().find(|span| span["name"] == "submit").expect("submit is told");
    assert_eq!((text(first, "service"), text(first, "parent")), ("a desk", ""));
    let of_trace: Vec<&Value> = spans.iter().filter(|span| span["trace"] == first["trace"]).collect();
    let by_name: BTreeMap<&str, &Value> = of_trace.iter().map(|span| (text(span, "name"), *span)).collect();
    let parents = [
        ("POST /api/v1/runs", "submit", "leat-serve"),
        ("schedule", "POST /api/v1/runs", "leat-serve"),
        ("run", "POST /api/v1/runs", "leat-host"),
        ("fetch", "run", "leat-host"),
        ("lay out", "run", "leat-host"),
        ("worker", "run", "leat-host"),
        ("upload", "run", "leat-host"),
        ("n", "worker", "leat-host"),
    ];
    for (name, parent, service) in parents {
        let span = by_name.get(name).unwrap_or_else(|| panic!("no span {name}: {:?}", by_name.keys()));
        assert_eq!((&span["parent"], text(span, "service")), (&by_name[parent]["span"], service), "{span}");
        assert_eq!(span["error"], Value::Null, "{span}");
    }
    for name in ["schedule", "run"] {
        assert_eq!(by_name[name]["attributes"]["leat.run.id"], run.as_str());
    }
    assert_eq!(by_name["schedule"]["attributes"]["leat.hosts"][0], "local");

    let worker = by_name["worker"];
    let nodes: Vec<&&Value> = of_trace.iter().filter(|span| span["parent"] == worker["span"]).collect();
    assert_eq!(nodes.len(), 3, "an input, a component, an output: {nodes:?}");
    let at = |span: &Value, key: &str| span[key].as_u64().unwrap_or_else(|| panic!("no {key}: {span}"));
    for node in nodes {
        assert!(at(worker, "start_ns") <= at(node, "start_ns"), "{node} in {worker}");
        assert!(at(node, "start_ns") <= at(node, "end_ns") && at(node, "end_ns") <= at(worker, "end_ns"), "{node}");
    }
    let node = &by_name["n"]["attributes"];
    assert_eq!((&node["leat.node.rows_in"], &node["leat.node.kind"]), (&20_000.into(), &"component".into()));
    server.stop();
}

#[test]
fn a_collector_that_is_away_changes_nothing_of_a_run() {
    // A port that was free a moment ago: nobody is there.
    let away = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{away}");
    let mut server = Server::start(&["--otlp", &url]);
    let playpen = playpen("doubling", 1_000);
    let mut submit = server.command(&playpen, &["submit", "p.strm", "--wait"]);
    submit.env("OTEL_EXPORTER_OTLP_ENDPOINT", &url);
    leat_tests::playpen::wait(submit.spawn().expect("leat starts")).succeeds();
    assert_eq!(super::only_run(&server, &playpen)["state"], "succeeded");
    // The environment may name one for other programs, which is none for this.
    let mut submit = server.command(&playpen, &["submit", "p.strm"]);
    submit.env("OTEL_EXPORTER_OTLP_ENDPOINT", "unix:///run/collector");
    let ended = leat_tests::playpen::wait(submit.spawn().expect("leat starts")).succeeds();
    assert!(ended.stderr.contains("spans go nowhere: \"unix:///run/collector\""), "{ended}");
    until("the loss is said", || server.said().contains("spans are lost, and nothing else"));
    server.stop();
}
