//! Stage 3: what is counted: processes, sockets, users, accounts.

mod drawn;
mod people;
mod processes;
mod sockets;

use support::{Stage, stage};

use drawn::{drawn_people_are_counted, drawn_processes_are_counted, drawn_sockets_are_counted};
use people::{
    accounts_are_told_apart_by_shell_and_number, accounts_without_a_number_are_said,
    records_of_either_size_are_read, records_that_are_cut_are_said, sessions_are_counted_and_users_once,
    the_program_says_what_it_costs,
};
use processes::{
    a_process_may_be_called_anything, broken_processes_are_counted_and_said,
    folders_that_are_no_processes_are_skipped, processes_are_counted_by_state, recorded_tables_are_read,
};
use sockets::{
    a_long_table_of_sockets_is_read_in_pieces, broken_lines_of_a_long_table_have_their_numbers,
    connections_are_counted_by_state, numbers_of_sockets_are_found_by_name, one_table_of_sockets_is_enough,
};

pub(crate) const STAGE: Stage = stage!("tables":
    processes_are_counted_by_state,
    a_process_may_be_called_anything,
    folders_that_are_no_processes_are_skipped,
    broken_processes_are_counted_and_said,
    numbers_of_sockets_are_found_by_name,
    connections_are_counted_by_state,
    one_table_of_sockets_is_enough,
    a_long_table_of_sockets_is_read_in_pieces,
    broken_lines_of_a_long_table_have_their_numbers,
    sessions_are_counted_and_users_once,
    records_of_either_size_are_read,
    records_that_are_cut_are_said,
    accounts_are_told_apart_by_shell_and_number,
    accounts_without_a_number_are_said,
    the_program_says_what_it_costs,
    recorded_tables_are_read;
    seeded: drawn_processes_are_counted, drawn_sockets_are_counted, drawn_people_are_counted
);
