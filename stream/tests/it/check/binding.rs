//! Components against the nodes and queues that use them.

use super::world::{Ports, World, copy, node, price, pricing};

const PROCESS: &str =
    "name p\nin \"in/options.csv\" -> options\nnode price(options)(values)\nout values -> \"values.csv\"\n";

#[test]
fn a_component_must_be_there() {
    let world = World::default().node(price()).file("in/options.csv", super::world::OPTIONS);
    insta::assert_snapshot!(world.problems(&PROCESS.replace("node price", "node prise")));
    insta::assert_snapshot!(World::default().file("in/options.csv", super::world::OPTIONS).problems(PROCESS));
    insta::assert_snapshot!(
        world.unusable("build/price.wasm", "it is older than its source; run `leat build`").problems(PROCESS)
    );
}

#[test]
fn a_node_has_the_ports_of_its_component() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nin \"in/options.csv\" -> options\nin \"in/options.csv\" -> more\nnode price(options, more)(values, rest)\n\
         node also(null)(v) component=\"build/price.wasm\"\nout values -> \"values.csv\"\nout rest -> \"rest.csv\"\nout v -> \"v.csv\"\n"
    ));
    insta::assert_snapshot!(
        World::default()
            .node(node("make").writes("rows", &["id int64"]))
            .file("in/a.csv", "id\n1\n")
            .problems("name p\nin \"in/a.csv\" -> a\nnode make(a, null)(b)\nout b -> \"b.csv\"\n")
    );
}

#[test]
fn a_column_that_is_missing_is_named_with_its_nearest() {
    let options = super::world::OPTIONS.replace("strike", "strke").replace("vol", "volatility");
    insta::assert_snapshot!(World::default().node(price()).file("in/options.csv", &options).problems(PROCESS));
}

#[test]
fn a_column_that_a_node_makes_must_have_the_type_asked_for() {
    let world = World::default()
        .node(node("make").writes("rows", &["id int64", "rating text null", "n int32"]))
        .node(node("use").reads("rows", &["id float64", "rating text", "n float64"]).writes("x", &["x int64"]));
    insta::assert_snapshot!(world.problems("name p\nnode make(null)(rows)\nnode use(rows)(x)\nout x -> \"x.csv\"\n"));
}

#[test]
fn a_declaration_is_kept_by_who_writes_the_queue() {
    let world = World::default()
        .node(node("make").writes("rows", &["id int64", "rating text null", "extra int32"]))
        .node(copy("filter"))
        .file("in/a.csv", "id,x\n1,a\n");
    insta::assert_snapshot!(world.problems(
        "name p\nqueue rows (id int32, rating text, notes text)\nqueue b (id date)\nnode make(null)(rows)\nin \"in/a.csv\" -> a\n\
         node filter(a)(b)\nout rows -> \"rows.csv\"\nout b -> \"b.csv\"\n"
    ));
}

#[test]
fn a_component_that_contradicts_itself_is_refused() {
    let world = World::default().node(node("odd").reads("a", &["id any"]).writes("b", &["id = 0.7"]));
    insta::assert_snapshot!(
        world
            .file("in/a.csv", "id\n1\n")
            .problems("name p\nin \"in/a.csv\" -> a\nnode odd(a)(b)\nout b -> \"b.csv\"\n")
    );
}
