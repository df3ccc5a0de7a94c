//! Stage 3: nobody gets further who is not logged in.

mod attempts;
pub(crate) mod doors;
mod sessions;
mod strangers;
mod users;

use support::{Stage, stage};

use attempts::{
    a_wrong_token_is_told_and_only_so_often, others_do_not_wait, programs_and_pages_share_their_attempts,
    the_right_token_is_no_attempt, whoever_is_logged_in_does_not_wait,
};
use doors::{
    a_cookie_is_found_among_others, a_token_of_fifteen_bytes_serves_nobody,
    a_token_that_is_guessed_easily_is_refused, nobody_sees_anything_without_logging_in,
    programs_send_the_token_in_a_header, secrets_are_shown_nowhere,
};
use sessions::{
    a_cookie_is_for_this_site_alone, a_session_begins_with_the_token_and_ends_with_log_out,
    a_way_leads_to_no_other_site, of_too_many_sessions_the_oldest_ends, sessions_are_of_their_own,
};
use strangers::{
    another_site_changes_nothing, every_answer_tells_browsers_to_be_strict,
    own_pages_and_programs_may_change_something,
};

use users::{
    a_change_needs_a_word_that_only_our_pages_know, users_come_and_go_with_their_file, viewers_change_nothing,
};

pub(crate) const STAGE: Stage = stage!("login":
    nobody_sees_anything_without_logging_in,
    a_session_begins_with_the_token_and_ends_with_log_out,
    a_cookie_is_for_this_site_alone,
    sessions_are_of_their_own,
    a_cookie_is_found_among_others,
    programs_send_the_token_in_a_header,
    a_wrong_token_is_told_and_only_so_often,
    the_right_token_is_no_attempt,
    programs_and_pages_share_their_attempts,
    others_do_not_wait,
    whoever_is_logged_in_does_not_wait,
    another_site_changes_nothing,
    a_change_needs_a_word_that_only_our_pages_know,
    viewers_change_nothing,
    users_come_and_go_with_their_file,
    own_pages_and_programs_may_change_something,
    a_way_leads_to_no_other_site,
    every_answer_tells_browsers_to_be_strict,
    a_token_that_is_guessed_easily_is_refused,
    a_token_of_fifteen_bytes_serves_nobody,
    secrets_are_shown_nowhere,
    of_too_many_sessions_the_oldest_ends
);

/// What answers with 200 once one is logged in, and needs nothing of later stages.
const INSIDE: &str = "/api/v1/status/buildinfo";

/// The SHA-256 of `a-token-of-ann`.
pub(crate) const ANN: &str = "c38d8d3ac97120172abc6cac434adfa6078aae6fc4557d95c13aacc189024054";

/// The SHA-256 of `a-token-of-bob`.
const BOB: &str = "2e27089091188d49719a714af93772d96184efc9271468b13fc2593775225732";
