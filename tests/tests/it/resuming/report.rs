//! The report of a run that was killed and went on: that of one that was not, but for times and memory.

use leat_bundle::Digest;
use leat_tests::playpen::Playpen;
use serde_json::{Value, json};

use super::{begin, has_checkpoint, kill_after_a_checkpoint, slow};

/// Records that are refused in the input and in a component, keyed state on several instances, counters, and a query.
const PROCESS: &str = "name p\nqueue rows (id int64, x float64)\n\
    in \"in/*.csv\" -> rows on_error=skip\n\
    node rejects(rows)(good) on_error=queue(bad)\n\
    sql select id, y as x from good; name=shaped\n\
    node slow(shaped)(made) component=\"build/takes-time.wasm\" timeout=\"100s\"\n\
    sql select cast(id % 5 as varchar) as label from made; name=labels\n\
    node counts(labels)(counted) component=\"build/counts-keys.wasm\" by=label threads=2\n\
    sql select cast(y as bigint) as y, count(*) as n from made group by 1 order by 1; name=grouped\n\
    out made -> \"made.csv\"\nout bad -> \"bad.csv\"\nout counted -> \"counted.csv\"\nout grouped -> \"grouped.csv\"\n\
    out made -> \"parts/{id}.csv\" where=\"id % 500 = 0\" name=parts\nout made -> \"grown.csv\" mode=append name=grown\n";

/// What a report says of records.
fn of_records(report: &Value) -> Value {
    let port = |port: &Value| json!([port["queue"], port["rows"], port["batches"]]);
    let ports = |ports: &Value| ports.as_array().unwrap().iter().map(port).collect::<Vec<_>>();
    let node = |node: &Value| {
        json!([
            node["name"],
            node["ended"],
            ports(&node["inputs"]),
            ports(&node["outputs"]),
            node["rejects"],
            node["counters"]
        ])
    };
    let output = |output: &Value| {
        let name = std::path::Path::new(output["path"].as_str().unwrap()).file_name().unwrap();
        json!([output["node"], name.to_str(), output["rows"], output["bytes"], output["digest"]])
    };
    json!({
        "nodes": report["nodes"].as_array().unwrap().iter().map(node).collect::<Vec<_>>(),
        "outputs": report["outputs"].as_array().unwrap().iter().map(output).collect::<Vec<_>>(),
    })
}

fn require_digests(report: &Value) {
    for output in report["outputs"].as_array().unwrap() {
        let bytes = std::fs::read(output["path"].as_str().unwrap()).unwrap();
        assert_eq!(output["digest"], Digest::of(&bytes).to_string(), "{output}");
    }
}

#[test]
fn a_run_that_was_killed_reports_the_records_of_the_whole_run() {
    let playpen = slow();
    playpen.guest("rejects").guest("counts-keys");
    playpen.file("p.strm", PROCESS);
    for (file, bad) in [("in/00.csv", "7,none\n8,-1.5\n"), ("in/03.csv", "9,-2.5\n1,1,1\n"), ("in/13.csv", "5,none\n")]
    {
        playpen.file(file, playpen.read(file) + bad);
    }
    for directory in ["whole", "o"] {
        playpen.file(&format!("{directory}/grown.csv"), "id,y\n0,0.5\n");
    }
    playpen.leat(&["run", "p.strm", "--output", "whole", "--checkpoints", "off"]).succeeds();
    kill_after_a_checkpoint(
        &playpen,
        begin(&playpen, &["run", "p.strm", "--output", "o", "--checkpoints", "200ms"]),
        1,
    );
    kill_after_a_checkpoint(&playpen, begin(&playpen, &["run", "--resume", "o"]), 2);
    playpen.leat(&["run", "--resume", "o"]).succeeds();
    let (whole, resumed) = (playpen.report("whole"), playpen.report("o"));
    assert_eq!(whole["nodes"][1]["rejects"]["rows"], 2, "{}", whole["nodes"][1]);
    assert!(resumed["checkpoints"]["resumed_from"].is_string(), "{}", resumed["checkpoints"]);
    assert_eq!(of_records(&whole), of_records(&resumed));
    [&whole, &resumed].into_iter().for_each(require_digests);
    let replayed = playpen.leat(&["replay", "o"]).succeeds();
    assert!(replayed.stdout.contains("x is negative"), "the refused records are kept: {replayed}");
}

/// How many whole checkpoints there are of a generation.
fn whole_ones(playpen: &Playpen, generation: u64) -> usize {
    let folder = playpen.root().join(format!("o/checkpoints/g{generation:08}"));
    let numbers = std::fs::read_dir(folder).into_iter().flatten().flatten();
    numbers.filter(|entry| entry.path().join("complete").exists()).count()
}

#[test]
fn as_many_checkpoints_are_kept_as_was_asked_for() {
    let playpen = slow();
    for wrong in ["0", "-1", "two"] {
        let kept = format!("--checkpoints-kept={wrong}");
        playpen.leat(&["run", "p.strm", &kept]).fails(2, &["expected a number, 1 or more"]);
    }
    let asked = ["run", "p.strm", "--output", "o", "--checkpoints", "100ms", "--checkpoints-kept", "5"];
    let mut run = begin(&playpen, &asked);
    leat_tests::playpen::until("so many are there", || {
        whole_ones(&playpen, 1) >= 5 || run.try_wait().unwrap().is_some()
    });
    assert!(has_checkpoint(&playpen, 1), "the run is at work");
    run.kill().unwrap();
    run.wait().unwrap();
    // One more where it was killed before it could remove the oldest.
    assert!((5..=6).contains(&whole_ones(&playpen, 1)), "{}", whole_ones(&playpen, 1));
    playpen.leat(&["run", "--resume", "o", "--checkpoints-kept", "3"]).fails(2, &["--checkpoints-kept"]);
}
