//! Stage 4: networks as they are.

mod again;
mod disk;
mod drawn;
mod drawn_waits;
mod gives_up;
mod lies;
mod waits;

use support::{Case, Stage, stage};

use crate::usage::{URL, expect_wrong};

use again::{
    a_connection_that_fails_keeps_what_has_come, a_fault_is_tried_again_and_the_bytes_are_right,
    a_fault_of_a_part_is_tried_again_and_the_bytes_are_right, a_redirect_is_asked_again_after_a_fault,
    a_slow_body_is_no_fault, what_cannot_be_continued_starts_from_its_beginning,
};
use disk::{a_full_disk_stops_everything_and_the_next_run_goes_on, a_name_that_is_a_folder_is_an_error};
use drawn::drawn_faults_cost_no_wrong_byte;
use drawn_waits::{
    a_block_since_the_last_failure_begins_the_count_anew, a_status_that_stays_is_given_up_at_once,
    retry_after_is_seconds_or_a_date, waits_are_drawn_evenly, waits_double_up_to_half_a_minute,
};
use gives_up::{
    a_block_of_progress_begins_the_count_anew, less_than_a_block_does_not_begin_the_count_anew,
    nginx_allows_one_connection_at_a_time, the_last_one_says_what_is_missing,
    what_will_be_the_same_next_time_is_not_tried_again, where_nobody_listens_it_says_so,
    who_gives_up_hands_over_to_the_others,
};
use lies::{
    a_part_that_ends_before_its_content_range_is_a_fault,
    a_server_that_ignores_ranges_for_once_is_asked_again,
    a_wrong_content_range_is_named_and_nothing_of_it_is_written,
};
use waits::{a_wait_ends_when_everything_is_over, retry_after_is_waited_for, waits_grow_and_are_drawn};

pub(crate) const STAGE: Stage = stage!("faults":
    waits_double_up_to_half_a_minute,
    waits_are_drawn_evenly,
    retry_after_is_seconds_or_a_date,
    a_status_that_stays_is_given_up_at_once,
    a_block_since_the_last_failure_begins_the_count_anew,
    a_fault_is_tried_again_and_the_bytes_are_right,
    a_fault_of_a_part_is_tried_again_and_the_bytes_are_right,
    a_connection_that_fails_keeps_what_has_come,
    what_cannot_be_continued_starts_from_its_beginning,
    a_slow_body_is_no_fault,
    a_redirect_is_asked_again_after_a_fault,
    waits_grow_and_are_drawn,
    retry_after_is_waited_for,
    a_wait_ends_when_everything_is_over,
    a_block_of_progress_begins_the_count_anew,
    less_than_a_block_does_not_begin_the_count_anew,
    what_will_be_the_same_next_time_is_not_tried_again,
    who_gives_up_hands_over_to_the_others,
    the_last_one_says_what_is_missing,
    where_nobody_listens_it_says_so,
    a_wrong_content_range_is_named_and_nothing_of_it_is_written,
    a_part_that_ends_before_its_content_range_is_a_fault,
    a_server_that_ignores_ranges_for_once_is_asked_again,
    a_full_disk_stops_everything_and_the_next_run_goes_on,
    a_name_that_is_a_folder_is_an_error,
    nginx_allows_one_connection_at_a_time,
    drawn_faults_cost_no_wrong_byte,
    numbers_are_numbers
);

fn numbers_are_numbers(case: &mut Case) {
    expect_wrong(
        case,
        &[
            &["--retries", "-1", URL],
            &["--retries", "ever", URL],
            &["--backoff", "soon", URL],
            &["--backoff", "1.5", URL],
            &["--retries"],
        ],
    );
}
