//! A server of files, which is given: it shows what the library under it does. Its cases hang in stage `triggers`, and in `timers` those of back-pressure.

mod answer;
mod clients;
mod files;
mod large;
mod ways;

pub(crate) use clients::{curl_gets_what_is_there, wrk_finds_no_fault};
pub(crate) use files::{
    a_file_comes_with_its_length_its_type_and_its_time, a_folder_is_its_index, a_part_of_a_file_is_206,
    nothing_outside_of_the_root_is_served, what_cannot_be_answered_has_a_status,
    what_has_not_changed_is_not_sent_again,
};
pub(crate) use large::{
    a_large_file_waits_for_a_slow_reader, many_slow_readers_cost_little,
    who_sends_many_requests_ahead_costs_little,
};
pub(crate) use ways::{
    a_connection_is_kept_unless_somebody_says_close, a_pipeline_of_requests_is_answered_in_order,
    a_request_for_a_file_may_come_in_pieces,
};

use std::fs::File;
use std::time::{Duration, UNIX_EPOCH};

use support::Case;

use crate::peers::Server;

/// When the files of a case were changed last: 2024-02-29 12:34:56 UTC.
pub(crate) const CHANGED: u64 = 1_709_210_096;

/// [`CHANGED`] as HTTP writes it.
pub(crate) const CHANGED_TEXT: &str = "Thu, 29 Feb 2024 12:34:56 GMT";

/// Options of both triggers, for what the library has to do right with either.
pub(crate) const TRIGGERS: [&[&str]; 2] = [&["--trigger", "level"], &["--trigger", "edge"]];

/// Writes `www/NAME`, changed at [`CHANGED`].
fn page(case: &mut Case, name: &str, bytes: impl AsRef<[u8]>) {
    let path = case.file(&format!("www/{name}"), bytes);
    let file = File::options().write(true).open(&path);
    file.and_then(|file| file.set_modified(UNIX_EPOCH + Duration::from_secs(CHANGED)))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// Starts `nbnet http` for the folder `www`.
fn http(case: &mut Case, options: &[&str]) -> Server {
    let options = [&["--root", "www"], options].concat();
    Server::start(case, "http", &[], &options)
}
