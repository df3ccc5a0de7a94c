//! Stage 6: commands on another machine.

mod care;
mod command;
mod ends;
mod flow;
mod groups;
mod params;
mod queue;
mod streams;
mod words;

use support::{Stage, stage};

use crate::wire::the_help_names_every_command;

use care::{
    a_command_inherits_no_signals_and_no_descriptors, a_command_leads_a_group_of_its_own,
    a_command_needs_no_thread, a_server_with_a_command_sleeps, many_commands_leave_nothing_behind,
};
use ends::{
    a_signal_is_told_by_its_number, commands_are_off_if_nobody_says_otherwise, the_status_is_the_commands,
    what_cannot_be_started_is_told, what_is_wrong_with_the_call_is_status_125,
};
use flow::{
    a_client_that_is_not_read_makes_the_command_wait, a_flood_goes_through_in_little_memory,
    input_that_nobody_reads_is_not_taken, what_is_above_the_limit_is_cut_off,
    without_credit_the_command_waits,
};
use groups::{
    a_cancel_is_answered_at_once_and_ends_the_group, a_client_that_is_gone_ends_the_group,
    a_client_whose_output_nobody_reads_any_more_ends_the_command, a_deadline_ends_the_group,
    a_server_that_ends_waits_for_commands_and_then_kills_them, a_signal_for_the_client_ends_the_group,
    a_stranger_lives_on_and_is_not_waited_for, the_time_limit_ends_the_whole_group,
    what_a_command_leaves_in_its_group_ends_with_it,
};
use params::{parameters_that_are_none_are_named, wrong_usage_of_exec_is_status_2};
use queue::{
    a_thousand_commands_run_few_at_a_time, beyond_the_queue_commands_are_turned_away,
    commands_begin_in_the_order_of_their_calls, no_more_run_than_may, who_waits_too_long_is_never_run,
};
use streams::{
    a_command_need_not_read_its_input, all_output_comes_before_the_end,
    an_output_may_be_closed_before_the_end, input_and_output_go_on_as_they_come,
    megabytes_go_through_unchanged, the_two_outputs_stay_apart, without_input_it_reads_nothing,
};
use words::{
    a_shell_is_asked_when_told_and_only_then, another_user_is_for_root_alone,
    the_environment_is_the_servers_without_its_secrets, the_folder_is_the_servers_or_another_one,
    words_go_as_they_are,
};

pub(crate) const STAGE: Stage = stage!("exec":
    words_go_as_they_are,
    a_shell_is_asked_when_told_and_only_then,
    the_two_outputs_stay_apart,
    the_status_is_the_commands,
    a_signal_is_told_by_its_number,
    what_cannot_be_started_is_told,
    commands_are_off_if_nobody_says_otherwise,
    what_is_wrong_with_the_call_is_status_125,
    the_environment_is_the_servers_without_its_secrets,
    the_folder_is_the_servers_or_another_one,
    another_user_is_for_root_alone,
    input_and_output_go_on_as_they_come,
    megabytes_go_through_unchanged,
    without_input_it_reads_nothing,
    a_command_need_not_read_its_input,
    an_output_may_be_closed_before_the_end,
    all_output_comes_before_the_end,
    a_command_leads_a_group_of_its_own,
    a_command_inherits_no_signals_and_no_descriptors,
    the_time_limit_ends_the_whole_group,
    a_signal_for_the_client_ends_the_group,
    a_cancel_is_answered_at_once_and_ends_the_group,
    a_deadline_ends_the_group,
    a_client_that_is_gone_ends_the_group,
    what_a_command_leaves_in_its_group_ends_with_it,
    a_stranger_lives_on_and_is_not_waited_for,
    without_credit_the_command_waits,
    a_client_that_is_not_read_makes_the_command_wait,
    a_client_whose_output_nobody_reads_any_more_ends_the_command,
    what_is_above_the_limit_is_cut_off,
    input_that_nobody_reads_is_not_taken,
    a_flood_goes_through_in_little_memory,
    no_more_run_than_may,
    commands_begin_in_the_order_of_their_calls,
    beyond_the_queue_commands_are_turned_away,
    who_waits_too_long_is_never_run,
    a_thousand_commands_run_few_at_a_time,
    many_commands_leave_nothing_behind,
    a_command_needs_no_thread,
    a_server_with_a_command_sleeps,
    a_server_that_ends_waits_for_commands_and_then_kills_them,
    parameters_that_are_none_are_named,
    wrong_usage_of_exec_is_status_2,
    the_help_names_every_command
);
