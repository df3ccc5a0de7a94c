//! Sessions and their cookies.

use support::Case;

use super::INSIDE;
use crate::client::{get, post};
use crate::site::{Site, TOKEN, form};

pub(super) fn a_session_begins_with_the_token_and_ends_with_log_out(case: &mut Case) {
    let mut site = Site::new(case, "");
    let cookie = site.log_in(case);
    for path in ["/", "/hosts/1", "/alarms", INSIDE] {
        site.expect_answer(case, &get(path).cookie(&cookie), 200);
    }
    let answer = site.expect_answer(case, &post("/logout", "").cookie(&cookie), 303);
    let to = answer.header("location").unwrap_or_default();
    site.expect_same(case, "where POST /logout leads", "/login", to);
    let emptied = answer.header("set-cookie").unwrap_or_default().to_owned();
    site.expect(
        case,
        emptied.starts_with("muster_session=;") && emptied.contains("; Max-Age=0"),
        "a cookie without a value and with Max-Age=0",
        emptied,
    );
    // A browser may forget the cookie; that the server forgets the session is what counts.
    site.expect_failure(case, &get(INSIDE).cookie(&cookie), 401, "Log in first");
    // Nothing is changed by a link.
    site.expect_failure(case, &get("/logout"), 405, "cannot be done here");
    site.end(case);
}

pub(super) fn a_cookie_is_for_this_site_alone(case: &mut Case) {
    let mut site = Site::new(case, "");
    let answer = site.expect_answer(case, &post("/login", &form(TOKEN)), 303);
    let cookie = answer.header("set-cookie").unwrap_or_default().to_owned();
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Max-Age=43200"] {
        site.expect(
            case,
            cookie.contains(part),
            &format!("a cookie with `{part}`"),
            &cookie,
        );
    }
    let is_open = !cookie.contains("Secure");
    site.expect(
        case,
        is_open,
        "no `Secure` over plain HTTP: the browser would never send it back",
        &cookie,
    );
    let behind_tls = post("/login", &form(TOKEN)).header("X-Forwarded-Proto", "https");
    let answer = site.expect_answer(case, &behind_tls, 303);
    let cookie = answer.header("set-cookie").unwrap_or_default().to_owned();
    site.expect(
        case,
        cookie.contains("; Secure"),
        "`Secure` where a proxy says that it speaks TLS",
        cookie,
    );
    site.end(case);
}

pub(super) fn sessions_are_of_their_own(case: &mut Case) {
    let mut site = Site::new(case, "");
    let (one, other) = (site.log_in(case), site.log_in(case));
    for cookie in [&one, &other] {
        let secret = cookie.trim_start_matches("muster_session=");
        let is_random = secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit());
        site.expect(case, is_random, "a secret of 64 hexadecimal digits", secret);
    }
    site.expect(case, one != other, "another secret for each session", &one);
    // Secrets that count up are guessed: half of the digits differ, give or take a lot.
    let differ = one.bytes().zip(other.bytes()).filter(|(a, b)| a != b).count();
    site.expect(
        case,
        differ > 30,
        "secrets that have nothing in common",
        format!("{one} {other}"),
    );
    site.expect_answer(case, &post("/logout", "").cookie(&one), 303);
    site.expect_answer(case, &get(INSIDE).cookie(&other), 200);
    site.end(case);
}

pub(super) fn a_way_leads_to_no_other_site(case: &mut Case) {
    let mut site = Site::new(case, "");
    for (next, expected) in [
        ("/hosts/17", "/hosts/17"),
        ("/", "/"),
        ("", "/"),
        ("/hosts/", "/"),
        ("/hosts/web1", "/"),
        ("/hosts/1%22%3E%3Cscript%3E", "/"),
        ("/hosts/1/../../x", "/"),
        ("//evil.example/hosts/1", "/"),
        ("https://evil.example/hosts/1", "/"),
        ("/%5Cevil.example", "/"),
        ("/hosts/1%0d%0aSet-Cookie:%20a=b", "/"),
    ] {
        let answer = site.expect_answer(case, &post("/login", &format!("token={TOKEN}&next={next}")), 303);
        let to = answer.header("location").unwrap_or_default().to_owned();
        site.expect_same(case, &format!("where next={next} leads"), expected, &to);
        let page = site.expect_answer(case, &get(&format!("/login?next={next}")), 200);
        let field = format!("name=\"next\" type=\"hidden\" value=\"{expected}\"");
        site.expect(
            case,
            page.body.contains(&field),
            &format!("next={next}: {field}"),
            &page.body,
        );
    }
    site.end(case);
}

pub(super) fn of_too_many_sessions_the_oldest_ends(case: &mut Case) {
    let mut site = Site::new(case, "");
    let first = site.log_in(case);
    let second = site.log_in(case);
    for _ in 2..1024 {
        site.log_in(case);
    }
    site.expect_answer(case, &get(INSIDE).cookie(&first), 200);
    let last = site.log_in(case);
    site.expect_failure(case, &get(INSIDE).cookie(&first), 401, "Log in first");
    for cookie in [&second, &last] {
        site.expect_answer(case, &get(INSIDE).cookie(cookie), 200);
    }
    site.end(case);
}
