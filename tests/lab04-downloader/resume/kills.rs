//! kill -9, again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use support::Case;
use support::http::{Act, Body, End, Gate, Log, Point, Request, Site};

use crate::journal::Journal;
use crate::runs::{downloader, expect_saved, start};
use crate::served::{BLOCK, FIRST, Span, asked, common, file, written};

pub(super) fn killed_at_50_moments_the_bytes_are_right(case: &mut Case) {
    kill_often(case, 50, 4);
}

pub(super) fn killed_with_one_connection_the_bytes_are_right(case: &mut Case) {
    kill_often(case, 12, 1);
}

/// Kills the program again and again, each time when the server has sent a drawn number of bytes, looks at what it left, and lets it end
/// at last.
///
/// The server holds each answer behind a drawn number of bytes, so that no run can come to its end. Whether bytes that were sent have
/// arrived, are being written or are recorded when the kill comes, is as it happens.
fn kill_often(case: &mut Case, kills: u64, connections: u64) {
    let length = FIRST + kills * connections * 4 * BLOCK + 12_345;
    let body = Body::pattern(length, 1);
    let never = Gate::new();
    let hold_at = Arc::new(AtomicU64::new(0));
    let (served, held, at) = (body.clone(), never.clone(), Arc::clone(&hold_at));
    let site = case.site(Site::new().when("/big", move |request: &Request| {
        let response = file(&served, "v1");
        match at.load(Ordering::Relaxed) {
            // The first answer says how long the file is, and that must be known before others are asked for.
            _ if request.before == 0 && request.header("range").is_some() => response,
            0 => response,
            at => response.at(Point::Body(at), Act::Hold(held.clone())),
        }
    }));
    let (part, path) = (case.dir().join("big.part"), case.dir().join("big.part.journal"));
    let connections_text = connections.to_string();
    let url = site.url("/big");
    let args = ["-x", &*connections_text, "-o", "big", &*url];
    let mut rng = case.rng(0);
    let mut have: Vec<Span> = Vec::new();
    for kill in 1..=kills {
        let shown = rng.u64(1..=4 * BLOCK);
        hold_at.store(shown, Ordering::Relaxed);
        let enough = rng.u64(1..=connections * shown);
        let before = site.log().requests.len();
        let mut running = start(case, &args);
        running.wait_until("sent a request", || site.log().requests.len() > before);
        site.wait_for(
            &format!("{enough} bytes were sent to the run that is killed next"),
            |log| {
                // One that has gone by itself will never get there.
                sent(log, before) >= enough || log.open == 0 || left(log, before)
            },
        );
        let ended = running.kill();
        case.expect(
            &ended,
            ended.code() == 128 + 9,
            "a program that is at work until it is killed",
            format!("exit status {}\n{}", ended.code(), ended.stderr_text()),
        );
        let journal = Journal::read(&path);
        let lie = journal.lie(&part, &body, &have);
        case.expect(
            &ended,
            lie.is_none(),
            &format!("records of what is in the file only, after kill {kill}"),
            lie.unwrap_or_default(),
        );
        let lost = have
            .iter()
            .find(|span| common(**span, &journal.have) < span.1 - span.0);
        case.expect(
            &ended,
            lost.is_none(),
            &format!("after kill {kill}, what was recorded before"),
            lost.map(|span| format!("no more have {}", written(&[*span])))
                .unwrap_or_default(),
        );
        let again = asked_again(&site.log(), before, length, &have);
        case.expect(
            &ended,
            again.is_none(),
            &format!("requests for what was not recorded, after kill {}", kill - 1),
            again.unwrap_or_default(),
        );
        have = journal.have;
    }
    hold_at.store(0, Ordering::Relaxed);
    let before = site.log().requests.len();
    let ended = downloader(case, &args);
    expect_saved(case, &ended, "big", &body);
    let again = asked_again(&site.log(), before, length, &have);
    case.expect(
        &ended,
        again.is_none(),
        "requests for what was not recorded",
        again.unwrap_or_default(),
    );
}

/// How many bytes of bodies were sent to the requests behind the first `before`.
fn sent(log: &Log, before: usize) -> u64 {
    log.requests[before..].iter().map(|seen| seen.sent).sum()
}

/// Whether the client hung up on one of the requests behind the first `before`.
fn left(log: &Log, before: usize) -> bool {
    log.requests[before..]
        .iter()
        .any(|seen| seen.end == Some(End::ClientLeft))
}

/// Says which request behind the first `before` asked for something that was there.
fn asked_again(log: &Log, before: usize, length: u64, have: &[Span]) -> Option<String> {
    log.requests[before..].iter().find_map(|seen| {
        let span = asked(seen, length);
        let again = common(span, have);
        let range = seen.header("range").unwrap_or("no range");
        (again > 0).then(|| format!("{range}: {again} bytes of it were recorded"))
    })
}
