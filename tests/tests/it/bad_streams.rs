//! Stream files that no one would write on purpose, and the command line's own errors.

use leat_tests::playpen::Playpen;

#[test]
fn a_binary_stream_file_is_refused() {
    let playpen = Playpen::new();
    playpen.file("x.strm", b"\x7fELF\x02\x01\0\0\0");
    for command in ["parse", "check", "plan", "run"] {
        playpen.leat(&[command, "x.strm"]).fails(1, &["x.strm", "binary"]);
    }
}

#[test]
fn a_huge_stream_file_is_refused() {
    let playpen = Playpen::new();
    playpen.file("x.strm", vec![b' '; (16 << 20) + 1]);
    playpen.leat(&["parse", "x.strm"]).fails(1, &["x.strm", "16 MiB"]);
}

#[test]
fn nesting_beyond_the_limit_is_one_clear_error() {
    let playpen = Playpen::new();
    playpen.file("x.strm", "subprocess a {\n".repeat(10_000) + &"}\n".repeat(10_000));
    let ended = playpen.leat(&["parse", "x.strm"]).fails(1, &["nest"]);
    assert!(ended.stderr.lines().count() < 40, "{ended}");
}

#[test]
fn a_missing_stream_file_is_named() {
    let playpen = Playpen::new();
    playpen.leat(&["run", "no.strm"]).fails(1, &["no.strm"]);
}

#[test]
fn parse_needs_nothing_but_the_file() {
    let playpen = Playpen::new();
    playpen.file("x.strm", "in nowhere.csv -> a\nnode never_built(a)(b)\nout b -> c.csv\n");
    playpen.leat(&["parse", "x.strm"]).succeeds();
    playpen.file("y.strm", "in nowhere.csv - a\n");
    playpen.leat(&["parse", "y.strm"]).fails(1, &["y.strm:1:"]);
}

#[test]
fn check_tells_programs_every_problem_with_its_place() {
    let playpen = Playpen::new();
    playpen.file("x.strm", "in \"no.csv\" -> a\nout b -> \"c.csv\"\n");
    let ended = playpen.leat(&["check", "x.strm", "--format", "json"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    let document: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let lines: Vec<_> = document["problems"].as_array().unwrap().iter().map(|p| p["at"]["line"].clone()).collect();
    assert!(lines.contains(&1.into()) && lines.contains(&2.into()), "{document:#}");
}

#[test]
fn wrong_usage_exits_with_2_and_bad_configuration_with_64() {
    let playpen = Playpen::new();
    playpen.leat(&["run"]).fails(2, &["Usage"]);
    playpen.leat(&["run", "x.strm", "--param", "rate"]).fails(2, &["name=value"]);
    playpen.leat(&["new", "node", "Not-A-Name"]).fails(2, &["Not-A-Name"]);
    playpen.file("x.strm", "in \"a.csv\" -> a\nout a -> \"b.csv\"\n");
    playpen.file("playpen.toml", "name = \"x\"\nnaem = 1\n");
    playpen.leat(&["check", "x.strm"]).fails(64, &["playpen.toml", "naem"]);
}

#[test]
fn statements_that_are_not_served_yet_say_so_at_check_time() {
    let playpen = Playpen::new();
    playpen.file("in/a.csv", "x\n1\n");
    for (statement, said) in [("sas a->(ds=lib.a) (ds=lib.b)->b", "SAS"), ("subprocess s (a)(b)", "subprocess")] {
        playpen.file("x.strm", format!("in \"in/a.csv\" -> a\n{statement}\nout b -> \"b.csv\"\n"));
        let ended = playpen.leat(&["check", "x.strm"]).fails(1, &["x.strm:2:"]);
        assert!(ended.stderr.to_lowercase().contains(&said.to_lowercase()), "{ended}");
    }
}
