//! Small sites, drawn from a seed.

use support::http::Page;
use support::{Case, Exchange, Rng};

use super::page;

/// Draws a site: pages, redirects, duplicates, missing ones, odd references, a robots.txt.
pub(super) fn drawn_sites_are_reported_like_the_reference_reports_them(case: &mut Case) {
    case.seeded(12, |rng: &mut Rng| {
        let count = rng.usize(3..40);
        let mut exchange = Exchange::of("crawler").args(["crawl", "{site}/"]);
        for option in options(rng) {
            exchange = exchange.args(option);
        }
        if rng.bool() {
            exchange = exchange.page(
                "/robots.txt",
                Page::new(200, robots(rng)).header("Content-Type", "text/plain"),
            );
        }
        exchange = exchange.page("/", drawn_page(rng, count, 0));
        for at in 0..count {
            let page = match rng.u8(..10) {
                0 => continue,
                1 | 2 => Page::redirect([301, 302, 307][rng.usize(..3)], &target(rng, count)),
                3 => Page::html(page("one of the same", &["deeper/x"])),
                4 => Page::new(200, "p { background: url(1) }").header("Content-Type", "text/css"),
                _ => drawn_page(rng, count, at),
            };
            exchange = exchange.page(&place(at), page);
        }
        exchange
    });
}

fn options(rng: &mut Rng) -> Vec<Vec<String>> {
    let mut options = vec![vec![
        "--jobs".to_owned(),
        ["1", "2", "8", "16"][rng.usize(..4)].to_owned(),
    ]];
    let mut sometimes = |one_in: u8, option: &str, value: String| {
        if rng.u8(..one_in) == 0 {
            options.push(vec![option.to_owned(), value]);
        }
    };
    sometimes(3, "--depth", "2".to_owned());
    sometimes(3, "--max-pages", "9".to_owned());
    sometimes(4, "--include", "/[a0-5]".to_owned());
    sometimes(4, "--exclude", "[?]|/b/1".to_owned());
    if rng.bool() {
        options.push(vec!["--json".to_owned()]);
    }
    options
}

fn place(at: usize) -> String {
    let folder = ["", "/a", "/b", "/a/b"][at % 4];
    format!("{folder}/{at}")
}

/// Draws a reference to a page of the site, in one of many spellings, or to nowhere.
fn target(rng: &mut Rng, count: usize) -> String {
    let place = place(rng.usize(..count + 2));
    match rng.u8(..12) {
        0 => format!("{{site}}{place}"),
        1 => format!("{place}#part"),
        2 => format!("{place};jsessionid=7"),
        3 => format!("/./x/..{place}"),
        4 => place.trim_start_matches('/').to_owned(),
        5 => "http://other.example/".to_owned(),
        6 => "mailto:me@example.com".to_owned(),
        7 => format!("{place}?q={}", rng.u8(..3)),
        _ => place,
    }
}

fn drawn_page(rng: &mut Rng, count: usize, at: usize) -> Page {
    let links: Vec<String> = (0..rng.usize(1..7)).map(|_| target(rng, count)).collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    Page::html(page(&format!("page {at}"), &links))
}

fn robots(rng: &mut Rng) -> String {
    const PATTERNS: [&str; 8] = ["/a", "/b/", "/*1", "/*3$", "/a/b/", "/", "", "/%61/b"];
    let mut text = format!("User-agent: {}\n", ["*", "Crawler", "other"][rng.usize(..3)]);
    for _ in 0..rng.usize(1..6) {
        // A site of which nothing may be fetched is a dull one.
        let word = if rng.u8(..3) == 0 { "Disallow" } else { "Allow" };
        let pattern = PATTERNS[rng.usize(..PATTERNS.len())];
        let pattern = if word == "Disallow" && pattern == "/" {
            "/b"
        } else {
            pattern
        };
        text.push_str(&format!("{word}: {pattern}\n"));
    }
    text
}
