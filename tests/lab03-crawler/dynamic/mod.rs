//! Stage 5: a page that scripts fill.

mod failures;
mod plan;

use std::sync::{Arc, Mutex};

use serde_json::json;
use support::http::{Act, Point, Response, Server, Site};
use support::{Case, Ended, Stage, stage};

use crate::sheet::crawler;
use crate::short::ShortFolder;
use failures::{
    a_cursor_that_comes_again_is_an_error, a_failure_comes_after_what_was_had_before,
    a_page_without_token_or_script_is_named, expect_failure, the_page_is_an_argument,
    what_is_no_data_is_named,
};
use plan::{Plan, line, script, shop};

pub(crate) const STAGE: Stage = stage!("dynamic":
    the_items_are_those_of_the_data,
    the_token_goes_into_the_header_that_the_script_names,
    the_cursor_is_followed_to_its_end,
    a_cursor_may_hold_any_characters,
    the_script_may_stand_in_the_page,
    the_first_script_that_names_both_counts,
    addresses_count_from_the_url_that_answered,
    a_script_of_any_type_is_read,
    values_are_printed_as_they_are,
    a_shop_without_items_prints_nothing,
    whoever_is_told_to_wait_waits_and_asks_again,
    patience_ends_after_five_times,
    patience_begins_anew_with_each_question,
    items_are_there_before_the_next_page_is,
    a_failure_comes_after_what_was_had_before,
    a_cursor_that_comes_again_is_an_error,
    what_is_no_data_is_named,
    a_page_without_token_or_script_is_named,
    the_given_shop_gives_up_its_items,
    without_the_feature_it_says_how_to_render,
    the_page_is_an_argument;
    seeded: drawn_shops_give_up_their_items;
    slow: a_browser_shows_the_same
);

fn dynamic(case: &mut Case, site: &Server) -> Ended {
    crawler(case, &["dynamic", &site.url("/shop")])
}

/// Expects all items of `plan` and success.
fn expect_items(case: &mut Case, plan: &Plan, ended: &Ended) {
    case.expect_stdout(ended, plan.lines());
    case.expect_status(ended, 0);
    case.expect_quiet(ended);
}

fn the_items_are_those_of_the_data(case: &mut Case) {
    let plan = shop(&[3]);
    let site = plan.serve(case);
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
    let log = site.log();
    let expected = format!("/shop\n/code/shop.js\n{}", plan.api);
    case.expect_same(
        &ended,
        "what the site was asked for",
        &expected,
        &log.targets().join("\n"),
    );
}

fn the_token_goes_into_the_header_that_the_script_names(case: &mut Case) {
    let mut plan = shop(&[1]);
    "a&b \"c\"".clone_into(&mut plan.token);
    let site = plan.serve(case);
    // As in any attribute, characters may be written as references.
    site.set(
        "/shop",
        Response::html(
            "<ul data-token='a&amp;b &quot;c&quot;'></ul><p data-token=other></p><script src=code/shop.js></script>",
        ),
    );
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
}

fn the_cursor_is_followed_to_its_end(case: &mut Case) {
    let plan = shop(&[2, 2, 0, 1, 3]);
    let site = plan.serve(case);
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
    let asked = site.log().requests.len();
    case.expect(
        &ended,
        asked == 7,
        "a page, a script and five answers",
        format!("{asked} requests"),
    );
}

fn a_cursor_may_hold_any_characters(case: &mut Case) {
    let mut plan = shop(&[1, 1]);
    // As form-urlencoded.
    "a%26b%3D%2F%3F+%C3%BC".clone_into(&mut plan.answers[1].0);
    let served = plan.clone();
    let site = case.site(
        Site::new()
            .at("/shop", plan.page())
            .at("/code/shop.js", plan.script())
            .when(&plan.api, move |request| match request.query() {
                "" => {
                    let body = json!({"items": served.answers[0].1, "next": "a&b=/? ü"});
                    Response::ok(body.to_string())
                }
                "cursor=a%26b%3D%2F%3F+%C3%BC" | "cursor=a%26b%3D%2F%3F%20%C3%BC" => served.answer(1),
                _ => Response::status(400),
            }),
    );
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
}

fn the_script_may_stand_in_the_page(case: &mut Case) {
    let plan = shop(&[2, 1]);
    let site = plan.serve(case);
    site.set(
        "/shop",
        Response::html(format!(
            "<script>\nlet HEADER = '{}', more = 1;\n  var API='{}'\n</script><div data-token={}></div>",
            plan.header, plan.api, plan.token
        )),
    );
    let ended = dynamic(case, &site);
    // HEADER and API in any order, with let or var and quotation marks of either kind.
    expect_items(case, &plan, &ended);
}

fn the_first_script_that_names_both_counts(case: &mut Case) {
    let plan = shop(&[2]);
    let site = plan.serve(case);
    site.set(
        "/shop",
        Response::html(format!(
            "<!-- <script src=/never.js></script> --><script>const API = \"/wrong\";</script><ul data-token=\"{}\"></ul>
            <script src=/library.js></script><script src=/code/shop.js></script><script src=/late.js></script>",
            plan.token
        )),
    );
    site.set("/library.js", script("const APIS = 1; const HEADERS = 2;"));
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
    let log = site.log();
    let expected = format!("/shop\n/library.js\n/code/shop.js\n{}", plan.api);
    case.expect_same(
        &ended,
        "what the site was asked for",
        &expected,
        &log.targets().join("\n"),
    );
}

fn addresses_count_from_the_url_that_answered(case: &mut Case) {
    let mut plan = shop(&[1, 1]);
    "/moved/here/data".clone_into(&mut plan.api);
    let page = format!(
        "<ul data-token=\"{}\"></ul><script src=code.js></script>",
        plan.token
    );
    let code = script(&format!(
        "const API = 'data', HEADER_ = 1;\nconst HEADER = '{}';",
        plan.header
    ));
    let served = plan.clone();
    let site = case.site(
        Site::new()
            .at("/shop", Response::redirect(302, "/moved/here/"))
            .at("/moved/here/", Response::html(page))
            .at("/moved/here/code.js", code)
            .when(&plan.api, move |request| served.data(request)),
    );
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
}

fn a_script_of_any_type_is_read(case: &mut Case) {
    let plan = shop(&[1]);
    let site = plan.serve(case);
    let code = format!("const API = '{}';\nconst HEADER = '{}';", plan.api, plan.header);
    site.set("/code/shop.js", Response::ok(code));
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
}

fn values_are_printed_as_they_are(case: &mut Case) {
    let mut plan = shop(&[0]);
    plan.answers[0].1 = vec![
        json!({"price": 12.5, "name": "Mühle \"alt\" <b>&amp;</b> \\ \u{1f33e}", "id": 7, "more": [1]}),
        json!({"name": "", "id": "seven", "price": null}),
        json!({"id": 9_007_199_254_740_993_u64, "name": "\t", "price": "12.50"}),
    ];
    let site = plan.serve(case);
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
    // Any status 2xx is a success.
    let body = json!({"items": plan.answers[0].1, "next": null}).to_string();
    site.set(&plan.api, Response::new(203, body));
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
}

fn a_shop_without_items_prints_nothing(case: &mut Case) {
    let plan = shop(&[0]);
    let site = plan.serve(case);
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
}

fn whoever_is_told_to_wait_waits_and_asks_again(case: &mut Case) {
    let plan = shop(&[1, 1, 1]);
    let (asked, served) = (Arc::new(Mutex::new(0)), plan.clone());
    let site = case.site(
        Site::new()
            .at("/shop", plan.page())
            .at("/code/shop.js", plan.script())
            .when(&plan.api, move |request| {
                let mut asked = asked.lock().expect("nobody panicked");
                *asked += 1;
                // Each question is refused once, the second with a time to wait, the third without.
                match *asked {
                    1 => Response::status(429).header("Retry-After", "0"),
                    3 => Response::status(429).header("Retry-After", "1"),
                    5 => Response::status(429),
                    _ => served.data(request),
                }
            }),
    );
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
    let log = site.log();
    let times: Vec<_> = log
        .requests
        .iter()
        .filter(|seen| seen.target.starts_with(&plan.api))
        .map(|seen| seen.came)
        .collect();
    for asked_again in [3, 5] {
        let waited = times[asked_again].duration_since(times[asked_again - 1]);
        case.expect(
            &ended,
            waited.as_millis() >= 990,
            "a second between refusal and question",
            format!("{waited:?}"),
        );
    }
}

fn patience_ends_after_five_times(case: &mut Case) {
    let plan = shop(&[1]);
    let site = plan.serve(case);
    site.set(&plan.api, Response::status(429).header("Retry-After", "0"));
    let ended = dynamic(case, &site);
    expect_failure(case, &site, &ended, &plan.api, "429 Too Many Requests", "");
    let asked = site.log().of(&plan.api).count();
    case.expect(
        &ended,
        asked == 6,
        "one question, asked again five times",
        format!("{asked} requests"),
    );
}

fn patience_begins_anew_with_each_question(case: &mut Case) {
    let plan = shop(&[1, 1, 1]);
    let (asked, served) = (Arc::new(Mutex::new(0)), plan.clone());
    let site = case.site(
        Site::new()
            .at("/shop", plan.page())
            .at("/code/shop.js", plan.script())
            .when(&plan.api, move |request| {
                let mut asked = asked.lock().expect("nobody panicked");
                *asked += 1;
                match *asked % 6 {
                    0 => served.data(request),
                    _ => Response::status(429).header("Retry-After", "0"),
                }
            }),
    );
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
}

fn items_are_there_before_the_next_page_is(case: &mut Case) {
    let plan = shop(&[2, 1]);
    let gate = support::http::Gate::new();
    let (held, served) = (gate.clone(), plan.clone());
    let site = case.site(
        Site::new()
            .at("/shop", plan.page())
            .at("/code/shop.js", plan.script())
            .when(&plan.api, move |request| {
                let answer = served.data(request);
                match request.query() {
                    "" => answer,
                    _ => answer.at(Point::Head, Act::Hold(held.clone())),
                }
            }),
    );
    let mut running = case
        .program("crawler")
        .args(["dynamic", &site.url("/shop")])
        .spawn();
    let first: String = plan.answers[0].1.iter().map(line).collect();
    running.wait_for_stdout("the items of the first answer", |out| out == first.as_bytes());
    gate.open();
    let ended = running.wait();
    expect_items(case, &plan, &ended);
}

/// Starts the program `shop`, and returns it with the URL that it says.
fn given_shop(case: &mut Case, args: &[&str]) -> (support::Running, String) {
    let mut running = case.program("shop").args(args).spawn();
    let said = running.wait_for_lines(1).concat();
    let url = said
        .trim()
        .strip_prefix("listening on ")
        .unwrap_or_default()
        .to_owned();
    (running, url)
}

fn the_given_shop_gives_up_its_items(case: &mut Case) {
    let (shop, url) = given_shop(case, &["--items", "25", "--page-size", "10", "--seed", "7"]);
    let ended = crawler(case, &["dynamic", &url]);
    shop.kill();
    case.snapshot(&ended);
}

fn without_the_feature_it_says_how_to_render(case: &mut Case) {
    let plan = shop(&[1]);
    let site = plan.serve(case);
    let folder = ShortFolder::new();
    let ended = case
        .program("crawler")
        .args(["dynamic", "--render", &site.url("/gone")])
        .env("TMPDIR", folder.path())
        .run();
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    // Whoever builds it with the feature is told of the page instead.
    if ended.stderr.is_empty() || site.log().requests.is_empty() {
        case.expect_stderr_names(
            &ended,
            "built without the feature render: cargo build --features render",
        );
    }
}

fn a_browser_shows_the_same(case: &mut Case) {
    let (shop, url) = given_shop(case, &["--items", "12", "--page-size", "5", "--seed", "3"]);
    let plain = crawler(case, &["dynamic", &url]);
    // Where there is no browser, this case is not run.
    case.peer("chromium", "chromium").args(["--version"]).run();
    let folder = ShortFolder::new();
    let rendered = case
        .program("crawler")
        .args(["dynamic", "--render", &url])
        .env("TMPDIR", folder.path())
        .run();
    shop.kill();
    case.expect_status(&plain, 0);
    case.expect_stdout(&rendered, &plain.stdout);
    case.expect_status(&rendered, 0);
}

fn drawn_shops_give_up_their_items(case: &mut Case) {
    let mut rng = case.rng(0);
    let sizes: Vec<usize> = (0..rng.usize(1..5)).map(|_| rng.usize(0..4)).collect();
    let plan = Plan::drawn(&mut rng, &sizes);
    let site = plan.serve(case);
    let ended = dynamic(case, &site);
    expect_items(case, &plan, &ended);
}
