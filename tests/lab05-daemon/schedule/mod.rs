//! Stage 4: jobs at their times.

mod cron;
mod drawn;
mod files;
mod jitter;
mod plan;
mod real;
mod sheet;
mod steps;

use support::{Stage, stage};

use cron::{
    a_century_is_no_work, days_have_names, either_day_is_enough_when_both_are_restricted,
    lines_that_mean_nothing_are_refused_with_their_field, minutes_and_hours_are_lists_ranges_and_steps,
    months_end_and_years_leap, nicknames_stand_for_lines, the_first_minute_is_the_one_after_the_beginning,
    there_is_no_summer_time,
};
use drawn::{
    drawn_ends_let_the_right_ones_start, drawn_lines_of_cron_are_due_when_they_should,
    drawn_schedules_are_decided_like_the_reference_does,
};
use files::{
    events_that_cannot_be_are_refused_by_line, keys_that_mean_nothing_are_refused_by_line,
    wrong_usage_is_told_from_failure,
};
use jitter::{
    a_jitter_is_drawn_from_host_job_and_due_time, a_jitter_is_sat_out_whatever_the_clock_does,
    the_host_is_this_one_unless_the_file_says_otherwise,
};
use plan::{
    a_job_that_has_not_ended_is_skipped_and_counted, a_limit_asks_first_and_kills_later,
    intervals_begin_at_once_and_keep_their_beat, no_more_run_than_may,
    those_who_wait_start_in_the_order_of_due_time_then_name,
};
use real::{
    a_closed_output_ends_it_and_its_jobs, a_job_past_its_limit_goes_with_its_group,
    a_program_that_is_not_there_is_told_and_the_rest_goes_on, a_second_signal_kills_at_once,
    intervals_that_nobody_saw_are_missed, jobs_start_at_their_times_and_never_over_themselves,
    nothing_is_done_while_nothing_is_due, term_starts_nothing_and_lets_jobs_end,
    what_does_not_end_in_its_grace_is_killed,
};
use steps::{
    a_run_is_missed_once_its_minute_is_over, a_step_back_by_hours_is_a_correction,
    a_step_back_runs_no_minute_twice, a_step_forward_is_made_up_for_once_or_not_at_all,
    intervals_do_not_see_steps, what_was_missed_while_a_job_runs_is_skipped,
};

pub(crate) const STAGE: Stage = stage!("schedule":
    minutes_and_hours_are_lists_ranges_and_steps,
    days_have_names,
    either_day_is_enough_when_both_are_restricted,
    months_end_and_years_leap,
    nicknames_stand_for_lines,
    the_first_minute_is_the_one_after_the_beginning,
    there_is_no_summer_time,
    a_century_is_no_work,
    lines_that_mean_nothing_are_refused_with_their_field,
    intervals_begin_at_once_and_keep_their_beat,
    a_job_that_has_not_ended_is_skipped_and_counted,
    no_more_run_than_may,
    those_who_wait_start_in_the_order_of_due_time_then_name,
    a_limit_asks_first_and_kills_later,
    a_step_forward_is_made_up_for_once_or_not_at_all,
    a_run_is_missed_once_its_minute_is_over,
    a_step_back_runs_no_minute_twice,
    a_step_back_by_hours_is_a_correction,
    what_was_missed_while_a_job_runs_is_skipped,
    intervals_do_not_see_steps,
    a_jitter_is_drawn_from_host_job_and_due_time,
    a_jitter_is_sat_out_whatever_the_clock_does,
    the_host_is_this_one_unless_the_file_says_otherwise,
    keys_that_mean_nothing_are_refused_by_line,
    events_that_cannot_be_are_refused_by_line,
    wrong_usage_is_told_from_failure,
    jobs_start_at_their_times_and_never_over_themselves,
    intervals_that_nobody_saw_are_missed,
    a_job_past_its_limit_goes_with_its_group,
    term_starts_nothing_and_lets_jobs_end,
    what_does_not_end_in_its_grace_is_killed,
    a_second_signal_kills_at_once,
    a_program_that_is_not_there_is_told_and_the_rest_goes_on,
    a_closed_output_ends_it_and_its_jobs,
    nothing_is_done_while_nothing_is_due;
    seeded: drawn_lines_of_cron_are_due_when_they_should, drawn_ends_let_the_right_ones_start, drawn_schedules_are_decided_like_the_reference_does
);
