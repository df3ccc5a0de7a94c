//! Work that moves from slow connections to idle ones.

use std::time::Duration;

use support::Case;
use support::http::{Act, Body, End, Log, Point, Request, Response, Site};

use crate::runs::{downloader, expect_saved};
use crate::served::{BLOCK, FIRST};

const LENGTH: u64 = FIRST + 24 * BLOCK;

/// A time limit that no case waits for: who waits for it is stopped by the limit of the stage.
const NEVER: &str = "600000";

/// Serves 7 MiB as /big; `spoil` changes the answer to the requests of which it knows how many came before.
fn served(body: &Body, spoil: impl Fn(u64, Response) -> Response + Send + Sync + 'static) -> Site {
    let body = body.clone();
    Site::new().when("/big", move |request: &Request| {
        spoil(request.before, Response::ok(body.clone()).ranges())
    })
}

pub(super) fn what_a_server_stalls_is_fetched_by_the_others(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let points = [
        Point::Head,
        Point::Body(0),
        Point::Body(100_000),
        Point::Body(5 * BLOCK),
    ];
    let running: Vec<_> = points
        .into_iter()
        .enumerate()
        .map(|(at, point)| {
            // Of four parts one stalls for ever.
            let site = served(&body, move |before, response| match before {
                2 => response.at(point, Act::Stall),
                _ => response,
            });
            let site = case.site(site.named(&format!("site{at}")));
            let name = format!("big{at}");
            let args = ["-x", "4", "--timeout", NEVER, "-o", &name, &site.url("/big")];
            let running = case.program("downloader").args(args).spawn();
            (name, site, running)
        })
        .collect();
    for (name, site, running) in running {
        let ended = running.wait();
        expect_saved(case, &ended, &name, &body);
        let left = site
            .log()
            .requests
            .iter()
            .filter(|seen| seen.end == Some(End::ClientLeft))
            .count();
        case.expect(
            &ended,
            left > 0,
            "the stalled connection is hung up",
            format!("{left} connections"),
        );
    }
}

pub(super) fn what_is_slow_is_fetched_by_the_others(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    // At 20 KB a second, what the slow one was given would take more than a minute.
    let site = served(&body, |before, response| match before {
        2 => response.rate(20_000),
        _ => response,
    });
    let site = case.site(site);
    let ended = downloader(case, &["-x", "4", "--timeout", NEVER, &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
}

/// How many bytes the server sent beyond the length of the file.
fn sent_twice(log: &Log) -> u64 {
    let sent: u64 = log.requests.iter().map(|seen| seen.sent).sum();
    sent.saturating_sub(LENGTH)
}

pub(super) fn what_was_taken_is_not_fetched_twice(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    // Nobody sends faster than the program reads, so next to nothing waits in the sockets when a connection is hung up.
    let site = served(&body, |before, response| match before {
        2 => response.rate(200_000),
        _ => response.rate(4_000_000),
    });
    let site = case.site(site);
    let ended = downloader(case, &["-x", "4", "--timeout", NEVER, &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
    let log = site.log();
    // A busy machine sends what it is behind in a burst of 50 ms, which is 200 KB; and twice a piece of 64 KiB may be under way.
    let twice = sent_twice(&log);
    let most = log.requests.len() as u64 * BLOCK;
    case.expect(
        &ended,
        twice <= most,
        &format!(
            "no more than a block twice for each of the {} requests",
            log.requests.len()
        ),
        format!("{twice} bytes were sent twice"),
    );
}

pub(super) fn equal_connections_leave_each_other_alone(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    // A part takes a second. In the end each of them is done within 200 ms, unless this machine is very busy.
    let site = case.site(served(&body, |_, response| response.rate(1_600_000)));
    let ended = downloader(case, &["-x", "4", "--timeout", NEVER, &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
    let requests = site.log().requests.len();
    case.expect(
        &ended,
        requests <= 24,
        "no more than 24 requests: nothing is taken from a part that will end within 200 ms",
        requests,
    );
}

pub(super) fn drawn_rates_make_the_same_file(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    let running: Vec<_> = (0..4_u64)
        .map(|round| {
            let mut rng = case.rng(round);
            // Every other request of those that come is slow in some way.
            let kinds: Vec<(u8, u64)> = (0..64).map(|_| (rng.u8(..8), rng.u64(1..LENGTH / 8))).collect();
            let site = served(&body, move |before, response| {
                let (kind, amount) = kinds[before as usize % kinds.len()];
                match kind {
                    _ if before == 0 || before > 20 => response,
                    0 => response.at(Point::Body(amount), Act::Stall),
                    1 => response.rate(50_000),
                    2 => response.rate(1_000_000),
                    3 => response.at(Point::Body(amount), Act::Wait(Duration::from_millis(300))),
                    _ => response,
                }
            });
            let site = case.site(site.named(&format!("site{round}")));
            let connections = rng.usize(2..9).to_string();
            let name = format!("big{round}");
            let args = [
                "-x",
                &connections,
                "--timeout",
                "4000",
                "-o",
                &name,
                &site.url("/big"),
            ];
            let running = case.program("downloader").args(args).spawn();
            (name, site, running)
        })
        .collect();
    for (name, _site, running) in running {
        let ended = running.wait();
        expect_saved(case, &ended, &name, &body);
    }
}
