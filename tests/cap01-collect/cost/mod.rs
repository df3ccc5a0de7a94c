//! Stage 6: what collecting costs, and what may never come back.

mod drawn;
mod hostile;
mod hung;
mod measured;
mod rests;

use support::{Stage, stage};

use drawn::{drawn_hosts_are_broken, drawn_reports_of_broken_hosts_name_a_line};
use hostile::{
    a_broken_host_is_read_as_far_as_it_can_be, a_file_at_the_limit_is_read_and_one_byte_more_is_not,
    a_message_is_one_line_of_a_bounded_length, a_table_of_sockets_without_an_end_is_not_added_up,
    a_table_of_twenty_megabytes_needs_no_more_memory, files_without_an_end_are_not_read,
};
use hung::{
    a_file_system_of_a_program_may_hang_too, a_mount_that_answers_again_is_told_again,
    a_mount_that_answers_leaves_no_thread, a_mount_that_fails_is_said_and_the_others_are_told,
    a_mount_that_hangs_is_asked_once, a_mount_that_hangs_is_left_behind,
    many_mounts_that_hang_are_waited_for_together, waiting_for_a_mount_costs_nothing,
};
use measured::{
    costs_are_objects_with_the_time_of_a_processor, costs_are_shown_as_a_table,
    numbers_of_the_table_are_of_one_round, the_longest_round_is_none_of_the_sum,
};
use rests::{a_collector_comes_back_when_it_has_rested, a_collector_that_costs_too_much_rests};

pub(crate) const STAGE: Stage = stage!("cost":
    costs_are_objects_with_the_time_of_a_processor,
    costs_are_shown_as_a_table,
    numbers_of_the_table_are_of_one_round,
    the_longest_round_is_none_of_the_sum,
    a_collector_that_costs_too_much_rests,
    a_collector_comes_back_when_it_has_rested,
    a_mount_that_hangs_is_left_behind,
    many_mounts_that_hang_are_waited_for_together,
    a_mount_that_hangs_is_asked_once,
    a_mount_that_answers_again_is_told_again,
    a_mount_that_answers_leaves_no_thread,
    a_file_system_of_a_program_may_hang_too,
    waiting_for_a_mount_costs_nothing,
    a_mount_that_fails_is_said_and_the_others_are_told,
    files_without_an_end_are_not_read,
    a_file_at_the_limit_is_read_and_one_byte_more_is_not,
    a_table_of_sockets_without_an_end_is_not_added_up,
    a_table_of_twenty_megabytes_needs_no_more_memory,
    a_broken_host_is_read_as_far_as_it_can_be,
    a_message_is_one_line_of_a_bounded_length;
    seeded: drawn_hosts_are_broken, drawn_reports_of_broken_hosts_name_a_line
);
