//! Work that moves from slow connections to idle ones.

use std::time::Duration;

use support::Case;
use support::http::{Act, Body, End, Gate, Point, Request, Response, Site};

use crate::runs::{downloader, expect_saved, start};
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
        // To be hung up is no fault, and nobody gives up.
        case.expect_quiet(&ended);
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

pub(super) fn what_was_taken_is_not_fetched_twice(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    // Nobody sends faster than the program reads, so next to nothing waits in the sockets when a connection is hung up. The slow one
    // keeps a tenth of its part.
    let site = served(&body, |before, response| match before {
        2 => response.rate(400_000),
        _ => response.rate(4_000_000),
    });
    let site = case.site(site);
    let ended = downloader(case, &["-x", "4", "--timeout", NEVER, &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
    let log = site.log();
    let sent: u64 = log.requests.iter().map(|seen| seen.sent).sum();
    let hung_up = log
        .requests
        .iter()
        .filter(|seen| seen.end == Some(End::ClientLeft))
        .count() as u64;
    // A busy server makes up for 50 ms in a burst, which is 200 KB.
    case.expect(
        &ended,
        sent <= LENGTH + hung_up * BLOCK,
        &format!("no more than a block twice for each connection that was hung up, {hung_up} of them"),
        format!("{} bytes were sent twice", sent.saturating_sub(LENGTH)),
    );
}

pub(super) fn who_has_come_to_its_new_end_hangs_up(case: &mut Case) {
    const LENGTH: u64 = FIRST + 16 * BLOCK;
    let body = Body::pattern(LENGTH, 1);
    let gate = Gate::new();
    let (served, held) = (body.clone(), gate.clone());
    let site = case.site(Site::new().when("/big", move |request: &Request| {
        let response = Response::ok(served.clone()).ranges();
        match request.before {
            // Most of its part goes to the other one; behind what is left to it, nothing comes.
            1 => response.rate(200_000).at(Point::Body(5 * BLOCK), Act::Stall),
            2 => response.rate(2_000_000),
            // The other one is kept busy with what it took, so that nobody hangs up the first.
            3 => response.at(Point::Head, Act::Hold(held.clone())),
            _ => response,
        }
    }));
    let mut running = start(case, &["-x", "2", "--timeout", NEVER, &site.url("/big")]);
    running.wait_until("closed the connection whose part had become shorter", || {
        let log = site.log();
        log.requests
            .get(1)
            .is_some_and(|seen| seen.end == Some(End::ClientLeft))
    });
    gate.open();
    let ended = running.wait();
    expect_saved(case, &ended, "big", &body);
}

pub(super) fn what_is_nearly_done_is_left_alone(case: &mut Case) {
    let body = Body::pattern(LENGTH, 1);
    // The connections are of different speed, so each has something to take from another, again and again.
    let site = case.site(served(&body, |before, response| {
        response.rate(300_000 * (1 + before % 8))
    }));
    let ended = downloader(case, &["-x", "8", "--timeout", NEVER, &site.url("/big")]);
    expect_saved(case, &ended, "big", &body);
    let requests = site.log().requests.len();
    case.expect(
        &ended,
        requests <= 26,
        "no more than 26 requests: nothing is taken from a part that will end within 200 ms",
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
                NEVER,
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
