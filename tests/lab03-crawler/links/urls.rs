//! What a reference means, and what counts as the same URL.

use support::Case;
use support::http::{Response, Site};

use super::{anchors, check};
use crate::sheet::Sheet;

pub(super) fn references_are_resolved_as_a_browser_does(case: &mut Case) {
    check(
        case,
        &[],
        &anchors(&[
            "",
            "?",
            "?q=2",
            "#part",
            "?q=3#part",
            "blank #part",
            "plain",
            "./dot",
            "../up",
            "../../top",
            "../../../../beyond",
            "/root",
            "//other.example/there",
            "//other.example",
            "http:scheme-only",
            "dir/",
            "dir/.",
            "dir/sub/..",
            "a//b",
            "a/./b/../c",
            "with space",
            "größe",
            "?q=größe",
            "%7Etilde",
            "~tilde",
            "%2Fslash",
            "%zz",
            "a%20b",
            "back\\slash",
            "\\root",
            "semi;colon=1",
            "co:lon",
            "./co:lon",
            "  around  ",
            "new\nline",
            "tab\there",
            "plus+plus",
            "quote'quote",
            "brackets[]",
            "pipe|",
            "star*",
            "at@at",
            "%e4%ff",
            "/..%2f",
            "/%2e%2e/x",
            "/a/%2E/y",
        ]),
    );
}

pub(super) fn hosts_and_ports_have_one_spelling(case: &mut Case) {
    check(
        case,
        &[],
        &anchors(&[
            "http://example.com",
            "HTTP://EXAMPLE.com:80/",
            "http://example.com:/",
            "http://example.com:8080/",
            "https://example.com:443/a",
            "https://example.com:80/a",
            "HttpS://example.com/A",
            "http://bücher.example/",
            "http://BÜCHER.example/",
            "http://xn--bcher-kva.example/",
            "http://例え.テスト/",
            "http://straße.example/",
            "http://exa%6Dple.com/b",
            "http://example.com./",
            "http://0x7f.1/",
            "http://127.1/",
            "http://[0:0::1]:80/",
            "http://user@example.com/",
        ]),
    );
}

pub(super) fn what_is_no_http_url_is_left_out(case: &mut Case) {
    check(
        case,
        &[],
        &anchors(&[
            "mailto:me@example.com",
            "javascript:void(0)",
            "JavaScript:alert('http://example.com/')",
            "data:text/html,<p>x",
            "ftp://example.com/file",
            "file:///etc/passwd",
            "tel:+4912345",
            "about:blank",
            "blob:http://example.com/1",
            "http://",
            "http://a b/",
            "http://[::1/",
            "http://example.com:99999/",
            "http://example.com:port/",
            "http://exa<mple/",
            "last",
        ]),
    );
}

pub(super) fn the_first_base_with_an_href_is_the_base(case: &mut Case) {
    let mut sheet = Sheet::default();
    let pages = [
        ("another folder", "<base href='/other/'><a href=x>"),
        ("relative", "<base href='../c/d'><a href=x><a href='?q'>"),
        (
            "another host",
            "<base href='//other.example/dir/file?y'><a href=x><a href='?q'><a href=/r>",
        ),
        (
            "two",
            "<base target=_blank><base href='/first/'><base href='/second/'><a href=x>",
        ),
        (
            "behind a link",
            "<a href=before><base href='/late/'><a href=behind>",
        ),
        (
            "with a fragment",
            "<base href='/dir/file#part'><a href='#there'><a href=''>",
        ),
        ("in a comment", "<!-- <base href='/no/'> --><a href=x>"),
        (
            "for pictures and styles",
            "<base href='/p/'><img src=i><style>p { background: url(c) }</style>",
        ),
    ];
    let site = pages
        .iter()
        .enumerate()
        .fold(Site::new(), |site, (at, (_, page))| {
            site.at(&format!("/a/b/{at}"), Response::html(*page))
        });
    let site = case.site(site);
    for (at, (title, _)) in pages.iter().enumerate() {
        sheet.run(case, title, &["links", &site.url(&format!("/a/b/{at}?x=1"))]);
    }
    sheet.compare(case);
}

pub(super) fn the_base_is_relative_to_the_url_that_answered_last(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/old/page", Response::redirect(301, "/new/place/"))
            .at("/old/based", Response::redirect(302, "/new/based/"))
            .at("/new/place/", Response::html("<a href=x><a href=../y>"))
            .at("/new/based/", Response::html("<base href=sub/><a href=x>")),
    );
    let mut sheet = Sheet::default();
    for target in ["/old/page", "/old/based"] {
        sheet.run(case, target, &["links", &site.url(target)]);
    }
    sheet.compare(case);
}

pub(super) fn session_ids_are_taken_out(case: &mut Case) {
    check(
        case,
        &[],
        &anchors(&[
            "/1;jsessionid=A0",
            "/2;jsessionid=A0?x=1",
            "/3;JSESSIONID=A0.node1/next",
            "/4?PHPSESSID=abc",
            "/5?x=1&amp;phpsessid=abc",
            "/6?phpsessid=abc&amp;x=1",
            "/7?sid=1&amp;x=2&amp;session_id=3&amp;y=4&amp;SessionID=5",
            "/8?ASPSESSIONIDQQ=abc&amp;jsessionid=def",
            "/9?side=1&amp;mysid=2&amp;sid",
            "/10?",
            "/11?sid=1#part",
            "/12;v=1;jsessionid=B?sid=2",
            "/13?x=sid=1",
            "/14;jsessionidx=C",
            "/15;jsessionid",
            "/4?PHPSESSID=def",
        ]),
    );
}
