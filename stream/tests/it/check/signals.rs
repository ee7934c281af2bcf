//! Signals: who waits for whom.

use super::world::pricing;

const PROCESS: &str = "name p\nin \"in/options.csv\" -> options\nnode price(options)(values) setsig=priced\n\
                       out values -> \"values.csv\" name=written\n";

#[test]
fn a_statement_waits_for_nodes_and_outputs_by_their_signals() {
    let text =
        format!("{PROCESS}in \"in/options.csv\" -> again getsig=priced,written,priced\nout again -> \"again.csv\"\n");
    let plan = pricing().check(&text).plan.unwrap();
    let awaits: Vec<(&str, &[usize])> =
        plan.nodes[3].awaits.iter().map(|signal| (signal.name.as_str(), signal.fired_by.as_slice())).collect();
    assert_eq!(awaits, [("priced", [1].as_slice()), ("written", [2].as_slice())]);
    assert!(plan.to_text().contains("    starts after signal priced of price\n"), "{}", plan.to_text());
}

#[test]
fn a_signal_of_several_nodes_is_there_once_all_have_fired_it() {
    let text = format!(
        "{PROCESS}out values -> \"copy.csv\" name=priced\nin \"in/options.csv\" -> again getsig=priced\nout again -> \"again.csv\"\n"
    );
    let plan = pricing().check(&text).plan.unwrap();
    assert_eq!(plan.nodes[4].awaits[0].fired_by, [1, 3]);
}

#[test]
fn a_signal_that_nothing_fires_is_named_with_its_nearest() {
    insta::assert_snapshot!(pricing().problems(&format!(
        "{PROCESS}in \"in/options.csv\" -> again getsig=prised,eod\nout again -> \"again.csv\" getsig=written\n"
    )));
}

#[test]
fn waits_that_go_in_a_circle_are_named_from_end_to_end() {
    insta::assert_snapshot!(pricing().problems(
        "name p\nin \"in/options.csv\" -> options getsig=written\nnode price(options)(values)\n\
         out values -> \"values.csv\" name=written\n"
    ));
    insta::assert_snapshot!(pricing().problems(
        "name p\nin \"in/options.csv\" -> options\nnode price(options)(values) getsig=self setsig=self\n\
         out values -> \"values.csv\"\n"
    ));
}

#[test]
fn a_signal_of_a_statement_that_is_switched_off_is_named_with_the_tag() {
    let text = format!(
        "{}out values -> \"late.csv\" getsig=written\n",
        PROCESS.replace("name=written", "name=written exec_when=full")
    );
    insta::assert_snapshot!(pricing().problems(&text));
    assert!(pricing().tag("full").check(&text).plan.is_some());
}
