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
            .at("/away/21", Response::html(page("arrived again", &[])))
            .when("/away/*", |request| {
                Response::redirect(302, &format!("/away/{}", next_number(request.path())))
            }),
    );
    let ended = crawl(case, &site, &["--json"]);
    case.expect_status(&ended, 0);
    expect_summary(case, &ended, &[("pages", 14), ("broken", 0)]);
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
