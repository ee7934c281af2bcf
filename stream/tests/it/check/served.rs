//! What this version does not serve: each with the way out.

use super::world::{World, price, pricing};

#[test]
fn statements_of_later_versions_are_named() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nin \"in/options.csv\" -> options\nsql select id from options; name=ids\nsas options->(ds=lib.o) (ds=lib.v)->v\n\
         subprocess other (scores)(totals)\nprocess inner { node price(options)(values) }\n\
         out totals -> \"t.csv\"\nout ids -> \"ids.csv\"\n"
    ));
}

#[test]
fn options_of_later_versions_are_named() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nin \"in/options.csv\" -> options select=\"*\"\n\
         node price(options)(values)\n\
         out values -> \"values.csv\"\n"
    ));
}

#[test]
fn places_of_later_versions_are_named() {
    insta::assert_snapshot!(World::default().problems(
        "name p\nin risk.loans -> a db=pg\nin s3://lake/loans.csv -> b\nin loans.sas7bdat -> c\nin \"s3://x/y.csv\" -> e\n\
         out a -> \"a.csv\"\nout b -> \"b.csv\"\nout c -> \"c.csv\"\nout e -> \"e.csv\"\n"
    ));
}

#[test]
fn only_rust_is_built_and_any_language_runs() {
    let text = "name p\nin \"in/options.csv\" -> options\nnode price(options)(values) lang=python\nout values -> \"values.csv\"\n";
    insta::assert_snapshot!(pricing().problems(text));
    let ready = text.replace("lang=python", "lang=python component=\"build/price.wasm\"");
    assert_eq!(pricing().codes(&ready), Vec::<&str>::new());
}

#[test]
fn a_component_may_import_only_what_is_served() {
    let text = "name p\nin \"in/options.csv\" -> options\nnode price(options)(values)\nout values -> \"values.csv\"\n";
    insta::assert_snapshot!(
        World::default()
            .importing(price(), &["leat:node/secrets", "leat:node/risk"])
            .file("in/options.csv", super::world::OPTIONS)
            .problems(text)
    );
}
