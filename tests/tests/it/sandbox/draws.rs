//! Random numbers by position, from the contract to whole runs: the same for any cut, other for another seed or stream.

use std::collections::BTreeMap;

use leat_tests::playpen::Playpen;

/// Numbers of the stream `paths` of a run with seed 0. The native tests of the SDK (`sdk/rust/tests/it/draws.rs`) hold the
/// same list against the harness; the bits below them come from a Python script of the documented derivation.
const KNOWN: [(&str, f64, f64); 4] = [
    ("0", 0.6174750295880252, 0.2988559733793419),
    ("1", 0.3659157432150387, -0.34269026596937463),
    ("2", 0.012204466715162066, -2.2506307612009504),
    ("3", 0.6359680802417539, 0.34770220634700705),
];

/// Each id with its uniform and its normal number.
fn drawn(ids: &[i64], stream: &str, seed: &str) -> BTreeMap<String, (f64, f64)> {
    let playpen = Playpen::new();
    playpen.guest("draws");
    let ids: String = ids.iter().map(|id| format!("{id}\n")).collect();
    playpen.file("in/rows.csv", format!("id\n{ids}"));
    playpen.file(
        "p.strm",
        format!(
            "in \"in/rows.csv\" -> rows\nnode draws(rows)(drawn) params=(stream=\"{stream}\")\nout drawn -> \"out.csv\""
        ),
    );
    playpen.leat(&["run", "p.strm", "--output", "out", "--seed", seed]).succeeds();
    let number = |text: &str| text.parse::<f64>().unwrap();
    let line = |line: &str| match line.split(',').collect::<Vec<_>>()[..] {
        [id, u, z] => (id.to_owned(), (number(u), number(z))),
        _ => panic!("{line}"),
    };
    playpen.read("out/out.csv").lines().skip(1).map(line).collect()
}

#[test]
fn a_run_draws_the_numbers_that_the_documentation_promises() {
    let drawn = drawn(&[0, 1, 2, 3], "paths", "0");
    for (id, u, z) in KNOWN {
        assert_eq!(drawn[id], (u, z), "id {id}");
    }
}

#[test]
fn numbers_do_not_depend_on_batches_nor_on_the_order_of_records() {
    let few = drawn(&[4_999, 17, 18, 4_096, 0], "paths", "1");
    let many = drawn(&(0..5_000).collect::<Vec<_>>(), "paths", "1");
    assert_eq!((few.len(), many.len()), (5, 5_000));
    for (id, numbers) in few {
        assert_eq!(many[&id], numbers, "id {id}");
    }
    assert_eq!(many, drawn(&(0..5_000).rev().collect::<Vec<_>>(), "paths", "1"));
}

#[test]
fn another_seed_and_another_stream_have_other_numbers() {
    let ids: Vec<i64> = (0..100).collect();
    let one = drawn(&ids, "paths", "1");
    for other in [drawn(&ids, "paths", "2"), drawn(&ids, "defaults", "1")] {
        assert!(one.iter().all(|(id, numbers)| other[id] != *numbers));
    }
}
