//! SQL nodes, models and `where=` as far as the check itself goes: what they read and write, their parameters, their places.

use super::world::World;

const INPUTS: &str = "name p\nin \"a.csv\" -> a\nin \"b.csv\" -> b\n";

fn world() -> World {
    World::default().file("a.csv", "id,x,kind\n1,2,k\n").file("b.csv", "id,y\n1,2.5\n")
}

#[test]
fn a_query_reads_its_tables_and_writes_the_queue_it_names() {
    let text = format!(
        "{INPUTS}param least int64 = 3\nsql select x, y\n  from a join b // both\n  where x > ${{least}} and x < ${{least}}; into=both minimize=memory memory=\"2GiB\"\nout both -> \"both.csv\"\n"
    );
    insta::assert_snapshot!(world().plan(&text));
}

#[test]
fn columns_that_no_query_and_no_condition_reads_are_dropped() {
    let text = format!("{INPUTS}sql select x from a; name=q\nout q -> \"q.csv\"\nout b -> \"b.csv\"\n");
    let plan = world().plan(&text.replace("-> a\n", "-> a where=\"kind = 'k'\"\n"));
    assert!(plan.contains("in 0 a for a (x)"), "{plan}");
    assert!(plan.contains("where \"kind = 'k'\"") && !plan.contains("id    int64 null  inferred\n    x"), "{plan}");
}

#[test]
fn a_query_inside_a_group_names_the_groups_own_queues() {
    let text = "name p\nin \"a.csv\" -> a\nsubprocess g (a)(total) {\n  sql select x from a; name=total\n}\nout total -> \"t.csv\"\n";
    let plan = world().plan(text);
    assert!(plan.contains("in 0 a for a (x)"), "{plan}");
}

#[test]
fn what_is_wrong_with_a_query_is_shown_at_its_place() {
    insta::assert_snapshot!(world().problems(&format!(
        "{INPUTS}sql select x from a where\n  nowhere = 1; name=q1\nsql select ${{nope}} from a; name=q2\nsql select $1 from a; name=q3\n\
         sql select 1; name=q4\nsql select x from a;\nsql select x from c; name=q5 predict=y\nsql select '${{x}}' x from a; name=q6\n\
         out b -> \"b.csv\" where=\"z > 1\"\nout b -> \"c.csv\" where=\"a \\\"q\\\"\"\n\
         out q1 -> \"1.csv\"\nout q2 -> \"2.csv\"\nout q3 -> \"3.csv\"\nout q4 -> \"4.csv\"\nout q5 -> \"5.csv\"\nout q6 -> \"6.csv\"\n"
    )));
}

#[test]
fn two_queries_cannot_write_one_queue_and_go_in_circles() {
    let twice = format!("{INPUTS}sql select x from a; name=q\nsql select y from b; into=q\nout q -> \"q.csv\"\n");
    assert!(world().codes(&twice).contains(&"two-writers"));
    let circle =
        format!("{INPUTS}sql select x from a join r; name=q\nsql select x from q; name=r\nout b -> \"b.csv\"\n");
    assert!(world().codes(&circle).contains(&"cycle"));
}

#[test]
fn a_model_is_a_component_named_after_it_and_its_exceptions_have_a_queue() {
    use super::world::{OPTIONS, price};
    let world = || World::default().node(price()).file("in/options.csv", OPTIONS);
    let text = "name p\nin \"in/options.csv\" -> options\nmodel (options)(values) name=m model_name=\"Price\" type=\"pricing\" \
                exception_queue=bad scenario=false\nout values -> \"v.csv\"\nout bad -> \"bad.csv\"\n";
    let plan = world().plan(text);
    assert!(plan.contains("component \"build/price.wasm\"") && plan.contains("on_error queue(bad)"), "{plan}");
    assert_eq!(world().codes(text), ["ignored-option"]);
    let nameless =
        "name p\nin \"in/options.csv\" -> options\nmodel (options)(values) type=\"x\"\nout values -> \"v.csv\"\n";
    assert!(world().codes(nameless).contains(&"no-component"));
}
