//! Who is let in.

use support::Case;

use super::INSIDE;
use crate::client::{get, post};
use crate::site::{Site, TOKEN, form};

const PAGES: [&str; 3] = ["/", "/hosts/1", "/alarms"];

const API: [&str; 12] = [
    "/api/v1/hosts",
    "/api/v1/hosts/1",
    "/api/v1/range?series=1&from_ms=0&to_ms=1&step_ms=1",
    "/api/v1/alarms",
    "/api/v1/events",
    "/api/v1/hosts/1/events?series=1&since_ms=0&step_ms=1000",
    "/api/v1/query?query=1",
    "/api/v1/query_range?query=1&start=0&end=1&step=1",
    "/api/v1/labels",
    "/api/v1/series?match[]=a",
    "/metrics",
    "/federate",
];

pub(super) fn nobody_sees_anything_without_logging_in(case: &mut Case) {
    let mut site = Site::new(case, "");
    for page in PAGES {
        let answer = site.expect_answer(case, &get(page), 303);
        let login = match page {
            "/" => "/login".to_owned(),
            page => format!("/login?next={page}"),
        };
        let to = answer.header("location").unwrap_or_default();
        site.expect_same(case, &format!("where GET {page} leads"), &login, to);
    }
    for path in API {
        let answer = site.expect_failure(case, &get(path), 401, "Log in first");
        let how = answer.header("www-authenticate").unwrap_or("(none)").to_owned();
        site.expect_same(case, "WWW-Authenticate", "Bearer", &how);
    }
    for cookie in [
        "muster_session=",
        "muster_session=00",
        "other=1; muster_session=made-up",
        &format!("muster_session={TOKEN}"),
    ] {
        site.expect_failure(case, &get(INSIDE).cookie(cookie), 401, "Log in first");
    }
    // The page to log in and what it loads are for everybody.
    for path in ["/login", "/assets/style.css"] {
        site.expect_answer(case, &get(path), 200);
    }
    site.end(case);
}

pub(super) fn programs_send_the_token_in_a_header(case: &mut Case) {
    let mut site = Site::new(case, "");
    for header in [
        format!("Bearer {TOKEN}"),
        format!("bearer {TOKEN}"),
        format!("BEARER   {TOKEN} "),
    ] {
        site.expect_answer(case, &get(INSIDE).header("Authorization", &header), 200);
    }
    for header in [TOKEN.to_owned(), format!("Basic {TOKEN}"), "Bearer".to_owned()] {
        site.expect_failure(
            case,
            &get(INSIDE).header("Authorization", &header),
            401,
            "Log in first",
        );
    }
    for wrong in ["x", &TOKEN[1..], &format!("{TOKEN}x"), &TOKEN.to_uppercase()] {
        site.expect_failure(case, &get(INSIDE).bearer(wrong), 401, "not the token");
    }
    // What is in the address stands in logs.
    let path = format!("{INSIDE}?token={TOKEN}");
    site.expect_failure(case, &get(&path), 401, "Log in first");
    site.end(case);
}

pub(super) fn a_cookie_is_found_among_others(case: &mut Case) {
    let mut site = Site::new(case, "");
    let cookie = site.log_in(case);
    for all in [
        format!("a=b; {cookie}"),
        format!("{cookie}; a=b"),
        format!("a=b;{cookie};c=d"),
        format!("xmuster_session=1; {cookie}"),
        format!("muster_session_=1; {cookie}"),
    ] {
        site.expect_answer(case, &get(INSIDE).cookie(&all), 200);
    }
    site.expect_answer(case, &get(INSIDE).cookie("a=b").cookie(&cookie), 200);
    for none in [
        format!("x{cookie}"),
        cookie.replace('=', ""),
        cookie.replace("muster_session", "session"),
    ] {
        site.expect_failure(case, &get(INSIDE).cookie(&none), 401, "Log in first");
    }
    site.end(case);
}

pub(super) fn a_token_that_is_guessed_easily_is_refused(case: &mut Case) {
    for token in ["", "short-one-15-by", "\n\n"] {
        case.file("token", token);
        let ended = case
            .program("dashboard")
            .args([
                "serve",
                "fleet.db",
                "--listen",
                "127.0.0.1:0",
                "--token-file",
                "token",
            ])
            .run();
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, "less than 16 are guessed too easily");
    }
}

pub(super) fn a_token_of_fifteen_bytes_serves_nobody(case: &mut Case) {
    expect_not_served(case, "fifteen-bytes-.", "127.0.0.1:0");
}

/// Expects that nothing is served, and that this is no success.
pub(crate) fn expect_not_served(case: &mut Case, token: &str, listen: &str) {
    case.file("token", token);
    let ended = case
        .program("dashboard")
        .args(["serve", "fleet.db", "--listen", listen, "--token-file", "token"])
        .run();
    case.expect_stdout(&ended, "");
    case.expect_status(&ended, 1);
}

pub(super) fn secrets_are_shown_nowhere(case: &mut Case) {
    let mut site = Site::new(case, "");
    let cookie = site.log_in(case);
    let secret = cookie.trim_start_matches("muster_session=").to_owned();
    for question in [
        get(INSIDE).cookie(&cookie),
        get(INSIDE).bearer(TOKEN),
        get(INSIDE).bearer(&format!("{TOKEN}?")),
        post("/login", &form(&format!("{TOKEN}!"))),
        post("/logout", "").cookie(&cookie),
    ] {
        let answer = question.ask(site.address);
        for (what, text) in [("the token", TOKEN), ("the session's secret", &secret)] {
            let is_shown = answer.body.contains(text);
            site.expect(
                case,
                !is_shown,
                &format!("{}: an answer without {what}", question.name()),
                &answer.body,
            );
        }
    }
    let said = site.said();
    let is_silent = !said.contains(TOKEN) && !said.contains(&secret);
    site.expect(
        case,
        is_silent,
        "neither token nor secret on standard output and standard error",
        said,
    );
    site.end(case);
}
