//! One page under several URLs.

use support::Case;
use support::http::Response;

use super::{check, check_all, page, pages};

pub(super) fn one_page_under_two_urls_is_a_duplicate(case: &mut Case) {
    let same = page("the same", &["deeper"]);
    let site = pages(&[
        ("/", &["/b/", "/a/", "/c/", "/index.html"]),
        ("/a/deeper", &["/z/"]),
    ])
    .at(
        "/index.html",
        Response::html(page("/", &["/b/", "/a/", "/c/", "/index.html"])),
    )
    .at("/a/", Response::html(&*same))
    .at("/b/", Response::html(&*same))
    .at("/c/", Response::html(&*same).chunked())
    .at("/z/", Response::html(&*same));
    check_all(case, site, &[&[], &["--json"]]);
}

pub(super) fn what_only_looks_like_a_duplicate_is_none(case: &mut Case) {
    let same = page("the same", &["deeper"]);
    let html = |status| Response::new(status, &*same).header("Content-Type", "text/html");
    let style = || Response::ok("a { b: url(deeper) }").header("Content-Type", "text/css");
    let site = pages(&[(
        "/",
        &[
            "/a/",
            "/error/",
            "/empty-1",
            "/empty-2",
            "/text/",
            "/longer/",
            "/image/",
            "/not-200/",
            "/style-1/",
            "/style-2/",
        ],
    )])
    .at("/a/", html(200))
    .at("/error/", html(404))
    .at("/not-200/", html(203))
    .at("/style-1/", style())
    .at("/style-2/", style())
    .at("/empty-1", Response::html(""))
    .at("/empty-2", Response::html(""))
    .at(
        "/text/",
        Response::ok(&*same).header("Content-Type", "text/plain"),
    )
    .at(
        "/image/",
        Response::ok(&*same).header("Content-Type", "image/png"),
    )
    .at("/longer/", Response::html(format!("{same}\n")));
    check(case, site, &[]);
}
