//! Who may do what.

use support::Case;

use super::{ANN, BOB, INSIDE};
use crate::client::{Question, get, post, post_json};
use crate::site::{Site, TOKEN, form};

/// A change that nobody does here: whoever may ask for it is told so.
fn change() -> Question {
    post_json("/api/v1/do/anything", "{}")
}

const NOTHING: &str = "Nothing can be done here";

fn word(case: &mut Case, site: &mut Site, cookie: &str) -> String {
    let me = site
        .expect_answer(case, &get("/api/v1/me").cookie(cookie), 200)
        .json();
    me["csrf"].as_str().unwrap_or_default().to_owned()
}

pub(super) fn a_change_needs_a_word_that_only_our_pages_know(case: &mut Case) {
    let mut site = Site::new(case, "");
    let (cookie, other) = (site.log_in(case), site.log_in(case));
    let (mine, theirs) = (word(case, &mut site, &cookie), word(case, &mut site, &other));
    site.expect(
        case,
        mine.len() == 32 && mine != theirs,
        "a word for each session",
        format!("{mine} {theirs}"),
    );
    let asks = change().cookie(&cookie);
    for question in [
        asks.clone(),
        asks.clone().header("X-CSRF-Token", ""),
        asks.clone().header("X-CSRF-Token", "x"),
        asks.clone().header("X-CSRF-Token", &theirs),
        asks.clone().header("X-CSRF-Token", &format!("{mine}0")),
    ] {
        site.expect_failure(case, &question, 403, "X-CSRF-Token is missing or wrong");
    }
    site.expect_failure(case, &asks.clone().header("X-CSRF-Token", &mine), 404, NOTHING);
    // A program that sends the token is no page, and no browser sends it by itself.
    site.expect_failure(case, &change().bearer(TOKEN), 404, NOTHING);
    site.expect_failure(case, &change(), 401, "Log in first");
    // What a form of another site could send is no JSON.
    let as_form = post("/api/v1/do/anything", "{}").bearer(TOKEN);
    site.expect_failure(case, &as_form, 415, "The body is JSON");
    let mut as_other = change().bearer(TOKEN);
    as_other.body = Some(("application/merge-patch+json", "{}".into()));
    site.expect_failure(case, &as_other, 415, "The body is JSON");
    let large = format!("\"{}\"", "x".repeat(16 << 10));
    site.expect_failure(
        case,
        &post_json("/api/v1/do/anything", &large).bearer(TOKEN),
        413,
        "",
    );
    let nonsense = post_json("/api/v1/do/anything", "{").bearer(TOKEN);
    site.expect_failure(case, &nonsense, 400, "The body is no JSON");
    site.end(case);
}

pub(super) fn viewers_change_nothing(case: &mut Case) {
    case.file("users", format!("ann viewer {ANN}\nbob operator {BOB}\n"));
    let mut site = Site::with_users(case, "");
    for (token, name, role) in [
        (TOKEN, "operator", "operator"),
        ("a-token-of-ann", "ann", "viewer"),
        ("a-token-of-bob", "bob", "operator"),
    ] {
        let answer = site
            .expect_answer(case, &get("/api/v1/me").bearer(token), 200)
            .json();
        let found = format!("{} {}", answer["name"], answer["role"]);
        site.expect_same(case, "who it is", &format!("\"{name}\" \"{role}\""), &found);
        match role {
            "viewer" => site.expect_failure(
                case,
                &change().bearer(token),
                403,
                "A viewer looks, and changes nothing",
            ),
            _ => site.expect_failure(case, &change().bearer(token), 404, NOTHING),
        };
    }
    // A session is of whoever has opened it.
    let answer = site.expect_answer(case, &post("/login", &form("a-token-of-ann")), 303);
    let cookie = answer.header("set-cookie").unwrap_or_default();
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    let mine = word(case, &mut site, &cookie);
    // Whoever does not know the word is told nothing of the role.
    site.expect_failure(
        case,
        &change().cookie(&cookie),
        403,
        "X-CSRF-Token is missing or wrong",
    );
    let asks = change().cookie(&cookie).header("X-CSRF-Token", &mine);
    site.expect_failure(case, &asks, 403, "A viewer looks, and changes nothing");
    site.end(case);
}

pub(super) fn users_come_and_go_with_their_file(case: &mut Case) {
    case.file("users", format!("ann viewer {ANN}\n"));
    let mut site = Site::with_users(case, "");
    let answer = site.expect_answer(case, &post("/login", &form("a-token-of-ann")), 303);
    let cookie = answer.header("set-cookie").unwrap_or_default();
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
    site.expect_answer(case, &get(INSIDE).cookie(&cookie), 200);
    site.expect_failure(case, &get(INSIDE).bearer("a-token-of-bob"), 401, "not the token");
    // Ann goes, and Bob comes: at once, and whatever sessions are open.
    case.file("users", format!("bob operator {BOB}\n"));
    site.expect_failure(case, &get(INSIDE).cookie(&cookie), 401, "Log in first");
    site.expect_failure(case, &get(INSIDE).bearer("a-token-of-ann"), 401, "not the token");
    site.expect_answer(case, &get(INSIDE).bearer("a-token-of-bob"), 200);
    // With another role it is not the same Ann.
    case.file("users", format!("ann operator {ANN}\n"));
    site.expect_failure(case, &get(INSIDE).cookie(&cookie), 401, "Log in first");
    site.expect_answer(case, &get(INSIDE).bearer("a-token-of-ann"), 200);
    site.end(case);
}
