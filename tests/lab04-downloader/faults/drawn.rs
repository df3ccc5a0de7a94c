//! Servers on their worst day.

use std::time::Duration;

use support::Case;
use support::http::{Act, Body, Point, Request, Response, Site};

use crate::runs::expect_saved;
use crate::served::{BLOCK, FIRST, asked, file, wanted};

const LENGTH: u64 = FIRST + 12 * BLOCK;

/// Answers a part in one of many bad ways; `amount` is drawn, too.
fn spoilt(kind: u8, amount: u64, body: &Body, request: &Request) -> Response {
    let good = file(body, "v1");
    let (from, to) = wanted(request, LENGTH);
    let part = |from: u64, to: u64, bytes: Vec<u8>| {
        Response::new(206, bytes).header("ETag", "\"v1\"").header(
            "Content-Range",
            format!("bytes {from}-{}/{LENGTH}", to.max(1) - 1),
        )
    };
    let poison = || vec![b'!'; (to - from) as usize];
    match kind {
        0 => good.at(Point::Body(amount), Act::Reset),
        1 => good.at(Point::Body(amount), Act::Close),
        2 => good.at(Point::Head, Act::Close),
        3 => good.at(Point::Head, Act::Reset),
        4 => Response::status([429, 500, 502, 503, 504][amount as usize % 5]),
        // Shorter than what was asked for, and honest about it.
        5 if to - from > amount + 1 => part(from, from + amount + 1, body.bytes(from..from + amount + 1)),
        // Lies about the place.
        6 if from > 0 => part(from - 1, to - 1, poison()),
        7 if from > amount => part(from - amount, to - amount, poison()),
        8 => Response::ok(body.clone())
            .header("ETag", "\"v1\"")
            .at(Point::Body(amount), Act::Close),
        9 => Response::raw(body.bytes(from..from + 999)),
        10 => good.at(Point::Body(amount), Act::Stall),
        11 => good.at(Point::Body(amount), Act::Wait(Duration::from_millis(100))),
        // More than it says.
        12 => part(from, to, [body.bytes(from..to), poison()].concat()).without("Content-Length"),
        _ => good,
    }
}

pub(super) fn drawn_faults_cost_no_wrong_byte(case: &mut Case) {
    const ROUNDS: u64 = 6;
    const BAD: u64 = 30;
    let body = Body::pattern(LENGTH, 1);
    let running: Vec<_> = (0..ROUNDS)
        .map(|round| {
            let mut rng = case.rng(round);
            let script: Vec<(u8, u64)> = (0..BAD).map(|_| (rng.u8(..18), rng.u64(1..3 * BLOCK))).collect();
            let served = body.clone();
            let site = Site::new().named(&format!("site{round}"));
            let site = case.site(site.when("/big", move |request: &Request| {
                match script.get((request.before as usize).wrapping_sub(1)) {
                    Some((kind, amount)) => spoilt(*kind, *amount, &served, request),
                    None => file(&served, "v1"),
                }
            }));
            let connections = rng.usize(2..9).to_string();
            let name = format!("big{round}");
            let url = site.url("/big");
            let args = [
                "--quiet",
                "-x",
                &connections,
                "--backoff",
                "5",
                "--retries",
                "40",
                "--timeout",
                "1500",
                "-o",
                &name,
                &url,
            ];
            let running = case.program("downloader").args(args).spawn();
            (name, site, running)
        })
        .collect();
    for (name, site, running) in running {
        let ended = running.wait();
        expect_saved(case, &ended, &name, &body);
        let log = site.log();
        let strange = log.requests.iter().find(|seen| {
            let (from, to) = asked(seen, LENGTH);
            seen.method != "GET" || from >= to || seen.header("range").is_none()
        });
        let strange = strange.map(|seen| format!("{} {:?}", seen.method, seen.header("range")));
        case.expect(
            &ended,
            strange.is_none(),
            "requests for parts of the file",
            strange.unwrap_or_default(),
        );
        // Each bad answer costs a request, and work may move.
        let (requests, most) = (log.requests.len(), 4 * BAD as usize);
        case.expect(
            &ended,
            requests <= most,
            &format!("no more than {most} requests"),
            requests,
        );
    }
}
