//! Stage 1: a process without a terminal, and those who look for it.

mod ask;
mod lock;
mod outside;
mod ready;
pub(crate) mod systemd;

use support::{Stage, stage};

use ask::{
    a_daemon_is_started_found_and_stopped, mistakes_of_the_command_line_are_named,
    mistakes_of_the_configuration_are_named_by_line, restart_stops_and_starts, status_is_told_by_numbers,
    what_is_not_running_has_status_3,
};
use lock::{
    a_daemon_that_was_killed_is_dead_while_its_command_lives,
    a_lock_on_a_file_that_has_lost_its_name_is_none, a_pid_file_without_a_lock_is_only_a_file,
    a_second_start_says_that_it_is_running, of_many_starts_at_once_one_wins,
    the_lock_decides_and_not_the_number, who_only_looks_is_no_daemon,
};
use outside::{
    it_has_left_its_session_and_leads_none, nothing_that_was_open_stays_open,
    signals_are_as_if_nobody_had_touched_them, umask_folder_and_environment_are_as_configured,
    what_the_command_prints_is_in_the_log,
};
use ready::{
    a_command_that_cannot_be_started_is_named, a_command_that_ends_too_early_is_no_daemon,
    a_command_that_is_not_ready_in_time_is_no_daemon, a_log_that_cannot_be_opened_is_named,
    a_supervisor_that_dies_is_no_success, start_waits_for_the_first_line, start_waits_for_the_notification,
};
use systemd::{a_unit_for_systemd_is_printed, systemd_is_told_how_it_goes};

pub(crate) const STAGE: Stage = stage!("daemonize":
    a_daemon_is_started_found_and_stopped,
    it_has_left_its_session_and_leads_none,
    nothing_that_was_open_stays_open,
    umask_folder_and_environment_are_as_configured,
    signals_are_as_if_nobody_had_touched_them,
    what_the_command_prints_is_in_the_log,
    start_waits_for_the_first_line,
    start_waits_for_the_notification,
    a_command_that_ends_too_early_is_no_daemon,
    a_command_that_cannot_be_started_is_named,
    a_command_that_is_not_ready_in_time_is_no_daemon,
    a_supervisor_that_dies_is_no_success,
    a_log_that_cannot_be_opened_is_named,
    a_second_start_says_that_it_is_running,
    of_many_starts_at_once_one_wins,
    a_pid_file_without_a_lock_is_only_a_file,
    a_daemon_that_was_killed_is_dead_while_its_command_lives,
    the_lock_decides_and_not_the_number,
    who_only_looks_is_no_daemon,
    a_lock_on_a_file_that_has_lost_its_name_is_none,
    what_is_not_running_has_status_3,
    status_is_told_by_numbers,
    restart_stops_and_starts,
    systemd_is_told_how_it_goes,
    a_unit_for_systemd_is_printed,
    mistakes_of_the_configuration_are_named_by_line,
    mistakes_of_the_command_line_are_named
);
