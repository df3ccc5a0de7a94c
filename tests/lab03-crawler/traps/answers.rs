//! Answers that are too long, too slow, or none.

use std::time::Duration;

use support::Case;
use support::http::{Act, Body, End, Point, Response, Site};

use super::{crawl, expect_cost};
use crate::crawl::page;

pub(super) fn a_bomb_costs_its_own_line(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/bomb", "/plain"])))
            .at("/plain", Response::html(page("plain", &[])))
            .at(
                "/bomb",
                Response::html(Body::gzip_bomb(4 << 30)).header("Content-Encoding", "gzip"),
            ),
    );
    let ended = crawl(case, &site, &[]);
    expect_cost(
        case,
        &site,
        &ended,
        "/bomb",
        "200",
        "body is longer than 16777216 bytes",
    );
    case.expect_status(&ended, 1);
    let ended = crawl(case, &site, &["--max-bytes", "100000"]);
    expect_cost(
        case,
        &site,
        &ended,
        "/bomb",
        "200",
        "body is longer than 100000 bytes",
    );
}

pub(super) fn many_bombs_at_once_do_not_fill_the_memory(case: &mut Case) {
    let targets: Vec<String> = (0..12).map(|n| format!("/bomb/{n}")).collect();
    let mut linked: Vec<&str> = targets.iter().map(String::as_str).collect();
    linked.push("/plain");
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &linked)))
            .at("/plain", Response::html(page("plain", &[])))
            .at(
                "/bomb/*",
                Response::html(Body::gzip_bomb(1 << 30)).header("Content-Encoding", "gzip"),
            ),
    );
    let ended = crawl(case, &site, &["--jobs", "13", "--timeout", "60000"]);
    for target in &targets {
        expect_cost(
            case,
            &site,
            &ended,
            target,
            "200",
            "body is longer than 16777216 bytes",
        );
    }
}

pub(super) fn a_robots_txt_without_end_counts_as_far_as_it_may(case: &mut Case) {
    let rules = Body::endless("User-agent: *\nDisallow: /private\n", "# and more\n");
    for (name, robots) in [
        ("endless", Response::ok(rules)),
        // Zeros are no rules.
        (
            "bomb",
            Response::ok(Body::gzip_bomb(10 << 30)).header("Content-Encoding", "gzip"),
        ),
    ] {
        let site = case.site(
            Site::new()
                .named(name)
                .at("/robots.txt", robots)
                .at("/", Response::html(page("home", &["/plain", "/private"])))
                .at("/plain", Response::html(page("plain", &[])))
                .at("/private", Response::html(page("private", &[]))),
        );
        let ended = crawl(case, &site, &[]);
        case.snapshot(&ended);
    }
}

pub(super) fn a_page_nested_without_end_is_a_page_like_others(case: &mut Case) {
    let nested = format!("{}<a href=/deep>deep</a>", "<div>".repeat(50_000));
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/nested", "/plain"])))
            .at("/plain", Response::html(page("plain", &[])))
            .at("/deep", Response::html(page("deep", &[])))
            .at("/nested", Response::html(nested)),
    );
    let ended = crawl(case, &site, &["--timeout", "60000"]);
    expect_cost(case, &site, &ended, "/deep", "200", "");
    case.expect_status(&ended, 0);
}

pub(super) fn ten_gigabytes_cost_their_own_line(case: &mut Case) {
    let endless = Body::endless("<title>endless</title>", "<p>more</p>");
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("home", &["/announced", "/chunked", "/plain"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .at(
                "/announced",
                Response::ok(Body::pattern(10 << 30, 1)).header("Content-Type", "image/x-raw"),
            )
            .at("/chunked", Response::html(endless).chunked()),
    );
    let ended = crawl(case, &site, &[]);
    for target in ["/announced", "/chunked"] {
        expect_cost(
            case,
            &site,
            &ended,
            target,
            "200",
            "body is longer than 16777216 bytes",
        );
    }
    // Whoever reads no further hangs up; what was on its way then is lost.
    let log = site.wait_for("the connections are dropped", |log| {
        log.requests.iter().all(|seen| seen.end.is_some())
    });
    for target in ["/announced", "/chunked"] {
        let (end, sent) = log
            .of(target)
            .map(|seen| (seen.end, seen.sent))
            .next()
            .unwrap_or((None, 0));
        case.expect(
            &ended,
            end == Some(End::ClientLeft) && sent < 128 << 20,
            &format!("{target} is dropped"),
            format!("{end:?} after {sent} bytes"),
        );
    }
}

pub(super) fn one_byte_a_second_costs_its_own_line(case: &mut Case) {
    let drip = Response::html("<p>slow</p>".repeat(10)).drip(1, Duration::from_secs(1));
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/slow", "/plain"])))
            .at("/plain", Response::html(page("plain", &[])))
            .at("/slow", drip),
    );
    let ended = crawl(case, &site, &["--timeout", "2500"]);
    expect_cost(case, &site, &ended, "/slow", "200", "timed out after 2500 ms");
}

pub(super) fn a_server_that_says_nothing_costs_its_own_line(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("home", &["/silent", "/stops", "/plain"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .at("/silent", Response::ok("x").at(Point::Head, Act::Stall))
            .at(
                "/stops",
                Response::html("<p>it stops</p>").at(Point::Body(5), Act::Stall),
            ),
    );
    let ended = crawl(case, &site, &["--timeout", "1500"]);
    expect_cost(case, &site, &ended, "/silent", "-", "timed out after 1500 ms");
    expect_cost(case, &site, &ended, "/stops", "200", "timed out after 1500 ms");
}

pub(super) fn many_slow_pages_are_waited_for_side_by_side(case: &mut Case) {
    let targets: Vec<String> = (0..14).map(|n| format!("/stops/{n}")).collect();
    let mut linked: Vec<&str> = targets.iter().map(String::as_str).collect();
    linked.push("/plain");
    let stops = Response::html("<p>it stops</p>").at(Point::Body(5), Act::Stall);
    let site = Site::new()
        .at("/", Response::html(page("home", &linked)))
        .at("/plain", Response::html(page("plain", &[])));
    let site = targets
        .iter()
        .fold(site, |site, target| site.at(target, stops.clone()));
    let site = case.site(site);
    // One after the other they would need 14 s, which is more than there is.
    let ended = crawl(case, &site, &["--timeout", "1000", "--jobs", "15"]);
    expect_cost(case, &site, &ended, "/stops/13", "200", "timed out after 1000 ms");
}

pub(super) fn a_server_that_closes_early_costs_its_own_line(case: &mut Case) {
    let text = "<p>torn</p>".repeat(100);
    let torn = |point, act| Response::html(text.clone()).at(point, act);
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("home", &["/head", "/body", "/chunk", "/reset", "/plain"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .at("/head", torn(Point::Head, Act::Close))
            .at("/body", torn(Point::Body(100), Act::Close))
            .at("/chunk", torn(Point::Body(100), Act::Close).chunked())
            .at("/reset", torn(Point::Body(100), Act::Reset)),
    );
    let ended = crawl(case, &site, &[]);
    for (target, status, error) in [
        ("/head", "-", "connection closed before an answer"),
        ("/body", "200", "body ends after 100 of 1100 bytes"),
        ("/chunk", "200", "body ends inside a chunk"),
        ("/reset", "200", "connection reset"),
    ] {
        expect_cost(case, &site, &ended, target, status, error);
    }
}

pub(super) fn headers_without_end_cost_their_own_line(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("home", &["/headers", "/garbage", "/plain"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .at("/headers", Response::endless_headers())
            .at("/garbage", Response::raw("\x16\x03\x01 this is no HTTP\r\n\r\n")),
    );
    let ended = crawl(case, &site, &[]);
    for target in ["/headers", "/garbage"] {
        expect_cost(case, &site, &ended, target, "-", "answer is no HTTP");
    }
}
