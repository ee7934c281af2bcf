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
fn a_directory_is_read_by_the_ending_of_its_files() {
    let world = World::default().file("in/2024/01/a.csv", "id\n1\n").file("in/2024/**/*.csv", "id\n1\n");
    let plan = world.plan("name p\nin \"in/2024/\" -> a\nout a -> \"a.csv\"\n");
    assert!(plan.contains("file \"in/2024/**/*.csv\""), "{plan}");
    insta::assert_snapshot!(world.problems("name p\nin \"in/2025/\" -> a\nout a -> \"a.csv\"\n"));
}

#[test]
fn an_output_in_parts_is_named_by_columns_of_its_queue() {
    let world = world("id int64\nprice float64\nbook text null\n");
    let process = |path: &str| format!("name p\nin \"in/rows.arrow\" -> rows\nout rows -> \"{path}\" mode=append\n");
    let plan = world.plan(&process("out/{book}/{id}.parquet"));
    assert!(plan.contains("file \"out/{book}/{id}.parquet\" parquet in parts append"), "{plan}");
    let bad =
        ["out/{boook}.csv", "out/{price}.csv", "{id}.csv", "./a{id}.csv", "out/{id.csv", "out/{}.csv", "out/id}.csv"];
    let problems: Vec<String> = bad.iter().map(|path| world.problems(&process(path))).collect();
    insta::assert_snapshot!(problems.join("\n"));
}
