//! A file that changes on the server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use support::http::{Body, Request, Response, Site};
use support::{Case, Nginx};

use crate::journal::{Journal, journal, partly};
use crate::runs::{Sheet, downloader, expect_saved, notes, start};
use crate::served::{BLOCK, FIRST, Span, file, wanted};

const LENGTH: u64 = FIRST + 8 * BLOCK;
const HAVE: [Span; 2] = [(0, BLOCK), (FIRST, 2 * FIRST)];
const MONDAY: &str = "Mon, 23 Nov 2026 10:00:00 GMT";
const TUESDAY: &str = "Tue, 24 Nov 2026 10:00:00 GMT";

/// Answers a range with it, whatever the If-Range says.
fn part(request: &Request, body: &Body) -> Response {
    let length = body.len().unwrap_or(0);
    let (from, to) = wanted(request, length);
    Response::new(206, body.bytes(from..to))
        .header("Content-Range", format!("bytes {from}-{}/{length}", to - 1))
}

/// Puts a part of version 1 into the folder, as a run left it that knew these lines of it.
fn leave(case: &mut Case, name: &str, lines: &[&str]) {
    let old = Body::pattern(LENGTH, 1);
    case.file(&format!("{name}.part"), partly(&old, &HAVE));
    case.file(
        &format!("{name}.part.journal"),
        journal("http://127.0.0.1:1/big", LENGTH, lines, &HAVE),
    );
}

pub(super) fn the_right_validator_goes_with_every_part(case: &mut Case) {
    let monday = format!("modified {MONDAY}");
    let rows: [(&str, &[&str], Option<&str>); 5] = [
        ("strong", &["etag \"v1\"", &monday], Some("\"v1\"")),
        ("date", &[&monday], Some(MONDAY)),
        ("weak", &["etag W/\"1\""], None),
        ("weak-with-date", &["etag W/\"1\"", &monday], Some(MONDAY)),
        ("none", &[], None),
    ];
    let body = Body::pattern(LENGTH, 1);
    for (name, lines, expected) in rows {
        leave(case, name, lines);
        let response = lines
            .iter()
            .fold(Response::ok(body.clone()).ranges(), |response, line| {
                match line.split_once(' ') {
                    Some(("etag", value)) => response.header("ETag", value),
                    Some((_, value)) => response.header("Last-Modified", value),
                    None => response,
                }
            });
        let target = format!("/{name}");
        let site = case.site(Site::new().named(name).at(&target, response));
        for resumed in [true, false] {
            let before = site.log().requests.len();
            let ended = downloader(case, &["-f", "-o", name, &site.url(&target)]);
            expect_saved(case, &ended, name, &body);
            case.expect_quiet(&ended);
            let log = site.log();
            // Of a download that is new, the first request knows nothing yet.
            let with_known = &log.requests[before + usize::from(!resumed)..];
            let other = with_known.iter().find(|seen| seen.header("if-range") != expected);
            case.expect(
                &ended,
                other.is_none(),
                &format!("{name}: If-Range: {}", expected.unwrap_or("(none)")),
                format!("{:?}", other.and_then(|seen| seen.header("if-range"))),
            );
        }
    }
}

pub(super) fn a_file_that_changed_since_is_fetched_anew(case: &mut Case) {
    type Answer = fn(&Request, &Body) -> Response;
    let monday = format!("modified {MONDAY}");
    let rows: [(&str, &[&str], u64, Answer); 8] = [
        ("etag", &["etag \"v1\""], LENGTH, |_, body| file(body, "v2")),
        (
            "etag-beside-the-same-date",
            &["etag \"v1\"", &monday],
            LENGTH,
            |_, body| file(body, "v2").header("Last-Modified", MONDAY),
        ),
        (
            "etag-of-who-ignores-if-range",
            &["etag \"v1\""],
            LENGTH,
            |request, body| part(request, body).header("ETag", "\"v2\""),
        ),
        ("weak-etag", &["etag W/\"1\""], LENGTH, |request, body| {
            part(request, body).header("ETag", "W/\"2\"")
        }),
        ("date", &[&monday], LENGTH, |_, body| {
            Response::ok(body.clone())
                .ranges()
                .header("Last-Modified", TUESDAY)
        }),
        (
            "date-of-who-ignores-if-range",
            &[&monday],
            LENGTH,
            |request, body| part(request, body).header("Last-Modified", TUESDAY),
        ),
        ("longer", &[], LENGTH + BLOCK, |request, body| part(request, body)),
        ("shorter", &[], BLOCK / 2, |_, body| {
            Response::ok(body.clone()).ranges()
        }),
    ];
    let mut sheet = Sheet::default();
    for (name, lines, length, answer) in rows {
        leave(case, name, lines);
        let new = Body::pattern(length, 2);
        let served = new.clone();
        let target = format!("/{name}");
        let site = Site::new().named(&format!("{name}.org"));
        let site = case.site(site.when(&target, move |request: &Request| answer(request, &served)));
        let ended = downloader(case, &["-o", name, &site.url(&target)]);
        expect_saved(case, &ended, name, &new);
        let noted = notes(&ended, "has changed");
        sheet.row(name, ended, &noted);
    }
    sheet.compare(case);
}

pub(super) fn a_file_that_changed_meanwhile_is_fetched_anew(case: &mut Case) {
    let bodies = [1, 2].map(|version| Body::pattern(LENGTH, version));
    let rows: [(&str, bool); 2] = [("heeds", true), ("ignores", false)];
    for (name, heeds) in rows {
        let served = bodies.clone();
        let site = Site::new().named(name);
        // Parts are short, so that many requests follow the sixth.
        let site = case.site(site.when("/big", move |request: &Request| {
            let version = usize::from(request.before >= 6);
            let etag = format!("\"v{}\"", version + 1);
            let old = request.header("if-range").is_some_and(|known| known != etag);
            if heeds && old {
                return file(&served[version], &format!("v{}", version + 1));
            }
            let (from, to) = wanted(request, LENGTH);
            let to = to.min(from + 150_000);
            Response::new(206, served[version].bytes(from..to))
                .header("ETag", etag)
                .header("Content-Range", format!("bytes {from}-{}/{LENGTH}", to - 1))
        }));
        let ended = downloader(case, &["-x", "4", "-o", name, &site.url("/big")]);
        expect_saved(case, &ended, name, &bodies[1]);
        let noted = notes(&ended, "has changed");
        case.expect_same(
            &ended,
            "the note, once",
            &format!(
                "downloader: {}: has changed (ETag was \"v1\", is \"v2\"), starting over",
                site.url("/big")
            ),
            noted.trim_end(),
        );
    }
}

pub(super) fn a_file_that_changes_all_the_time_is_an_error(case: &mut Case) {
    let site = case.site(Site::new().when("/big", |request: &Request| {
        part(request, &Body::pattern(LENGTH, request.before))
            .header("ETag", format!("\"v{}\"", request.before))
    }));
    let ended = downloader(case, &["-x", "2", &site.url("/big")]);
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    case.expect_stderr_names(&ended, "changes faster than it can be fetched");
    let restarts = notes(&ended, "starting over").lines().count();
    case.expect(
        &ended,
        restarts == 3,
        "three times starting over before that",
        restarts,
    );
    let there = case.dir().join("big").exists();
    case.expect(&ended, !there, "no file", "big");
}

pub(super) fn a_server_that_lost_its_ranges_sends_all_of_it(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    leave(case, "big", &["etag \"v1\""]);
    let site = case.site(Site::new().at("/big", Response::ok(body.clone()).header("ETag", "\"v1\"")));
    let ended = downloader(case, &["-o", "big", &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
    case.expect_stderr_names(&ended, "does not know ranges, starting over");
}

pub(super) fn nginx_says_that_a_file_has_changed(case: &mut Case) {
    let bodies = [1, 2].map(|version| Body::pattern(LENGTH, version));
    let second = Arc::new(AtomicU64::new(1_800_000_000));
    let put = |case: &mut Case, body: &Body| {
        let path = case.file("www/new", body.bytes(0..LENGTH));
        // nginx knows a version by its length and its date.
        let date = SystemTime::UNIX_EPOCH + Duration::from_secs(second.fetch_add(7, Ordering::Relaxed));
        let opened = std::fs::File::options().write(true).open(&path);
        opened
            .and_then(|opened| opened.set_modified(date))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        std::fs::rename(&path, case.dir().join("www/big")).expect("a file of the case can be renamed");
    };
    put(case, &bodies[0]);
    let nginx = case.nginx(Nginx::new().root("www").limit_rate(512 << 10));
    let url = nginx.url("/big");
    let path = case.dir().join("big.part.journal");
    let mut known = Vec::new();
    for version in 0..2 {
        if version == 1 {
            put(case, &bodies[1]);
        }
        let mut running = start(case, &["-x", "4", &url]);
        running.wait_until("recorded something of the version that is there", || {
            let journal = Journal::read(&path);
            journal.bytes() > 0 && journal.head != known
        });
        running.kill();
        known = Journal::read(&path).head;
    }
    let ended = downloader(case, &["-x", "16", &url]);
    expect_saved(case, &ended, "big", &bodies[1]);
    case.expect_quiet(&ended);
}
