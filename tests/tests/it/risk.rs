//! Risk objects, from their files to whole runs: what each kind answers, what is refused and where, and what a run says of
//! the objects it used. The misuse of the contract by a component is in `sandbox/risk.rs`.

use leat_tests::playpen::{Ended, Playpen};

const SCENARIOS: &str = "\
# description = 'Paths of the macro economy'
# step = 'quarter'
# start = 2009-09-30
# weights = { base = 0.75, severe = 0.25 }
scenario,step,unemp,tbill
base,1,9.6,0.12
base,2,9.5,0.2
severe,1,10.5,0.1
severe,2,12,0.05
";

const MATRIX: &str = "\
# rows_sum_to = 1
# square = true
from,A,B,D
A,0.9,0.08,0.02
B,0.1,0.8,0.1
D,0,0,1
";

const TABLE: &str = "\
segment,valid_from,valid_to,lgd,cap
mortgage,2000-01-01,2008-12-31,0.2,1
mortgage,2009-01-01,,0.35,
card,,,0.8,2
";

const SIMULATION: &str = "draw,equity,rates\n0,0.1,-0.2\n1,0.3,0.4\n2,-0.5,0.6\n";

const STUDY: &str = "\
methodology = 'ifrs9'
[options]
years = 30
[[framework]]
name = 'retail'
[[framework.model]]
name = 'secured'
filter = { segment = ['mortgage', 'auto'] }
uses = ['ratings.matrix']
";

/// A playpen with an object of each kind, and the node that answers questions about those that `params` name.
fn asking(questions: &[&str], params: &str) -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("asks-risk");
    playpen.file("risk/macro.scenarios.csv", SCENARIOS);
    playpen.file("risk/ratings.matrix.csv", MATRIX);
    playpen.file("risk/lgd.table.csv", TABLE);
    playpen.file("risk/shocks.simulation.csv", SIMULATION);
    playpen.file("risk/ecl.study.toml", STUDY);
    playpen.file("in/questions.csv", format!("ask\n{}\n", questions.join("\n")));
    let node = format!("node asks(questions)(answers) component=\"build/asks-risk.wasm\" params=({params})");
    playpen.file("p.strm", format!("in \"in/questions.csv\" -> questions\n{node}\nout answers -> \"answers.csv\"\n"));
    playpen
}

const ALL: &str = "scenarios=\"macro\", matrix=\"ratings\", table=\"lgd\", simulation=\"shocks\", study=\"ecl\"";

fn run(playpen: &Playpen) -> Ended {
    playpen.leat(&["run", "p.strm", "--output", "out"])
}

/// What the node answers to each question.
fn answers(playpen: &Playpen) -> Vec<String> {
    run(playpen).succeeds();
    let answer = |line: &str| line.split_once(',').unwrap().1.trim_matches('"').to_owned();
    playpen.read("out/answers.csv").lines().skip(1).map(answer).collect()
}

#[test]
fn a_node_reads_objects_of_every_kind() {
    let playpen = asking(
        &[
            "scenarios",
            "path severe unemp",
            "weight base",
            "matrix A D",
            "row B",
            "table mortgage 2008-12-31 lgd",
            "table mortgage 2009-01-01 cap",
            "table card 2009-01-01 cap",
            "draws",
            "draws 1 2",
            "study",
            "model mortgage",
        ],
        ALL,
    );
    let expected = [
        "2 quarters from 1 on, 2009-09-30",
        "10.5 12",
        "0.75",
        "0.02",
        "0.1 0.8 0.1",
        "0.2",
        "null",
        "2",
        "3 of equity rates",
        "0.3 0.4 -0.5 0.6",
        "ifrs9 for 30 years",
        "retail.secured by ratings from A",
    ];
    assert_eq!(answers(&playpen), expected);
}

#[test]
fn a_key_that_is_not_there_is_an_error_that_says_which_there_are() {
    let playpen = asking(
        &["path worst unemp", "matrix A E", "table auto 2009-01-01 lgd", "table mortgage 1999-01-01 lgd", "draws 2 2"],
        ALL,
    );
    let expected = [
        "error: the scenario set `macro` has no scenario `worst`; it has base, severe",
        "error: the matrix `ratings` has no column `E`; it has A, B, D",
        "error: the control table `lgd`: no row `auto`; there are card, mortgage",
        "error: the control table `lgd`: no row `mortgage` is in force on 1999-01-01",
        "error: the simulation `shocks` has 3 draws, not 2 from 2 on",
    ];
    assert_eq!(answers(&playpen), expected);
}

#[test]
fn an_object_that_a_node_did_not_declare_is_denied() {
    let playpen = asking(&["open matrix ratings", "open matrix other"], "matrix=\"ratings\"");
    playpen.file("risk/other.matrix.csv", MATRIX);
    let denied =
        "error: the node did not declare the matrix `other`, and so is not given it; it is given ratings.matrix";
    assert_eq!(answers(&playpen), ["opened", denied]);
}

#[test]
fn a_study_brings_the_objects_that_it_uses() {
    let playpen = asking(&["open matrix ratings", "open matrix other"], "study=\"ecl\"");
    let given = answers(&playpen);
    assert_eq!(given[0], "opened");
    assert!(given[1].starts_with("error: the node did not declare the matrix `other`"), "{given:?}");
    let plan = playpen.leat(&["plan", "p.strm"]).succeeds().stdout;
    assert!(plan.contains("object ecl.study\n") && plan.contains("object ratings.matrix\n"), "{plan}");
}

#[test]
fn a_missing_object_is_named_before_the_run_with_the_one_that_may_be_meant() {
    let playpen = asking(&["scenarios"], "scenarios=\"marco\"");
    let said = ["[no-object]", "opens the scenario set `marco`", "risk/marco.scenarios.csv", "did you mean `macro`?"];
    playpen.leat(&["check", "p.strm"]).fails(1, &said);
    let playpen = asking(&["scenarios"], "scenarios=\"../macro\"");
    playpen.leat(&["check", "p.strm"]).fails(1, &["is no name of a risk object"]);
}

#[test]
fn a_bad_object_is_refused_before_the_run_with_file_line_and_column() {
    let cases: [(&str, String, &str, &[&str]); 8] = [
        (
            "risk/macro.scenarios.csv",
            format!("{SCENARIOS}severe,3,13,0.05\n"),
            "scenarios=\"macro\"",
            &[
                "risk/macro.scenarios.csv:10: unequal horizons: scenario `severe` has steps 1 to 3, and `base` has 1 to 2",
            ],
        ),
        (
            "risk/macro.scenarios.csv",
            SCENARIOS.replace("base,2,9.5,0.2\n", "base,3,9.5,\n"),
            "scenarios=\"macro\"",
            &["risk/macro.scenarios.csv:7:12: variable `tbill`: a hole: expected a number"],
        ),
        (
            "risk/ratings.matrix.csv",
            MATRIX.replace("0.08", "0.07"),
            "matrix=\"ratings\"",
            &["risk/ratings.matrix.csv:4: row `A` sums to 0.99", "tolerance"],
        ),
        (
            "risk/ratings.matrix.csv",
            MATRIX.replace("\nB,", "\nA,").replace("0,0,1", "0,0;1"),
            "matrix=\"ratings\"",
            &["matrix.csv:5:1: the row key `A` stands there twice", "matrix.csv:6: 2 numbers, where the header has 3"],
        ),
        (
            "risk/lgd.table.csv",
            TABLE.replace("2008-12-31", "2009-06-30"),
            "table=\"lgd\"",
            &["risk/lgd.table.csv:3: row `mortgage` is in force on 2009-01-01 twice, by line 2 too"],
        ),
        (
            "risk/shocks.simulation.csv",
            SIMULATION.replace("2,-0.5", "3,-0.5%"),
            "simulation=\"shocks\"",
            &["simulation.csv:4:1: draw \"3\": expected 2", "simulation.csv:4:3: variable `equity`: \"-0.5%\" is not"],
        ),
        (
            "risk/ecl.study.toml",
            STUDY.replace("ratings.matrix", "rating.matrix"),
            "study=\"ecl\"",
            &["risk/ecl.study.toml:9:9: the study uses `rating.matrix`, which is not there", "`ratings.matrix`?"],
        ),
        (
            "risk/ratings.matrix.csv",
            "# rows_sum_to = one\nfrom,A\nA,1\n".to_owned(),
            "matrix=\"ratings\"",
            &["risk/ratings.matrix.csv:1:17: "],
        ),
    ];
    for (file, text, params, said) in cases {
        let playpen = asking(&["scenarios"], params);
        playpen.file(file, text);
        let said: Vec<&str> = ["[bad-object]", "node `asks` opens it"].iter().chain(said).copied().collect();
        playpen.leat(&["check", "p.strm"]).fails(1, &said);
        run(&playpen).fails(1, &said);
        assert!(!playpen.root().join("out/answers.csv").exists());
    }
}

#[test]
fn a_file_that_is_no_text_is_refused_with_its_line() {
    let playpen = asking(&["row A"], "matrix=\"ratings\"");
    playpen.file("risk/ratings.matrix.csv", b"from,A\nA\xff,1\n");
    playpen.leat(&["check", "p.strm"]).fails(1, &["risk/ratings.matrix.csv:2: bytes that are not UTF-8"]);
    std::fs::remove_file(playpen.root().join("risk/ratings.matrix.csv")).unwrap();
    std::fs::create_dir(playpen.root().join("risk/ratings.matrix.csv")).unwrap();
    playpen.leat(&["check", "p.strm"]).fails(1, &["risk/ratings.matrix.csv: cannot be read: it is not a plain file"]);
}

#[test]
fn a_run_reports_the_content_of_every_object_it_used() {
    let playpen = asking(&["matrix A D"], "matrix=\"ratings\", study=\"ecl\"");
    let said = run(&playpen).succeeds().stdout;
    let report = playpen.report("out");
    let objects = report["objects"].as_array().unwrap();
    let names: Vec<&str> = objects.iter().map(|object| object["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["ratings.matrix", "ecl.study"]);
    // What `sha256sum risk/ratings.matrix.csv` says.
    assert_eq!(objects[0]["digest"], "d37be9f1d0a8fec001d609593d14b8e84e2055615c74ca36ddead9ba394e45ab");
    assert_eq!(objects[0]["file"], "risk/ratings.matrix.csv");
    assert_eq!(objects[0]["nodes"][0], "asks");
    assert!(
        said.contains(&format!("used ratings.matrix  sha256 {}", objects[0]["digest"].as_str().unwrap())),
        "{said}"
    );
    playpen.file("risk/ratings.matrix.csv", MATRIX.replace("# square = true\n", ""));
    run(&playpen).succeeds();
    assert_ne!(playpen.report("out")["objects"][0]["digest"], objects[0]["digest"]);
    assert_eq!(playpen.report("out")["objects"][1]["digest"], objects[1]["digest"]);
}

#[test]
fn risk_objects_are_listed_checked_and_shown() {
    let playpen = asking(&[], "");
    let listed = playpen.leat(&["risk", "list"]).succeeds().stdout;
    assert_eq!(listed, "ecl.study\nlgd.table\nmacro.scenarios\nratings.matrix\nshocks.simulation\n");
    let checked = playpen.leat(&["risk", "check"]).succeeds().stdout;
    assert!(checked.contains("macro.scenarios: 2 scenarios of 2 variables, 2 quarters\n"), "{checked}");
    assert!(checked.ends_with("5 risk objects, no problems\n"), "{checked}");
    let shown = playpen.leat(&["risk", "show", "macro.scenarios"]).succeeds().stdout;
    for line in ["Paths of the macro economy", "sha256 ", "scenarios base, severe", "steps 1 to 2 after 2009-09-30"] {
        assert!(shown.contains(line), "{shown}");
    }
    playpen.leat(&["risk", "show", "marco.scenarios"]).fails(1, &["did you mean macro.scenarios?"]);
    playpen.leat(&["risk", "show", "macro"]).fails(2, &["names no risk object"]);
    playpen.file("risk/lgd.table.csv", "segment,lgd\na,1\na,2\n");
    playpen.file("risk/shocks.simulation.parquet", "PAR1");
    let said =
        ["risk/lgd.table.csv:3: row `a` stands there twice", "one object has one file", "2 of them cannot be used"];
    playpen.leat(&["risk", "check"]).fails(1, &said);
}
