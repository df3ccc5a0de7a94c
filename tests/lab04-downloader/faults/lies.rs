//! Answers to a Range that are none.

use std::fs;

use support::Case;
use support::http::{Body, Request, Response, Site};

use crate::runs::{Sheet, downloader, expect_saved, notes};
use crate::served::{BLOCK, FIRST, file, wanted};

const LENGTH: u64 = FIRST + 8 * BLOCK;

/// What a lie looks like to a request for these bytes.
type Lie = fn(u64, u64) -> Response;

fn lies() -> Vec<(&'static str, Lie)> {
    fn part(from: u64, to: u64) -> Response {
        Response::new(206, vec![b'!'; (to - from) as usize]).header("ETag", "\"v1\"")
    }
    vec![
        ("other-start", |from, to| {
            part(from, to).header("Content-Range", format!("bytes {}-{}/{LENGTH}", from - 1, to - 2))
        }),
        ("from-the-beginning", |from, to| {
            part(from, to).header("Content-Range", format!("bytes 0-{}/{LENGTH}", to - from - 1))
        }),
        ("other-unit", |from, to| {
            part(from, to).header("Content-Range", format!("lines {from}-{}/{LENGTH}", to - 1))
        }),
        ("missing", part),
        ("backwards", |from, to| {
            part(from, to).header("Content-Range", format!("bytes {from}-{}/{LENGTH}", from - 1))
        }),
        ("no-numbers", |from, to| {
            part(from, to).header("Content-Range", "bytes all")
        }),
        ("multipart", |from, to| {
            part(from, to).header("Content-Type", "multipart/byteranges; boundary=B")
        }),
    ]
}

pub(super) fn a_wrong_content_range_is_named_and_nothing_of_it_is_written(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let mut sheet = Sheet::default();
    for (name, lie) in lies() {
        let served = body.clone();
        let site = Site::new().named(&format!("{name}.org"));
        let site = case.site(site.when("/big", move |request: &Request| {
            let (from, to) = wanted(request, LENGTH);
            match request.before {
                0 => file(&served, "v1"),
                _ => lie(from, to),
            }
        }));
        let url = site.url("/big");
        let ended = downloader(
            case,
            &["-x", "2", "--backoff", "5", "--retries", "1", "-o", name, &url],
        );
        case.expect_status(&ended, 1);
        let part = fs::read(case.dir().join(format!("{name}.part"))).unwrap_or_default();
        let behind = part.get(FIRST as usize..).unwrap_or_default();
        let written = behind.iter().filter(|byte| **byte == b'!').count();
        case.expect(
            &ended,
            written == 0 && part.starts_with(&body.bytes(0..FIRST)),
            "nothing of a wrong answer in the file",
            format!("{written} bytes of it"),
        );
        // Which of the two connections says which bytes is as it happens.
        let said = notes(&ended, "trying again");
        let kind = said.lines().next().map_or("(no note)", |line| {
            match line.split_once(": wrong Content-Range: ") {
                Some((_, value)) if value.starts_with("none") => "wrong Content-Range: none",
                Some(_) => "wrong Content-Range: …",
                None => line,
            }
        });
        sheet.row(name, ended, kind);
        // An honest server makes it good.
        site.set("/big", file(&body, "v1"));
        let ended = downloader(case, &["-o", name, &url]);
        expect_saved(case, &ended, name, &body);
    }
    sheet.compare(case);
}

pub(super) fn a_server_that_ignores_ranges_for_once_is_asked_again(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    for (name, etag) in [("with-etag", true), ("without", false)] {
        let served = body.clone();
        let site = Site::new().named(&format!("{name}.org"));
        let site = case.site(site.when("/big", move |request: &Request| {
            let plain = Response::ok(served.clone());
            let plain = match etag {
                true => plain.header("ETag", "\"v1\""),
                false => plain,
            };
            match request.before {
                2 | 4 => plain,
                _ => plain.ranges(),
            }
        }));
        let args = ["-x", "4", "--backoff", "5", "-o", name, &site.url("/big")];
        let ended = downloader(case, &args);
        expect_saved(case, &ended, name, &body);
        case.expect_stderr_names(&ended, "ignores Range, trying again in ");
    }
}

pub(super) fn a_part_that_ends_before_its_content_range_is_a_fault(case: &mut Case) {
    const MISSING: u64 = 1000;
    // Of one block there is one part, of which nobody takes anything.
    const LENGTH: u64 = FIRST + BLOCK;
    let body = Body::pattern(LENGTH, 1);
    for (name, framed) in [("without-length", false), ("with-a-wrong-one", true)] {
        let served = body.clone();
        let site = Site::new().named(&format!("{name}.org"));
        let site = case.site(site.when("/big", move |request: &Request| {
            let (from, to) = wanted(request, LENGTH);
            // The second answer brings less than its Content-Range says.
            if request.before != 1 {
                return file(&served, "v1");
            }
            let short = Response::new(206, served.bytes(from..to - MISSING))
                .header("ETag", "\"v1\"")
                .header("Content-Range", format!("bytes {from}-{}/{LENGTH}", to - 1));
            match framed {
                true => short.header("Content-Length", (to - from - MISSING).to_string()),
                false => short.without("Content-Length"),
            }
        }));
        let url = site.url("/big");
        let ended = downloader(case, &["-x", "2", "--backoff", "5", "-o", name, &url]);
        expect_saved(case, &ended, name, &body);
        let fault = format!("body ends after {} of {BLOCK} bytes", BLOCK - MISSING);
        case.expect_stderr_names(&ended, &format!("{url}: {fault}, trying again in "));
    }
}
