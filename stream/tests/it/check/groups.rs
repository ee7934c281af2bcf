//! Groups: inline and by name, nested and used again, and what can be wrong with them.

use super::world::{OPTIONS, Ports, World, copy, node, pricing};

fn world() -> World {
    let cut = node("cut").reads("values", &["id any", "pv float64"]).writes("kept", &["id = 0.0", "pv = 0.1"]);
    pricing().node(cut).file("in/more.csv", OPTIONS)
}

/// An inline group with a group in it, used again under a number and under a name.
const NESTED: &str = r#"name p
in "in/options.csv" -> options
in "in/more.csv" -> more
subprocess revalue(options)(kept) label="Revaluation" {
    node price(options)(values)
    process screen(values)(kept) descr="Small values" {
        node cut(values)(kept)
    }
    out values -> copy.csv exec_when=debug
}
subprocess revalue(more)(kept_2)
subprocess revalue(options)(kept_3) name=again
out kept -> "kept.csv"
out kept_2 -> "kept_2.csv"
out kept_3 -> "kept_3.csv"
"#;

#[test]
fn groups_are_taken_apart_and_their_names_are_their_own() {
    insta::assert_snapshot!(world().plan(NESTED));
}

#[test]
fn a_plan_with_groups_reads_back_from_its_json() {
    let plan = world().check(NESTED).plan.unwrap();
    assert_eq!(leat_stream::plan::Plan::from_json(&plan.to_json()).unwrap(), plan);
}

#[test]
fn pictures_show_groups_as_boxes_in_boxes() {
    let plan = world().check(NESTED).plan.unwrap();
    insta::assert_snapshot!(plan.to_dot());
    insta::assert_snapshot!(plan.to_mermaid());
    insta::assert_snapshot!(plan.to_svg());
}

/// A file with ports, a parameter and a group of its own.
const AUDIT: &str = r#"name audit(values)(report)
param floor float64 = 0
queue values (id int64, cpty text, pv float64)
node cut(values)(large)
subprocess keep(large)(report)
subprocess keep(a)(b) { node copy(a)(b) }
"#;

#[test]
fn a_file_is_used_by_its_name_and_its_ports() {
    let world = world().node(copy("copy")).process("audit", AUDIT);
    let text = "name p\nin \"in/options.csv\" -> options\nnode price(options)(values)\nsubprocess audit(values)(found)\n\
                out found -> \"found.csv\"\n";
    let codes = world.codes(text);
    // The definition of `keep` is itself a use, of queues that nothing writes.
    assert_eq!(codes, ["unused-parameter", "unwritten-queue", "unread-queue"]);
    let fixed = AUDIT.replace(
        "subprocess keep(large)(report)\nsubprocess keep(a)(b) { node copy(a)(b) }",
        "subprocess keep(large)(report) { node copy(large)(report) }",
    );
    let world = world.process("audit", &fixed);
    insta::assert_snapshot!(world.plan(text));
}

#[test]
fn a_problem_in_a_file_that_is_referred_to_points_into_it() {
    let world = world().process("audit", "name audit(values)(report)\n\nnode cut(valeus)(report) lnag=rust\n");
    let text = "name p\nin \"in/options.csv\" -> options\nnode price(options)(values)\nsubprocess audit(values)(found)\n\
                out found -> \"found.csv\"\n";
    insta::assert_snapshot!(world.problems(text));
    let checked = world.check(text);
    let json = checked.diagnostics.last().unwrap().to_json(&checked.source);
    assert_eq!((&json["file"], &json["at"]["line"]), (&"audit.strm".into(), &3.into()), "{json}");
}

#[test]
fn a_process_that_holds_itself_is_refused_with_the_way_round() {
    let world =
        world().process("a", "name a(q)(r)\nsubprocess b(q)(r)\n").process("b", "name b(q)(r)\nsubprocess a(q)(r)\n");
    insta::assert_snapshot!(
        world.problems("name p\nin \"in/options.csv\" -> q\nsubprocess a(q)(r)\nout r -> \"r.csv\"\n")
    );
}

#[test]
fn what_is_no_process_and_what_has_other_ports_is_said() {
    let world = world().process("audit", "name audit(values)(report)\nnode copy(values)(report)\n").node(copy("copy"));
    insta::assert_snapshot!(world.problems(
        "name p\nin \"in/options.csv\" -> options\nsubprocess audti(options)(a)\nsubprocess audit(options, options)(b)\n\
         subprocess audit(options)()\nsubprocess nowhere_to_be_found\n"
    ));
}

#[test]
fn a_group_without_parentheses_shares_the_queues_around_it() {
    let text = "name p\nprocess load { in \"in/options.csv\" -> options }\nprocess work { node price(options)(values) }\n\
                out values -> \"values.csv\"\n";
    let plan = world().plan(text);
    assert!(plan.contains("  options from load.in_options to work.price\n"), "{plan}");
}

#[test]
fn a_file_without_ports_is_bound_by_the_names_it_is_given() {
    let world = world().process("audit", "name audit\nnode cut(values)(found)\n");
    let text = "name p\nin \"in/options.csv\" -> options\nnode price(options)(values)\nsubprocess audit(values)(found)\n\
                out found -> \"found.csv\"\n";
    assert!(world.plan(text).contains("  found from audit.cut to out_found\n"));
}

#[test]
fn a_switched_off_group_takes_all_of_it_along() {
    let text = NESTED.replace("label=\"Revaluation\"", "exec_when=full");
    let codes = world().codes(&text);
    assert_eq!(codes, ["switched-off-writer"]);
    let text = text.replace("out kept -> \"kept.csv\"", "out kept -> \"kept.csv\" exec_when=full");
    let plan = world().plan(&text);
    assert!(
        plan.contains("  subprocess revalue line 4 exec_when=full\n") && plan.contains("revalue_2.price"),
        "{plan}"
    );
}

#[test]
fn parameters_are_seen_inside_and_the_outermost_declaration_counts() {
    let world = world().process("audit", "name audit(o)(v)\nparam rate float64 = 0.5\nnode price(o)(v)\n");
    let text = "name p\nin \"in/options.csv\" -> options\nsubprocess audit(options)(values)\nout values -> \"v.csv\"\n";
    assert!(world.plan(text).contains("param rate float64 = 0.5"));
    let own = format!("param rate float64 = 0.25\n{text}");
    assert!(world.plan(&own).contains("param rate float64 = 0.25"));
    assert_eq!(world.codes(&format!("param rate text = \"x\"\n{text}"))[0], "parameter-type");
}

#[test]
fn groups_that_multiply_are_refused_before_they_fill_the_memory() {
    let mut text = String::from("name p\nin \"in/options.csv\" -> q\nsubprocess g0(q)() { node copy(q)() }\n");
    for level in 1..40 {
        let below = level - 1;
        text.push_str(&format!("subprocess g{level}(q)() {{ subprocess g{below}(q)() subprocess g{below}(q)() }}\n"));
    }
    let codes = world().node(copy("copy")).codes(&text);
    assert!(codes.contains(&"too-many-groups"), "{codes:?}");
}

#[test]
fn a_process_with_ports_that_runs_alone_is_told_so() {
    let codes = world().codes("name p(values)(found)\nnode cut(values)(found)\nout found -> \"found.csv\"\n");
    assert_eq!(codes, ["unbound-ports", "unwritten-queue"]);
}
