//! Stage pool.

mod again;
mod care;
mod drawn;
mod ends;
mod jobs;
mod limits;
mod rest;
mod results;
mod usage;

use again::{
    a_start_that_fails_counts_as_a_crash, crashes_far_from_each_other_are_borne,
    each_try_that_crashes_counts, the_wait_doubles_with_each_try, too_many_crashes_and_the_pool_gives_up,
    when_the_pool_gives_up_running_jobs_may_finish, while_one_waits_for_its_next_try_others_run,
    who_fails_crashes_or_is_late_is_tried_again, whoever_is_late_has_not_crashed,
    without_retries_there_is_one_try,
};
use care::{
    a_flood_of_output_takes_no_memory, a_pool_in_a_pool_leaves_nothing_either, idle_it_sleeps_and_is_small,
    many_short_jobs_are_all_told, no_descriptor_is_left_open,
    no_descriptor_is_left_open_by_ten_thousand_jobs, no_more_jobs_are_read_than_are_needed,
    nobody_stays_a_zombie_while_others_run, strangers_are_laid_to_rest_too,
};
use drawn::drawn_jobs_end_as_they_must;
use ends::{
    a_closed_stdout_ends_it_quietly, a_second_term_kills_at_once, after_the_grace_what_still_runs_is_killed,
    nothing_escapes_by_a_session_of_its_own, of_a_folder_every_file_is_told,
    results_that_cannot_be_written_are_an_error, term_starts_nothing_more_and_loses_nothing,
    term_with_nothing_left_undone_is_success, the_status_says_whether_all_jobs_are_done,
    who_does_not_read_results_keeps_the_pool_from_nothing,
};
use limits::{
    as_many_jobs_run_as_there_are_workers, each_try_has_its_own_time_limit, the_memory_of_a_job_is_limited,
    the_pool_itself_has_no_such_limit, the_time_limit_begins_with_the_job,
    what_a_job_leaves_in_its_group_ends_with_it, who_does_not_listen_is_killed_with_its_group,
    who_listens_takes_along_those_who_do_not, who_takes_too_long_is_told_to_end,
};
use rest::{
    a_first_term_while_giving_up_changes_nothing, who_stops_reading_errors_ends_nothing,
    who_waits_for_a_free_worker_sleeps_and_comes_before_new_jobs,
    with_256_that_wait_for_another_try_no_new_jobs_are_read, with_a_full_output_nothing_is_read_or_started,
};
use results::{
    a_folder_of_files_is_a_list_of_jobs, a_job_finds_nothing_open_and_no_signal_blocked,
    a_job_reads_its_stdin_and_else_nothing, a_line_that_is_no_job_is_named_and_the_rest_runs,
    a_start_that_fails_is_a_try, each_job_has_a_result_with_its_keys_in_order, jobs_may_stand_in_a_file,
    of_a_long_output_64_kib_are_kept_and_the_rest_is_read, output_that_is_no_text_has_replacement_characters,
    results_come_in_the_order_in_which_jobs_end, standard_error_comes_line_by_line_with_the_job_before_it,
    the_arguments_of_a_job_follow_those_of_the_command, the_last_line_may_lack_its_line_feed,
    the_milliseconds_are_those_of_the_last_try, what_cannot_be_started_is_told,
    while_one_job_takes_its_time_others_come_and_go, without_jobs_there_are_no_results,
};
use support::{Stage, stage};
use usage::a_wrong_command_line_is_status_2;

pub(crate) const STAGE: Stage = stage!("pool":
    each_job_has_a_result_with_its_keys_in_order,
    results_come_in_the_order_in_which_jobs_end,
    while_one_job_takes_its_time_others_come_and_go,
    as_many_jobs_run_as_there_are_workers,
    the_arguments_of_a_job_follow_those_of_the_command,
    a_job_reads_its_stdin_and_else_nothing,
    a_line_that_is_no_job_is_named_and_the_rest_runs,
    the_last_line_may_lack_its_line_feed,
    without_jobs_there_are_no_results,
    jobs_may_stand_in_a_file,
    a_folder_of_files_is_a_list_of_jobs,
    what_cannot_be_started_is_told,
    a_start_that_fails_is_a_try,
    of_a_long_output_64_kib_are_kept_and_the_rest_is_read,
    output_that_is_no_text_has_replacement_characters,
    standard_error_comes_line_by_line_with_the_job_before_it,
    the_milliseconds_are_those_of_the_last_try,
    the_status_says_whether_all_jobs_are_done,
    a_job_finds_nothing_open_and_no_signal_blocked,
    who_takes_too_long_is_told_to_end,
    who_does_not_listen_is_killed_with_its_group,
    who_listens_takes_along_those_who_do_not,
    what_a_job_leaves_in_its_group_ends_with_it,
    the_time_limit_begins_with_the_job,
    each_try_has_its_own_time_limit,
    the_memory_of_a_job_is_limited,
    the_pool_itself_has_no_such_limit,
    without_retries_there_is_one_try,
    who_fails_crashes_or_is_late_is_tried_again,
    the_wait_doubles_with_each_try,
    while_one_waits_for_its_next_try_others_run,
    who_waits_for_a_free_worker_sleeps_and_comes_before_new_jobs,
    with_256_that_wait_for_another_try_no_new_jobs_are_read,
    too_many_crashes_and_the_pool_gives_up,
    each_try_that_crashes_counts,
    crashes_far_from_each_other_are_borne,
    a_start_that_fails_counts_as_a_crash,
    whoever_is_late_has_not_crashed,
    when_the_pool_gives_up_running_jobs_may_finish,
    a_first_term_while_giving_up_changes_nothing,
    term_starts_nothing_more_and_loses_nothing,
    term_with_nothing_left_undone_is_success,
    after_the_grace_what_still_runs_is_killed,
    a_second_term_kills_at_once,
    of_a_folder_every_file_is_told,
    a_closed_stdout_ends_it_quietly,
    results_that_cannot_be_written_are_an_error,
    nothing_escapes_by_a_session_of_its_own,
    who_does_not_read_results_keeps_the_pool_from_nothing,
    with_a_full_output_nothing_is_read_or_started,
    who_stops_reading_errors_ends_nothing,
    nobody_stays_a_zombie_while_others_run,
    strangers_are_laid_to_rest_too,
    no_descriptor_is_left_open,
    idle_it_sleeps_and_is_small,
    no_more_jobs_are_read_than_are_needed,
    a_flood_of_output_takes_no_memory,
    many_short_jobs_are_all_told,
    a_pool_in_a_pool_leaves_nothing_either,
    a_wrong_command_line_is_status_2;
    seeded: drawn_jobs_end_as_they_must;
    slow: no_descriptor_is_left_open_by_ten_thousand_jobs
);
