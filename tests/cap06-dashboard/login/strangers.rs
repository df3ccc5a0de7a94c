//! What other sites make a browser do.

use support::Case;

use super::INSIDE;
use crate::client::{Question, get, post};
use crate::site::{Site, TOKEN, form};

pub(super) fn another_site_changes_nothing(case: &mut Case) {
    let mut site = Site::new(case, "");
    let cookie = site.log_in(case);
    for (header, value) in [
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Sec-Fetch-Site", "something-new"),
        ("Origin", "http://evil.example"),
        ("Origin", "http://127.0.0.1:1"),
        ("Origin", "null"),
        ("Origin", "127.0.0.1"),
    ] {
        for question in [post("/logout", "").cookie(&cookie), post("/login", &form(TOKEN))] {
            site.expect_failure(case, &question.header(header, value), 403, "another site");
        }
    }
    // The site's own origin does not help where the browser says that it is another one.
    let own = format!("http://{}", site.address);
    let both = |question: Question| {
        question
            .header("Origin", &own)
            .header("Sec-Fetch-Site", "cross-site")
    };
    site.expect_failure(
        case,
        &both(post("/logout", "")).cookie(&cookie),
        403,
        "another site",
    );
    site.expect_answer(case, &get(INSIDE).cookie(&cookie), 200);
    // Reading is no change: a link from elsewhere leads here.
    let link = get("/login").header("Sec-Fetch-Site", "cross-site");
    site.expect_answer(case, &link, 200);
    site.end(case);
}

pub(super) fn own_pages_and_programs_may_change_something(case: &mut Case) {
    let mut site = Site::new(case, "");
    let own = format!("http://{}", site.address);
    for headers in [
        vec![],
        vec![("Sec-Fetch-Site", "same-origin")],
        vec![("Sec-Fetch-Site", "none")],
        vec![("Sec-Fetch-Site", "same-origin"), ("Origin", "null")],
        vec![("Origin", own.as_str())],
        vec![("Sec-Fetch-Site", "same-origin"), ("Origin", own.as_str())],
    ] {
        let mut question = post("/login", &form(TOKEN));
        for (name, value) in headers {
            question = question.header(name, value);
        }
        site.expect_answer(case, &question, 303);
    }
    site.end(case);
}

pub(super) fn every_answer_tells_browsers_to_be_strict(case: &mut Case) {
    let mut site = Site::new(case, "");
    let refused = post("/logout", "").header("Origin", "http://evil.example");
    for (question, cache) in [
        (get("/"), "no-store"),
        (get("/login"), "no-store"),
        (get("/nothing"), "no-store"),
        (get(INSIDE), "no-store"),
        (get(INSIDE).bearer(TOKEN), "no-store"),
        (refused, "no-store"),
        (get("/assets/fleet.js"), "no-cache"),
        (get("/assets/style.css"), "no-cache"),
    ] {
        let answer = question.ask(site.address);
        for (name, value) in [
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", cache),
        ] {
            let found = answer.header(name).unwrap_or("(none)").to_owned();
            site.expect_same(case, &format!("{}: {name}", question.name()), value, &found);
        }
        let policy = answer
            .header("content-security-policy")
            .unwrap_or_default()
            .to_owned();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ] {
            let what = format!("{}: a policy with `{part}`", question.name());
            site.expect(case, policy.contains(part), &what, &policy);
        }
        site.expect(
            case,
            !policy.contains("unsafe"),
            "a policy without exceptions",
            &policy,
        );
    }
    site.end(case);
}
