//! Stage 7: services that are asked.

mod hostile;
mod mariadb;
mod mysql;
mod nginx;
mod scripted;

use std::time::Duration;

use support::{Case, Ended, Stage, stage};

use hostile::{
    a_mysql_that_hangs_costs_a_second, a_packet_may_announce_any_length, a_password_is_never_sent_as_it_is,
    a_server_that_asks_for_a_file_gets_none, an_answer_of_mysql_without_an_end_is_not_read,
    whatever_a_server_sends_is_survived,
};
use mariadb::{
    a_password_is_proved_to_the_real_mariadb, statements_to_the_real_mariadb_are_counted,
    the_real_mariadb_says_what_its_own_client_shows,
};
use mysql::{
    a_log_in_has_a_user_and_a_proof, a_refusal_is_said_with_its_number, an_answer_of_another_form_is_said,
    mysql_is_read_from_its_status, services_are_metrics_like_others, the_file_of_options_keeps_its_secret,
};
use nginx::{
    an_answer_ends_with_its_length, an_answer_that_ends_too_early_is_none, an_answer_that_is_no_page_is_said,
    an_answer_without_an_end_is_not_read, an_nginx_that_hangs_costs_a_second,
    nginx_is_read_from_its_status_page, nobody_there_is_no_failure,
    numbers_of_nginx_are_found_by_their_names, requests_to_the_real_nginx_are_counted,
    what_is_no_number_of_nginx_is_a_fault,
};

pub(crate) const STAGE: Stage = stage!("services":
    nginx_is_read_from_its_status_page,
    numbers_of_nginx_are_found_by_their_names,
    what_is_no_number_of_nginx_is_a_fault,
    an_answer_ends_with_its_length,
    an_answer_that_ends_too_early_is_none,
    an_answer_that_is_no_page_is_said,
    an_nginx_that_hangs_costs_a_second,
    an_answer_without_an_end_is_not_read,
    requests_to_the_real_nginx_are_counted,
    nobody_there_is_no_failure,
    mysql_is_read_from_its_status,
    a_log_in_has_a_user_and_a_proof,
    a_refusal_is_said_with_its_number,
    an_answer_of_another_form_is_said,
    a_password_is_never_sent_as_it_is,
    a_server_that_asks_for_a_file_gets_none,
    a_packet_may_announce_any_length,
    an_answer_of_mysql_without_an_end_is_not_read,
    a_mysql_that_hangs_costs_a_second,
    whatever_a_server_sends_is_survived,
    the_real_mariadb_says_what_its_own_client_shows,
    statements_to_the_real_mariadb_are_counted,
    a_password_is_proved_to_the_real_mariadb,
    the_file_of_options_keeps_its_secret,
    services_are_metrics_like_others
);

/// Returns the value of a metric without labels.
fn value(ended: &Ended, name: &str) -> f64 {
    let text = ended.stdout_text();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
    line.and_then(|line| line.split('\t').next()?.parse().ok())
        .unwrap_or(f64::NAN)
}

/// Expects an end soon: a second is what a service has, and a machine may have much to do.
fn expect_quick(case: &mut Case, ended: &Ended) {
    case.expect(
        ended,
        ended.wall < Duration::from_secs(6),
        "an end within 6 s, where a second is waited for the service",
        format!("{:.1} s", ended.wall.as_secs_f64()),
    );
}

fn expect_small(case: &mut Case, ended: &Ended) {
    case.expect(
        ended,
        ended.peak_anonymous_kib < 8 << 10,
        "less than 8 MiB of memory",
        format!("{} KiB", ended.peak_anonymous_kib),
    );
}
