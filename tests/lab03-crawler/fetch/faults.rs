//! What takes too long, is too long, or never comes whole.

use std::time::Duration;

use support::Case;
use support::http::{Act, Body, End, Point, Response, Site};

use super::{check_json, gzip};
use crate::sheet::{Sheet, crawler};

pub(super) fn what_is_not_there_in_time_is_an_error(case: &mut Case) {
    let site = Site::new()
        .at("/silent", Response::html("x").at(Point::Head, Act::Stall))
        .at(
            "/stuck",
            Response::html("0123456789").at(Point::Body(4), Act::Stall),
        );
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for target in ["/silent", "/stuck"] {
        let url = site.url(target);
        let args = ["fetch", "--timeout", "200", &url];
        let ended = sheet.run(case, target, &args).clone();
        case.expect_stderr_names(&ended, &format!("{url}: timed out after 200 ms"));
        sheet.run(case, "json", &["fetch", "--json", "--timeout", "200", &url]);
    }
    sheet.compare(case);
}

pub(super) fn the_time_is_that_of_one_whole_answer(case: &mut Case) {
    // Something comes all the time here, and still not all of it in time.
    let drip = Response::html("<p>slowly</p>".repeat(4)).drip(1, Duration::from_millis(50));
    let wait = Act::Wait(Duration::from_millis(800));
    let site = Site::new()
        .at("/drip", drip)
        .at("/1", Response::redirect(302, "/2").at(Point::Head, wait.clone()))
        .at("/2", Response::redirect(302, "/3").at(Point::Head, wait.clone()))
        .at("/3", Response::html("arrived").at(Point::Head, wait));
    // Three answers take longer than one may take.
    check_json(
        case,
        site,
        &[("/drip", &["--timeout", "600"]), ("/1", &["--timeout", "2000"])],
    );
}

pub(super) fn what_is_too_long_is_dropped_at_the_limit(case: &mut Case) {
    let endless = Body::endless("<title>endless</title>", "<p>more</p>");
    let site = case.site(
        Site::new()
            .at("/announced", Response::html(Body::pattern(10 << 30, 1)))
            .at("/chunked", Response::html(endless.clone()).chunked())
            .at("/until-the-end", Response::html(endless))
            .at(
                "/bomb",
                Response::html(Body::gzip_bomb(10 << 30)).header("Content-Encoding", "gzip"),
            ),
    );
    let mut sheet = Sheet::default();
    let targets = ["/announced", "/chunked", "/until-the-end", "/bomb"];
    for target in targets {
        sheet.run(case, target, &["fetch", "--json", &site.url(target)]);
    }
    let last = crawler(case, &["fetch", "--max-bytes", "100000", &site.url("/bomb")]);
    case.expect_stderr_names(&last, "body is longer than 100000 bytes");
    case.expect_stdout(&last, "");
    let log = site.wait_for("the connections are dropped", |log| {
        log.requests.iter().all(|seen| seen.end.is_some())
    });
    for target in &targets[..3] {
        // What was on its way when the client left counts as sent.
        let (end, sent) = log
            .of(target)
            .map(|seen| (seen.end, seen.sent))
            .next()
            .unwrap_or((None, 0));
        case.expect(
            &last,
            end == Some(End::ClientLeft) && sent < 128 << 20,
            &format!("{target} is dropped"),
            format!("{end:?} after {sent} bytes"),
        );
    }
    sheet.compare(case);
}

pub(super) fn a_body_may_be_as_long_as_max_bytes_and_no_longer(case: &mut Case) {
    let text = "x".repeat(1000);
    let site = Site::new()
        .at("/length", Response::html(&*text))
        .at("/chunked", Response::html(&*text).chunked())
        .at("/close", Response::html(&*text).without("Content-Length"))
        .at(
            "/gzip",
            Response::html(gzip(text.as_bytes())).header("Content-Encoding", "gzip"),
        );
    let targets = ["/length", "/chunked", "/close", "/gzip"];
    let rows: Vec<(&str, &[&str])> = targets
        .iter()
        .flat_map(|target| {
            [
                (*target, &["--max-bytes", "1000"][..]),
                (*target, &["--max-bytes", "999"]),
            ]
        })
        .collect();
    check_json(case, site, &rows);
}

pub(super) fn a_body_that_is_cut_short_is_an_error_that_says_where(case: &mut Case) {
    let page = "0123456789";
    let site = Site::new()
        .at("/length", Response::html(page).at(Point::Body(4), Act::Close))
        .at("/nothing", Response::html(page).at(Point::Body(0), Act::Close))
        .at(
            "/chunk",
            Response::html(page).chunked().at(Point::Body(4), Act::Close),
        )
        .at("/lie", Response::html(page).header("Content-Length", "1000"))
        .at(
            "/packed",
            Response::html(gzip(page.as_bytes()))
                .header("Content-Encoding", "gzip")
                .header("Content-Length", "30")
                .at(Point::Body(12), Act::Close),
        );
    let site = case.site(site);
    let mut sheet = Sheet::default();
    for target in ["/length", "/nothing", "/chunk", "/lie", "/packed"] {
        sheet.run(case, target, &["fetch", "--json", &site.url(target)]);
    }
    let ended = crawler(case, &["fetch", &site.url("/length")]);
    case.expect_status(&ended, 1);
    case.expect_stderr_names(
        &ended,
        &format!("{}: body ends after 4 of 10 bytes", site.url("/length")),
    );
    sheet.compare(case);
}

pub(super) fn what_never_answers_is_named_with_its_reason(case: &mut Case) {
    let site = case.site(
        Site::new()
            .at("/close", Response::html("x").at(Point::Head, Act::Close))
            .at("/ssh", Response::raw("SSH-2.0-OpenSSH_9.2\r\n"))
            .at("/half", Response::raw("HTTP/1.1 200 OK\r\nContent-Le")),
    );
    let mut sheet = Sheet::default();
    // A name with a label of more than 63 letters is found nowhere, and no name server is asked for it.
    let nowhere = format!("http://{}.invalid/", "a".repeat(64));
    for url in [
        site.url("/close"),
        site.url("/ssh"),
        site.url("/half"),
        // Nothing listens on port 1 of any machine of today.
        "http://127.0.0.1:1/".to_owned(),
        nowhere,
    ] {
        let title = case.redacted(&url);
        let ended = sheet.run(case, &title, &["fetch", "--json", &url]).clone();
        let line: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap_or_default();
        let sentence = line["error"].as_str().unwrap_or("its error").to_owned();
        case.expect_stderr_names(&ended, &format!("{url}: {sentence}"));
    }
    sheet.compare(case);
}
