//! What is no shop, and what breaks off.

use std::time::Duration;

use serde_json::json;
use support::http::{Response, Server, Site};
use support::{Case, Ended};

use super::dynamic;
use super::plan::{line, shop};
use crate::sheet::crawler;

pub(super) fn a_failure_comes_after_what_was_had_before(case: &mut Case) {
    for (status, why) in [
        (500, "500 Internal Server Error"),
        (403, "403 Forbidden"),
        (302, "302 Found"),
    ] {
        let plan = shop(&[2, 1]);
        let served = plan.clone();
        let site = case.site(
            Site::new()
                .named(&format!("shop-{status}"))
                .at("/shop", plan.page())
                .at("/code/shop.js", plan.script())
                .when(&plan.api, move |request| match request.query() {
                    "" => served.data(request),
                    _ => Response::status(status).header("Location", "/shop"),
                }),
        );
        let ended = dynamic(case, &site);
        let first: String = plan.answers[0].1.iter().map(line).collect();
        let target = format!("{}?cursor={}", plan.api, plan.answers[1].0);
        expect_failure(case, &site, &ended, &target, why, &first);
    }
}

pub(super) fn a_cursor_that_comes_again_is_an_error(case: &mut Case) {
    let plan = shop(&[1]);
    let site = plan.serve(case);
    let item = &plan.answers[0].1[0];
    let answer = |next: &str| Response::ok(json!({"items": [item], "next": next}).to_string());
    site.set(&plan.api, answer("a"));
    site.set(&format!("{}?cursor=a", plan.api), answer("b"));
    site.set(&format!("{}?cursor=b", plan.api), answer("a"));
    let ended = case
        .program("crawler")
        .args(["dynamic", &site.url("/shop")])
        // Whoever goes round in circles need not do so for as long as a browser may take.
        .wall(Duration::from_secs(8))
        .run();
    let target = format!("{}?cursor=b", plan.api);
    expect_failure(
        case,
        &site,
        &ended,
        &target,
        "cursor a came before",
        &line(item).repeat(3),
    );
}

pub(super) fn what_is_no_data_is_named(case: &mut Case) {
    let plan = shop(&[1]);
    let site = plan.serve(case);
    for (body, why) in [
        ("<p>sorry</p>", "answer is no JSON"),
        ("{\"items\": [{\"id\": 1", "answer is no JSON"),
        ("[]", "answer has no list of items"),
        ("{\"next\": null}", "answer has no list of items"),
        (
            "{\"items\": [{\"id\": 1}], \"next\": null}",
            "an item has no id, name and price",
        ),
        (
            "{\"items\": [], \"next\": 7}",
            "next is neither a string nor null",
        ),
    ] {
        site.set(&plan.api, Response::ok(body));
        let ended = dynamic(case, &site);
        expect_failure(case, &site, &ended, &plan.api, why, "");
    }
}

pub(super) fn a_page_without_token_or_script_is_named(case: &mut Case) {
    let plan = shop(&[1]);
    let site = plan.serve(case);
    for (page, why) in [
        (
            "<ul></ul><script src=/code/shop.js></script>".to_owned(),
            "nothing in the page has a data-token",
        ),
        (
            "<ul data-token=x></ul><script>let API = '/a';</script>".to_owned(),
            "no script of the page says where the data is",
        ),
    ] {
        site.set("/shop", Response::html(page));
        let ended = dynamic(case, &site);
        expect_failure(case, &site, &ended, "/shop", why, "");
    }
    site.set(
        "/shop",
        Response::ok("{}").header("Content-Type", "application/json"),
    );
    let ended = dynamic(case, &site);
    expect_failure(case, &site, &ended, "/shop", "is no HTML page", "");
    site.set(
        "/shop",
        Response::html("<ul data-token=x></ul><script src=/gone.js></script>"),
    );
    let ended = dynamic(case, &site);
    expect_failure(case, &site, &ended, "/gone.js", "404 Not Found", "");
    site.set("/shop", Response::status(404));
    let ended = dynamic(case, &site);
    expect_failure(case, &site, &ended, "/shop", "404 Not Found", "");
}

/// Expects a failure that names `target` and says `why`, after `items`.
pub(super) fn expect_failure(
    case: &mut Case,
    site: &Server,
    ended: &Ended,
    target: &str,
    why: &str,
    items: &str,
) {
    case.expect_status(ended, 1);
    case.expect_stderr_names(ended, &format!("{}: {why}", site.url(target)));
    case.expect_stdout(ended, items);
}

pub(super) fn the_page_is_an_argument(case: &mut Case) {
    for args in [
        &["dynamic"][..],
        &["dynamic", "http://127.0.0.1:1/", "more"],
        &["dynamic", "--json", "http://127.0.0.1:1/"],
        &["dynamic", "shop"],
    ] {
        let ended = crawler(case, args);
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
    }
}
