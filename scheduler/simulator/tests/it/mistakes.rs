//! What is wrong in a file is told with its place and the way out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use insta::assert_snapshot;
use leat_simulator::{Fleet, Trace};

const HEADER: &str = "submitted,group,cpus,memory,duration,priority\n";

#[test]
fn a_mistake_in_a_trace_is_told_with_line_and_column() {
    let rows = [
        "noon,desk,1,1GiB,1min,0",
        "0,,1,1GiB,1min,0",
        "0,desk,none,1GiB,1min,0",
        "0,desk,1,much,1min,0",
        "0,desk,1,1GiB,soon,0",
        "0,desk,1,1GiB,9000h,0",
        "0,desk,1,1GiB,1min,256",
        "0,desk,1,1GiB,1min",
        "2026-11-22T06:00:00Z,desk,1,1GiB,1min,0",
    ];
    let mut told = String::new();
    for row in rows {
        let text = format!("{HEADER}# for people\n0,desk,1,1GiB,1min,0\n{row}\n");
        let error = Trace::from_csv(&text).unwrap_err();
        writeln!(told, "{row}\n    {error}").unwrap();
    }
    for text in ["", HEADER, "group,cpus\n", "submitted,group,cpus,memory,duration,colour\n", "submitted,submitted\n"] {
        writeln!(told, "{}\n    {}", text.trim_end(), Trace::from_csv(text).unwrap_err()).unwrap();
    }
    assert_snapshot!(told);
}

#[test]
fn a_mistake_in_json_is_told_with_its_run() {
    let run = r#"{"id": "r1", "user": "ada", "group": "desk", "submitted": "2026-11-22T06:00:00Z",
        "started": "2026-11-22T06:00:01Z", "ended": "2026-11-22T06:00:02Z", "priority": 0,
        "needs": {"cpu_millis": 1, "memory_bytes": 1}}"#;
    let wrong = [
        "{".to_owned(),
        "7".to_owned(),
        r#"{"items": 7}"#.to_owned(),
        r#"{"items": []}"#.to_owned(),
        run.replace("\"group\": \"desk\", ", ""),
        run.replace("06:00:02Z", "25:00:02Z"),
        run.replace("\"priority\": 0", "\"priority\": -1"),
    ];
    let told =
        wrong.iter().fold(String::new(), |told, text| told + &Trace::from_json(text).unwrap_err().to_string() + "\n");
    assert_snapshot!(told);
}

#[test]
fn a_mistake_in_a_fleet_is_told_with_its_place() {
    let host = "[[hosts]]\nname = \"c\"\ncpus = 4\nmemory = \"16 GiB\"\n";
    let wrong = [
        "hosts = 7".to_owned(),
        String::new(),
        host.replace("16 GiB", "much"),
        host.replace("cpus = 4", "cpus = 0"),
        format!("{host}cuont = 2\n"),
        format!("{host}count = 0\n"),
        format!("{host}count = 100001\n"),
        format!("{host}cost_per_hour = -1.0\n"),
        format!("{host}{host}"),
        format!("{host}[scheduling]\nidle_timeout = \"long\"\n"),
        format!("{host}[scheduling]\nidle_time = \"5min\"\n"),
        format!("{host}[scheduling.groups.desk]\ncpus = 4\n"),
        format!("{host}[simulation]\nboot_failures = 2.0\n"),
    ];
    let mut told = String::new();
    for text in wrong {
        writeln!(told, "{}\n", Fleet::from_toml(&text, &BTreeMap::new()).unwrap_err()).unwrap();
    }
    for (key, value) in [("idle_time", "5min"), ("idle_timeout", "long"), ("starting_max", "many")] {
        let policy = BTreeMap::from([(key.to_owned(), value.to_owned())]);
        writeln!(told, "{key}={value}\n    {}", Fleet::from_toml(host, &policy).unwrap_err()).unwrap();
    }
    assert_snapshot!(told);
}
