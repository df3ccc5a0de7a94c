//! How far a crawl goes.

use std::collections::BTreeSet;

use support::Case;
use support::http::{Response, Site};

use super::{check_all, page, pages, without_bytes};
use crate::sheet::crawler;

pub(super) fn the_depth_bounds_how_far_it_goes(case: &mut Case) {
    let site = pages(&[
        ("/", &["/1", "/image"]),
        ("/1", &["/2", "/", "/3"]),
        ("/2", &["/3", "/4"]),
        ("/3", &["/4"]),
        ("/4", &[]),
        ("/image", &[]),
    ]);
    check_all(
        case,
        site,
        &[
            &["--depth", "0"],
            &["--depth", "1"],
            &["--depth", "2"],
            &["--depth", "3"],
        ],
    );
}

pub(super) fn the_site_is_scheme_host_and_port(case: &mut Case) {
    let other = case.site(Site::new().named("port").at("/*", Response::html("another port")));
    let host = case.site(
        Site::new()
            .named("host")
            .on("127.0.0.2")
            .at("/*", Response::html("another host")),
    );
    let site = case.site(Site::new().at("/inside", Response::html("inside")));
    let own = site.address().to_string();
    let links = [
        other.url("/"),
        host.url("/"),
        format!("https://{own}/"),
        format!("//{own}/inside"),
        format!("http://LOCALHOST:{}/", site.address().port()),
        format!("HTTP://{own}/inside"),
        "http://127.0.0.1:1/".to_owned(),
    ];
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    site.set("/", Response::html(page("start", &links)));
    let ended = crawler(case, &["crawl", &site.url("/")]);
    let asked = other.log().requests.len() + host.log().requests.len();
    case.expect(&ended, asked == 0, "no other site is asked", asked);
    case.snapshot_text(&ended, &without_bytes(&ended.stdout_text()));
}

pub(super) fn filters_choose_by_the_whole_url(case: &mut Case) {
    let site = pages(&[
        (
            "/",
            &[
                "/docs/",
                "/blog/",
                "/docs/a.pdf",
                "/docs/b?print=1",
                "/DOCS/",
                "/off",
            ],
        ),
        ("/docs/", &["/docs/c", "/blog/d", "/"]),
        ("/docs/c", &[]),
        ("/docs/a.pdf", &[]),
        ("/docs/b", &[]),
        ("/DOCS/", &[]),
        ("/blog/", &["/docs/only-from-blog"]),
        ("/blog/d", &[]),
    ])
    .at("/off", Response::redirect(301, "/docs/from-off"));
    check_all(
        case,
        site,
        &[
            &["--include", "/docs/"],
            &["--exclude", "/docs/"],
            &["--include", "(?i)/docs/", "--exclude", r"\.pdf$|[?]print="],
            &["--include", "nothing is like this"],
            &["--exclude", "^http://127[.]0[.]0[.]1:[0-9]+/$"],
            &["--exclude", "^/docs/"],
        ],
    );
}

pub(super) fn the_most_pages_are_the_first_in_order(case: &mut Case) {
    let site = pages(&[
        ("/", &["/c", "/a", "/b"]),
        ("/a", &["/z", "/y"]),
        ("/b", &["/missing"]),
        ("/c", &["/x", "/a"]),
        ("/x", &[]),
        ("/y", &[]),
        ("/z", &[]),
    ]);
    check_all(
        case,
        site,
        &[
            &["--max-pages", "1"],
            &["--max-pages", "3"],
            &["--max-pages", "4"],
            &["--max-pages", "5"],
            &["--max-pages", "8"],
        ],
    );
}

pub(super) fn urls_that_differ_in_fragment_or_session_are_one(case: &mut Case) {
    let site = case.site(pages(&[
        (
            "/",
            &[
                "/a#one",
                "/a#two",
                "/a",
                "/a;jsessionid=1",
                "/a?PHPSESSID=2",
                "/./a",
                "/b/../a",
                "/a?",
                "/b?sid=1&amp;x=1",
                "/b?x=1",
            ],
        ),
        ("/a", &["#top", ""]),
        ("/a?", &[]),
        ("/b?x=1", &["/b?x=1&amp;sid=3"]),
    ]));
    let ended = crawler(case, &["crawl", "--ignore-robots", &site.url("/#start")]);
    case.snapshot(&ended);
    let log = site.log();
    let asked: BTreeSet<&str> = log.targets().into_iter().collect();
    case.expect(
        &ended,
        asked.len() == log.requests.len() && !log.targets().concat().contains("sid"),
        "each URL is asked once, without its session",
        log.targets().join(" "),
    );
}
