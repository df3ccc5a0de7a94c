//! Where a body ends.

use support::Case;
use support::http::{Act, Body, Point, Response, Site};

use crate::runs::{downloader, expect_saved, tree};

pub(super) fn a_body_ends_where_its_framing_says(case: &mut Case) {
    let body = Body::pattern(300_001, 1);
    let plain = || Response::ok(body.clone());
    let raw = |head: &str, tail: &[u8]| {
        let bytes = [head.as_bytes(), &body.bytes(0..300_001), tail].concat();
        Response::raw(bytes)
    };
    let site = case.site(
        Site::new()
            .at("/length", plain())
            .at("/chunks", plain().chunked())
            .at("/close", plain().without("Content-Length"))
            .at("/old", raw("HTTP/1.0 200 OK\r\n\r\n", b""))
            .at(
                "/more",
                raw(
                    "HTTP/1.1 200 OK\r\nContent-Length: 300001\r\n\r\n",
                    b"not of the body",
                ),
            ),
    );
    for name in ["length", "chunks", "close", "old", "more"] {
        let ended = downloader(case, &["-x", "1", &site.url(&format!("/{name}"))]);
        expect_saved(case, &ended, name, &body);
    }
}

pub(super) fn a_body_that_is_cut_short_is_never_taken_for_the_file(case: &mut Case) {
    let body = Body::pattern(300_001, 1);
    let cut = |act: Act| Response::ok(body.clone()).at(Point::Body(200_000), act);
    let site = case.site(
        Site::new()
            .at("/length", cut(Act::Close))
            .at("/chunks", cut(Act::Close).chunked())
            .at(
                "/no-last-chunk",
                Response::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
            )
            .at("/reset", cut(Act::Reset)),
    );
    for (name, sentence) in [
        ("length", "body ends after 200000 of 300001 bytes"),
        ("chunks", "body ends inside a chunk"),
        ("no-last-chunk", "body ends inside a chunk"),
        // What had come is thrown away by a reset, so that nobody can say how much it was.
        ("reset", ""),
    ] {
        let url = site.url(&format!("/{name}"));
        let ended = downloader(case, &["-x", "1", "--retries", "0", &url]);
        case.expect_status(&ended, 1);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, &format!("{url}: {sentence}"));
        let there = case.dir().join(name).exists();
        case.expect(&ended, !there, &format!("no file {name}"), tree(case.dir()));
    }
}

pub(super) fn an_empty_file_is_a_file(case: &mut Case) {
    let empty = || Response::ok("");
    let site = case.site(
        Site::new()
            .at("/length", empty())
            .at("/chunks", empty().chunked())
            .at("/close", empty().without("Content-Length")),
    );
    for name in ["length", "chunks", "close"] {
        let ended = downloader(case, &["-x", "1", &site.url(&format!("/{name}"))]);
        expect_saved(case, &ended, name, &"".into());
    }
}

pub(super) fn hundreds_of_megabytes_need_no_memory(case: &mut Case) {
    const LENGTH: u64 = 300_000_000;
    let body = Body::pattern(LENGTH, 1);
    let plain = || Response::ok(body.clone());
    let site = case.site(
        Site::new()
            .at("/length", plain())
            .at("/chunks", plain().chunked()),
    );
    for name in ["length", "chunks"] {
        let ended = downloader(case, &["-x", "1", &site.url(&format!("/{name}"))]);
        expect_saved(case, &ended, name, &body);
        std::fs::remove_file(case.dir().join(name)).expect("it was saved");
    }
}
