//! `threads=` and `by=`.

use super::world::{Ports, World, copy, node};

fn process(options: &str) -> String {
    format!("name p\nin \"in/a.csv\" -> a\nnode copy(a)(c) {options}\nout c -> \"c.csv\"\n")
}

fn world() -> World {
    World::default().node(copy("copy")).file("in/a.csv", "id,book,desk,x\n1,B,D,2\n")
}

#[test]
fn threads_and_the_columns_that_instances_go_by_are_in_the_plan() {
    insta::assert_snapshot!(world().plan(&process("threads=4")));
    // The columns of by= are kept though the component does not ask for them.
    insta::assert_snapshot!(world().plan(&process("by=desk,book threads=2")));
    assert_eq!(world().plan(&process("threads=1")), world().plan(&process("")));
}

#[test]
fn a_number_of_threads_is_bounded() {
    insta::assert_snapshot!(world().problems(&process("threads=0")));
    insta::assert_snapshot!(world().problems(&process("threads=65")));
    insta::assert_snapshot!(world().problems(&process("threads=17 by=book")));
}

#[test]
fn a_column_to_go_by_is_one_of_the_queues() {
    insta::assert_snapshot!(world().problems(&process("by=bok,desk")));
    insta::assert_snapshot!(world().problems(&process("by=desk,desk")));
}

#[test]
fn several_instances_need_one_input_port() {
    let join = node("join").reads("left", &["id any"]).reads("right", &["id any"]).writes("out", &["id = 0.0"]);
    let text = "name p\nin \"in/a.csv\" -> a\nnode copy(a)(b)\nnode join(a, b)(c) threads=2\nout c -> \"c.csv\"\n";
    insta::assert_snapshot!(world().node(join.clone()).problems(text));
    insta::assert_snapshot!(world().node(join).problems(&text.replace("threads=2", "by=id")));
}

#[test]
fn merged_queues_agree_in_the_columns_to_go_by() {
    let text = "name p\nin \"in/a.csv\" -> a\nin \"in/b.csv\" -> b\nnode copy(a b)(c) by=book\nout c -> \"c.csv\"\n";
    insta::assert_snapshot!(world().file("in/b.csv", "id,book\n1,7\n").problems(text));
    insta::assert_snapshot!(world().file("in/b.csv", "id,desk\n1,7\n").problems(text));
    insta::assert_snapshot!(world().file("in/b.csv", "book,id\nB,1\n").plan(text));
}
