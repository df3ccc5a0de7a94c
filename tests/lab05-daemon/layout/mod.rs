//! Stage 5: what the memory of a process is made of.

mod drawn;
mod errors;
mod fixtures;
mod smaps;
mod specimen;

use support::{Stage, stage};

use drawn::{drawn_addresses_are_found_where_they_are, drawn_memories_are_explained};
use errors::{
    addresses_are_hexadecimal, processes_that_cannot_be_looked_at_are_named, wrong_usage_is_status_2,
};
use fixtures::{
    a_file_has_a_name_that_begins_with_a_slash, a_mapping_ends_before_its_end, a_program_and_its_libraries,
    json_says_the_same_in_lines, kernels_differ_in_what_they_say, memory_that_is_shared, names_that_are_odd,
    threads_and_their_guards,
};
use specimen::{
    every_thing_is_found_in_its_place, pmap_adds_up_to_the_same, the_rows_are_those_of_the_kernel,
    the_sums_are_those_of_the_rows,
};

pub(crate) const STAGE: Stage = stage!("layout":
    a_program_and_its_libraries,
    threads_and_their_guards,
    memory_that_is_shared,
    names_that_are_odd,
    a_file_has_a_name_that_begins_with_a_slash,
    kernels_differ_in_what_they_say,
    json_says_the_same_in_lines,
    a_mapping_ends_before_its_end,
    addresses_are_hexadecimal,
    every_thing_is_found_in_its_place,
    the_rows_are_those_of_the_kernel,
    the_sums_are_those_of_the_rows,
    pmap_adds_up_to_the_same,
    processes_that_cannot_be_looked_at_are_named,
    wrong_usage_is_status_2;
    seeded: drawn_memories_are_explained, drawn_addresses_are_found_where_they_are
);
