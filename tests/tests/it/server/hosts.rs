//! One midtier on PostgreSQL and three hosts in network namespaces of their own, RabbitMQ between them: runs that are
//! divided, what breaks under them, and many runs of many users.

use leat_tests::faults::restart_broker;
use leat_tests::http::ask;
use leat_tests::installation::{ADMIN, Installation, SMALL};
use leat_tests::playpen::{Playpen, until, until_right};
use serde_json::{Value, json};

/// The examples with their parts and outputs.
const EXAMPLES: [(&str, &str, &[&str]); 2] = [
    ("market-risk", "market_risk.strm", &["var.csv", "exceedances.csv", "kupiec.csv", "kupiec_by_year.csv"]),
    ("credit-loss", "credit_loss.strm", &["totals.csv", "weighted.csv", "refused.csv"]),
];

fn is_off(state: &str) -> bool {
    state == "off" || state == "failed"
}

#[test]
fn examples_divided_among_hosts_give_the_bytes_of_a_run_here() {
    let installation = Installation::start(1, &[SMALL; 3]);
    for (example, file, outputs) in EXAMPLES {
        let playpen = Playpen::of_example(example);
        playpen.leat(&["run", file, "--output", "here"]).succeeds();
        until("all hosts are off", || installation.host_states(0, &playpen).iter().all(|state| is_off(state)));

        // With the command line.
        let submit = ["submit", file, "--spread", "--follow", "--output", "there"];
        let ended = installation.leat(0, &playpen, &submit);
        let started = ended.stderr.lines().find(|line| line.contains(" starting on ")).expect("it was placed");
        assert!(started.contains("c1, c2"), "each part is on a host of its own: {started}");
        for output in outputs {
            assert_eq!(playpen.read(&format!("there/{output}")), playpen.read(&format!("here/{output}")), "{output}");
        }
        let kinds = |report: &Value| -> Vec<String> {
            report["nodes"].as_array().unwrap().iter().map(|node| node["kind"].as_str().unwrap().to_owned()).collect()
        };
        let report = playpen.report("there");
        let crossings = kinds(&report).iter().filter(|kind| *kind == "send" || *kind == "receive").count();
        assert!(crossings >= 2, "the report has what every host did: {report}");

        // With any program: the same bundle, and the answers of the API.
        let api = format!("{}/api/v1", installation.url(0));
        let name = ended.stdout.lines().next().expect("submit prints the run's name");
        let bundle = ask("GET", &format!("{api}/runs/{name}"), ADMIN, None).json()["bundle"].clone();
        let run = ask("POST", &format!("{api}/runs"), ADMIN, Some(&json!({ "bundle": bundle, "spread": true }))).json();
        let url = format!("{api}/runs/{}", run["id"].as_str().expect("a run has a name"));
        let mut last = Value::Null;
        until("the run has ended", || {
            last = ask("GET", &url, ADMIN, None).json();
            ["succeeded", "failed", "cancelled"].contains(&last["state"].as_str().unwrap_or_default())
        });
        assert_eq!(last["state"], "succeeded", "{last}");
        for output in outputs {
            let sent = ask("GET", &format!("{url}/outputs/{output}"), ADMIN, None);
            assert_eq!(
                (sent.status, String::from_utf8_lossy(&sent.body).as_ref()),
                (200, playpen.read(&format!("here/{output}")).as_str())
            );
        }
        assert!(installation.host_states(0, &playpen).iter().any(|state| !is_off(state)), "hosts are on for a run");
    }
    let playpen = Playpen::new();
    until("all hosts are off", || installation.host_states(0, &playpen).iter().all(|state| is_off(state)));
}

/// A process of two parts, whose first sends a batch about ten times a second for some seconds.
pub(super) fn slow_and_last() -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("takes-time");
    for file in 0..40 {
        let text: String =
            (0..100).fold("id,x\n".to_owned(), |text, row| text + &format!("{},{row}.5\n", file * 100 + row));
        playpen.file(&format!("in/{file:02}.csv"), text);
    }
    playpen.file(
        "p.strm",
        "name p\nin \"in/*.csv\" -> rows\nnode slow(rows)(made) component=\"build/takes-time.wasm\" timeout=\"100s\" part=first\n\
         sql select id, y + 1 as z from made; name=last part=second\nout last -> \"out.csv\"\n",
    );
    playpen
}

/// A run of [`slow_and_last`] that has sent something to its second host; and the name of its hosts.
pub(super) fn under_way(installation: &Installation, playpen: &Playpen) -> (String, Vec<String>) {
    playpen.leat(&["run", "p.strm", "--output", "here"]).succeeds();
    let run = installation.leat(0, playpen, &["submit", "p.strm", "--spread", "--quiet"]).stdout.trim().to_owned();
    let have_crossed = |seen: &Value| {
        let nodes = seen["status"]["nodes"].as_array();
        nodes.into_iter().flatten().any(|node| node["name"] == "last" && node["rows_in"].as_u64() > Some(0))
    };
    let look = || installation.json(0, playpen, &["status", &run]);
    let seen = until_right("batches have crossed", look, have_crossed);
    let hosts = seen["hosts"].as_array().into_iter().flatten().filter_map(|host| host.as_str());
    let hosts: Vec<String> = hosts.map(str::to_owned).collect();
    assert_eq!(hosts.len(), 2);
    (run, hosts)
}

pub(super) fn ends_right(installation: &Installation, playpen: &Playpen, run: &str) -> Value {
    let ended = installation.until_run(0, playpen, run, &["succeeded", "failed", "cancelled"]);
    assert_eq!(ended["state"], "succeeded", "{ended}");
    installation.leat(0, playpen, &["fetch", run, "--output", "there"]);
    assert_eq!(playpen.read("there/out.csv"), playpen.read("here/out.csv"));
    ended
}

#[test]
fn a_divided_run_whose_host_dies_begins_again_elsewhere_and_ends_right() {
    let installation = Installation::start(1, &[SMALL; 3]);
    let playpen = slow_and_last();
    let (run, hosts) = under_way(&installation, &playpen);
    installation.kill_host(&hosts[1]);
    let ended = ends_right(&installation, &playpen, &run);
    assert_eq!(ended["attempts"], 2, "{ended}");
}

#[test]
fn a_divided_run_outlives_a_restart_of_the_broker() {
    let installation = Installation::start(1, &[SMALL; 3]);
    let playpen = slow_and_last();
    let (run, _) = under_way(&installation, &playpen);
    restart_broker();
    let ended = ends_right(&installation, &playpen, &run);
    assert_eq!(ended["attempts"], 1, "nothing but a connection was lost: {ended}");
}
