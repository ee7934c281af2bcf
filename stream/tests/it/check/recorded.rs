//! A check that is made again from what it was answered: the same plan for the same values, and one for others.

use leat_stream::check::{Checked, Given, Recording, World as Recorded, check};
use leat_stream::node_info::{NodeInfo, ObjectKind, OutputContent, OutputFieldInfo, OutputPortInfo, Value, ValueType};
use leat_stream::parser::parse;
use leat_stream::plan::{NodeKind, Plan};
use leat_stream::source::SourceFile;

use super::world::{OPTIONS, Ports, World, copy, node, price, pricing};

const DAILY: &str = "name p\nparam day text = \"22\"\nparam rate float64 = 0.03\nin \"/feeds/${day}.csv\" -> options\n\
                     node price(options)(values)\nout values -> \"${day}/values.csv\"\n";

/// The check of a text in a world, and the world as a bundle keeps it.
fn recorded(world: &World, text: &str) -> (Checked, Recorded) {
    let source = SourceFile::new("risk.strm", text);
    let recording = Recording::new(&source, world);
    let checked = check(&source, &parse(&source), &world.given, &recording);
    let kept = recording.world();
    (checked, Recorded::from_json(&kept.to_json()).unwrap())
}

fn given(params: &[(&str, &str)]) -> Given {
    let params = params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Given { params, ..Given::default() }
}

fn plan(world: &Recorded, given: &Given, rules: &World) -> Plan {
    let checked = world.check(given, rules);
    checked.plan.unwrap_or_else(|| panic!("{:#?}", checked.diagnostics))
}

fn paths(plan: &Plan) -> Vec<&str> {
    let paths = plan.nodes.iter().filter_map(|node| match &node.kind {
        NodeKind::Input(input) => Some(input.path.as_str()),
        NodeKind::Output(output) => Some(output.path.as_str()),
        _ => None,
    });
    paths.collect()
}

/// Processes that ask for everything that can be asked.
fn processes() -> Vec<(World, &'static str)> {
    let opens = copy("fit").opens(ObjectKind::Study, "base");
    let studies = World::default().node(opens).file("in/a.csv", "id\n1\n").object(
        ObjectKind::Study,
        "base",
        &[(ObjectKind::Matrix, "m")],
    );
    vec![
        (pricing().file("/feeds/22.csv", OPTIONS), DAILY),
        (pricing().file("/feeds/23.csv", OPTIONS).param("day", "23").param("rate", "0.1"), DAILY),
        (
            studies.object(ObjectKind::Matrix, "m", &[]),
            "name p\nin \"in/a.csv\" -> a\nnode fit(a)(b)\nout b -> \"b.csv\"\n",
        ),
        (
            World::default()
                .node(copy("cut"))
                .file("in/a.csv", "id,x\n1,\"\"\n2,0.1\n")
                .process("audit", "name audit(a)(b)\nqueue a (id int64)\nnode cut(a)(b)\n"),
            "name p\nin \"in/a.csv\" -> a\nsubprocess audit(a)(b)\nout b -> \"b.csv\"\n",
        ),
        (
            World::default().file("in/t/a.parquet", "").file("in/t/**/*.parquet", "id int64\nbook text null\n"),
            "name p\nin \"in/t/\" -> a\nsql select id, book from a; name=b\nout b -> \"b.csv\" exec_when=eod\n\
             out b -> \"c.csv\"\n",
        ),
        (
            World::default()
                .node(node("load").reads("a", &["id any"]).writes("b", &["id = 0.0"]).sets("day", ValueType::Text))
                .file("in/a.csv", "id\n1\n")
                .tag("late"),
            "name p\nin \"in/a.csv\" -> a\nnode load(a)(b) setfact=day\nout b -> \"${dyn.day}.csv\" exec_when=late\n",
        ),
    ]
}

#[test]
fn a_recorded_check_finds_what_the_live_one_found() {
    for (world, text) in processes() {
        let (live, kept) = recorded(&world, text);
        let again = kept.check(&world.given, &world);
        assert_eq!(again.plan, live.plan, "{text}");
        assert_eq!(again.diagnostics, live.diagnostics, "{text}");
        assert!(live.plan.is_some(), "what has no plan makes no bundle: {text}{:#?}", live.diagnostics);
    }
}

#[test]
fn other_values_give_the_plan_that_a_live_check_gives() {
    let world = pricing().file("/feeds/22.csv", OPTIONS).file("/feeds/23.csv", OPTIONS);
    let (_, kept) = recorded(&world, DAILY);
    let other = given(&[("day", "23"), ("rate", "0.1")]);
    // The rules alone are asked: nobody has these files.
    let again = plan(&kept, &other, &World::default());
    assert_eq!(paths(&again), ["/feeds/23.csv", "23/values.csv"]);
    let live = world.param("day", "23").param("rate", "0.1").check(DAILY).plan.unwrap();
    assert_eq!(again, live);
}

#[test]
fn what_is_wrong_with_other_values_is_said_as_ever() {
    let (_, kept) = recorded(&pricing().file("/feeds/22.csv", OPTIONS), DAILY);
    let codes = |params: &[(&str, &str)]| -> Vec<&str> {
        let checked = kept.check(&given(params), &World::default());
        assert!(checked.plan.is_none());
        checked.diagnostics.iter().map(|problem| problem.code).collect()
    };
    assert_eq!(codes(&[("dya", "23")]), ["unknown-parameter"]);
    assert_eq!(codes(&[("rate", "much")]), ["parameter-type"]);
}

#[test]
fn what_was_never_asked_for_is_refused_with_the_way_out() {
    let text = "name p\nparam which text = \"a\"\nin \"in/a.csv\" -> a exec_when=one\nin \"in/b.csv\" -> a exec_when=two\n\
                out a -> \"o.csv\"\n";
    let world = World::default().file("in/a.csv", "id\n1\n").file("in/b.csv", "id\n2\n").tag("one");
    let (live, kept) = recorded(&world, text);
    assert!(live.plan.is_some(), "{:#?}", live.diagnostics);
    let other = Given { tags: vec!["two".to_owned()], ..Given::default() };
    let refused = kept.check(&other, &world);
    let said = format!("{:?}", refused.diagnostics);
    assert!(refused.plan.is_none() && said.contains("in/b.csv") && said.contains("leat submit"), "{said}");
}

#[test]
fn a_document_that_is_no_world_is_refused() {
    let (_, kept) = recorded(&pricing().file("/feeds/22.csv", OPTIONS), DAILY);
    let bytes = kept.to_json();
    for length in 0..bytes.len() {
        assert!(Recorded::from_json(&bytes[..length]).is_err(), "{length}");
    }
    let text = String::from_utf8(bytes).unwrap();
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from} is not in {text}");
        Recorded::from_json(text.replacen(from, to, 1).as_bytes()).unwrap_err().to_string()
    };
    assert!(refused("\"version\":1", "\"version\":2").contains("version 2"));
    assert!(refused("name p", "name \\u0000").contains("NUL"));
    let typed = "\"types\":[{\"data_type\":{\"Ok\":\"text\"},\"nullable\":true}],\"records\"";
    assert!(refused("\"records\"", typed).contains("a type for each column"));
}

#[test]
fn a_component_that_is_described_falsely_is_refused_and_not_believed() {
    let (_, kept) = recorded(&pricing().file("/feeds/22.csv", OPTIONS), DAILY);
    let beyond = OutputContent::Passed { port: 7, field: 9 };
    let field = OutputFieldInfo { name: "id".to_owned(), content: beyond };
    let outputs = vec![OutputPortInfo { name: "values".to_owned(), fields: vec![field] }];
    let forged = NodeInfo { outputs, ..price().takes("none", Value::Int64(1)) };
    let mut document: serde_json::Value = serde_json::from_slice(&kept.to_json()).unwrap();
    document["components"]["build/price.wasm"]["info"] = serde_json::to_value(forged).unwrap();
    let forged = Recorded::from_json(&serde_json::to_vec(&document).unwrap()).unwrap();
    assert!(forged.check(&Given::default(), &World::default()).plan.is_none());
}
