//! Stage 1: files of a name, a number and a unit.

mod cpu;
mod drawn;
mod faults;
mod files;

use support::{Stage, stage};

use cpu::{
    an_old_kernel_has_fewer_times, lines_are_found_by_their_names,
    processors_are_counted_and_not_their_numbers, times_that_go_back_a_little_stand_still,
};
use drawn::{drawn_counters_are_read, drawn_files_are_broken};
use faults::{
    a_file_that_is_empty_says_nothing, a_folder_is_no_file, a_host_without_any_file_is_no_failure,
    a_point_may_stand_first_or_last, a_sign_is_no_digit, a_word_of_pressure_without_a_value_is_skipped,
    an_empty_line_is_a_fault_where_each_line_has_a_name, each_file_has_one_line_for_all_its_faults,
    numbers_may_be_as_large_as_the_kernel_has_them, what_a_kernel_does_not_support_is_absent,
    what_is_absent_is_absent_and_never_0,
};
use files::{
    a_long_file_is_read_whole, a_recorded_host_is_read, a_small_host_is_read,
    loads_are_read_as_far_as_they_are_there, memory_is_bytes_and_huge_pages_are_counted,
    memory_without_its_unit_is_a_fault, older_hosts_are_read, pressure_is_seconds_and_a_part_of_1,
    vm_counts_kibibytes_and_pages,
};

pub(crate) const STAGE: Stage = stage!("counters":
    a_small_host_is_read,
    lines_are_found_by_their_names,
    an_old_kernel_has_fewer_times,
    processors_are_counted_and_not_their_numbers,
    times_that_go_back_a_little_stand_still,
    loads_are_read_as_far_as_they_are_there,
    memory_is_bytes_and_huge_pages_are_counted,
    memory_without_its_unit_is_a_fault,
    vm_counts_kibibytes_and_pages,
    pressure_is_seconds_and_a_part_of_1,
    what_is_absent_is_absent_and_never_0,
    a_host_without_any_file_is_no_failure,
    a_file_that_is_empty_says_nothing,
    a_folder_is_no_file,
    each_file_has_one_line_for_all_its_faults,
    numbers_may_be_as_large_as_the_kernel_has_them,
    a_sign_is_no_digit,
    a_point_may_stand_first_or_last,
    an_empty_line_is_a_fault_where_each_line_has_a_name,
    a_word_of_pressure_without_a_value_is_skipped,
    what_a_kernel_does_not_support_is_absent,
    a_long_file_is_read_whole,
    a_recorded_host_is_read,
    older_hosts_are_read;
    seeded: drawn_counters_are_read, drawn_files_are_broken
);
