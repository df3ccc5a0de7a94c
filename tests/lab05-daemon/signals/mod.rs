//! Stage 2: a supervisor that listens.

mod children;
mod forwarded;
mod log;
mod restarts;
mod stop;

use support::{Stage, stage};

use children::{
    as_process_1_it_reaps_strangers, many_ends_at_once_leave_no_zombie, what_a_crash_leaves_behind_is_killed,
    while_nothing_happens_it_sleeps,
};
use forwarded::{
    a_reload_makes_nothing_ready, other_signals_are_for_the_command,
    reload_is_told_to_the_command_and_to_systemd,
};
use log::{
    a_daemons_own_output_follows_its_log, a_line_without_end_does_not_fill_the_memory,
    lines_of_both_outputs_do_not_mix, no_line_is_lost_or_torn_when_the_log_is_renamed,
    when_the_log_cannot_be_opened_again_the_old_one_goes_on,
};
use restarts::{
    a_command_that_fails_is_started_again, a_restart_that_cannot_be_counts_as_a_failure,
    a_restart_that_is_not_ready_in_time_counts_as_a_failure, crash_loops_give_up_loudly,
    restart_says_what_is_started_again, restarts_are_counted_within_a_time,
    the_exit_status_says_whether_it_ended_well, waits_double_and_are_waited_for,
};
use stop::{
    a_stop_ends_a_wait, grandchildren_with_sessions_of_their_own_are_killed, int_stops_like_term,
    the_group_gets_the_stop_signal_and_its_time, what_does_not_stop_is_killed_after_the_grace,
    who_stops_does_not_wait_for_ever,
};

pub(crate) const STAGE: Stage = stage!("signals":
    a_command_that_fails_is_started_again,
    restart_says_what_is_started_again,
    the_exit_status_says_whether_it_ended_well,
    waits_double_and_are_waited_for,
    crash_loops_give_up_loudly,
    restarts_are_counted_within_a_time,
    a_restart_that_cannot_be_counts_as_a_failure,
    a_restart_that_is_not_ready_in_time_counts_as_a_failure,
    the_group_gets_the_stop_signal_and_its_time,
    what_does_not_stop_is_killed_after_the_grace,
    grandchildren_with_sessions_of_their_own_are_killed,
    int_stops_like_term,
    a_stop_ends_a_wait,
    who_stops_does_not_wait_for_ever,
    other_signals_are_for_the_command,
    reload_is_told_to_the_command_and_to_systemd,
    a_reload_makes_nothing_ready,
    no_line_is_lost_or_torn_when_the_log_is_renamed,
    a_daemons_own_output_follows_its_log,
    when_the_log_cannot_be_opened_again_the_old_one_goes_on,
    lines_of_both_outputs_do_not_mix,
    a_line_without_end_does_not_fill_the_memory,
    many_ends_at_once_leave_no_zombie,
    what_a_crash_leaves_behind_is_killed,
    as_process_1_it_reaps_strangers,
    while_nothing_happens_it_sleeps
);
