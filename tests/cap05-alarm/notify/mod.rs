//! Stage 6: who is told.

mod commands;
mod mails;
mod relay;
mod webhooks;

use support::{Case, Ended, Stage, stage};

use commands::{
    a_command_gets_the_notification_on_its_input, a_command_is_no_line_of_a_shell,
    a_command_that_does_not_read_is_no_failure, a_command_that_fails_is_tried_again,
    a_command_that_hangs_is_ended_with_all_it_has_started,
};
use mails::{
    a_dot_at_the_beginning_of_a_line_is_doubled, a_mail_is_handed_to_a_relay, a_name_that_is_none_is_refused,
    a_real_relay_takes_mails, a_relay_that_is_busy_is_asked_again, a_relay_that_refuses_is_not_asked_again,
    a_relay_that_refuses_one_address_takes_the_others, a_relay_without_ehlo_is_greeted_as_of_old,
    addresses_that_are_none_are_refused, an_answer_of_a_relay_has_an_end, an_answer_of_a_relay_has_one_code,
    if_all_addresses_are_refused_the_last_one_counts, line_ends_are_those_of_mails,
};
use webhooks::{
    a_receiver_gets_what_is_bad_enough_for_it, a_receiver_that_is_slow_holds_up_no_other,
    a_server_that_answers_byte_by_byte_gets_no_more_time, a_webhook_gets_json_with_its_key,
    a_webhook_that_fails_is_tried_again_with_the_same_key, a_webhook_that_refuses_is_not_tried_again,
    an_answer_that_announces_another_is_none, the_wait_doubles_and_begins_anew_with_each_notification,
    what_does_not_fit_the_queue_is_dropped_and_counted, what_judge_prints_is_what_notify_reads,
};

pub(crate) const STAGE: Stage = stage!("notify":
    a_webhook_gets_json_with_its_key,
    a_webhook_that_fails_is_tried_again_with_the_same_key,
    the_wait_doubles_and_begins_anew_with_each_notification,
    an_answer_that_announces_another_is_none,
    a_webhook_that_refuses_is_not_tried_again,
    a_server_that_answers_byte_by_byte_gets_no_more_time,
    a_receiver_that_is_slow_holds_up_no_other,
    what_does_not_fit_the_queue_is_dropped_and_counted,
    a_receiver_gets_what_is_bad_enough_for_it,
    what_judge_prints_is_what_notify_reads,
    a_command_gets_the_notification_on_its_input,
    a_command_is_no_line_of_a_shell,
    a_command_that_fails_is_tried_again,
    a_command_that_does_not_read_is_no_failure,
    a_command_that_hangs_is_ended_with_all_it_has_started,
    a_mail_is_handed_to_a_relay,
    a_dot_at_the_beginning_of_a_line_is_doubled,
    line_ends_are_those_of_mails,
    a_relay_without_ehlo_is_greeted_as_of_old,
    a_relay_that_is_busy_is_asked_again,
    a_relay_that_refuses_is_not_asked_again,
    a_relay_that_refuses_one_address_takes_the_others,
    if_all_addresses_are_refused_the_last_one_counts,
    an_answer_of_a_relay_has_one_code,
    an_answer_of_a_relay_has_an_end,
    addresses_that_are_none_are_refused,
    a_name_that_is_none_is_refused;
    slow: a_real_relay_takes_mails
);

/// Makes a notification about a host, as a line.
fn message(key: &str, host: &str) -> String {
    with(key, host, "warning", "")
}

fn with(key: &str, host: &str, severity: &str, summary: &str) -> String {
    let value = serde_json::json!({
        "key": key, "time": 10_000, "kind": "firing", "rule": "busy", "severity": severity,
        "alarms": [{"host": host, "labels": "{cpu=\"0\"}", "since": 10_000}],
        "withheld": 0, "summary": summary,
    });
    format!("{value}\n")
}

/// Delivers notifications to the receivers of a file.
fn notify(case: &mut Case, receivers: &str, lines: &str) -> Ended {
    case.file("receivers.toml", receivers);
    case.program("alarm")
        .args(["notify", "receivers.toml"])
        .stdin(lines)
        .run()
}

/// Expects this of what became of them, and the status that goes with it.
fn expect_report(case: &mut Case, ended: &Ended, expected: &str) {
    case.expect_stdout(ended, format!("{expected}\n"));
    let is_clean = expected
        .lines()
        .all(|line| line.contains(" failed=0 ") && line.ends_with(" dropped=0"));
    case.expect_status(ended, i32::from(!is_clean));
}
