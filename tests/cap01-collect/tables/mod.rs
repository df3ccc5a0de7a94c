//! Stage 3: what is counted: processes, sockets, users, accounts.

mod drawn;
mod people;
mod processes;
mod sockets;

use support::{Stage, stage};

use drawn::{drawn_people_are_counted, drawn_processes_are_counted, drawn_sockets_are_counted};
use people::{
    accounts_are_told_apart_by_shell_and_number, accounts_without_a_number_are_said,
    numbers_of_accounts_fit_32_bits, records_of_either_size_are_read, records_that_are_cut_are_said,
    sessions_are_counted_and_users_once, the_program_says_what_it_costs,
};
use processes::{
    a_number_of_threads_has_no_sign, a_process_may_be_called_anything, a_state_may_be_any_word,
    broken_processes_are_counted_and_said, folders_that_are_no_processes_are_skipped,
    processes_are_counted_by_state, recorded_tables_are_read,
};
use sockets::{
    a_long_table_of_sockets_is_read_in_pieces, an_empty_line_of_sockets_is_a_fault,
    broken_lines_of_a_long_table_have_their_numbers, connections_are_counted_by_state,
    numbers_of_sockets_are_found_by_name, one_table_of_sockets_is_enough,
};

pub(crate) const STAGE: Stage = stage!("tables":
    processes_are_counted_by_state,
    a_process_may_be_called_anything,
    folders_that_are_no_processes_are_skipped,
    broken_processes_are_counted_and_said,
    a_state_may_be_any_word,
    a_number_of_threads_has_no_sign,
    numbers_of_sockets_are_found_by_name,
    connections_are_counted_by_state,
    one_table_of_sockets_is_enough,
    an_empty_line_of_sockets_is_a_fault,
    a_long_table_of_sockets_is_read_in_pieces,
    broken_lines_of_a_long_table_have_their_numbers,
    sessions_are_counted_and_users_once,
    records_of_either_size_are_read,
    records_that_are_cut_are_said,
    accounts_are_told_apart_by_shell_and_number,
    accounts_without_a_number_are_said,
    numbers_of_accounts_fit_32_bits,
    the_program_says_what_it_costs,
    recorded_tables_are_read;
    seeded: drawn_processes_are_counted, drawn_sockets_are_counted, drawn_people_are_counted
);
