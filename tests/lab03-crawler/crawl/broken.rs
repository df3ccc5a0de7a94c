//! What is broken, and who links to it.

use support::Case;
use support::http::{Act, Point, Response, Site};

use super::{check_all, page, pages};
use crate::sheet::{Sheet, crawler};

pub(super) fn a_start_that_fails_is_a_failure(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at(
                "/missing/page",
                Response::new(404, page("gone", &["/a"])).header("Content-Type", "text/html"),
            )
            .at("/closed", Response::html("x").at(Point::Head, Act::Close)),
    );
    let mut sheet = Sheet::default();
    for target in ["/missing/page", "/closed"] {
        let ended = sheet.run(case, target, &["crawl", &site.url(target)]).clone();
        case.expect_stderr_names(&ended, "1 link is broken");
    }
    sheet.compare(case);
}

pub(super) fn broken_links_are_listed_with_the_pages_that_hold_them(case: &mut Case) {
    let site = pages(&[
        ("/", &["/a", "/b", "/missing"]),
        ("/a", &["/missing", "/forbidden", "/missing#part", "/fails"]),
        ("/b", &["/missing", "/old"]),
    ])
    .at("/old", Response::redirect(301, "/missing"))
    .at("/forbidden", Response::status(403))
    .at("/fails", Response::status(500))
    .at(
        "/missing",
        Response::new(404, page("not here", &["/only-from-404"])).header("Content-Type", "text/html"),
    );
    let site = case.site(site);
    let ended = crawler(case, &["crawl", &site.url("/")]);
    case.snapshot(&ended);
    case.expect_stderr_names(&ended, "3 links are broken");
}

pub(super) fn no_more_than_ten_pages_are_listed_for_a_broken_link(case: &mut Case) {
    let targets: Vec<String> = (0..12).map(|at| format!("/{at}")).collect();
    let refs: Vec<&str> = targets.iter().map(String::as_str).chain(["/ten"]).collect();
    let site = targets.iter().enumerate().fold(
        Site::new().at("/", Response::html(page("start", &refs))),
        |site, (at, path)| {
            let holds: &[&str] = if at < 10 {
                &["/twelve", "/ten"]
            } else {
                &["/twelve"]
            };
            site.at(path, Response::html(page(path, holds)))
        },
    );
    // The start links to /ten as well, so that one of eleven is left over there and two of twelve below.
    check_all(case, site, &[&[], &["--json"]]);
}

pub(super) fn answers_that_never_come_whole_are_broken_too(case: &mut Case) {
    let site = pages(&[
        (
            "/",
            &[
                "/closed", "/cut", "/long", "/ok", "/silent", "/packed", "/no-http",
            ],
        ),
        ("/ok", &["/next"]),
        ("/next", &[]),
    ])
    .at("/closed", Response::html("x").at(Point::Head, Act::Close))
    .at(
        "/cut",
        Response::html("0123456789").at(Point::Body(5), Act::Close),
    )
    .at("/long", Response::html("x".repeat(2000)))
    .at("/silent", Response::html("x").at(Point::Head, Act::Stall))
    .at(
        "/packed",
        Response::html("no gzip").header("Content-Encoding", "gzip"),
    )
    .at("/no-http", Response::raw("hello\r\n\r\n"));
    check_all(
        case,
        site,
        &[
            &["--timeout", "500", "--max-bytes", "1000"],
            &["--timeout", "500", "--max-bytes", "1000", "--json"],
        ],
    );
}
