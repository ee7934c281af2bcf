//! `leat test --recovery`: nodes that can be resumed stand it, and those that cannot are named with the place.

use leat_tests::playpen::Playpen;

/// `rows.csv` with 100 records of `id`, `x` and `label`.
fn playpen() -> Playpen {
    let playpen = Playpen::new();
    playpen.guest("remembers").guest("rejects").guest("even-rows").guest("counts-keys");
    playpen.guest("sets-fact").guest("reads-fact").guest("draws");
    let rows: String = (0..100).map(|id| format!("{id},{id}.5,B{}\n", id % 7)).collect();
    playpen.file("rows.csv", format!("id,x,label\n{rows}"));
    playpen
}

const REMEMBERS: [&str; 4] = ["test", "remembers", "--input", "rows.csv"];

#[test]
fn a_node_that_gives_its_state_stands_the_trial_and_makes_the_same() {
    let playpen = playpen();
    let test = |recovery: &[&str]| {
        let arguments =
            [&REMEMBERS[..], &["--param", "how=gives", "--port", "out", "--rows", "1000"], recovery].concat();
        playpen.leat(&arguments).succeeds().stdout
    };
    let (plain, tried) = (test(&[]), test(&["--recovery"]));
    assert!(tried.starts_with("recovery: "), "{tried}");
    // Its batches are smaller, and with them what it sends: one row for each. The last is the sum of all.
    let last = |shown: &str| shown.split("rejects:").next().unwrap().trim().lines().last().unwrap().to_owned();
    assert!(last(&plain).starts_with("5000.0,") && last(&tried).starts_with("5000.0,"), "{plain}\n{tried}");
    assert!(plain.contains("out: 2 rows\n") && tried.contains("out: 9 rows\n"), "{plain}\n{tried}");
    // What the replaced instances say has been said.
    assert_eq!(tried.matches("opened").count(), 1, "{tried}");
}

#[test]
fn a_node_that_keeps_state_without_giving_it_is_named_with_port_batch_row_and_values() {
    let playpen = playpen();
    let test = |how: &str| playpen.leat(&[&REMEMBERS[..], &["--recovery", "--param", &format!("how={how}")]].concat());
    test("forgets").fails(1, &[
        "remembers",
        "restored from its snapshot before every call, it goes on otherwise: at batch 2 of input `in`, row 0 for output \
         `out` has 1.5 in column `sum`; not restored, 2.0",
    ]);
    test("refuses").fails(1, &["it fails at batch 1 of input `in`: the sum 0 is a secret"]);
    test("traps").fails(1, &["it fails at batch 1 of input `in`", "in snapshot: panicked"]);
}

#[test]
fn a_whole_process_is_tried_with_its_rejects_facts_keys_and_threads() {
    for how in ["sum", "open"] {
        let playpen = playpen();
        playpen.file(
            "p.strm",
            format!(
                "name p\nin \"rows.csv\" -> rows\n\
                 node checked(rows)(good) component=\"build/rejects.wasm\" on_error=queue(bad) threads=2\n\
                 node counted(rows)(counts) component=\"build/counts-keys.wasm\" by=label threads=2\n\
                 node setter(rows)(passed) component=\"build/sets-fact.wasm\" params=(how=\"{how}\") setfact=total\n\
                 node reader(rows)(scaled) component=\"build/reads-fact.wasm\" getdyn=total\n\
                 node draws(rows)(drawn)\n\
                 out good -> \"good.csv\"\nout bad -> \"bad.csv\"\nout counts -> \"counts.csv\"\n\
                 out passed -> \"passed.csv\"\nout scaled -> \"scaled.csv\"\nout drawn -> \"drawn.csv\"\n"
            ),
        );
        playpen.leat(&["run", "p.strm", "--output", "plain"]).succeeds();
        let tried = playpen.leat(&["test", "p.strm", "--recovery", "--output", "tried"]).succeeds();
        assert!(tried.stdout.starts_with("recovery: "), "{}", tried.stdout);
        for output in ["good", "bad", "counts", "passed", "scaled", "drawn"] {
            let of = |run: &str| playpen.read(&format!("{run}/{output}.csv"));
            assert_eq!(of("plain"), of("tried"), "{output}");
        }
        let counters = |run: &str| playpen.report(run)["nodes"][2]["counters"].clone();
        assert_eq!(counters("plain"), counters("tried"));
    }
}

#[test]
fn a_process_with_a_node_that_forgets_fails_and_names_it() {
    let playpen = playpen();
    playpen.file(
        "p.strm",
        "name p\nin \"rows.csv\" -> rows\nnode sums(rows)(made) component=\"build/remembers.wasm\" params=(how=\"forgets\")\n\
         out made -> \"made.csv\"\n",
    );
    playpen.leat(&["run", "p.strm", "--output", "plain"]).succeeds();
    let said = ["node sums (p.strm:3)", "at batch 2 of input `in`, row 0 for output `out`"];
    playpen.leat(&["test", "p.strm", "--recovery"]).fails(1, &said);
    assert!(!playpen.root().join("runs").exists());
    playpen.leat(&["test", "p.strm"]).fails(2, &["add `--recovery`"]);
    playpen.file("away.strm", playpen.read("p.strm").replace("\"made.csv\"", "\"/nowhere/made.csv\""));
    playpen.leat(&["test", "away.strm", "--recovery"]).fails(2, &["which a test does not write"]);
}

#[test]
fn the_nodes_of_the_examples_stand_the_trial() {
    let playpen = Playpen::of_example("market-risk");
    playpen.leat(&["test", "market_risk.strm", "--recovery", "--output", "tried"]).succeeds();
    playpen.leat(&["run", "market_risk.strm", "--output", "plain"]).succeeds();
    for output in ["var.csv", "exceedances.csv", "kupiec.csv", "kupiec_by_year.csv"] {
        assert_eq!(playpen.read(&format!("tried/{output}")), playpen.read(&format!("plain/{output}")), "{output}");
    }
    Playpen::of_example("credit-loss").leat(&["test", "credit_loss.strm", "--recovery"]).succeeds();
}
