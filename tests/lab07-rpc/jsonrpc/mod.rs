//! Stage 7: JSON-RPC 2.0 to the letter.

mod bodies;
mod clients;
mod drawn;
mod fuzzed;
mod hostile;
mod http;
mod json;
mod requests;
mod specification;
mod streams;
mod talk;
mod usage;

use support::{Case, Stage, stage};

use crate::wire::the_help_names_every_command;

use crate::wire::Server;
use json::Json;
use talk::Talk;

use bodies::{
    a_body_comes_in_chunks, a_body_that_is_too_long_is_refused_before_it_comes,
    a_client_that_waits_is_told_to_go_on, a_request_that_ends_in_two_ways_is_none,
};
use clients::{curl_is_at_home, jsonrpclib_is_at_home, the_library_of_python_answers_the_same};
use drawn::{
    drawn_bodies_are_answered_over_http_as_over_lines, drawn_texts_are_answered_like_the_reference_does,
};
use fuzzed::later_requests_are_no_part_of_a_body;
use hostile::{
    a_line_without_an_end_costs_no_more_than_its_limit, a_method_that_panics_is_an_internal_error,
    bytes_that_are_no_text_are_no_json, numbers_of_any_size_are_kept, what_is_nested_too_deep_is_no_json,
};
use http::{
    a_call_is_a_post_to_any_path, a_connection_goes_on_until_someone_ends_it, a_head_that_is_none_is_refused,
    a_notification_is_answered_with_an_empty_body, requests_that_come_together_are_answered_in_order,
    what_is_no_post_is_not_allowed,
};
use requests::{
    a_batch_has_ten_thousand_members_at_most, a_batch_is_answered_with_what_its_members_are,
    a_failure_says_what_the_method_says, a_notification_is_never_answered,
    an_id_comes_back_as_it_was_written, parameters_have_to_fit, the_members_of_a_request_are_looked_at,
    what_is_not_one_value_is_no_json,
};
use specification::{the_specification_over_http, the_specification_over_lines};
use streams::{
    a_line_may_come_in_any_pieces, many_lines_at_once_are_answered_in_order, peers_do_not_mix,
    the_last_line_may_do_without_its_end,
};
use usage::{it_ends_when_it_is_told_to, wrong_usage_is_status_2};

pub(crate) const STAGE: Stage = stage!("jsonrpc":
    the_specification_over_lines,
    an_id_comes_back_as_it_was_written,
    a_notification_is_never_answered,
    what_is_not_one_value_is_no_json,
    the_members_of_a_request_are_looked_at,
    parameters_have_to_fit,
    a_failure_says_what_the_method_says,
    a_batch_is_answered_with_what_its_members_are,
    a_batch_has_ten_thousand_members_at_most,
    numbers_of_any_size_are_kept,
    what_is_nested_too_deep_is_no_json,
    bytes_that_are_no_text_are_no_json,
    a_method_that_panics_is_an_internal_error,
    a_line_may_come_in_any_pieces,
    many_lines_at_once_are_answered_in_order,
    the_last_line_may_do_without_its_end,
    peers_do_not_mix,
    a_line_without_an_end_costs_no_more_than_its_limit,
    the_specification_over_http,
    a_call_is_a_post_to_any_path,
    a_notification_is_answered_with_an_empty_body,
    what_is_no_post_is_not_allowed,
    a_connection_goes_on_until_someone_ends_it,
    requests_that_come_together_are_answered_in_order,
    a_head_that_is_none_is_refused,
    a_body_comes_in_chunks,
    a_client_that_waits_is_told_to_go_on,
    a_body_that_is_too_long_is_refused_before_it_comes,
    a_request_that_ends_in_two_ways_is_none,
    later_requests_are_no_part_of_a_body,
    curl_is_at_home,
    jsonrpclib_is_at_home,
    the_library_of_python_answers_the_same,
    wrong_usage_is_status_2,
    it_ends_when_it_is_told_to,
    the_help_names_every_command;
    seeded: drawn_texts_are_answered_like_the_reference_does, drawn_bodies_are_answered_over_http_as_over_lines
);

/// Starts `rpc jsonrpc` on a port that the kernel chose.
fn serve(case: &mut Case, options: &[&str]) -> Server {
    let program = case.program("rpc").args(["jsonrpc", "--listen", "127.0.0.1:0"]);
    Server::spawn(case, program.args(options))
}

/// Sends all of `bytes` over a connection of its own, says that there is no more, and returns the lines that come back.
fn answers(server: &Server, bytes: &[u8]) -> Vec<String> {
    let mut talk = Talk::connect(server.address);
    let mut writing = talk.twin();
    let came = std::thread::scope(|scope| {
        scope.spawn(|| {
            writing.send(bytes);
            writing.finish();
        });
        talk.rest()
    });
    let text = String::from_utf8_lossy(&came);
    text.lines().map(str::to_owned).collect()
}

/// What can be compared of an answer: see [`Json::comparable`]. What is no JSON stays as it is.
fn comparable(answer: &str) -> String {
    Json::read(answer).map_or_else(|| answer.to_owned(), |json| json.comparable().to_string())
}

/// Sends `text` as a line, and expects `expected`, or nothing. What follows on the same connection shows that nothing more came.
fn expect_answer(case: &mut Case, server: &mut Server, text: &str, expected: Option<&str>) {
    const PROBE: &str = r#"{"jsonrpc":"2.0","method":"get_data","id":"probe"}"#;
    const PROBED: &str = r#"{"jsonrpc":"2.0","result":["hello",5],"id":"probe"}"#;
    let found = answers(server, format!("{text}\n{PROBE}\n").as_bytes());
    let lines = |answers: Vec<&str>| -> String {
        answers
            .into_iter()
            .map(|answer| comparable(answer) + "\n")
            .collect()
    };
    let expected = lines(expected.into_iter().chain([PROBED]).collect());
    let found = lines(found.iter().map(String::as_str).collect());
    let what = format!("the answers to `{}`, and to a call behind it", shortened(text));
    server.expect_same(case, &what, &expected, &found);
}

/// Writes the error that an answer is expected to hold, with an id as it is written in JSON.
fn error(code: i64, id: &str) -> String {
    let message = match code {
        -32_700 => "Parse error",
        -32_600 => "Invalid Request",
        -32_601 => "Method not found",
        -32_602 => "Invalid params",
        _ => "Internal error",
    };
    format!(r#"{{"jsonrpc":"2.0","error":{{"code":{code},"message":"{message}"}},"id":{id}}}"#)
}

/// A text as a verdict shows it.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 200;
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}… ({} bytes)", &text[..at], text.len()),
        None => text.to_owned(),
    }
}
