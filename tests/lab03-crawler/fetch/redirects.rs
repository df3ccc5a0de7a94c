//! Where an answer sends on to.

use support::Case;
use support::http::{Act, Point, Response, Site};

use super::check_json;
use crate::sheet::{Sheet, crawler};

pub(super) fn every_kind_of_redirect_is_followed_by_a_get(case: &mut Case) {
    let statuses = [301, 302, 303, 307, 308];
    let site = statuses
        .iter()
        .fold(Site::new().at("/new", Response::html("here")), |site, status| {
            site.at(&format!("/{status}"), Response::redirect(*status, "/new"))
        });
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for status in statuses {
        let url = site.url(&format!("/{status}"));
        sheet.run(case, &status.to_string(), &["fetch", &url]);
        sheet.run(case, "json", &["fetch", "--json", &url]);
    }
    let last = crawler(case, &["fetch", &site.url("/308")]);
    let log = site.log();
    let others: Vec<&str> = log
        .requests
        .iter()
        .map(|seen| &*seen.method)
        .filter(|method| *method != "GET")
        .collect();
    case.expect(
        &last,
        others.is_empty(),
        "every request is a GET",
        others.join(" "),
    );
    sheet.compare(case);
}

pub(super) fn a_location_is_resolved_against_the_url_that_gave_it(case: &mut Case) {
    let hops = [
        ("/a/b/start", "next"),
        ("/a/b/next", "../up?x=1"),
        ("/a/up?x=1", "?y=2"),
        ("/a/up?y=2", "./same#part"),
        ("/a/same", "/root/"),
        ("/root/", "//SITE/host"),
        ("/host", "/sp ace"),
        ("/sp%20ace", "end"),
    ];
    let server = case.site(Site::new());
    let host = server.address().to_string();
    for (from, to) in hops {
        server.set(from, Response::redirect(302, &to.replace("SITE", &host)));
    }
    server.set("/end", Response::html("arrived"));
    let mut sheet = Sheet::default();
    let url = server.url("/a/b/start");
    sheet.run(case, "text", &["fetch", &url]);
    sheet.run(case, "json", &["fetch", "--json", &url]);
    sheet.compare(case);
}

pub(super) fn a_redirect_may_lead_to_another_site(case: &mut Case) {
    let other = case.site(
        Site::new()
            .named("other")
            .on("127.0.0.2")
            .at("/there", Response::redirect(307, "here"))
            .at("/here", Response::html("arrived")),
    );
    let site = case.site(Site::new().at("/", Response::redirect(301, &other.url("/there"))));
    let ended = crawler(case, &["fetch", "--json", &site.url("/")]);
    case.snapshot(&ended);
}

pub(super) fn redirects_beyond_the_most_are_an_error(case: &mut Case) {
    let site = Site::new()
        .at("/loop", Response::redirect(302, "/loop"))
        .when("/chain/*", |request| {
            let left: u32 = request.path()["/chain/".len()..].parse().unwrap_or(0);
            match left {
                0 => Response::html("arrived"),
                left => Response::redirect(301, &format!("/chain/{}", left - 1)),
            }
        });
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for (target, args) in [
        ("/chain/10", &[][..]),
        ("/chain/11", &[]),
        ("/loop", &[]),
        ("/chain/2", &["--max-redirects", "2"]),
        ("/chain/3", &["--max-redirects", "2"]),
        ("/chain/1", &["--max-redirects", "0"]),
    ] {
        let url = site.url(target);
        let args: Vec<&str> = ["fetch", "--json"]
            .iter()
            .chain(args)
            .copied()
            .chain([&*url])
            .collect();
        sheet.run(case, target, &args);
    }
    let before = site.log().requests.len();
    let url = site.url("/loop");
    let ended = crawler(case, &["fetch", &url]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "more than 10 redirects");
    let asked = site.log().requests.len() - before;
    case.expect(
        &ended,
        asked == 11,
        "11 requests: the first and ten redirects",
        asked,
    );
    sheet.compare(case);
}

pub(super) fn a_redirect_that_leads_nowhere_is_the_last_answer(case: &mut Case) {
    let site = Site::new()
        .at("/bare", Response::status(301))
        .at("/no-url", Response::redirect(302, "http://["))
        .at("/choices", Response::status(300).header("Location", "/"))
        .at("/not-modified", Response::status(304).header("Location", "/"))
        .at("/mail", Response::redirect(302, "mailto:me@example.com"));
    check_json(
        case,
        site,
        &[
            ("/bare", &[]),
            ("/no-url", &[]),
            ("/choices", &[]),
            ("/not-modified", &[]),
            ("/mail", &[]),
            // Where it leads to counts before how many there are.
            ("/mail", &["--max-redirects", "0"]),
        ],
    );
}

pub(super) fn the_body_of_a_redirect_is_read_like_any_other(case: &mut Case) {
    let moved = || Response::new(302, "0123456789").header("Location", "/new");
    let site = Site::new()
        .at("/whole", moved())
        .at("/cut", moved().at(Point::Body(4), Act::Close))
        .at("/chunk", moved().chunked().at(Point::Body(4), Act::Close))
        .at("/packed", moved().header("Content-Encoding", "gzip"))
        .at("/new", Response::html("new"));
    check_json(
        case,
        site,
        &[
            ("/whole", &["--max-bytes", "10"]),
            ("/whole", &["--max-bytes", "9"]),
            ("/cut", &[]),
            ("/chunk", &[]),
            ("/packed", &[]),
        ],
    );
}
