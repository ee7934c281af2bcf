//! The tools of who writes nodes, `leat test` and `leat generate`, and of who keeps a fleet, `leat simulate`.

use leat_tests::playpen::Playpen;

fn playpen() -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("rejects").guest("even-rows").guest("doubling").guest("panics");
    playpen.file("rows.csv", "id,x\n0,-1\n1,2\n2,0.1\n");
    playpen
}

#[test]
fn a_tested_node_shows_what_it_emits_and_what_it_rejects() {
    let playpen = playpen();
    let shown = playpen.leat(&["test", "rejects", "--input", "rows.csv"]).succeeds().stdout;
    assert!(shown.contains(": 2 rows\nid,y\n1,4.0\n2,0.2\n"), "{shown}");
    assert!(shown.contains("rejects: 1 row\nid,x,reason\n0,-1.0,x is negative\n"), "{shown}");
    playpen.file("labelled.csv", "id,x,label\n1,2,a\n");
    let shown = playpen.leat(&["test", "build/even-rows.wasm", "--input", "labelled.csv"]).succeeds().stdout;
    assert!(shown.contains("log:\n") && shown.contains("done"), "{shown}");
    assert!(!playpen.root().join("runs").exists());
}

#[test]
fn a_tested_node_is_held_against_a_file() {
    let playpen = playpen();
    playpen.file("good.csv", "id,y\n1,4\n2,0.2\n");
    playpen.file("near.csv", "id,y\n1,4.0000001\n2,0.2\n");
    let test = |expected: &str, more: &[&str]| {
        let mut arguments = vec!["test", "rejects", "--input", "rows.csv", "--expect", expected];
        arguments.extend(more);
        playpen.leat(&arguments)
    };
    assert!(test("good.csv", &[]).succeeds().stdout.contains("as expected, 2 rows"));
    test("near.csv", &[]).fails(1, &["near.csv", "row 1, column `y`: expected \"4.0000001\" (line 2), got \"4.0\""]);
    test("near.csv", &["--tolerance", "1e-6"]).succeeds();
}

#[test]
fn a_test_that_makes_no_sense_is_wrong_usage_and_a_bad_node_fails() {
    let playpen = playpen();
    playpen.leat(&["test", "rejects"]).fails(2, &["1 input port", "`--input`"]);
    let port = playpen.leat(&["test", "rejects", "--input", "rows.csv", "--port", "nowhere"]);
    port.fails(2, &["no output port `nowhere`"]);
    let param = playpen.leat(&["test", "rejects", "--input", "rows.csv", "--param", "rate=1"]);
    param.fails(2, &["no parameter `rate`"]);
    playpen.leat(&["test", "rejcets", "--input", "rows.csv"]).fails(1, &["did you mean build/rejects.wasm?"]);
    playpen.leat(&["test", "rejects", "--input", "nowhere.csv"]).fails(1, &["nowhere.csv"]);
    playpen.leat(&["test", "panics", "--input", "rows.csv"]).fails(1, &["no price for -1"]);
}

#[test]
fn generated_rows_run_and_the_same_seed_gives_the_same_bytes() {
    let playpen = playpen();
    playpen.file("p.strm", "name p\nin \"in/rows.csv\" -> rows\nnode doubling(rows)(made)\nout made -> \"made.csv\"\n");
    let generate = |seed: &str, out: &str| {
        playpen.leat(&["generate", "p.strm", "rows", "--rows", "1000", "--seed", seed, "--out", out]).succeeds();
        playpen.read(out)
    };
    std::fs::create_dir(playpen.root().join("in")).unwrap();
    let rows = generate("7", "in/rows.csv");
    assert_eq!(rows.lines().count(), 1001);
    assert_eq!(rows, generate("7", "again.csv"));
    assert_ne!(rows, generate("8", "other.csv"));
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/made.csv").lines().count(), 1001);
    playpen.leat(&["generate", "p.strm", "rosw"]).fails(2, &["did you mean `rows`?"]);
}

#[test]
fn rows_are_generated_in_any_format_with_the_same_values() {
    let playpen = playpen();
    let columns = "id int64, x float64 null, d date, t timestamp null, ok boolean, s text null, m decimal(9,2)";
    let process =
        |input: &str| format!("name p\nqueue rows ({columns})\nin \"{input}\" -> rows\nout rows -> \"copy.csv\"\n");
    playpen.file("p.strm", process("rows.csv"));
    let generate = |arguments: &[&str]| {
        playpen.leat(&[&["generate", "p.strm", "rows", "--rows", "500"], arguments].concat()).succeeds().stdout
    };
    let rows = generate(&[]);
    for (name, format) in
        [("a.parquet", None), ("a.arrow", None), ("a.jsonl.gz", None), ("a.csv.zst", None), ("b", Some("jsonl"))]
    {
        let asked: Vec<&str> = format.into_iter().flat_map(|format| ["--format", format]).collect();
        generate(&[&["-o", name], &asked[..]].concat());
        // Without a suffix it is read under a name that says its format.
        let input = if name == "b" { "b.jsonl" } else { name };
        if input != name {
            std::fs::rename(playpen.root().join(name), playpen.root().join(input)).unwrap();
        }
        playpen.file("read.strm", process(input));
        playpen.leat(&["run", "read.strm", "--output", "out"]).succeeds();
        assert_eq!(playpen.read("out/copy.csv").lines().count(), 501, "{name}");
        if name != "b" {
            continue;
        }
        assert_eq!(generate(&["--format", "jsonl"]), playpen.read("b.jsonl"));
    }
    playpen.file("csv.strm", process("plain.csv"));
    playpen.file("plain.csv", rows);
    playpen.leat(&["run", "csv.strm", "--output", "plain"]).succeeds();
    assert_eq!(playpen.read("plain/copy.csv"), playpen.read("out/copy.csv"));
    playpen.leat(&["generate", "p.strm", "rows", "--format", "parquet"]).fails(2, &["need a file", "--out"]);
}

#[test]
fn a_declared_queue_is_generated_with_every_type_it_has() {
    let playpen = playpen();
    let columns = "id int64, n int32, x float64 null, d date, t timestamp null, ok boolean, s text null, b binary, \
                   \"as of\" decimal(9,2)";
    playpen.file(
        "p.strm",
        format!("name p\nqueue rows ({columns})\nin \"rows2.csv\" -> rows delim=\";\" dates=\"%d.%m.%Y\"\nout rows -> \"copy.csv\"\n"),
    );
    playpen.leat(&["generate", "p.strm", "rows", "--rows", "500", "--out", "rows2.csv"]).succeeds();
    assert!(playpen.read("rows2.csv").starts_with("id;n;x;d;t;ok;s;b;as of\n1;"));
    playpen.leat(&["run", "p.strm", "--output", "out"]).succeeds();
    assert_eq!(playpen.read("out/copy.csv").lines().count(), 501);
    playpen.file("p.strm", "name p\nin \"x.csv\" -> rows\nout rows -> \"copy.csv\"\n");
    playpen.leat(&["generate", "p.strm", "rows"]).fails(2, &["declare it", "queue rows ("]);
}

#[test]
fn a_trace_is_simulated_on_the_fleet_of_a_midtiers_configuration() {
    let playpen = Playpen::new();
    playpen.file("trace.csv", "submitted,group,cpus,memory,duration\n0,desk,1,1GiB,20min\n");
    playpen.file(
        "midtier.toml",
        "name = \"m1\"\n[[hosts]]\nname = \"c1\"\npower = \"racks\"\ncpus = 4\nmemory = \"8 GiB\"\n",
    );
    let simulated = playpen.leat(&["simulate", "trace.csv", "--fleet", "midtier.toml"]).succeeds();
    assert!(simulated.stdout.starts_with("1 run of 1 group on 1 host over 26 min"), "{}", simulated.stdout);
    assert!(simulated.stderr.contains("passed over in midtier.toml: name"), "{}", simulated.stderr);
    let on_for = |idle: &str| {
        let policy = format!("idle_timeout={idle}");
        let arguments = ["simulate", "trace.csv", "--fleet", "midtier.toml", "--policy", &policy, "--format", "json"];
        let report: serde_json::Value = serde_json::from_str(&playpen.leat(&arguments).succeeds().stdout).unwrap();
        report["on_demand"]["hosts"]["hours_on"].as_f64().unwrap()
    };
    assert!(on_for("1min") < on_for("10min"));
    let wrong = ["simulate", "trace.csv", "--fleet", "midtier.toml", "--policy", "idle_time=1min"];
    playpen.leat(&wrong).fails(2, &["--policy idle_time", "unknown field"]);
    playpen.file("trace.csv", "submitted,group,cpus,memory,duration\n0,desk,1,1GiB,soon\n");
    playpen.leat(&["simulate", "trace.csv", "--fleet", "midtier.toml"]).fails(1, &["line 2, column 5 (duration)"]);
}
