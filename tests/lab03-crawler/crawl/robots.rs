//! Where robots.txt comes from, and what follows from it.
//!
//! Source: RFC 9309.

use std::time::Duration;

use support::Case;
use support::http::{Act, Body, Point, Response, Site};

use super::{page, pages};
use crate::sheet::{Sheet, crawler};

/// Makes a robots.txt.
pub(super) fn text(body: impl Into<Body>) -> Response {
    Response::ok(body).header("Content-Type", "text/plain")
}

pub(super) fn robots_txt_is_asked_for_before_all_else(case: &mut Case) {
    let site = case.site(
        pages(&[
            ("/start", &["/a", "/private/b", "/robots.txt", "/robots.html"]),
            ("/a", &["/private/c"]),
            ("/private/b", &[]),
        ])
        .at(
            "/robots.txt",
            text("User-agent: *\nDisallow: /private/\nDisallow: /robots\n"),
        ),
    );
    let ended = crawler(case, &["crawl", "--jobs", "1", &site.url("/start")]);
    case.snapshot(&ended);
    let log = site.log();
    let asked = log.targets().join(" ");
    // What it says of itself counts for nothing.
    case.expect(
        &ended,
        asked == "/robots.txt /start /a /robots.txt",
        "four requests: /robots.txt /start /a /robots.txt",
        &asked,
    );
    let agent = log.requests[0].header("user-agent").unwrap_or("nobody");
    case.expect(
        &ended,
        agent == "crawler/0.1",
        "the one that asks is crawler/0.1",
        agent,
    );
}

pub(super) fn robots_txt_may_be_redirected(case: &mut Case) {
    let rules = "User-agent: *\nDisallow: /a\n";
    let other = case.site(Site::new().named("other").on("127.0.0.2").at("/r", text(rules)));
    let chain = |length: u32| {
        let mut site = pages(&[("/", &["/a", "/b"]), ("/a", &[]), ("/b", &[])])
            .named(&format!("chain{length}"))
            .at(
                "/robots.txt",
                Response::redirect(301, &format!("/r/{}", length - 1)),
            )
            .at("/r/0", text(rules));
        for at in 1..length {
            site = site.at(
                &format!("/r/{at}"),
                Response::redirect(302, &format!("/r/{}", at - 1)),
            );
        }
        site
    };
    let far = pages(&[("/", &["/a", "/b"]), ("/a", &[]), ("/b", &[])])
        .named("far")
        .at("/robots.txt", Response::redirect(301, &other.url("/r")));
    let mut sheet = Sheet::default();
    for (title, site) in [
        ("once", chain(1)),
        ("five times", chain(5)),
        ("six times", chain(6)),
        ("to another site", far),
    ] {
        let site = case.site(site);
        sheet.run(case, title, &["crawl", &site.url("/")]);
    }
    sheet.compare(case);
}

pub(super) fn robots_txt_that_is_missing_allows_everything(case: &mut Case) {
    let site = case.site(pages(&[("/", &["/a"]), ("/a", &[])]));
    for status in [400, 401, 403, 404, 410, 429] {
        site.set(
            "/robots.txt",
            Response::new(status, "User-agent: *\nDisallow: /a\n"),
        );
        let ended = crawler(case, &["crawl", &site.url("/")]);
        case.expect_status(&ended, 0);
        let asked = site.log().of("/a").count();
        case.expect(
            &ended,
            asked > 0,
            &format!("/a may be fetched after a {status}"),
            "it was not",
        );
        site.set("/a", Response::html(page("/a", &[])));
    }
}

pub(super) fn robots_txt_that_fails_forbids_everything(case: &mut Case) {
    let mut sheet = Sheet::default();
    for (at, (response, sentence)) in [
        (Response::status(503), "503 Service Unavailable"),
        (Response::status(500), "500 Internal Server Error"),
        (
            text("x").at(Point::Head, Act::Close),
            "connection closed before an answer",
        ),
        (text("x").at(Point::Head, Act::Stall), "timed out after 400 ms"),
    ]
    .into_iter()
    .enumerate()
    {
        let site = case.site(
            pages(&[("/", &["/a"])])
                .named(&format!("site{at}"))
                .at("/robots.txt", response),
        );
        let args = ["crawl", "--timeout", "400", &site.url("/")];
        let ended = sheet.run(case, sentence, &args).clone();
        case.expect_status(&ended, 1);
        let expected = format!(
            "crawler: {}: {sentence}: nothing may be fetched",
            site.url("/robots.txt")
        );
        case.expect_stderr_names(&ended, &expected);
        let asked = site.log().of("/").count();
        case.expect(&ended, asked == 0, "no page is asked for", asked);
    }
}

pub(super) fn only_the_first_512000_bytes_of_it_count(case: &mut Case) {
    let rule = |path: &str| format!("Disallow: {path}\n");
    let start = "User-agent: *\n".to_owned() + &rule("/early");
    let fill = |to: usize, text: &str| text.to_owned() + &"#".repeat(to - text.len() - 1) + "\n";
    // The last rule that counts ends with the last byte that counts.
    let whole = fill(512_000 - rule("/fits").len(), &start) + &rule("/fits");
    assert_eq!(whole.len(), 512_000, "the rule ends where it must");
    let long = whole + &rule("/late") + &"# and more\n".repeat(100_000);
    let site = case.site(
        pages(&[
            ("/", &["/early", "/fits", "/late"]),
            ("/early", &[]),
            ("/fits", &[]),
            ("/late", &[]),
        ])
        .at("/robots.txt", text(long)),
    );
    let ended = crawler(case, &["crawl", "--max-bytes", "100000", &site.url("/")]);
    case.snapshot(&ended);
}

pub(super) fn the_start_may_be_forbidden(case: &mut Case) {
    let site = case.site(
        pages(&[("/private/", &["/a"]), ("/a", &[])])
            .at("/robots.txt", text("User-agent: *\nDisallow: /private/\n")),
    );
    let ended = crawler(case, &["crawl", &site.url("/private/")]);
    case.snapshot(&ended);
    case.expect_stderr_names(
        &ended,
        &format!("{}: not allowed by robots.txt", site.url("/private/")),
    );
    let asked = site.log().targets().join(" ");
    case.expect(
        &ended,
        asked == "/robots.txt",
        "only robots.txt is asked for",
        &asked,
    );
}

pub(super) fn robots_may_be_ignored(case: &mut Case) {
    let site = case.site(pages(&[("/", &["/a"]), ("/a", &[])]).at(
        "/robots.txt",
        text("User-agent: *\nDisallow: /\nCrawl-delay: 60\n"),
    ));
    let ended = crawler(case, &["crawl", "--ignore-robots", &site.url("/")]);
    case.snapshot(&ended);
    let asked = site.log().of("/robots.txt").count();
    case.expect(&ended, asked == 0, "robots.txt is not asked for", asked);
}

pub(super) fn a_crawl_delay_holds_where_it_is_longer(case: &mut Case) {
    for (at, (robots, delay, least)) in [
        ("User-agent: crawler\nCrawl-delay: 0.08\n", "0", 80),
        ("User-agent: *\nCrawl-delay: .08\nDisallow:\n", "10", 80),
        ("User-agent: *\ncrawl-delay: 0.01\n", "80", 80),
        (
            "User-agent: *\nCrawl-delay: 0.01\nCrawl-delay: 0.08\nCrawl-delay: 0.02\n",
            "0",
            80,
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let site = case.site(
            pages(&[("/", &["/a", "/b", "/c"]), ("/a", &[]), ("/b", &[]), ("/c", &[])])
                .named(&format!("site{at}"))
                .at("/robots.txt", text(robots)),
        );
        let ended = crawler(case, &["crawl", "--delay", delay, &site.url("/")]);
        case.expect_status(&ended, 0);
        let least = Duration::from_millis(3 * least);
        case.expect(
            &ended,
            ended.wall >= least,
            &format!("four pages with 80 ms between them take {least:?}"),
            format!("{:?}", ended.wall),
        );
    }
    // Another's delay is not ours: with a minute between two requests the case would not end.
    let site = case.site(pages(&[("/", &["/a"]), ("/a", &[])]).named("others").at(
        "/robots.txt",
        text("User-agent: slowbot\nCrawl-delay: 60\n\nUser-agent: *\nCrawl-delay: never\n"),
    ));
    let ended = crawler(case, &["crawl", &site.url("/")]);
    case.expect_status(&ended, 0);
}
