//! Whoever guesses waits.

use support::Case;

use super::INSIDE;
use crate::client::{get, post};
use crate::site::{Site, TOKEN, form};

/// How many wrong tokens are looked at in a minute.
const MOST: usize = 10;

pub(super) fn a_wrong_token_is_told_and_only_so_often(case: &mut Case) {
    let mut site = Site::new(case, "");
    for n in 0..MOST {
        let answer = site.expect_answer(case, &post("/login", &form(&format!("wrong-{n}"))), 401);
        let is_page = answer.body.contains("This is not the token.") && answer.body.contains("<form");
        site.expect(case, is_page, "the page again, with a sentence", &answer.body);
        let cookie = answer.header("set-cookie").unwrap_or("none").to_owned();
        site.expect_same(case, "the cookie for a wrong token", "none", &cookie);
    }
    // From now on not even the right one is looked at.
    let answer = site.expect_answer(case, &post("/login", &form(TOKEN)), 429);
    let cookie = answer.header("set-cookie").unwrap_or("none").to_owned();
    site.expect_same(case, "the cookie of whoever has to wait", "none", &cookie);
    site.expect(
        case,
        answer.body.contains("Try again in "),
        "how long to wait",
        &answer.body,
    );
    let wait = answer.header("retry-after").unwrap_or("none").to_owned();
    let is_right = wait
        .parse::<u64>()
        .is_ok_and(|seconds| (1..=61).contains(&seconds));
    site.expect(case, is_right, "Retry-After: 1 to 61", wait);
    site.end(case);
}

pub(super) fn the_right_token_is_no_attempt(case: &mut Case) {
    let mut site = Site::new(case, "");
    for _ in 0..2 * MOST {
        site.expect_answer(case, &get(INSIDE).bearer(TOKEN), 200);
        site.log_in(case);
    }
    for _ in 0..MOST {
        site.expect_failure(case, &get(INSIDE).bearer("wrong"), 401, "not the token");
    }
    site.expect_failure(case, &get(INSIDE).bearer(TOKEN), 429, "too many wrong tokens");
    site.end(case);
}

pub(super) fn programs_and_pages_share_their_attempts(case: &mut Case) {
    let mut site = Site::new(case, "");
    for n in 0..MOST {
        match n % 2 {
            0 => site.expect_answer(case, &post("/login", &form("wrong")), 401),
            _ => site.expect_answer(case, &get(INSIDE).bearer("wrong"), 401),
        };
    }
    site.expect_answer(case, &post("/login", &form("wrong")), 429);
    let answer = site.expect_failure(case, &get(INSIDE).bearer("wrong"), 429, "too many wrong tokens");
    let wait = answer.header("retry-after").is_some();
    site.expect(case, wait, "Retry-After", &answer.body);
    site.end(case);
}

pub(super) fn others_do_not_wait(case: &mut Case) {
    let mut site = Site::new(case, "");
    for _ in 0..MOST {
        site.expect_answer(case, &get(INSIDE).bearer("wrong").from("127.0.0.2"), 401);
    }
    site.expect_answer(case, &get(INSIDE).bearer(TOKEN).from("127.0.0.2"), 429);
    site.expect_answer(case, &get(INSIDE).bearer(TOKEN).from("127.0.0.3"), 200);
    // Nobody says who they are by a header that anybody can write.
    let lies = get(INSIDE)
        .bearer(TOKEN)
        .header("X-Forwarded-For", "203.0.113.7")
        .from("127.0.0.2");
    site.expect_answer(case, &lies, 429);
    site.end(case);
}

pub(super) fn whoever_is_logged_in_does_not_wait(case: &mut Case) {
    let mut site = Site::new(case, "");
    let cookie = site.log_in(case);
    for _ in 0..MOST + 2 {
        post("/login", &form("wrong")).ask(site.address);
    }
    site.expect_answer(case, &get(INSIDE).cookie(&cookie), 200);
    site.expect_answer(case, &get("/login"), 200);
    site.end(case);
}
