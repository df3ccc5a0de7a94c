//! How long it waits before it tries again.

use std::time::{Duration, SystemTime};

use support::Case;
use support::http::{Body, Log, Request, Response, Site, http_date};

use crate::runs::{downloader, expect_saved, notes};
use crate::served::{BLOCK, FIRST, file};

/// The times between the requests.
fn gaps(log: &Log) -> Vec<Duration> {
    let pairs = log.requests.windows(2);
    pairs
        .map(|pair| pair[1].came.duration_since(pair[0].came))
        .collect()
}

pub(super) fn waits_grow_and_are_drawn(case: &mut Case) {
    const BACKOFF: u64 = 80;
    let site = case.site(Site::new().at("/busy", Response::status(503)));
    let url = site.url("/busy");
    let ended = downloader(case, &["-x", "1", "--backoff", "80", "--retries", "4", &url]);
    case.expect_status(&ended, 1);
    let log = site.log();
    case.expect(
        &ended,
        log.requests.len() == 5,
        "one request and four more",
        log.requests.len(),
    );
    for (at, gap) in gaps(&log).into_iter().enumerate() {
        let least = Duration::from_millis((BACKOFF << at) / 2);
        case.expect(
            &ended,
            gap >= least,
            &format!("at least {least:?} before attempt {}", at + 2),
            format!("{gap:?}"),
        );
    }
    // What it says is what it drew.
    let stderr = ended.stderr_text();
    let drawn: Vec<u64> = stderr.lines().filter_map(drawn_ms).collect();
    case.expect(&ended, drawn.len() == 4, "a note for each new attempt", &stderr);
    for (at, ms) in drawn.into_iter().enumerate() {
        let most = BACKOFF << at;
        case.expect(
            &ended,
            (most / 2..=most).contains(&ms),
            &format!("a wait of {} to {most} ms before attempt {}", most / 2, at + 2),
            format!("{ms} ms"),
        );
    }
    let notes = notes(&ended, "503 Service Unavailable");
    case.snapshot_text(&ended, &notes);
    let quiet = downloader(
        case,
        &["--quiet", "-x", "1", "--backoff", "1", "--retries", "2", &url],
    );
    let lines = quiet.stderr_text().lines().count();
    case.expect(
        &quiet,
        lines == 1,
        "with --quiet the error and no note",
        quiet.stderr_text(),
    );
}

fn drawn_ms(line: &str) -> Option<u64> {
    let (_, behind) = line.split_once("trying again in ")?;
    behind.split_once(" ms (")?.0.parse().ok()
}

pub(super) fn retry_after_is_waited_for(case: &mut Case) {
    let body = Body::pattern(100_000, 1);
    let rows: [(&str, u16, Option<Duration>); 7] = [
        ("1", 503, Some(Duration::from_secs(1))),
        ("1", 429, Some(Duration::from_secs(1))),
        // It says a second between 2 and 3 s from now, so more than one is left when it arrives.
        ("date", 503, Some(Duration::from_secs(1))),
        ("past", 503, None),
        ("0", 503, None),
        ("soon", 503, None),
        ("-1", 503, None),
    ];
    let running: Vec<_> = rows
        .into_iter()
        .enumerate()
        .map(|(at, (value, status, least))| {
            let served = body.clone();
            let site = Site::new().named(&format!("site{at}"));
            let site = case.site(site.when("/busy", move |request: &Request| {
                let seconds = |from_now: u64| http_date(SystemTime::now() + Duration::from_secs(from_now));
                let value = match value {
                    "date" => seconds(3),
                    "past" => "Sun, 06 Nov 1994 08:49:37 GMT".to_owned(),
                    other => other.to_owned(),
                };
                match request.before {
                    0 => Response::status(status).header("Retry-After", value),
                    _ => Response::ok(served.clone()),
                }
            }));
            let name = format!("busy{at}");
            let args = ["-x", "1", "--backoff", "10", "-o", &name, &site.url("/busy")];
            let running = case.program("downloader").args(args).spawn();
            (name, value, least, site, running)
        })
        .collect();
    for (name, value, least, site, running) in running {
        let ended = running.wait();
        expect_saved(case, &ended, &name, &body);
        let gap = gaps(&site.log()).first().copied().unwrap_or_default();
        let least = least.unwrap_or(Duration::from_millis(5));
        case.expect(
            &ended,
            gap >= least,
            &format!("at least {least:?} with Retry-After: {value}"),
            format!("{gap:?}"),
        );
    }
}

pub(super) fn a_wait_ends_when_everything_is_over(case: &mut Case) {
    const LENGTH: u64 = FIRST + 8 * BLOCK;
    let body = Body::pattern(LENGTH, 1);
    let served = body.clone();
    let site = case.site(
        Site::new().when("/big", move |request: &Request| match request.before {
            // It would be waited for longer than the stage allows.
            2 => Response::status(503).header("Retry-After", "3000"),
            _ => file(&served, "v1"),
        }),
    );
    let ended = downloader(case, &["-x", "3", &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
}
