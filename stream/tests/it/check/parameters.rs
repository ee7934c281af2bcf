//! Parameters of the process, of components and of the run.

use leat_stream::node_info::Value;

use super::world::{Ports, World, node, pricing};

const PROCESS: &str = "name p\nparam rate float64 = 0.03\nin \"in/options.csv\" -> options\nnode price(options)(values)\n\
                       out values -> \"values.csv\"\n";

fn windowed() -> World {
    let info = node("window")
        .reads("a", &["id any"])
        .writes("b", &["id = 0.0"])
        .needs("window", Value::Int64(250))
        .takes("scale", Value::Float64(1.0));
    World::default().node(info).file("in/a.csv", "id\n1\n")
}

#[test]
fn a_parameter_of_the_run_must_exist_and_fit() {
    insta::assert_snapshot!(pricing().param("rat", "0.05").problems(PROCESS));
    insta::assert_snapshot!(pricing().param("confidence", "0.05").problems(PROCESS));
    insta::assert_snapshot!(pricing().param("rate", "5%").problems(PROCESS));
    insta::assert_snapshot!(pricing().param("x", "1").problems(&PROCESS.replace("param rate float64 = 0.03\n", "")));
}

#[test]
fn a_parameter_needs_a_value_of_its_type() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nparam rate float64\nparam window int64 = 2.5\nparam book text = 7\nparam rate float64 = 1\n\
         in \"in/options.csv\" -> options\nnode price(options)(values)\nout values -> \"values.csv\"\n"
    ));
}

#[test]
fn what_a_component_needs_must_be_given() {
    let text = "name p\nparam windw int64 = 3\nin \"in/a.csv\" -> a\nnode window(a)(b)\nout b -> \"b.csv\"\n";
    insta::assert_snapshot!(windowed().problems(text));
    insta::assert_snapshot!(windowed().problems(&text.replace("windw int64", "window float64")));
}

#[test]
fn a_node_may_be_given_values_of_its_own() {
    let text = "name p\nparam days int64 = 3\nin \"in/a.csv\" -> a\nnode window(a)(b) params=(window=days, scale=2)\nout b -> \"b.csv\"\n";
    let plan = windowed().plan(text);
    assert!(plan.contains("param window int64 = 3") && plan.contains("param scale float64 = 2.0"), "{plan}");
    insta::assert_snapshot!(
        windowed().problems(&text.replace("window=days, scale=2", "windo=days, scale=\"x\", window=dayz"))
    );
}

#[test]
fn names_in_paths_must_have_values() {
    insta::assert_snapshot!(World::default().problems(
        "name p\nparam book text = \"eod\"\nin \"in/${bok}/a.csv\" -> a\nin \"in/${var.day}/${opt.a.b.c}/${dyn.x}.csv\" -> b\n\
         in var.file -> c\nin \"in/${desk}.csv\" -> d\nout a -> \"a.csv\"\nout b -> \"b.csv\"\nout c -> \"c.csv\"\nout d -> \"d.csv\"\n"
    ));
}
