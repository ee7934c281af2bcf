//! Queues, nodes and files that do not fit together.

use super::world::{Ports, World, copy, node, pricing};

#[test]
fn a_queue_that_nothing_writes_is_named_with_its_nearest() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nin \"in/options.csv\" -> options\nnode price(option)(values)\nout valeus -> \"values.csv\"\n"
    ));
}

#[test]
fn a_queue_that_nothing_writes_and_nothing_resembles_is_an_error() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nqueue curves (tenor float64)\nin \"in/options.csv\" -> options\nnode price(options)(values)\n\
         out values -> \"values.csv\"\nout curves -> \"curves.csv\"\nout spreads -> \"spreads.csv\"\n"
    ));
}

#[test]
fn a_queue_that_nothing_reads_is_a_warning() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nqueue unused (id int64)\nin \"in/options.csv\" -> options\nin \"in/options.csv\" -> spare\n\
         node price(options)(values)\n"
    ));
}

#[test]
fn a_queue_has_one_writer() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nin \"in/options.csv\" -> options\nin \"in/options.csv\" -> options\nnode price(options)(values)\n\
         out values -> \"values.csv\"\n"
    ));
}

#[test]
fn a_circle_is_named_from_end_to_end() {
    let join = node("join").reads("left", &["id any"]).reads("right", &["id any"]).writes("both", &["id = 0.0"]);
    let world = World::default().node(join).node(copy("clean")).node(copy("adjust")).file("in/a.csv", "id\n1\n");
    insta::assert_snapshot!(world.problems(
        "name p\nin \"in/a.csv\" -> a\nnode adjust(clean_b)(c)\nnode join(a, c)(b)\nnode clean(b)(clean_b)\nout b -> \"b.csv\"\n"
    ));
}

#[test]
fn a_node_that_reads_its_own_output_is_a_circle() {
    insta::assert_snapshot!(World::default().node(copy("loop_back")).problems("name p\nnode loop_back(a)(a)\n"));
}

#[test]
fn two_nodes_have_two_names() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nin \"in/options.csv\" -> options name=price\nnode price(options)(values)\nout values -> \"values.csv\"\n\
         out values -> \"copy.csv\" name=price\n"
    ));
}

#[test]
fn outputs_do_not_meet() {
    insta::assert_snapshot!(World::default().file("/data/a.csv", "id\n1\n").file("../b.csv", "id\n1\n").problems(
        "name p\nin \"/data/a.csv\" -> a\nin \"../b.csv\" -> b\nout a -> \"x/a.csv\"\nout a -> \"./x//a.csv\"\n\
                 out a -> \"/data/x/../a.csv\"\nout b -> \"../b.csv\"\nout b -> \"logs/b.csv\"\n"
    ));
}

#[test]
fn a_file_without_statements_cannot_run() {
    insta::assert_snapshot!(World::default().problems("// nothing yet\n"));
    insta::assert_snapshot!(World::default().problems("name p\nqueue a (id int64)\n"));
}

#[test]
fn the_traps_of_a_whole_file_are_warnings() {
    insta::assert_snapshot!(pricing().problems(
        "in \"in/options.csv\" -> options delim=\",\" delim=\";\" delim=\",\"\nnode price(options=eod)(values)\nout values -> \"o.csv\"\n/* out options -> \"b.csv\"\n"
    ));
    insta::assert_snapshot!(
        pricing().problems("name a\nname b\nin \"in/options.csv\" -> options\nout options -> \"o.csv\"\n")
    );
}
