//! `exec_when=`: what runs by which tag, and what lacks a writer then.

use super::world::{World, pricing};

const TAGGED: &str = r#"name p
in "in/options.csv" -> options
node price(options)(values)
out values -> "values.csv"
out values -> "copy.csv" name=copy exec_when=nightly,month_end
"#;

#[test]
fn a_statement_with_tags_runs_only_with_one_of_them() {
    let off = pricing().plan(TAGGED);
    assert!(off.contains("\nswitched off\n  output copy line 5 exec_when=nightly,month_end\n"), "{off}");
    assert!(!off.contains("copy.csv") && !off.contains("\ntags"), "{off}");
    for tag in ["nightly", "month_end"] {
        let on = pricing().tag(tag).plan(TAGGED);
        assert!(on.contains(&format!("\ntags {tag}\n")) && on.contains("copy.csv"), "{on}");
        assert!(!on.contains("switched off"), "{on}");
    }
}

#[test]
fn a_plan_with_tags_reads_back_from_its_json() {
    for world in [pricing(), pricing().tag("nightly").tag("nightly")] {
        let plan = world.check(TAGGED).plan.unwrap();
        assert_eq!(leat_stream::plan::Plan::from_json(&plan.to_json()).unwrap(), plan);
        assert!(plan.switches.on.len() <= 1, "{plan:?}");
    }
}

#[test]
fn the_reader_of_a_switched_off_writer_is_an_error_that_names_the_tag() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nin \"in/options.csv\" -> options\nnode price(options)(values) exec_when=nightly\n\
         out values -> \"values.csv\"\n"
    ));
}

#[test]
fn what_is_switched_off_together_needs_no_writer_and_no_reader() {
    let text = "name p\nin \"in/options.csv\" -> options\nnode price(options)(values)\nout options -> \"o.csv\"\n\
                out values -> \"values.csv\" exec_when=full\nqueue bad (id int64)\nin \"in/bad.csv\" -> bad exec_when=full\n\
                node log(bad)() exec_when=full\n";
    assert_eq!(pricing().codes(text), Vec::<&str>::new());
}

#[test]
fn one_of_two_writers_may_be_chosen_by_tag() {
    let text = "name p\nin \"in/options.csv\" -> options exec_when=day\nin \"in/night.csv\" -> options exec_when=night\n\
                node price(options)(values)\nout values -> \"values.csv\"\n";
    assert!(pricing().tag("day").plan(text).contains("in/options.csv"));
    let night = pricing().file("in/night.csv", super::world::OPTIONS);
    assert_eq!(night.tag("day").tag("night").codes(text), ["two-writers"]);
    assert_eq!(pricing().codes(text), ["switched-off-writer"]);
}

#[test]
fn an_unknown_tag_is_an_error_with_the_nearest() {
    insta::assert_snapshot!(pricing().tag("nigthly").tag("weekly").problems(TAGGED));
    let plain = TAGGED.replace(" exec_when=nightly,month_end", "");
    insta::assert_snapshot!(pricing().tag("nightly").problems(&plain));
}

#[test]
fn a_value_that_only_a_switched_off_statement_uses_is_no_unknown_parameter() {
    let text = TAGGED.replace("\"copy.csv\"", "var.copy");
    assert_eq!(pricing().param("copy", "c.csv").codes(&text), Vec::<&str>::new());
    let text = TAGGED.replace("\"copy.csv\"", "\"${book}.csv\"") + "param book text = \"rates\"\n";
    assert_eq!(pricing().codes(&text), Vec::<&str>::new());
}

#[test]
fn a_process_with_everything_switched_off_has_nothing_to_run() {
    let text = "name p\nin \"in/a.csv\" -> a exec_when=x\nout a -> \"b.csv\" exec_when=x\n";
    assert_eq!(World::default().codes(text), ["empty-process"]);
}
