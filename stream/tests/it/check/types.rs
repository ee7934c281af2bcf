//! Types of the columns of files: declared, inferred, asked for.

use super::world::{OPTIONS, Ports, World, node, price, pricing};

const PROCESS: &str =
    "name p\nin \"in/options.csv\" -> options\nnode price(options)(values)\nout values -> \"values.csv\"\n";

fn with(options: &str) -> World {
    World::default().node(price()).file("in/options.csv", options)
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    insta::assert_snapshot!(World::default().node(price()).problems(PROCESS));
    insta::assert_snapshot!(with("").problems(PROCESS));
}

#[test]
fn a_sampled_value_that_is_not_of_the_type_asked_for_is_an_error_with_its_line() {
    insta::assert_snapshot!(with(&OPTIONS.replace("42,", "abc,").replace("0.25", "")).problems(PROCESS));
}

#[test]
fn bad_values_of_inputs_that_say_what_happens_with_them_are_none_of_the_check() {
    let world = with(&format!("{}3,short\n", OPTIONS.replace("42,", "abc,")));
    assert_eq!(world.codes(&PROCESS.replace("-> options", "-> options on_error=skip")), Vec::<&str>::new());
    let rejecting = PROCESS.replace("-> options", "-> options on_error=queue(bad)") + "out bad -> \"bad.csv\"\n";
    assert_eq!(world.codes(&rejecting), Vec::<&str>::new());
}

#[test]
fn a_record_of_another_width_is_an_error() {
    insta::assert_snapshot!(with(&format!("{OPTIONS}3,ACME\n")).problems(PROCESS));
}

#[test]
fn a_spelling_of_null_is_suggested() {
    let world = World::default()
        .node(node("use").reads("rows", &["x float64 null"]).writes("y", &["y float64"]))
        .file("in/a.csv", "x\n1\nn/a\nn/a\n2\n");
    let text = "name p\nin \"in/a.csv\" -> a\nnode use(a)(y)\nout y -> \"y.csv\"\n";
    insta::assert_snapshot!(world.problems(text));
    assert_eq!(world.codes(&text.replace("-> a\n", "-> a null=\"n/a\"\n")), Vec::<&str>::new());
}

#[test]
fn readers_that_disagree_are_both_named() {
    let world = World::default()
        .node(node("one").reads("rows", &["x float64"]).writes("y", &["y float64"]))
        .node(node("two").reads("rows", &["x date null"]).writes("z", &["z float64"]))
        .file("in/a.csv", "x\n");
    insta::assert_snapshot!(world.problems(
        "name p\nin \"in/a.csv\" -> a\nnode one(a)(y)\nnode two(a)(z)\nout y -> \"y.csv\"\nout z -> \"z.csv\"\n"
    ));
}

#[test]
fn readers_whose_types_widen_agree_on_the_narrow_one() {
    let world = World::default()
        .node(node("one").reads("rows", &["x float64"]).writes("y", &["y float64"]))
        .node(node("two").reads("rows", &["x int32"]).writes("z", &["z float64"]))
        .file("in/a.csv", "x\n1\n");
    let plan = world
        .plan("name p\nin \"in/a.csv\" -> a\nnode one(a)(y)\nnode two(a)(z)\nout y -> \"y.csv\"\nout z -> \"z.csv\"\n");
    assert!(plan.contains("x  int32  asked for by two") && plan.contains("x float64 from int32 read"), "{plan}");
}

#[test]
fn a_declaration_is_compared_with_the_file() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nqueue options (id int32, cpty date, spot float64, strik float64, expiry float64, vol float64 null, notional float64)\n\
         in \"in/options.csv\" -> options\nnode price(options)(values)\nout values -> \"values.csv\"\n"
    ));
}

#[test]
fn a_declared_column_without_null_needs_values() {
    insta::assert_snapshot!(
        World::default()
            .file("in/a.csv", "id,x\n1,\n,2\n3,\n")
            .problems("name p\nqueue a (id int64, x float64)\nin \"in/a.csv\" -> a\nout a -> \"a.csv\"\n")
    );
}

#[test]
fn types_can_be_demanded_to_be_declared() {
    insta::assert_snapshot!(pricing().problems(&PROCESS.replace("-> options", "-> options types=declared")));
}

#[test]
fn a_header_that_names_a_column_twice_cannot_be_bound() {
    insta::assert_snapshot!(with(&OPTIONS.replace("desk", "spot")).problems(PROCESS));
}
