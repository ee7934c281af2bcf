//! Files that say their types themselves, and patterns that name several files.

use super::world::{Ports, World, node};

const TYPED: &str = "id int64\nprice float64 null\nlegs list<int64>\n";

fn world(file: &str) -> World {
    World::default().file("in/rows.arrow", file).node(node("n").reads("rows", &["id any", "price float64"]))
}

#[test]
fn types_are_the_files_and_a_reader_that_takes_no_nulls_makes_a_column_without() {
    let file = "id int64\nprice float64 null\nnote text null\n";
    let plan = world(file).plan("name p\nin \"in/rows.arrow\" -> rows\nnode n(rows)()\n");
    assert!(plan.contains("id     int64    of the file\n    price  float64  of the file\n"), "{plan}");
    assert!(!plan.contains("note"), "nobody reads it: {plan}");
    let plan = world(file).plan("name p\nin \"in/rows.arrow\" -> rows\nout rows -> \"out.arrow\"\n");
    assert!(plan.contains("price  float64 null  of the file"), "{plan}");
}

#[test]
fn a_column_without_a_type_in_leat_is_an_error_unless_a_declaration_leaves_it_out() {
    insta::assert_snapshot!(world(TYPED).problems("name p\nin \"in/rows.arrow\" -> rows\nnode n(rows)()\n"));
    let declared = "name p\nqueue rows (price float64, id int64)\nin \"in/rows.arrow\" -> rows\nnode n(rows)()\n";
    assert_eq!(world(TYPED).codes(declared), Vec::<&str>::new());
}

#[test]
fn a_declaration_of_another_type_is_an_error() {
    insta::assert_snapshot!(world(TYPED).problems(
        "name p\nqueue rows (id text, price float64, legs text, more text)\nin \"in/rows.arrow\" -> rows\nnode n(rows)()\n"
    ));
}

#[test]
fn forms_of_many_files_that_are_not_served_say_the_way_out() {
    insta::assert_snapshot!(
        World::default().problems(
            "name p\nin \"in/2024/\" -> a\nin \"in/**/x.csv\" -> b\nout a -> \"a.csv\"\nout b -> \"b.csv\"\n"
        )
    );
}

#[test]
fn an_output_in_parts_is_refused_rather_than_written_under_a_name_with_braces() {
    let process = "name p\nin \"in/rows.arrow\" -> rows\nout rows -> \"out/{id}.arrow\"\n";
    let problems = world("id int64\n").problems(process);
    assert!(problems.contains("`out/{id}.arrow`: outputs in parts are not served"), "{problems}");
}
