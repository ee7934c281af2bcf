//! Options whose values cannot be used.

use super::world::{Ports, World, copy, node, pricing};

#[test]
fn limits_have_units_and_a_range() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nin \"in/options.csv\" -> options\nnode price(options)(values) memory=\"256\" timeout=\"2 days\" stack=\"1GiB\"\n\
         max_output=\"lots\" max_log=\"1B\" threads=0\nout values -> \"values.csv\"\n"
    ));
}

#[test]
fn rejects_go_to_a_queue_from_nodes_with_one_input_alone() {
    let join = node("join").reads("left", &["id any"]).reads("right", &["id any"]).writes("both", &["id = 0.0"]);
    let world = World::default().node(join).file("in/a.csv", "id\n1\n").file("in/b.csv", "id\n1\n");
    insta::assert_snapshot!(world.problems(
        "name p\nin \"in/a.csv\" -> a\nin \"in/b.csv\" -> b\nnode join(a, b)(c) on_error=queue(bad)\nout c -> \"c.csv\"\nout bad -> \"bad.csv\"\n"
    ));
}

#[test]
fn a_queue_with_a_reason_cannot_take_rejects() {
    let world = World::default().node(copy("filter")).file("in/a.csv", "id,reason\n1,x\n");
    insta::assert_snapshot!(world.problems(
        "name p\nin \"in/a.csv\" -> a\nnode filter(a)(b) on_error=queue(bad)\nout b -> \"b.csv\"\nout bad -> \"bad.csv\"\n"
    ));
}

#[test]
fn a_file_says_its_format() {
    insta::assert_snapshot!(World::default().problems(
        "name p\nin \"in/a.dat\" -> a\nin \"in/b.parquet.gz\" -> b\nin \"in/c.csv.zip\" -> c\nin d.parquet -> d\nin \"\" -> e\n\
         out a -> \"a.jsonl\"\nout b -> \"b.xlsx\"\nout c -> warehouse.risk.values\nout d -> \"d\"\nout e -> \"e.csv\"\n"
    ));
}

#[test]
fn a_form_of_dates_says_a_day() {
    insta::assert_snapshot!(
        World::default()
            .file("in/a.csv", "day\n1/4/1999\n")
            .problems("name p\nin \"in/a.csv\" -> a dates=\"mm/dd/yyyy\"\nout a -> \"a.csv\" dates=\"%d\"\n")
    );
}
