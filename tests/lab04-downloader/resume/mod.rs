//! Stage 3: killed at any moment, run again, and the bytes are right.

mod changed;
mod journals;
mod kills;
mod lock;
mod records;

use support::{Stage, stage};

use changed::{
    a_file_that_changed_meanwhile_is_fetched_anew, a_file_that_changed_since_is_fetched_anew,
    a_file_that_changes_all_the_time_is_an_error, a_server_that_lost_its_ranges_sends_all_of_it,
    nginx_says_that_a_file_has_changed, the_right_validator_goes_with_every_part,
};
use journals::{
    a_journal_that_cannot_be_used_starts_over, a_run_that_resumes_writes_the_journal_anew,
    drawn_journals_are_resumed, what_is_missing_is_asked_for_and_nothing_else,
    where_nobody_listens_what_is_there_stays, without_o_the_first_answer_tells_what_is_resumed,
};
use kills::{killed_at_50_moments_the_bytes_are_right, killed_with_one_connection_the_bytes_are_right};
use lock::{
    a_lock_on_a_file_that_lost_its_name_is_none, two_at_once_do_not_meet,
    two_at_once_do_not_meet_when_one_has_resumed,
};
use records::{
    a_download_of_unknown_length_has_no_journal, a_failure_is_recorded_and_the_next_run_goes_on,
    a_full_disk_is_not_recorded_as_written, each_block_is_recorded, the_journal_says_what_is_fetched,
    the_journal_stays_until_the_file_has_its_name,
};

pub(crate) const STAGE: Stage = stage!("resume":
    the_journal_says_what_is_fetched,
    each_block_is_recorded,
    a_failure_is_recorded_and_the_next_run_goes_on,
    a_full_disk_is_not_recorded_as_written,
    a_download_of_unknown_length_has_no_journal,
    what_is_missing_is_asked_for_and_nothing_else,
    without_o_the_first_answer_tells_what_is_resumed,
    a_journal_that_cannot_be_used_starts_over,
    a_run_that_resumes_writes_the_journal_anew,
    where_nobody_listens_what_is_there_stays,
    the_journal_stays_until_the_file_has_its_name,
    killed_at_50_moments_the_bytes_are_right,
    killed_with_one_connection_the_bytes_are_right,
    the_right_validator_goes_with_every_part,
    a_file_that_changed_since_is_fetched_anew,
    a_file_that_changed_meanwhile_is_fetched_anew,
    a_file_that_changes_all_the_time_is_an_error,
    a_server_that_lost_its_ranges_sends_all_of_it,
    two_at_once_do_not_meet,
    two_at_once_do_not_meet_when_one_has_resumed,
    a_lock_on_a_file_that_lost_its_name_is_none,
    nginx_says_that_a_file_has_changed;
    seeded: drawn_journals_are_resumed
);
