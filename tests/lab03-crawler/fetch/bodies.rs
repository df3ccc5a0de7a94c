//! How a body is packed and where it ends.

use support::Case;
use support::http::{Response, Site};

use super::{check_json, deflate, gzip, typed, zlib};
use crate::sheet::{Sheet, crawler};

pub(super) fn gzip_and_deflate_are_undone(case: &mut Case) {
    let page = "<p>packed</p>\n".repeat(3);
    let packed = |coding: &str, body: Vec<u8>| Response::html(body).header("Content-Encoding", coding);
    // zlib says first how much it looks back: this one says 4 KiB instead of 32.
    let mut looks_back_little = zlib(page.as_bytes());
    looks_back_little[..2].copy_from_slice(&[0x48, 0x0d]);
    let site = Site::new()
        .at("/deflate-4k", packed("deflate", looks_back_little))
        .at("/raw", packed("Deflate", deflate(page.as_bytes())))
        .at("/nothing", packed("gzip", Vec::new()))
        .at("/nothing-raw", packed("deflate", Vec::new()))
        .at("/gzip", packed("gzip", gzip(page.as_bytes())))
        .at("/x-gzip", packed("X-GZip", gzip(page.as_bytes())))
        .at("/deflate", packed("deflate", zlib(page.as_bytes())))
        .at("/identity", packed("identity", page.clone().into()))
        .at("/chunked", packed("gzip", gzip(page.as_bytes())).chunked())
        .at(
            "/windows-1251",
            typed(
                "text/html; charset=windows-1251",
                gzip(b"\xcf\xf0\xe8\xe2\xe5\xf2"),
            )
            .header("Content-Encoding", "gzip"),
        )
        .at(
            "/archive.tar.gz",
            typed("application/gzip", gzip(b"not a content encoding")),
        );
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for target in [
        "/gzip",
        "/x-gzip",
        "/deflate",
        "/deflate-4k",
        "/raw",
        "/nothing",
        "/nothing-raw",
        "/identity",
        "/chunked",
        "/windows-1251",
    ] {
        sheet.run(case, target, &["fetch", &site.url(target)]);
        sheet.run(case, "json", &["fetch", "--json", &site.url(target)]);
    }
    let ended = crawler(case, &["fetch", &site.url("/archive.tar.gz")]);
    case.expect_stdout(&ended, gzip(b"not a content encoding"));
    let log = site.log();
    let asks = log.requests[0]
        .header("accept-encoding")
        .unwrap_or("none")
        .to_owned();
    let both = asks.contains("gzip") && asks.contains("deflate");
    case.expect(&ended, both, "Accept-Encoding names gzip and deflate", asks);
    sheet.compare(case);
}

pub(super) fn every_member_of_a_gzip_body_counts(case: &mut Case) {
    let parts = ["first\n", "", "second\n", "third\n"];
    let packed = parts.map(|part| gzip(part.as_bytes())).concat();
    let site = case.site(Site::new().at("/", Response::html(packed).header("Content-Encoding", "gzip")));
    let ended = crawler(case, &["fetch", &site.url("/")]);
    case.expect_stdout(&ended, parts.concat());
    case.expect_status(&ended, 0);
}

pub(super) fn a_packed_body_that_is_damaged_is_an_error(case: &mut Case) {
    let whole = gzip(
        "some text that is long enough to be packed\n"
            .repeat(20)
            .as_bytes(),
    );
    let mut damaged = whole.clone();
    damaged[20] ^= 0x55;
    let cut = whole[..whole.len() - 9].to_vec();
    let packed = |coding: &str, body: Vec<u8>| Response::html(body).header("Content-Encoding", coding);
    let site = Site::new()
        .at("/plain", packed("gzip", b"this is no gzip at all".to_vec()))
        .at("/damaged", packed("gzip", damaged))
        .at("/cut", packed("gzip", cut))
        .at("/deflate", packed("deflate", b"this is no deflate".to_vec()))
        .at("/unknown", packed("BR", b"this is no gzip".to_vec()))
        .at("/twice", packed("gzip, gzip", gzip(&whole)));
    check_json(
        case,
        site,
        &[
            ("/plain", &[]),
            ("/damaged", &[]),
            ("/cut", &[]),
            ("/deflate", &[]),
            ("/unknown", &[]),
            ("/twice", &[]),
        ],
    );
}

pub(super) fn a_body_ends_where_its_framing_says(case: &mut Case) {
    let site = Site::new()
        .at("/length", Response::html("by length"))
        .at("/chunked", Response::html("in chunks").chunked())
        .at(
            "/close",
            Response::html("until the end").without("Content-Length"),
        )
        .at("/empty", Response::html(""));
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for target in ["/length", "/chunked", "/close", "/empty"] {
        sheet.run(case, target, &["fetch", &site.url(target)]);
    }
    sheet.compare(case);
}
