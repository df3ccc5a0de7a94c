//! Stage 4: one run, contained.

mod ends;
mod hostile;
mod inherits;
mod outcomes;
mod sealed;

use support::{Stage, stage};

use ends::{
    a_daemon_without_a_mark_is_found, a_grandchild_that_holds_the_pipes_is_not_waited_for,
    a_plug_in_of_debian_is_contained, many_that_left_the_group_are_found,
    one_that_hangs_is_told_to_end_and_then_killed, the_time_limit_ends_the_whole_group,
    what_is_ended_while_the_run_goes_on_is_counted_too, what_left_the_group_is_found,
    whoever_ends_the_program_ends_the_plug_in,
};
use hostile::{
    a_flood_is_ended_and_costs_no_memory, a_million_lines_are_a_flood, more_than_a_pipe_holds_is_read,
    the_limit_is_taken_and_not_one_byte_more, waiting_costs_nothing, what_it_says_cannot_steer_a_terminal,
};
use inherits::{
    it_finds_a_clean_environment, it_gets_its_arguments_as_they_are,
    it_has_a_session_of_its_own_and_no_new_rights, it_inherits_no_descriptor, root_runs_it_as_somebody_else,
};
use outcomes::{
    a_run_in_order_is_told, a_status_of_nagios_is_no_failure, what_cannot_be_started_has_failed,
    what_ends_otherwise_has_failed, what_is_not_of_its_form_has_failed,
};
use sealed::{
    a_script_that_was_changed_is_not_run, it_is_sealed_against_every_change,
    what_was_hashed_is_what_is_executed,
};

pub(crate) const STAGE: Stage = stage!("contain":
    a_run_in_order_is_told,
    it_gets_its_arguments_as_they_are,
    it_finds_a_clean_environment,
    it_has_a_session_of_its_own_and_no_new_rights,
    it_inherits_no_descriptor,
    root_runs_it_as_somebody_else,
    a_script_that_was_changed_is_not_run,
    what_was_hashed_is_what_is_executed,
    it_is_sealed_against_every_change,
    what_cannot_be_started_has_failed,
    what_ends_otherwise_has_failed,
    a_status_of_nagios_is_no_failure,
    what_is_not_of_its_form_has_failed,
    one_that_hangs_is_told_to_end_and_then_killed,
    the_time_limit_ends_the_whole_group,
    a_grandchild_that_holds_the_pipes_is_not_waited_for,
    what_left_the_group_is_found,
    a_daemon_without_a_mark_is_found,
    many_that_left_the_group_are_found,
    what_is_ended_while_the_run_goes_on_is_counted_too,
    whoever_ends_the_program_ends_the_plug_in,
    more_than_a_pipe_holds_is_read,
    the_limit_is_taken_and_not_one_byte_more,
    a_flood_is_ended_and_costs_no_memory,
    a_million_lines_are_a_flood,
    what_it_says_cannot_steer_a_terminal,
    waiting_costs_nothing;
    slow: a_plug_in_of_debian_is_contained
);
