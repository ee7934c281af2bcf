//! Processes that nobody would write: the check answers them all, and a plan comes with no error and reads back.

use leat_stream::check::{Given, check};
use leat_stream::diagnostic::Diagnostic;
use leat_stream::parser::parse;
use leat_stream::plan::Plan;
use leat_stream::source::SourceFile;
use proptest::prelude::*;

use super::world::{OPTIONS, Ports, World, copy, node, price};
use crate::corpus::snippets;

fn world() -> World {
    let join = node("join").reads_first("left", &["id any"]).reads("right", &["id int64 null"]);
    World::default()
        .node(price())
        .node(copy("copy"))
        .node(join.writes("both", &["id = 0.0", "n int64"]))
        .node(node("make").writes("rows", &["id int32", "note text null"]))
        .file("in/a.csv", OPTIONS)
        .file("in/b.csv", "id,reason\n1,x\n\n3\n")
}

fn judge(text: &str) -> usize {
    let source = SourceFile::new("soup.strm", text);
    let checked = check(&source, &parse(&source), &Given::default(), &world());
    let good = !checked.diagnostics.iter().any(Diagnostic::is_error);
    assert_eq!(checked.plan.is_some(), good, "{text}");
    for diagnostic in &checked.diagnostics {
        assert!(text.get(diagnostic.primary.span.range()).is_some(), "{diagnostic:?}");
        assert!(!diagnostic.primary.text.is_empty(), "says what was expected: {diagnostic:?}");
    }
    if let Some(plan) = checked.plan {
        assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
        assert!(!plan.to_svg().contains("NaN"));
    }
    usize::from(good)
}

#[test]
fn every_snippet_of_the_corpus_gets_an_answer() {
    for snippet in snippets() {
        judge(&snippet.text);
    }
}

fn statement() -> impl Strategy<Value = String> {
    let queue = || prop::sample::select(vec!["a", "b", "c", "d", "null"]);
    let component = prop::sample::select(vec!["copy", "join", "make", "price", "gone"]);
    let option = prop::sample::select(vec![
        "",
        "",
        "",
        "on_error=skip",
        "on_error=queue(d)",
        "on_error=queue(bad)",
        "threads=2",
        "name=x",
        "null=\".\"",
        "types=declared",
        "memory=\"1MiB\"",
        "params=(rate=r)",
    ]);
    prop_oneof![
        4 => (queue(), any::<bool>(), option.clone())
            .prop_map(|(q, b, o)| format!("in \"in/{}.csv\" -> {q} {o}", if b { "a" } else { "b" })),
        4 => (component, queue(), queue(), queue(), option.clone()).prop_map(|(n, q, r, s, o)| match s {
            "d" => format!("node {n}({q}, {r})({s}) {o}"),
            _ => format!("node {n}({q})({s}) {o}"),
        }),
        4 => (queue(), queue(), option).prop_map(|(q, p, o)| format!("out {q} -> \"{p}.csv\" {o}")),
        1 => queue().prop_map(|q| format!("queue {q} (id int64 null, note text null)")),
        1 => Just("param r float64 = 0.5".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_mixture_of_statements_gets_an_answer(statements in prop::collection::vec(statement(), 0..8)) {
        judge(&statements.join("\n"));
    }
}

#[test]
fn a_process_of_thousands_of_nodes_is_checked_and_drawn() {
    let mut text = "name long\nin \"in/a.csv\" -> q0\n".to_owned();
    for number in 0..3000 {
        text.push_str(&format!("node n{number}(q{number})(q{}) component=\"build/copy.wasm\"\n", number + 1));
    }
    text.push_str("out q3000 -> \"q.csv\"\n");
    assert_eq!(judge(&text), 1);
}
