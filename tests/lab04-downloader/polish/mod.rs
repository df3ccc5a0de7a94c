//! Stage 5: what makes it a tool.

mod bars;
mod checksum;
mod json;
mod limit;
mod mirrors;

use support::{Case, Stage, stage};

use crate::usage::{URL, expect_wrong};

use bars::{
    a_note_does_not_get_into_the_bars, a_resumed_download_does_not_count_old_bytes_in_its_rate,
    a_terminal_has_a_bar_for_each_connection_and_one_for_all,
    a_terminal_shows_bytes_and_rate_and_is_left_on_a_fresh_line, notes_stand_above_the_bars,
    nothing_is_drawn_where_nobody_looks, quiet_is_quiet, without_a_rate_there_is_no_time_left,
};
use checksum::{
    a_checksum_is_of_the_whole_file_also_when_it_was_resumed, a_right_checksum_is_compared_in_any_case,
    a_wrong_checksum_keeps_the_name_away,
};
use json::{json_says_what_happened, of_a_failure_there_is_no_json};
use limit::a_limit_holds_for_all_connections_together;
use mirrors::{
    a_mirror_of_another_length_is_left_out, a_source_that_gives_up_is_left_out,
    connections_are_dealt_in_turn, each_source_has_a_validator_of_its_own, what_a_mirror_said_is_remembered,
    where_the_first_url_is_dead_the_next_one_is_asked,
};

pub(crate) const STAGE: Stage = stage!("polish":
    json_says_what_happened,
    of_a_failure_there_is_no_json,
    a_right_checksum_is_compared_in_any_case,
    a_wrong_checksum_keeps_the_name_away,
    a_checksum_is_of_the_whole_file_also_when_it_was_resumed,
    a_limit_holds_for_all_connections_together,
    connections_are_dealt_in_turn,
    a_mirror_of_another_length_is_left_out,
    a_source_that_gives_up_is_left_out,
    where_the_first_url_is_dead_the_next_one_is_asked,
    each_source_has_a_validator_of_its_own,
    what_a_mirror_said_is_remembered,
    a_terminal_shows_bytes_and_rate_and_is_left_on_a_fresh_line,
    a_terminal_has_a_bar_for_each_connection_and_one_for_all,
    a_resumed_download_does_not_count_old_bytes_in_its_rate,
    without_a_rate_there_is_no_time_left,
    notes_stand_above_the_bars,
    a_note_does_not_get_into_the_bars,
    nothing_is_drawn_where_nobody_looks,
    quiet_is_quiet,
    what_makes_no_sense_is_wrong_usage
);

fn what_makes_no_sense_is_wrong_usage(case: &mut Case) {
    let (short, no_hex) = ("0".repeat(63), "g".repeat(64));
    expect_wrong(
        case,
        &[
            &["--sha256", &short, URL],
            &["--sha256", &no_hex, URL],
            &["--limit", "0", URL],
            &["--limit", "0k", URL],
            &["--limit", "5x", URL],
            &["--limit", "", URL],
            &["--limit", "k", URL],
            &["--limit", "-5", URL],
            &["--mirror", "ftp://127.0.0.1/x", URL],
            &["--quiet", "--json", URL],
            &["--json", "--quiet", URL],
        ],
    );
}
