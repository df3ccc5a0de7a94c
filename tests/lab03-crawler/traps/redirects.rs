//! Redirects that lead nowhere.

use support::Case;
use support::http::{Response, Site};

use super::{crawl, expect_summary, next_number};
use crate::crawl::page;

pub(super) fn redirects_that_never_arrive_end_after_ten(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/plain", "/away/1"])))
            .at("/plain", Response::html(page("plain", &[])))
            .when("/away/*", |request| {
                Response::redirect(302, &format!("/away/{}", next_number(request.path())))
            }),
    );
    let ended = crawl(case, &site, &[]);
    case.snapshot(&ended);
}

pub(super) fn ten_redirects_are_not_too_many(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/plain", "/away/1"])))
            .at("/plain", Response::html(page("plain", &[])))
            .at("/away/11", Response::html(page("arrived", &["/away/21"])))
            .at("/away/31", Response::html(page("arrived again", &[])))
            .when("/away/*", |request| {
                Response::redirect(302, &format!("/away/{}", next_number(request.path())))
            }),
    );
    let ended = crawl(case, &site, &["--json"]);
    case.expect_status(&ended, 0);
    expect_summary(case, &ended, &[("pages", 24), ("broken", 0)]);
}

pub(super) fn redirects_in_a_circle_end_by_themselves(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/", Response::html(page("home", &["/plain", "/a", "/self"])))
            .at("/plain", Response::html(page("plain", &[])))
            .at("/a", Response::redirect(301, "/b"))
            .at("/b", Response::redirect(302, "/c"))
            .at("/c", Response::redirect(307, "/a"))
            .at("/self", Response::redirect(308, "/self")),
    );
    let ended = crawl(case, &site, &[]);
    case.snapshot(&ended);
}

pub(super) fn a_start_that_redirects_for_ever_is_broken(case: &mut Case) {
    let site = case.site(Site::new().when("/*", |request| {
        Response::redirect(307, &format!("/{}", next_number(request.path())))
    }));
    let ended = crawl(case, &site, &["--json"]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "1 link is broken");
    expect_summary(case, &ended, &[("pages", 11), ("broken", 1)]);
}

pub(super) fn a_redirect_into_a_trap_is_judged_like_a_link(case: &mut Case) {
    let long = format!("/{}", "y".repeat(2048));
    let site = case.site(
        Site::new()
            .at(
                "/",
                Response::html(page("home", &["/plain", "/1", "/2", "/3", "/list?1"])),
            )
            .at("/plain", Response::html(page("plain", &[])))
            .at("/1", Response::redirect(301, &long))
            .at("/2", Response::redirect(301, "/a/b/a/b/a/b"))
            .at("/3", Response::redirect(301, "/list?0"))
            .at("/list", Response::html(page("list", &[]))),
    );
    let ended = crawl(case, &site, &["--max-variants", "1", "--json"]);
    case.expect_status(&ended, 0);
    expect_summary(
        case,
        &ended,
        &[
            ("pages", 6),
            ("too_long", 1),
            ("loops", 1),
            ("too_many_variants", 1),
        ],
    );
}
