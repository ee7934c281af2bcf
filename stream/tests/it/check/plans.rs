//! Plans of processes that are right.

use leat_stream::node_info::Value;
use leat_stream::plan::Plan;

use super::world::{Ports, World, copy, node, pricing};

const PRICING: &str = r#"
name option_pricing
descr "Black-Scholes values of a book of options"
param rate float64 = 0.03

in "in/options.csv" -> options
node price(options)(values) label="Price" memory="64MiB" timeout="5s"
out values -> "values.csv"
"#;

#[test]
fn option_pricing_has_this_plan() {
    insta::assert_snapshot!(pricing().plan(PRICING));
}

#[test]
fn a_checked_plan_reads_back_from_its_json() {
    let plan = pricing().check(PRICING).plan.unwrap();
    assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
    insta::assert_snapshot!(plan.to_json());
}

#[test]
fn market_risk_has_this_plan() {
    let world = World::default()
        .node(
            node("returns")
                .reads("prices", &["date date", "close float64"])
                .writes("returns", &["date = 0.0", "return float64"]),
        )
        .node(
            node("var")
                .reads("returns", &["date date", "return float64"])
                .writes("measures", &["date = 0.0", "value_at_risk float64 null", "expected_shortfall float64 null"])
                .writes("exceedances", &["date = 0.0", "return = 0.1", "loss float64"])
                .takes("confidence", Value::Float64(0.95))
                .needs("window", Value::Int64(250)),
        )
        .node(
            node("kupiec")
                .reads_first("measures", &["value_at_risk float64 null"])
                .reads("exceedances", &[])
                .writes("test", &["exceedances int64", "p_value float64"]),
        )
        .file("in/sp500.csv", "date,open,close\n1/4/1999,1229.23,1228.10\n1/5/1999,.,1244.78\n")
        .param("confidence", "0.975");
    // The world's dates are not the real ones: only their form counts here.
    let world = world.file("in/sp500.csv", "date,open,close\n1999-01-04,1229.23,1228.10\n1999-01-05,.,1244.78\n");
    insta::assert_snapshot!(world.plan(
        r#"
name market_risk
param confidence float64 = 0.99
param window int64 = 250
param index text = "sp500"

queue returns (date date, return float64)

in "in/${index}.csv" -> prices null="." on_error=queue(bad_prices)
node returns(prices)(returns)
node var(returns)(measures, exceedances) on_error=skip
node kupiec(measures, exceedances)(test)
out measures -> "measures.csv"
out test -> "kupiec.csv"
out exceedances -> "exceedances.csv.gz" delim=";"
out bad_prices -> "bad/prices.csv"
"#
    ));
}

#[test]
fn a_type_that_is_asked_for_reaches_the_file_through_nodes_that_carry_it() {
    let world = World::default()
        .node(copy("filter"))
        .node(node("sum").reads("records", &["id float64"]).writes("total", &["total float64"]))
        .file("in/a.csv", "id,x\n1,a\n2,b\n");
    insta::assert_snapshot!(
        world.plan("name carried\nin \"in/a.csv\" -> a\nnode filter(a)(b)\nnode sum(b)(c)\nout c -> \"c.csv\"\n")
    );
}

#[test]
fn rejects_of_a_node_have_the_columns_of_its_input_and_a_reason() {
    let world = World::default().node(copy("filter")).file("in/a.csv", "id,x\n1,a\n2,b\n");
    insta::assert_snapshot!(world.plan(
        "name rejects\nin \"in/a.csv\" -> a\nnode filter(a)(b) on_error=queue(bad)\nout b -> \"b.csv\"\nout bad -> \"bad.csv\"\n"
    ));
}

#[test]
fn inputs_and_outputs_may_go_without_each_other() {
    let world = World::default()
        .node(node("generate").writes("rows", &["id int64"]).writes("log", &["line text"]))
        .node(node("swallow").reads("rows", &["id int64"]).writes("log", &["line text"]));
    insta::assert_snapshot!(world.plan("name lone\nnode generate(null)(rows, null)\nnode swallow(rows)(null)\n"));
}

#[test]
fn the_same_file_has_the_same_plan() {
    let world = pricing();
    assert_eq!(world.check(PRICING).plan, world.check(PRICING).plan);
}

#[test]
fn vor_forms_of_paths_are_served() {
    let world = World::default()
        .file("feeds/eod/loans.csv", "id;rating\n1;A\n")
        .file("in/b.csv", "id\n1\n")
        .file("in/c.csv", "id\n1\n")
        .param("book", "in/b")
        .option("feed.paths.main", "in/c.csv");
    insta::assert_snapshot!(world.plan(
        "name vor\nin feeds/eod/loans -> loans delim=\";\"\nin var.book.csv -> b\nin opt.feed.paths.main -> c\n\
         out loans -> loans\nout b -> b.csv\nout c -> \"out/${var.book}.csv\"\n"
    ));
}
