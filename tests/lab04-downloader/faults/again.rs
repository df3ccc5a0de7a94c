//! What is tried again, and from where.

use std::time::Duration;

use support::Case;
use support::http::{Act, Body, Point, Request, Response, Site};

use crate::runs::{Sheet, downloader, expect_saved, notes};
use crate::served::{BLOCK, FIRST, file};

const LENGTH: u64 = FIRST + 8 * BLOCK;

/// What makes a bad answer of a good one.
type Spoil = fn(Response) -> Response;

/// The ways in which an answer can fail, with a name for each.
fn ways() -> Vec<(&'static str, Spoil)> {
    fn status(status: u16) -> Response {
        Response::status(status)
    }
    vec![
        ("408", |_| status(408)),
        ("425", |_| status(425)),
        ("429", |_| status(429)),
        ("500", |_| status(500)),
        ("502", |_| status(502)),
        ("503", |_| status(503)),
        ("504", |_| status(504)),
        ("closed-at-once", |response| response.at(Point::Head, Act::Close)),
        ("closed-in-the-head", |_| {
            Response::raw("HTTP/1.1 206 Partial Content\r\nContent-Le")
        }),
        ("reset-at-once", |response| response.at(Point::Head, Act::Reset)),
        ("closed-in-the-body", |response| {
            response.at(Point::Body(70_000), Act::Close)
        }),
        ("no-http", |_| Response::raw("220 mail.example ESMTP\r\n")),
        ("stalled-before-the-head", |response| {
            response.at(Point::Head, Act::Stall)
        }),
        ("stalled-in-the-body", |response| {
            response.at(Point::Body(70_000), Act::Stall)
        }),
    ]
}

/// Lets the request that has `which` before it fail in each way, once, and fetches the file all the same.
fn check(case: &mut Case, connections: &str, which: u64) {
    let body = Body::pattern(LENGTH, 1);
    let mut sheet = Sheet::default();
    let running: Vec<_> = ways()
        .into_iter()
        .map(|(name, fail)| {
            let served = body.clone();
            let site = Site::new().named(&format!("{name}.org"));
            let site = case.site(site.when("/big", move |request: &Request| {
                let response = file(&served, "v1");
                match request.before == which {
                    true => fail(response),
                    false => response,
                }
            }));
            let url = site.url("/big");
            let args = [
                "-x",
                connections,
                "--backoff",
                "20",
                "--timeout",
                "2000",
                "-o",
                name,
                &url,
            ];
            let running = case.program("downloader").args(args).spawn();
            (name, site, running)
        })
        .collect();
    for (name, _site, running) in running {
        let ended = running.wait();
        expect_saved(case, &ended, name, &body);
        let noted = notes(&ended, "trying again");
        // With several connections the others may have taken what stalls before its time is up.
        let noted = match connections {
            "1" => noted,
            _ if name.starts_with("stalled") => String::new(),
            _ => noted,
        };
        sheet.row(name, ended, &noted);
    }
    sheet.compare(case);
}

pub(super) fn a_fault_is_tried_again_and_the_bytes_are_right(case: &mut Case) {
    check(case, "1", 0);
}

pub(super) fn a_fault_of_a_part_is_tried_again_and_the_bytes_are_right(case: &mut Case) {
    check(case, "2", 1);
}

pub(super) fn a_connection_that_fails_keeps_what_has_come(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let cut = |at| file(&body, "v1").at(Point::Body(at), Act::Close).times(1);
    let site = case.site(
        Site::new()
            .at("/big", cut(1_000_000))
            .at("/big", cut(500_000))
            .at("/big", file(&body, "v1")),
    );
    let ended = downloader(case, &["-x", "1", "--backoff", "10", &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
    let log = site.log();
    let asked: String = log
        .requests
        .iter()
        .map(|seen| {
            let (range, condition) = (seen.header("range"), seen.header("if-range"));
            let from = range
                .and_then(|range| range.split_once('-'))
                .map_or("all", |(from, _)| from);
            format!("{from} if {}\n", condition.unwrap_or("(none)"))
        })
        .collect();
    case.expect_same(
        &ended,
        "what was asked for",
        "all if (none)\nbytes=1000000 if \"v1\"\nbytes=1500000 if \"v1\"\n",
        &asked,
    );
}

pub(super) fn what_cannot_be_continued_starts_from_its_beginning(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let plain = || Response::ok(body.clone());
    let cut = |response: Response| response.at(Point::Body(1_000_000), Act::Close).times(2);
    let site = case.site(
        Site::new()
            .at("/length", cut(plain()))
            .at("/length", plain())
            .at("/chunks", cut(plain().chunked()))
            .at("/chunks", plain().chunked()),
    );
    for name in ["length", "chunks"] {
        for connections in ["1", "4"] {
            let url = site.url(&format!("/{name}"));
            let ended = downloader(case, &["-f", "-x", connections, "--backoff", "10", &url]);
            expect_saved(case, &ended, name, &body);
        }
    }
}

pub(super) fn a_slow_body_is_no_fault(case: &mut Case) {
    // It takes 2.4 s, longer than --timeout; but no byte takes that long.
    let body = Body::pattern(1200, 1);
    let drip = Response::ok(body.clone()).drip(100, Duration::from_millis(200));
    let site = case.site(Site::new().at("/slow", drip));
    let ended = downloader(
        case,
        &[
            "-x",
            "1",
            "--timeout",
            "1800",
            "--retries",
            "0",
            &site.url("/slow"),
        ],
    );
    expect_saved(case, &ended, "slow", &body);
}

pub(super) fn a_redirect_is_asked_again_after_a_fault(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    // The first place is good for two answers: links of content networks expire.
    let site = case.site(
        Site::new()
            .at("/start", Response::redirect(302, "/one").times(1))
            .at("/start", Response::redirect(302, "/two"))
            .at("/one", file(&body, "v1").times(2))
            .at("/one", Response::status(503))
            .at("/two", file(&body, "v1")),
    );
    let args = ["-x", "3", "--backoff", "10", "-o", "big", &site.url("/start")];
    let ended = downloader(case, &args);
    expect_saved(case, &ended, "big", &body);
    let asked = site.log().of("/start").count();
    case.expect(
        &ended,
        asked >= 2,
        "the URL that was given is asked again after a fault",
        asked,
    );
}
