//! A file for each rule, with the plan and the words that it leads to.
//!
//! The scenarios in `tests/scenarios` are written by hand; `snapshots/` holds what the planner answers, and a test's name
//! is the rule that both show.

use leat_planner::{plan, scenario};

/// A test for each scenario: its outcome is the one of its snapshot, and so is that of what is saved of it.
macro_rules! scenarios {
    ($($name:ident)*) => {
        $(#[test] fn $name() {
            insta::assert_snapshot!(outcome(include_str!(concat!("../scenarios/", stringify!($name), ".toml"))));
        })*

        #[test]
        fn every_scenario_is_tested() {
            let mut files: Vec<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios"))
                .unwrap()
                .map(|file| file.unwrap().file_name().into_string().unwrap())
                .collect();
            files.sort();
            let mut tested = vec![$(concat!(stringify!($name), ".toml")),*];
            tested.sort_unstable();
            assert_eq!(files, tested);
        }
    };
}

fn outcome(text: &str) -> String {
    let written = scenario::from_toml(text).unwrap();
    let saved = scenario::from_json(&scenario::to_json(&written)).unwrap();
    assert_eq!(written, saved, "what is saved is read back as it was");
    plan(&written.snapshot, &written.policy).to_string()
}

#[test]
fn a_mistake_in_a_scenario_is_told_with_its_place() {
    let mistakes = [
        "now = \"soon\"",
        "now = \"1 h\"\nhost = []",
        "now = \"1 h\"\n[[runs]]\nid = \"r\"\ngroup = \"g\"\nsubmitted = \"1 s\"\nparts = []\nhosts = [\"c1\"]",
    ];
    let told = mistakes.map(|text| {
        let error = scenario::from_toml(text).unwrap_err();
        let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
        format!("{error}{}", source.unwrap_or_default())
    });
    insta::assert_snapshot!(told.join("\n"));
}

scenarios! {
    a_run_goes_whole_on_one_host_where_it_fits
    parts_that_share_a_queue_stay_together
    work_goes_beside_other_work
    parts_are_spread_on_request
    the_cheaper_host_comes_first
    a_draining_host_is_used_before_another_is_switched_on
    no_more_hosts_are_switched_on_than_needed
    residency_is_never_crossed
    a_run_stays_away_from_a_host_that_it_is_not_to_be_on
    labels_and_architecture_are_asked_of_hosts
    what_no_host_can_ever_take_is_refused
    parts_that_cannot_all_have_room_are_refused
    no_run_is_refused_at_once_by_a_fleet_that_is_not_there_yet
    priority_goes_before_age
    age_overtakes_priority
    groups_take_turns_by_their_dominant_share
    a_group_waits_at_its_quota
    runs_of_a_lost_host_begin_again_elsewhere
    an_older_generation_is_over_before_the_next_begins
    a_host_that_does_not_start_is_marked_failed_and_another_is_tried
    a_failed_host_rests_longer_each_time
    an_idle_host_goes_off
    a_host_that_holds_anything_stays_on
    a_cordoned_host_takes_no_work_and_goes_off
    a_large_run_that_waited_long_has_a_host_kept_free
    a_run_is_placed_whole_or_not_at_all
    only_so_many_hosts_start_at_a_time
    every_wait_comes_to_an_end
    a_host_that_takes_no_work_now_is_named_to_who_waits_for_it
}
