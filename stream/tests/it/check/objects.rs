//! Risk objects that components open: found, sound, named by parameters, and in the plan by their content.

use leat_stream::node_info::{ObjectKind, Value};
use leat_stream::plan::{NodeKind, Plan};

use super::world::{Ports, World, copy};

const PROCESS: &str = "name p\nin \"a.csv\" -> a\nnode ecl(a)(b)\nout b -> \"b.csv\"\n";

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn world() -> World {
    World::default().file("a.csv", "id\n1\n")
}

#[test]
fn an_object_enters_the_plan_once_with_its_content_and_who_opens_it() {
    let ecl = copy("ecl").opens(ObjectKind::Matrix, "ratings").opens(ObjectKind::ScenarioSet, "macro");
    let again = copy("again").opens(ObjectKind::Matrix, "ratings");
    let world = world().node(ecl).node(again).object(ObjectKind::Matrix, "ratings", &[]).object(
        ObjectKind::ScenarioSet,
        "macro",
        &[],
    );
    let plan = world.plan(&PROCESS.replace("out b", "node again(b)(c)\nout c"));
    let objects = "\
risk objects
  ratings.matrix \"risk/ratings.matrix\" sha256 d-ratings
  macro.scenarios \"risk/macro.scenarios\" sha256 d-macro
";
    assert!(plan.contains(objects), "{plan}");
    assert_eq!(plan.matches("    object ratings.matrix\n").count(), 2, "{plan}");
    assert_eq!(plan.matches("    object macro.scenarios\n").count(), 1, "{plan}");
}

#[test]
fn a_parameter_may_name_an_object_and_an_empty_one_names_none() {
    let ecl = copy("ecl").takes("set", text("base")).opens_named_by(ObjectKind::ScenarioSet, "set");
    let world =
        world().node(ecl).object(ObjectKind::ScenarioSet, "base", &[]).object(ObjectKind::ScenarioSet, "bad", &[]);
    assert!(world.plan(PROCESS).contains("object base.scenarios"));
    let given = PROCESS.replace("(a)(b)", "(a)(b) params=(set=\"bad\")");
    assert!(world.plan(&given).contains("object bad.scenarios"));
    assert!(!world.plan(&PROCESS.replace("(a)(b)", "(a)(b) params=(set=\"\")")).contains("object"));
    assert_eq!(world.codes(&PROCESS.replace("(a)(b)", "(a)(b) params=(set=\"gone\")")), ["no-object"]);
}

#[test]
fn what_a_study_uses_is_given_with_it() {
    let ecl = copy("ecl").opens(ObjectKind::Study, "ifrs9");
    let uses = [(ObjectKind::Matrix, "ratings"), (ObjectKind::ScenarioSet, "macro")];
    let world = world().node(ecl).object(ObjectKind::Study, "ifrs9", &uses).object(ObjectKind::Matrix, "ratings", &[]);
    assert_eq!(world.codes(PROCESS), ["no-object"]);
    let plan = world.object(ObjectKind::ScenarioSet, "macro", &[]).plan(PROCESS);
    for object in ["ifrs9.study", "ratings.matrix", "macro.scenarios"] {
        assert!(plan.contains(&format!("    object {object}\n")), "{plan}");
    }
}

#[test]
fn a_missing_object_is_named_with_a_near_one_and_a_faulty_one_with_all_its_faults() {
    let world = world()
        .node(copy("ecl").opens(ObjectKind::Matrix, "ratigns").opens(ObjectKind::ControlTable, "lgd"))
        .object(ObjectKind::Matrix, "ratings", &[])
        .faulty_object(ObjectKind::ControlTable, "lgd", &["lgd.csv:3:1: twice", "lgd.csv:4:1: no"], 7);
    let said = world.problems(PROCESS);
    for text in [
        "node `ecl` opens the matrix `ratigns`, and there is no risk/ratigns.matrix",
        "did you mean `ratings`?",
        "the control table `lgd` cannot be used: lgd.csv:3:1: twice",
        "the control table `lgd` cannot be used: lgd.csv:4:1: no",
        "and 7 more faults",
    ] {
        assert!(said.contains(text), "{text}\nin\n{said}");
    }
}

#[test]
fn a_description_that_names_an_object_by_no_text_parameter_is_refused() {
    let ecl = copy("ecl").takes("set", Value::Int64(1)).opens_named_by(ObjectKind::ScenarioSet, "set");
    let said = world().node(ecl).problems(PROCESS);
    assert!(said.contains("is said to be parameter `set`, which is no text parameter"), "{said}");
}

#[test]
fn a_plan_whose_objects_point_nowhere_is_damaged() {
    let world = world().node(copy("ecl").opens(ObjectKind::Matrix, "m")).object(ObjectKind::Matrix, "m", &[]);
    let mut plan = world.check(PROCESS).plan.unwrap();
    assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
    for node in &mut plan.nodes {
        if let NodeKind::Component(component) = &mut node.kind {
            component.objects = vec![1];
        }
    }
    let said = Plan::from_json(&plan.to_json()).unwrap_err().to_string();
    assert!(said.contains("names a risk object 1 that is not there"), "{said}");
}
