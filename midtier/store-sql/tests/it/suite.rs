//! The rules, one module for each part of the port.

pub(crate) mod deciding;
pub(crate) mod ending;
pub(crate) mod submitting;

/// Hands the names of all rules to a macro that makes tests of them: a rule that is not here does not compile, since
/// nobody calls it.
macro_rules! for_every_rule {
    ($make:ident) => {
        $make! {
            submitting {
                a_run_reads_back_as_it_was_submitted
                a_key_is_one_run_for_its_user
                a_submission_that_got_no_answer_may_be_repeated
                a_run_that_is_not_there_is_nothing
                pages_hold_the_latest_runs_first_and_all_of_them
                filters_narrow_a_list
                runs_are_counted_by_state
                texts_with_odd_characters_are_kept
            }
            deciding {
                a_placed_run_starts_with_a_new_generation
                a_stale_revision_is_left_out_and_the_rest_is_done
                a_run_is_not_placed_where_it_cannot_be
                a_leader_that_was_deposed_decides_nothing
                a_lead_is_taken_from_who_is_silent_alone
                one_of_two_committers_wins
                a_lost_run_recovers_and_forgets_its_attempt
                a_run_fails_by_decision_from_every_state_that_is_no_end
                a_cancel_is_decided_only_where_it_was_asked_for
                why_a_run_waits_is_told_and_changes_nothing_else
                a_host_changes_its_power_with_what_follows
                thousands_of_decisions_are_one_commit
            }
            ending {
                a_run_goes_from_starting_to_its_end
                every_kind_of_end_leads_to_its_state
                a_run_on_several_hosts_ends_with_the_last
                a_part_that_fails_stops_the_others
                words_of_those_who_were_not_given_the_run_change_nothing
                an_end_said_twice_is_an_end_said_once
                a_host_that_lost_its_last_run_is_idle
                a_lost_host_does_not_revive_a_run_that_failed_elsewhere
            }
        }
    };
}
pub(crate) use for_every_rule;
