//! Redirects are URLs of their own.

use support::Case;
use support::http::{Response, Site};

use super::{check, check_all, pages};
use crate::sheet::Sheet;

pub(super) fn redirects_are_urls_of_their_own(case: &mut Case) {
    let other = case.site(
        Site::new()
            .named("other")
            .on("127.0.0.2")
            .at("/*", Response::html("elsewhere")),
    );
    let site = pages(&[
        (
            "/",
            &[
                "/to-page",
                "/to-self",
                "/ring-1",
                "/out",
                "/chain",
                "/bare",
                "/mail",
                "/to-missing",
            ],
        ),
        ("/page", &["/to-page"]),
        ("/end", &[]),
    ])
    .at("/to-page", Response::redirect(301, "page#part"))
    .at("/to-self", Response::redirect(302, "/to-self"))
    .at("/ring-1", Response::redirect(303, "/ring-2"))
    .at("/ring-2", Response::redirect(307, "/ring-1"))
    .at("/out", Response::redirect(308, &other.url("/there")))
    .at("/chain", Response::redirect(301, "/chain/2"))
    .at("/chain/2", Response::redirect(301, "/chain/3;jsessionid=1"))
    .at("/chain/3", Response::redirect(301, "/end"))
    .at("/bare", Response::status(301))
    .at("/mail", Response::redirect(301, "mailto:me@example.com"))
    .at("/to-missing", Response::redirect(301, "/missing"));
    let site = case.site(site);
    let mut sheet = Sheet::default();
    sheet.run(case, "text", &["crawl", &site.url("/")]);
    let last = sheet
        .run(case, "json", &["crawl", "--json", &site.url("/")])
        .clone();
    let asked = other.log().requests.len();
    case.expect(&last, asked == 0, "the other site is not asked", asked);
    sheet.compare(case);
}

pub(super) fn the_depth_of_a_redirect_is_that_of_its_target(case: &mut Case) {
    let site = pages(&[
        ("/", &["/old"]),
        ("/new", &["/next"]),
        ("/next", &["/too-far"]),
        ("/too-far", &[]),
    ])
    .at("/old", Response::redirect(301, "/older"))
    .at("/older", Response::redirect(301, "/new"));
    check_all(case, site, &[&["--depth", "1"], &["--depth", "2"]]);
}

pub(super) fn a_redirect_calls_its_target_into_its_own_level(case: &mut Case) {
    let site = pages(&[
        ("/", &["/a", "/old"]),
        ("/a", &["/b", "/new"]),
        ("/b", &[]),
        ("/new", &["/next"]),
        ("/next", &[]),
    ])
    .at("/old", Response::redirect(301, "/new"));
    check_all(case, site, &[&["--depth", "1", "--json"], &[]]);
}

pub(super) fn a_start_that_leaves_the_site_is_all_there_is(case: &mut Case) {
    let other = case.site(
        Site::new()
            .named("other")
            .on("127.0.0.2")
            .at("/*", Response::html("elsewhere")),
    );
    let site = Site::new().at("/", Response::redirect(301, &other.url("/")));
    check(case, site, &[]);
}
