//! Queues that are merged in one port.

use super::world::{Ports, World, copy, node};

/// Two files into one port of `fold`.
const PROCESS: &str = "name p\nin \"in/a.csv\" -> a\nin \"in/b.csv\" -> b\nnode fold(a b)(c)\nout c -> \"c.csv\"\n";

fn world(a: &str, b: &str) -> World {
    let fold =
        node("fold").reads("in", &["id any", "x float64", "note any"]).writes("out", &["id = 0.0", "note = 0.2"]);
    World::default().node(fold).node(copy("copy")).file("in/a.csv", a).file("in/b.csv", b)
}

#[test]
fn merged_queues_may_have_columns_in_another_order_and_of_narrower_types() {
    let text = format!("{PROCESS}queue b (note text, x int32, id int64, more date)\n");
    insta::assert_snapshot!(world("id,x,note\n1,2.5,\n", "more,note,x,id\n2024-01-31,n,3,4\n").plan(&text));
}

#[test]
fn what_the_queues_decide_they_must_agree_in() {
    insta::assert_snapshot!(world("id,x,note\n1,2.5,n\n", "id,x,note\na,1,n\n").problems(PROCESS));
    // A queue that fixes a type asks the file of the other for it.
    let text = format!("{PROCESS}queue b (id float64, x float64, note text null)\n");
    let plan = world("id,x,note\n1,2.5,n\n", "id,x,note\n2.5,1,\n").plan(&text);
    assert!(plan.contains("asked for by b"), "{plan}");
    assert!(plan.contains("note  text null"), "{plan}");
    insta::assert_snapshot!(world("id,x,note\nq,2.5,n\n", "id,x,note\n2.5,1,\n").problems(&text));
}

#[test]
fn a_merged_queue_without_a_column_of_the_port_is_named() {
    insta::assert_snapshot!(world("id,x,note\n1,2.5,n\n", "id,y,note\n1,1,n\n").problems(PROCESS));
}

#[test]
fn rejects_of_a_merged_port_need_queues_with_the_same_columns() {
    let text = PROCESS.replace("(c)", "(c) on_error=queue(bad)") + "out bad -> \"bad.csv\"\n";
    insta::assert_snapshot!(world("id,x,note\n1,2.5,n\n", "id,note,x\n1,n,2\n").problems(&text));
    insta::assert_snapshot!(world("id,x,note,k\n1,2.5,n,1\n", "id,x,note,k\n1,1,n,z\n").problems(&text));
    insta::assert_snapshot!(world("id,x,note,k\n1,2.5,n,1\n", "id,x,note,k\n1,1,n,2\n").plan(&text));
}

#[test]
fn a_queue_is_not_merged_with_itself_or_with_null() {
    let text = PROCESS.replace("(a b)", "(a b a null)");
    insta::assert_snapshot!(world("id,x,note\n1,2.5,n\n", "id,x,note\n1,1,n\n").problems(&text));
}

#[test]
fn what_is_asked_behind_a_merge_reaches_every_file() {
    let strict = node("strict").reads("in", &["id float64"]).writes("out", &["id = 0.0"]);
    let text = "name p\nin \"in/a.csv\" -> a\nin \"in/b.csv\" -> b\nnode copy(a b)(c)\nnode strict(c)(d)\nout d -> \"d.csv\"\n";
    insta::assert_snapshot!(world("id\n1\n", "id\n2\n").node(strict).plan(text));
}
