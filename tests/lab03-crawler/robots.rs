//! Stage 3, continued: what robots.txt allows.
//!
//! Source: RFC 9309.

use std::time::Duration;

use support::Case;
use support::http::{Act, Body, Point, Response, Site};

use crate::crawl::{page, pages};
use crate::sheet::{Sheet, crawler};

fn text(body: impl Into<Body>) -> Response {
    Response::ok(body).header("Content-Type", "text/plain")
}

/// Crawls a site whose start links to each of `paths`, once with each robots.txt, and expects what was asked for to be what stands in
/// the snapshot.
fn check(case: &mut Case, paths: &[&str], robots: &[(&str, &str)]) {
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("start", paths)))
            .at("/*", Response::html("")),
    );
    let mut seen = String::new();
    let mut last = None;
    for (title, robots) in robots {
        site.set("/robots.txt", text(*robots));
        let before = site.log().requests.len();
        let ended = crawler(case, &["crawl", "--jobs", "1", &site.url("/")]);
        let log = site.log();
        let asked: Vec<&str> = log.targets()[before..]
            .iter()
            .copied()
            .filter(|target| !["/", "/robots.txt"].contains(target))
            .collect();
        seen.push_str(&format!("== {title}: {}\n", ended.code()));
        for line in robots.lines() {
            seen.push_str(&format!("| {line}\n"));
        }
        seen.push_str(&format!("asked for: {}\n", asked.join(" ")));
        last = Some(ended);
    }
    if let Some(last) = last {
        case.snapshot_text(&last, &seen);
    }
}

pub(crate) fn robots_txt_is_asked_for_before_all_else(case: &mut Case) {
    let site = case.site(
        pages(&[("/start", &["/a", "/private/b"]), ("/a", &["/private/c"]), ("/private/b", &[])])
            .at("/robots.txt", text("User-agent: *\nDisallow: /private/\n")),
    );
    let ended = crawler(case, &["crawl", &site.url("/start")]);
    case.snapshot(&ended);
    let log = site.log();
    let asked = log.targets().join(" ");
    case.expect(&ended, asked == "/robots.txt /start /a", "three requests: /robots.txt /start /a", &asked);
    let agent = log.requests[0].header("user-agent").unwrap_or("nobody");
    case.expect(&ended, agent == "crawler/0.1", "the one that asks is crawler/0.1", agent);
}

pub(crate) fn the_longest_rule_decides_and_allow_wins_a_tie(case: &mut Case) {
    check(
        case,
        &["/a", "/a/b", "/a/b/c", "/ab", "/x?y=1"],
        &[
            ("nothing is disallowed", "User-agent: *\nDisallow:\n"),
            ("a beginning", "User-agent: *\nDisallow: /a\n"),
            ("a folder", "User-agent: *\nDisallow: /a/\n"),
            ("allowed inside", "User-agent: *\nDisallow: /a\nAllow: /a/b\n"),
            ("whatever the order", "User-agent: *\nAllow: /a/b\nDisallow: /a\n"),
            ("forbidden inside that", "User-agent: *\nDisallow: /a/b/\nAllow: /a/b\nDisallow: /a\n"),
            ("a tie", "User-agent: *\nDisallow: /a/b\nAllow: /a/b\n"),
            ("the other tie", "User-agent: *\nAllow: /a/b\nDisallow: /a/b\n"),
            ("a query", "User-agent: *\nDisallow: /x?y\n"),
            ("case matters in paths", "User-agent: *\nDisallow: /A\nDisallow: /X\n"),
            ("an allow alone", "User-agent: *\nAllow: /a\n"),
        ],
    );
}

pub(crate) fn stars_match_anything_and_a_dollar_the_end(case: &mut Case) {
    check(
        case,
        &["/a.pdf", "/a.pdf?x", "/a.pdfs", "/b/c/a.pdf", "/b/a", "/$", "/b/*", "/b$c"],
        &[
            ("a star in front", "User-agent: *\nDisallow: /*.pdf\n"),
            ("the end", "User-agent: *\nDisallow: /*.pdf$\n"),
            ("a whole path", "User-agent: *\nDisallow: /b/a$\n"),
            ("a star in the middle", "User-agent: *\nDisallow: /b*a\n"),
            ("a star at the end", "User-agent: *\nDisallow: /b/*\n"),
            ("two stars", "User-agent: *\nDisallow: /*/*/\n"),
            ("a star that is no path", "User-agent: *\nDisallow: *.pdf$\n"),
            ("a dollar in the middle", "User-agent: *\nDisallow: /b$c\n"),
            ("escaped", "User-agent: *\nDisallow: /b/%2A\nDisallow: /%24\n"),
            ("length counts stars", "User-agent: *\nDisallow: /*.pdf\nAllow: /a.pd\n"),
            ("many stars", "User-agent: *\nDisallow: /*************************a*************************f$\n"),
        ],
    );
}

pub(crate) fn a_group_is_for_every_name_above_its_rules(case: &mut Case) {
    check(
        case,
        &["/a", "/b", "/c"],
        &[
            ("ours and not the star", "User-agent: *\nDisallow: /a\n\nUser-agent: crawler\nDisallow: /b\n"),
            ("ours, whatever the case", "User-agent: CRAWLER\nDisallow: /b\nUser-agent: *\nDisallow: /a\n"),
            ("another's", "User-agent: otherbot\nDisallow: /\n"),
            ("a longer name", "User-agent: crawlers\nDisallow: /\nUser-agent: crawl\nDisallow: /\n"),
            ("several names", "User-agent: one\nUser-agent: crawler\nUser-agent: two\nDisallow: /a\n"),
            ("an empty line between", "User-agent: crawler\n\nUser-agent: two\n\nDisallow: /a\n"),
            ("a rule between", "User-agent: crawler\nDisallow: /a\nUser-agent: two\nDisallow: /b\n"),
            ("a line of another kind between", "User-agent: crawler\nSitemap: http://site/map.xml\nUser-agent: two\nDisallow: /a\n"),
            ("rules before any name", "Disallow: /a\nUser-agent: *\nDisallow: /b\n"),
            ("ours is empty", "User-agent: *\nDisallow: /\nUser-agent: crawler\nDisallow:\n"),
            ("ours without a rule", "User-agent: *\nDisallow: /a\nUser-agent: crawler\n"),
        ],
    );
}

pub(crate) fn groups_of_one_name_are_one(case: &mut Case) {
    check(
        case,
        &["/a", "/b", "/c"],
        &[
            ("ours twice", "User-agent: crawler\nDisallow: /a\nUser-agent: x\nDisallow: /c\nUser-agent: Crawler\nDisallow: /b\n"),
            ("the star twice", "User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /c\nUser-agent: *\nDisallow: /b\n"),
            ("with others", "User-agent: x\nUser-agent: crawler\nDisallow: /a\nUser-agent: crawler\nUser-agent: y\nDisallow: /b\n"),
        ],
    );
}

pub(crate) fn percent_encoding_makes_no_difference(case: &mut Case) {
    check(
        case,
        &["/größe", "/a%2Fb", "/a/b", "/%7euser", "/~user2", "/x%3Cy"],
        &[
            ("letters beyond ASCII", "User-agent: *\nDisallow: /größe\n"),
            ("escaped", "User-agent: *\nDisallow: /gr%C3%B6%C3%9Fe\n"),
            ("escaped in small letters", "User-agent: *\nDisallow: /gr%c3%b6%c3%9fe\n"),
            ("an escaped slash is no slash", "User-agent: *\nDisallow: /a%2fb\n"),
            ("nor the other way round", "User-agent: *\nDisallow: /a/b\n"),
            ("a letter that needs no escape", "User-agent: *\nDisallow: /~user\n"),
            ("escaped all the same", "User-agent: *\nDisallow: /%7Euser\n"),
            ("a bracket", "User-agent: *\nDisallow: /x<y\n"),
        ],
    );
}

pub(crate) fn robots_txt_is_read_however_it_is_written(case: &mut Case) {
    check(
        case,
        &["/a", "/b", "/c"],
        &[
            ("a mark in front", "\u{feff}User-agent: *\nDisallow: /a\n"),
            ("lines of other systems", "User-agent: *\r\nDisallow: /a\r\n\r\nDisallow: /b\r\n"),
            ("lines of old ones", "User-agent: *\rDisallow: /a\r"),
            ("comments", "# all\nUser-agent: * # everyone\nDisallow: /a # not here\n#Disallow: /b\n"),
            ("blanks", "  User-Agent :  *  \n\tDisallow\t:\t/a\t\n"),
            ("any case", "USER-AGENT: *\ndisALLOW: /a\n"),
            ("no line feed at the end", "User-agent: *\nDisallow: /a"),
            ("nonsense around", "hello\n:\nUser-agent: *\nnonsense\nDisallow /b\nDisallow: /a\n<html>\n"),
            ("nothing at all", ""),
            ("a page", "<!doctype html><title>Not found</title>\n"),
        ],
    );
}

pub(crate) fn robots_txt_may_be_redirected(case: &mut Case) {
    let rules = "User-agent: *\nDisallow: /a\n";
    let other = case.site(Site::new().named("other").on("127.0.0.2").at("/r", text(rules)));
    let chain = |length: u32| {
        let mut site = pages(&[("/", &["/a", "/b"]), ("/a", &[]), ("/b", &[])])
            .named(&format!("chain{length}"))
            .at("/robots.txt", Response::redirect(301, &format!("/r/{}", length - 1)))
            .at("/r/0", text(rules));
        for at in 1..length {
            site = site.at(&format!("/r/{at}"), Response::redirect(302, &format!("/r/{}", at - 1)));
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

pub(crate) fn robots_txt_that_is_missing_allows_everything(case: &mut Case) {
    let site = case.site(pages(&[("/", &["/a"]), ("/a", &[])]));
    for status in [400, 401, 403, 404, 410, 429] {
        site.set("/robots.txt", Response::new(status, "User-agent: *\nDisallow: /a\n"));
        let ended = crawler(case, &["crawl", &site.url("/")]);
        case.expect_status(&ended, 0);
        let asked = site.log().of("/a").count();
        case.expect(&ended, asked > 0, &format!("/a may be fetched after a {status}"), "it was not");
        site.set("/a", Response::html(page("/a", &[])));
    }
}

pub(crate) fn robots_txt_that_fails_forbids_everything(case: &mut Case) {
    let mut sheet = Sheet::default();
    for (at, (response, sentence)) in [
        (Response::status(503), "503 Service Unavailable"),
        (Response::status(500), "500 Internal Server Error"),
        (text("x").at(Point::Head, Act::Close), "connection closed before an answer"),
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
        let expected = format!("crawler: {}: {sentence}: nothing may be fetched", site.url("/robots.txt"));
        case.expect_stderr_names(&ended, &expected);
        let asked = site.log().of("/").count();
        case.expect(&ended, asked == 0, "no page is asked for", asked);
    }
}

pub(crate) fn only_the_first_512000_bytes_of_it_count(case: &mut Case) {
    let rule = |path: &str| format!("Disallow: {path}\n");
    let start = "User-agent: *\n".to_owned() + &rule("/early");
    let fill = |to: usize, text: &str| text.to_owned() + &"#".repeat(to - text.len() - 1) + "\n";
    // The last rule that counts ends with the last byte that counts.
    let whole = fill(512_000 - rule("/fits").len(), &start) + &rule("/fits");
    assert_eq!(whole.len(), 512_000, "the rule ends where it must");
    let long = whole + &rule("/late") + &"# and more\n".repeat(100_000);
    let site = case.site(
        pages(&[("/", &["/early", "/fits", "/late"]), ("/early", &[]), ("/fits", &[]), ("/late", &[])])
            .at("/robots.txt", text(long)),
    );
    let ended = crawler(case, &["crawl", "--max-bytes", "100000", &site.url("/")]);
    case.snapshot(&ended);
}

pub(crate) fn the_start_may_be_forbidden(case: &mut Case) {
    let site = case.site(
        pages(&[("/private/", &["/a"]), ("/a", &[])]).at("/robots.txt", text("User-agent: *\nDisallow: /private/\n")),
    );
    let ended = crawler(case, &["crawl", &site.url("/private/")]);
    case.snapshot(&ended);
    case.expect_stderr_names(&ended, &format!("{}: not allowed by robots.txt", site.url("/private/")));
    let asked = site.log().targets().join(" ");
    case.expect(&ended, asked == "/robots.txt", "only robots.txt is asked for", &asked);
}

pub(crate) fn robots_may_be_ignored(case: &mut Case) {
    let site = case.site(
        pages(&[("/", &["/a"]), ("/a", &[])])
            .at("/robots.txt", text("User-agent: *\nDisallow: /\nCrawl-delay: 60\n")),
    );
    let ended = crawler(case, &["crawl", "--ignore-robots", &site.url("/")]);
    case.snapshot(&ended);
    let asked = site.log().of("/robots.txt").count();
    case.expect(&ended, asked == 0, "robots.txt is not asked for", asked);
}

pub(crate) fn a_crawl_delay_holds_where_it_is_longer(case: &mut Case) {
    for (at, (robots, delay, least)) in [
        ("User-agent: crawler\nCrawl-delay: 0.08\n", "0", 80),
        ("User-agent: *\nCrawl-delay: .08\nDisallow:\n", "10", 80),
        ("User-agent: *\ncrawl-delay: 0.01\n", "80", 80),
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
    let site = case.site(
        pages(&[("/", &["/a"]), ("/a", &[])])
            .named("others")
            .at("/robots.txt", text("User-agent: slowbot\nCrawl-delay: 60\n\nUser-agent: *\nCrawl-delay: never\n")),
    );
    let ended = crawler(case, &["crawl", &site.url("/")]);
    case.expect_status(&ended, 0);
}
