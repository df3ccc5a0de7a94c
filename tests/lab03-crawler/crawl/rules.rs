//! What the rules of a robots.txt mean.
//!
//! Source: RFC 9309, section 2.2.

use support::Case;
use support::http::{Response, Site};

use super::page;
use super::robots::text;
use crate::sheet::crawler;

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

pub(super) fn the_longest_rule_decides_and_allow_wins_a_tie(case: &mut Case) {
    check(
        case,
        &["/a", "/a/b", "/a/b/c", "/ab", "/x?y=1"],
        &[
            ("nothing is disallowed", "User-agent: *\nDisallow:\n"),
            ("a beginning", "User-agent: *\nDisallow: /a\n"),
            ("a folder", "User-agent: *\nDisallow: /a/\n"),
            ("allowed inside", "User-agent: *\nDisallow: /a\nAllow: /a/b\n"),
            ("whatever the order", "User-agent: *\nAllow: /a/b\nDisallow: /a\n"),
            (
                "forbidden inside that",
                "User-agent: *\nDisallow: /a/b/\nAllow: /a/b\nDisallow: /a\n",
            ),
            ("a tie", "User-agent: *\nDisallow: /a/b\nAllow: /a/b\n"),
            ("the other tie", "User-agent: *\nAllow: /a/b\nDisallow: /a/b\n"),
            ("a query", "User-agent: *\nDisallow: /x?y\n"),
            (
                "case matters in paths",
                "User-agent: *\nDisallow: /A\nDisallow: /X\n",
            ),
            ("an allow alone", "User-agent: *\nAllow: /a\n"),
        ],
    );
}

pub(super) fn stars_match_anything_and_a_dollar_the_end(case: &mut Case) {
    check(
        case,
        &[
            "/a.pdf",
            "/a.pdf?x",
            "/a.pdfs",
            "/b/c/a.pdf",
            "/b/a",
            "/$",
            "/b/*",
            "/b$c",
        ],
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
            (
                "length counts stars",
                "User-agent: *\nDisallow: /*.pdf\nAllow: /a.pd\n",
            ),
            (
                "many stars",
                "User-agent: *\nDisallow: /*************************a*************************f$\n",
            ),
        ],
    );
}

pub(super) fn a_group_is_for_every_name_above_its_rules(case: &mut Case) {
    check(
        case,
        &["/a", "/b", "/c"],
        &[
            (
                "ours and not the star",
                "User-agent: *\nDisallow: /a\n\nUser-agent: crawler\nDisallow: /b\n",
            ),
            (
                "ours, whatever the case",
                "User-agent: CRAWLER\nDisallow: /b\nUser-agent: *\nDisallow: /a\n",
            ),
            ("another's", "User-agent: otherbot\nDisallow: /\n"),
            (
                "a longer name",
                "User-agent: crawlers\nDisallow: /\nUser-agent: crawl\nDisallow: /\n",
            ),
            (
                "several names",
                "User-agent: one\nUser-agent: crawler\nUser-agent: two\nDisallow: /a\n",
            ),
            (
                "an empty line between",
                "User-agent: crawler\n\nUser-agent: two\n\nDisallow: /a\n",
            ),
            (
                "a rule between",
                "User-agent: crawler\nDisallow: /a\nUser-agent: two\nDisallow: /b\n",
            ),
            (
                "a line of another kind between",
                "User-agent: crawler\nSitemap: http://site/map.xml\nUser-agent: two\nDisallow: /a\n",
            ),
            (
                "rules before any name",
                "Disallow: /a\nUser-agent: *\nDisallow: /b\n",
            ),
            (
                "ours is empty",
                "User-agent: *\nDisallow: /\nUser-agent: crawler\nDisallow:\n",
            ),
            (
                "ours without a rule",
                "User-agent: *\nDisallow: /a\nUser-agent: crawler\n",
            ),
        ],
    );
}

pub(super) fn groups_of_one_name_are_one(case: &mut Case) {
    check(
        case,
        &["/a", "/b", "/c"],
        &[
            (
                "ours twice",
                "User-agent: crawler\nDisallow: /a\nUser-agent: x\nDisallow: /c\nUser-agent: Crawler\nDisallow: /b\n",
            ),
            (
                "the star twice",
                "User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /c\nUser-agent: *\nDisallow: /b\n",
            ),
            (
                "with others",
                "User-agent: x\nUser-agent: crawler\nDisallow: /a\nUser-agent: crawler\nUser-agent: y\nDisallow: /b\n",
            ),
        ],
    );
}

pub(super) fn percent_encoding_makes_no_difference(case: &mut Case) {
    check(
        case,
        &["/größe", "/a%2Fb", "/a/b", "/%7euser", "/~user2", "/x%3Cy"],
        &[
            ("letters beyond ASCII", "User-agent: *\nDisallow: /größe\n"),
            ("escaped", "User-agent: *\nDisallow: /gr%C3%B6%C3%9Fe\n"),
            (
                "escaped in small letters",
                "User-agent: *\nDisallow: /gr%c3%b6%c3%9fe\n",
            ),
            (
                "an escaped slash is no slash",
                "User-agent: *\nDisallow: /a%2fb\n",
            ),
            ("nor the other way round", "User-agent: *\nDisallow: /a/b\n"),
            (
                "a letter that needs no escape",
                "User-agent: *\nDisallow: /~user\n",
            ),
            ("escaped all the same", "User-agent: *\nDisallow: /%7Euser\n"),
            ("a bracket", "User-agent: *\nDisallow: /x<y\n"),
            (
                "the length is that of the encoded pattern",
                "User-agent: *\nDisallow: /grö\nAllow: /gr%C3\n",
            ),
        ],
    );
}

pub(super) fn robots_txt_is_read_however_it_is_written(case: &mut Case) {
    check(
        case,
        &["/a", "/b", "/c"],
        &[
            ("a mark in front", "\u{feff}User-agent: *\nDisallow: /a\n"),
            (
                "lines of other systems",
                "User-agent: *\r\nDisallow: /a\r\n\r\nDisallow: /b\r\n",
            ),
            ("lines of old ones", "User-agent: *\rDisallow: /a\r"),
            (
                "comments",
                "# all\nUser-agent: * # everyone\nDisallow: /a # not here\n#Disallow: /b\n",
            ),
            ("blanks", "  User-Agent :  *  \n\tDisallow\t:\t/a\t\n"),
            ("any case", "USER-AGENT: *\ndisALLOW: /a\n"),
            ("no line feed at the end", "User-agent: *\nDisallow: /a"),
            (
                "nonsense around",
                "hello\n:\nUser-agent: *\nnonsense\nDisallow /b\nDisallow: /a\n<html>\n",
            ),
            ("nothing at all", ""),
            ("a page", "<!doctype html><title>Not found</title>\n"),
        ],
    );
}
