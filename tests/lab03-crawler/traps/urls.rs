//! Sites that have a URL more for everyone who follows one.

use support::Case;
use support::http::{Response, Site};

use super::{crawl, expect_summary, next_number};
use crate::crawl::page;
use crate::sheet::crawler;

pub(super) fn variants_of_a_path_are_bounded(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("shop", &["/plain", "/list?sort=a", "/list"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .when("/list", |request| {
                let query = request.query();
                let targets: Vec<String> = ["a", "b", "c"]
                    .iter()
                    .map(|more| format!("/list?{query}{more}"))
                    .collect();
                let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
                Response::html(page(query, &targets))
            }),
    );
    let ended = crawl(case, &site, &["--max-variants", "4", "--depth", "6"]);
    case.snapshot(&ended);
}

pub(super) fn the_first_variants_are_taken_at_any_number_of_jobs(case: &mut Case) {
    let targets: Vec<String> = (0..40).map(|n| format!("/list?{:02}", n * 7 % 40)).collect();
    let targets: Vec<&str> = targets.iter().map(String::as_str).collect();
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("shop", &targets)))
            .when("/list", |request| Response::html(page(request.query(), &[]))),
    );
    let one = crawl(case, &site, &["--max-variants", "9", "--jobs", "1"]);
    let asked: Vec<String> = site
        .log()
        .targets()
        .iter()
        .filter(|target| target.starts_with("/list"))
        .map(|target| (*target).to_owned())
        .collect();
    let expected: Vec<String> = (0..9).map(|n| format!("/list?{n:02}")).collect();
    case.expect_same(
        &one,
        "the variants that were asked for",
        &expected.join("\n"),
        &asked.join("\n"),
    );
    let many = crawl(case, &site, &["--max-variants", "9", "--jobs", "16"]);
    case.expect_stdout(&many, &one.stdout);
}

pub(super) fn only_the_query_makes_a_variant(case: &mut Case) {
    let targets = [
        "/list",
        "/list?",
        "/list?1",
        "/list?2",
        "/other?1",
        "/other?2",
        "/list/?1",
        "/list/?2",
        "/list?1#a",
    ];
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("shop", &targets)))
            .when("/*", |request| {
                Response::html(page(&format!("{}?{}", request.path(), request.query()), &[]))
            }),
    );
    let ended = crawl(case, &site, &["--max-variants", "3", "--json"]);
    // `/list?` is one as well: an empty query is a query.
    expect_summary(
        case,
        &ended,
        &[("pages", 9), ("too_many_variants", 0), ("broken", 0)],
    );
    let ended = crawl(case, &site, &["--max-variants", "1", "--json"]);
    expect_summary(case, &ended, &[("pages", 5), ("too_many_variants", 4)]);
    let ended = crawl(case, &site, &["--max-variants", "0", "--json"]);
    expect_summary(case, &ended, &[("pages", 2), ("too_many_variants", 7)]);
}

pub(super) fn variants_are_counted_before_the_most_pages(case: &mut Case) {
    let targets = ["/list?2", "/list?3", "/list?4", "/list?5", "/plain", "/zebra"];
    let site = case.site(
        Site::new()
            .at("/list?1", Response::html(page("start", &targets)))
            .when("/*", |request| {
                Response::html(page(&format!("{}?{}", request.path(), request.query()), &[]))
            }),
    );
    // The start is a variant like others, so that one more may be asked for.
    let url = site.url("/list?1");
    let args = ["--max-variants", "2", "--max-pages", "3", "--json"];
    let ended = crawler(case, &[&["crawl", &url], &args[..]].concat());
    expect_summary(
        case,
        &ended,
        &[("pages", 3), ("too_many_variants", 3), ("too_many", 1)],
    );
}

pub(super) fn paths_that_go_in_circles_are_left(case: &mut Case) {
    // Folders with links to themselves: what lies in them lies in them again, a level deeper.
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("home", &["/plain", "/self/", "/up/down/", "/x/1/2/3/"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .when("/self/*", |request| {
                Response::html(page(request.path(), &["self/", "file"]))
            })
            .when("/up/*", |request| {
                Response::html(page(request.path(), &["up/down/"]))
            })
            .when("/x/*", |request| {
                Response::html(page(request.path(), &["1/2/3/"]))
            }),
    );
    let ended = crawl(case, &site, &[]);
    case.snapshot(&ended);
}

pub(super) fn a_circle_may_lie_anywhere_in_a_path(case: &mut Case) {
    let circles = [
        "/a/a/a",
        "/a/a/a/x",
        "/x/a/b/a/b/a/b/y",
        "/1/2/3/1/2/3/1/2/3/",
        "/x/y/z/1/2/3/1/2/3/1/2/3/index.html?q",
        "/1/2/3/4/5/6/7/8/1/2/3/4/5/6/7/8/1/2/3/4/5/6/7/8",
        "/a//a//a/",
        "/b/a//b/a/b//a",
    ];
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("home", &[&["/plain"], &circles[..]].concat())),
            )
            .when("/*", |request| Response::html(page(request.path(), &[]))),
    );
    let ended = crawl(case, &site, &["--json"]);
    expect_summary(case, &ended, &[("pages", 2), ("loops", circles.len() as u64)]);
}

pub(super) fn paths_that_only_look_like_circles_are_followed(case: &mut Case) {
    let targets = [
        "/plain",
        "/a/a/b/a",
        "/a/b/a/b/a",
        "/a/b/a/b/x/a/b",
        "/1/2/3/1/2/3/1/2",
        "/a/ab/abab/a/ab/abab",
        "/2026/11/11/11x",
        "/q/q?q/q/q",
    ];
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &targets)))
            .when("/*", |request| Response::html(page(request.path(), &[]))),
    );
    let ended = crawl(case, &site, &["--json"]);
    case.expect_status(&ended, 0);
    expect_summary(case, &ended, &[("pages", targets.len() as u64 + 1), ("loops", 0)]);
}

pub(super) fn urls_that_are_too_long_are_left(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/plain", Response::html(page("plain", &[])))
            .when("/long/*", |request| {
                Response::html(page(&request.path().len().to_string(), &[]))
            }),
    );
    let longest = 2048 - site.url("/long/").len();
    let fits = format!("/long/{}", "y".repeat(longest));
    let too_long = format!("/long/{}", "z".repeat(longest + 1));
    let with_fragment = format!("{fits}#fragment");
    site.set(
        "/",
        Response::html(page("home", &["/plain", &fits, &too_long, &with_fragment])),
    );
    let ended = crawl(case, &site, &["--json"]);
    case.expect_status(&ended, 0);
    expect_summary(case, &ended, &[("pages", 3), ("too_long", 1), ("broken", 0)]);
}

pub(super) fn the_length_is_that_of_the_normalised_url(case: &mut Case) {
    let session = "A".repeat(3000);
    let targets = [
        "/plain",
        // Six bytes each when it is sent.
        &format!("/encoded/{}", "ü".repeat(400)),
        &format!("/session;jsessionid={session}?sid={session}"),
        &format!("/{}x", "../".repeat(900)),
    ];
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &targets)))
            .when("/*", |request| Response::html(page(request.path(), &[]))),
    );
    let ended = crawl(case, &site, &["--json"]);
    expect_summary(case, &ended, &[("pages", 4), ("too_long", 1), ("broken", 0)]);
}

pub(super) fn a_calendar_without_end_ends_at_the_depth(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/plain", "/calendar/1"])))
            .at("/plain", Response::html(page("plain", &[])))
            .when("/calendar/*", |request| {
                let next = next_number(request.path());
                Response::html(page(&next.to_string(), &[&format!("/calendar/{next}"), "/plain"]))
            }),
    );
    let ended = crawl(case, &site, &["--depth", "5"]);
    case.snapshot(&ended);
    let ended = crawl(case, &site, &["--json"]);
    // Without a number it is 32.
    expect_summary(case, &ended, &[("pages", 34), ("too_deep", 1)]);
}

pub(super) fn session_ids_do_not_make_new_pages(case: &mut Case) {
    // Every answer gives its links another session.
    let site = case.site(
        Site::new()
            .when("/", |request| {
                Response::html(page(
                    "home",
                    &[
                        &format!("/a;jsessionid={:X}?x=1", request.before),
                        &format!("/b?PHPSESSID={}&y=2", request.before),
                    ],
                ))
            })
            .when("/*", |request| {
                Response::html(page(
                    request.path(),
                    &[
                        &format!("/?sid={}1", request.before),
                        &format!("/a;JSESSIONID={}2?x=1", request.before),
                        &format!("/b?y=2&session_id={}", request.before),
                    ],
                ))
            }),
    );
    let ended = crawl(case, &site, &["--json"]);
    expect_summary(case, &ended, &[("pages", 3), ("broken", 0)]);
}
