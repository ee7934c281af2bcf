//! Facts: who sets them, who waits for them, and their types.

use leat_stream::node_info::ValueType;
use leat_stream::plan::{FactSource, FactUse, FactWay, PathPiece, Plan};

use super::world::{Ports, World, copy, pricing};

/// `dates` sets `fx_date`, a text; `spot` and `rate` read it as a text.
fn world() -> World {
    pricing()
        .node(copy("dates").sets("fx_date", ValueType::Text))
        .node(copy("spot").gets("fx_date", ValueType::Text))
        .node(copy("rate").gets("fx_date", ValueType::Int64))
}

const SET: &str =
    "name p\nin \"in/options.csv\" -> options\nnode dates(options)(dated) setfact=fx_date\nout dated -> \"d.csv\"\n";

fn with(statements: &str) -> String {
    format!("{SET}{statements}")
}

#[test]
fn a_plan_says_who_sets_a_fact_and_who_waits_for_it() {
    let text =
        with("node spot(options)(spots) getfact=fx_date wait=\"90min\"\nout spots -> \"s.csv\" getdyn=fx_date\n");
    let plan = world().check(&text).plan.unwrap();
    assert_eq!(plan.facts[0].source, FactSource::SetBy(1));
    let uses = |node: usize| plan.nodes[node].facts.clone();
    let used = |way| vec![FactUse { name: "fx_date".to_owned(), fact: 0, way }];
    assert_eq!((uses(1), uses(3), uses(4)), (used(FactWay::Set), used(FactWay::Get), used(FactWay::Get)));
    let shown = plan.to_text();
    for line in [
        "\nfacts\n  fx_date text set by dates\n",
        "    sets fact fx_date\n",
        "    starts after fact fx_date\n    waits at most 5400s\n",
    ] {
        assert!(shown.contains(line), "{line:?} is not in {shown}");
    }
    assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
    let later = world().check(&text.replace("getfact", "getdyn")).plan.unwrap();
    assert_eq!(later.nodes[3].facts, used(FactWay::Wait));
    assert!(later.to_text().contains("    waits for fact fx_date\n"));
}

#[test]
fn a_fact_that_the_run_gives_has_the_type_that_its_readers_want() {
    let text = "name p\nin \"in/options.csv\" -> options\nnode rate(options)(spots) getfact=fx_date\nout spots -> \"${dyn.fx_date}.csv\"\n";
    let plan = world().fact("fx_date", "20240131").check(text).plan.unwrap();
    assert_eq!(plan.facts[0].given(), Some(&leat_stream::node_info::Value::Int64(20_240_131)));
    assert_eq!(plan.nodes[2].dynamic_path, [PathPiece::Fact(0), PathPiece::Text(".csv".to_owned())]);
    assert!(plan.to_text().contains("\nfacts\n  fx_date int64 = 20240131\n"), "{}", plan.to_text());
    insta::assert_snapshot!(world().fact("fx_date", "today").problems(text));
    insta::assert_snapshot!(world().fact("fx_dat", "1").fact("unknown", "1").problems(text));
    let both =
        text.replace("node rate", "node spot(options)(others) getfact=fx_date\nout others -> \"o.csv\"\nnode rate");
    insta::assert_snapshot!(world().fact("fx_date", "1").problems(&both));
}

#[test]
fn a_fact_that_nothing_sets_is_named_with_its_nearest() {
    insta::assert_snapshot!(world().problems(&with(
        "node spot(options)(spots) getfact=fx_dat\nout spots -> \"s.csv\" getfact=eod\nin dyn.file -> more\nout more -> \"m.csv\"\n"
    )));
    let off = SET
        .replace("setfact=fx_date", "setfact=fx_date exec_when=full")
        .replace("out dated -> \"d.csv\"", "out dated -> \"d.csv\" exec_when=full");
    insta::assert_snapshot!(
        world().problems(&format!("{off}node spot(options)(spots) getfact=fx_date\nout spots -> \"s.csv\"\n"))
    );
}

#[test]
fn a_fact_is_set_by_one_node_of_one_instance_or_given() {
    insta::assert_snapshot!(world().problems(&with(
        "node dates2(options)(more) component=\"build/dates.wasm\" setdyn=fx_date threads=2\nout more -> \"m.csv\" getfact=fx_date\n"
    )));
    insta::assert_snapshot!(world().fact("fx_date", "x").problems(&with("out options -> \"o.csv\" getfact=fx_date\n")));
}

#[test]
fn a_statement_and_its_component_name_the_same_facts() {
    insta::assert_snapshot!(world().problems(&with(
        "node spot(options)(spots) setfact=fx_date\nout spots -> \"s.csv\" getfact=fx_date\n\
         node price(options)(values) setfact=pv getdyn=fx_date\nout values -> \"v.csv\"\n\
         node more(options)(others) component=\"build/dates.wasm\" setfact=fx_dates\nout others -> \"x.csv\"\n"
    )));
}

#[test]
fn a_reader_wants_the_type_that_the_setter_gives() {
    insta::assert_snapshot!(
        world().problems(&with("node rate(options)(rates) getdyn=fx_date\nout rates -> \"r.csv\"\n"))
    );
}

#[test]
fn a_fact_that_nobody_waits_for_is_a_warning() {
    insta::assert_snapshot!(world().problems(SET));
}

#[test]
fn waits_for_facts_that_go_in_a_circle_are_named() {
    // A node's start needs what its own records lead to.
    let text = "name p\nin \"in/options.csv\" -> options\nnode spot(options)(spots) getfact=fx_date\n\
                node dates(spots)(dated) setfact=fx_date\nout dated -> \"d.csv\"\n";
    insta::assert_snapshot!(world().problems(text));
    // In the middle of its work it may wait for what its first records lead to, but not for what follows its end.
    assert_eq!(world().codes(&text.replace("getfact", "getdyn")), Vec::<&str>::new());
    insta::assert_snapshot!(world().problems(
        "name p\nin \"in/options.csv\" -> options\nnode spot(options)(spots) getdyn=fx_date setsig=spotted\n\
         out spots -> \"s.csv\"\nnode dates(options)(dated) setfact=fx_date getsig=out_spots\nout dated -> \"d.csv\" getsig=spotted\n"
    ));
}

#[test]
fn a_name_is_looked_for_in_its_group_and_then_around_it() {
    let text = with(
        "subprocess g(options)(spots) {\n  node own(options)(o) component=\"build/dates.wasm\" setfact=fx_date setsig=done\n\
         \x20 node spot(o)(spots) getfact=fx_date getsig=done\n}\nsubprocess h(options)(more) {\n\
         \x20 node spot(options)(more) getfact=fx_date\n}\nnode outside(spots)(x) component=\"build/spot.wasm\" getfact=g.fx_date\n\
         out x -> \"x.csv\" getsig=g.done\nout more -> \"m.csv\"\nprocess frame { out more -> \"n.csv\" name=written }\n\
         out more -> \"o.csv\" getsig=written,frame.written\n",
    );
    let plan = world().check(&text).plan.unwrap_or_else(|| panic!("{}", world().problems(&text)));
    let names: Vec<&str> = plan.facts.iter().map(|fact| fact.name.as_str()).collect();
    assert_eq!(names, ["fx_date", "g.fx_date"]);
    let node = |name: &str| plan.nodes.iter().find(|node| node.name == name).unwrap();
    let fact = |name: &str| node(name).facts[0].fact;
    assert_eq!((fact("dates"), fact("g.own"), fact("g.spot"), fact("h.spot"), fact("outside")), (0, 1, 1, 0, 1));
    assert_eq!(node("outside").facts[0].name, "fx_date", "a component knows its own name for it");
    let signals = |name: &str| node(name).awaits.iter().map(|signal| signal.name.clone()).collect::<Vec<_>>();
    assert_eq!((signals("g.spot"), signals("out_x")), (vec!["g.done".to_owned()], vec!["g.done".to_owned()]));
    let last = plan.nodes.last().unwrap();
    let fired: Vec<&str> = last.awaits.iter().map(|signal| signal.name.as_str()).collect();
    assert_eq!(fired, ["written", "frame.written"]);
    insta::assert_snapshot!(world().problems(&text.replace("g.fx_date", "g.fx_dat").replace("=g.done", "=done")));
}

#[test]
fn a_path_of_a_fact_needs_declared_columns_and_says_its_format_behind_it() {
    let text = "name p\nqueue more (id int64)\nin dyn.file -> more\nout more -> \"m.csv\"\n";
    let plan = world().fact("file", "a.csv").check(text).plan.unwrap();
    assert!(plan.to_text().contains("file \"${dyn.file}\"\n"), "{}", plan.to_text());
    let plan = world().fact("file", "a").check(&text.replace("dyn.file", "\"in/${dyn.file}.jsonl.gz\"")).plan.unwrap();
    assert!(plan.to_text().contains("file \"in/${dyn.file}.jsonl.gz\" json-lines gzip\n"), "{}", plan.to_text());
    insta::assert_snapshot!(
        world().fact("file", "a").problems(
            &text
                .replace("queue more (id int64)\n", "")
                .replace("out more -> \"m.csv\"", "out more -> \"{id}/${dyn.file}.csv\"")
        )
    );
    insta::assert_snapshot!(
        world()
            .fact("file", "a")
            .problems(&text.replace("dyn.file -> more", "\"${dyn.file}.xlsx\" -> more wait=\"soon\""))
    );
}
