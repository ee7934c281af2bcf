//! The rules, one module for each part of the port.

pub(crate) mod auditing;
pub(crate) mod blobbing;
pub(crate) mod deciding;
pub(crate) mod ending;
pub(crate) mod entering;
pub(crate) mod granting;
pub(crate) mod hosting;
pub(crate) mod keeping;
pub(crate) mod knowing;
pub(crate) mod leaving;
pub(crate) mod pausing;
pub(crate) mod recording;
pub(crate) mod submitting;
pub(crate) mod uploading;
pub(crate) mod wishing;

/// Hands the names of all rules to a macro that makes tests of them: a rule that is not here does not compile, since
/// nobody calls it.
macro_rules! for_every_rule {
    ($make:ident) => {
        $make! {
            submitting {
                a_run_reads_back_as_it_was_submitted
                a_runs_span_is_told_to_all_who_act_on_it
                a_key_is_one_run_for_its_user
                one_of_many_submissions_with_a_key_is_new
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
            leaving {
                the_next_attempt_goes_on_from_the_newest_checkpoint
                what_the_latest_attempt_did_not_leave_is_not_kept
                a_checkpoint_of_several_hosts_counts_with_the_last_of_them
                a_host_that_has_ended_is_part_of_every_later_checkpoint
                checkpoints_of_runs_on_several_hosts_are_ordered_one_after_the_other
                attempts_that_get_further_are_not_in_vain
                how_workers_died_is_told_to_the_next_attempt
                what_is_left_stays_as_long_as_its_run_goes_on
                how_often_a_checkpoint_is_taken_is_told_to_hosts
            }
            granting {
                a_grant_holds_as_long_as_its_host_holds_the_attempt
                no_grant_is_noted_for_who_does_not_hold_the_attempt
                a_fenced_attempts_grant_is_over_and_the_next_has_its_own
                a_later_grant_takes_the_place_of_the_one_before
                a_grant_of_one_kind_takes_the_place_of_none_of_the_other
                each_host_of_a_run_has_a_grant_of_its_own
                a_grant_is_revoked_though_its_run_is_forgotten
                an_attempt_that_begins_later_says_why_until_it_has_its_grant
            }
            pausing {
                a_run_that_waits_rests_at_once_and_is_placed_by_nobody
                a_run_at_work_rests_once_it_has_left_a_checkpoint_begun_after_that
                a_pause_is_taken_back_while_it_is_under_way
                a_run_that_takes_no_checkpoints_rests_and_says_that_it_will_begin_again
                a_run_that_is_to_rest_does_not_begin_again_where_its_host_is_lost
                a_host_that_is_left_has_its_runs_go_on_elsewhere_from_a_checkpoint
                all_hosts_of_a_run_stop_once_one_of_them_is_left
            }
            wishing {
                a_run_that_waits_is_cancelled_at_once
                a_run_that_is_placed_is_asked_to_stop
                wishes_of_hosts_stand_until_they_are_taken_back
                a_wish_of_power_that_stands_already_is_none
                a_host_that_is_not_there_can_be_wished_nothing
            }
            hosting {
                a_declared_host_is_off_until_its_agent_comes
                a_declaration_is_right_where_it_says_something
                a_host_that_nobody_declared_is_added
                an_agent_beats_while_it_is_the_hosts
                what_an_agent_held_is_lost_with_it
                a_host_that_drains_goes_on_draining
                a_host_that_goes_off_does_so_though_its_agent_speaks_again
                a_host_that_fails_when_it_was_up_is_known_by_that
                an_agent_that_says_farewell_is_off_if_it_was_asked
                an_agent_that_opens_another_session_finds_its_runs
            }
            entering {
                a_login_is_gone_on_with_once_and_in_its_time
                logins_that_have_begun_are_bounded_and_go_with_their_time
                strangers_who_log_in_wait_for_nobody_who_changes_state
                an_account_is_of_one_person_of_one_provider
            }
            recording {
                events_are_numbered_through_with_who_and_why
                events_are_read_on_from_a_number
                no_event_is_missed_by_who_reads_while_others_write
                a_log_is_whole_however_its_pieces_come
                a_gap_in_a_log_is_shown_and_may_be_filled_later
                logs_of_a_run_have_a_bound_together
                a_log_is_of_the_latest_attempt_and_its_hosts
            }
            auditing {
                a_row_reads_back_as_it_was_written
                rows_of_many_midtiers_are_one_chain
                a_list_holds_what_it_is_asked_for
                a_row_that_was_changed_in_the_database_is_found
                rows_that_were_taken_out_put_in_or_cut_off_are_found
                what_is_forgotten_leaves_a_chain_that_is_whole
                what_was_changed_is_not_forgotten
                nothing_of_a_row_can_be_a_line_of_its_own
            }
            knowing {
                an_account_reads_back_as_it_was_made_and_its_name_is_taken
                what_changes_of_an_account_changes_alone
                accounts_are_listed_page_by_page_in_the_order_of_their_names
                somebody_has_what_they_and_their_groups_were_granted
                a_role_that_goes_is_taken_from_everyone
                a_role_that_was_made_anew_is_not_granted_by_who_knows_the_old_one
                a_token_is_found_by_its_digest_with_what_its_owner_has
                a_token_is_revoked_for_ever_and_its_use_noted_once_a_minute
                an_account_has_as_many_valid_tokens_as_it_may_however_many_are_made_at_once
                tokens_are_listed_and_forgotten_when_they_expired_long_ago
            }
            keeping {
                a_bundle_stays_as_it_was_put_first
                a_bundle_that_was_made_of_another_goes_with_the_last_run_of_it
                a_process_is_noted_by_the_latest_bundle_of_its_group
                processes_are_listed_page_by_page
                a_risk_object_has_a_version_for_each_content
                whatever_is_referred_to_is_named
                runs_past_their_time_are_forgotten_with_all_of_theirs
                the_latest_of_many_ended_runs_are_kept
                a_second_midtier_sees_what_the_first_wrote
            }
        }
    };
}
pub(crate) use for_every_rule;

/// The same for the rules of contents.
macro_rules! for_every_rule_of_blobs {
    ($make:ident) => {
        $make! {
            blobbing {
                a_content_reads_back_from_any_place
                what_is_not_there_is_missing
                a_content_of_another_digest_is_not_kept
                a_content_that_is_too_large_is_not_kept
                a_content_that_breaks_off_is_not_kept
                several_may_write_the_same_at_once
                what_is_old_and_not_referred_to_goes
            }
            uploading {
                a_content_goes_on_where_it_broke_off
                a_content_goes_on_at_another_midtier
                a_piece_that_begins_elsewhere_is_refused
                what_is_there_already_is_whole
                what_is_longer_than_it_was_said_to_be_is_refused
                a_content_that_is_not_what_its_digest_says_is_thrown_away
                another_length_is_another_beginning
                several_may_send_the_same_at_once
                a_sender_left_behind_changes_nothing
                what_is_begun_is_bounded
                of_many_who_begin_at_once_as_many_may_as_there_is_room_for
                what_nobody_goes_on_with_goes
            }
        }
    };
}
pub(crate) use for_every_rule_of_blobs;
