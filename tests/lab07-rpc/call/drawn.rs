//! Calls drawn from a seed.

use std::collections::BTreeMap;

use support::{Case, Exchange, Rng};

use crate::wire::{Frame, MAY_SKIP, Server, Split, code, kind};

/// Draws a call whose answer comes in its turn, and has no words of the server's own.
fn inline(rng: &mut Rng, id: u64) -> Frame {
    match rng.u8(..8) {
        0 => {
            let code = [8, 100, 65_535][rng.usize(..3)];
            let body = format!("{{\"code\":{code},\"message\":\"drawn {}\"}}", rng.u8(..));
            Frame::call(id, rng.u32(50_000..), "fail", body)
        }
        1 => Frame::ping(rng.u64(..).to_be_bytes()),
        2 => Frame::new(rng.u8(20..), id, "skipped").flags(MAY_SKIP),
        _ => {
            let length = [0, 1, 30, 3000][rng.usize(..4)];
            let body: Vec<u8> = (0..length).map(|_| rng.u8(..)).collect();
            Frame::call(id, 0, "echo", body)
        }
    }
}

pub(super) fn drawn_calls_are_answered_like_the_reference_does(case: &mut Case) {
    case.seeded(8, |rng| {
        let mut bytes = Frame::hello(65_536, 0).bytes();
        let mut id = 0;
        for _ in 0..rng.usize(1..30) {
            id += rng.u64(1..5);
            let frame = match rng.u8(..60) {
                // The same id twice, a frame that is a server's, a HELLO too many: what comes behind is not looked at.
                0 => Frame::call(id.saturating_sub(4).max(1), 0, "echo", "again"),
                1 => Frame::hello(65_536, 0),
                2 => Frame::new(99, id, ""),
                3 => Frame::call(id, 0, "echo", vec![0; 70_000]),
                _ => inline(rng, id),
            };
            bytes.extend(frame.bytes());
            if rng.u8(..80) == 0 {
                bytes.extend(b"no frame");
            }
        }
        let split = Split::Drawn(rng.u64(..), [40, 4000, 100_000][rng.usize(..3)]);
        let pieces: Vec<Vec<u8>> = split.pieces(&bytes).into_iter().map(<[u8]>::to_vec).collect();
        Exchange::of("rpc")
            .args(["serve", "--listen", "127.0.0.1:0", "--max-payload", "70000"])
            .sends(pieces)
    });
}

/// Calls whose time is over about when they are done: whatever wins, each ends once.
pub(super) fn drawn_calls_end_once(case: &mut Case) {
    const CALLS: u64 = 3000;
    let mut rng = case.rng(0);
    let mut server = Server::start(
        case,
        &["--workers", "4", "--max-calls", "5000", "--queue", "5000"],
    );
    let mut wire = server.greeted(case);
    let calls: Vec<Frame> = (1..=CALLS)
        .map(|id| {
            let left = [0, 1, 2, 5, 20, 60_000][rng.usize(..6)];
            match rng.u8(..10) {
                0 => Frame::call(id, left, "panic", ""),
                1 => Frame::call(id, left, "echo", "e"),
                2 => Frame::call(id, left, "sleep", "no JSON"),
                _ => Frame::call(id, left, "sleep", format!("{{\"ms\":{}}}", rng.u8(..3))),
            }
        })
        .collect();
    let mut ends: BTreeMap<u64, Frame> = BTreeMap::new();
    let mut wait = calls.len();
    for part in calls.chunks(200) {
        wire.send_all(part);
    }
    // A second end of a call is found by the wire itself.
    while wait > 0 {
        let end = server.expect_next(case, &mut wire, "an end of each call");
        ends.insert(end.id, end);
        wait -= 1;
    }
    for call in &calls {
        let method = call.method();
        let end = ends.get(&call.id);
        let late = call.number(0, 4) > 0 && end.is_some_and(|end| end.is_error(call.id, code::DEADLINE));
        let right = end.is_some_and(|end| match &*method {
            "panic" => end.is_error(call.id, code::INTERNAL),
            "echo" => *end == Frame::reply(call.id, "e"),
            _ if call.body() == b"no JSON" => end.is_error(call.id, code::BAD_PARAMS),
            _ => end.kind == kind::REPLY,
        });
        let found = end.map_or("nothing".to_owned(), ToString::to_string);
        server.expect(case, right || late, &format!("the end of `{call}`"), found);
    }
    wire.finish();
    server.expect_ended(case, &mut wire, "nothing more behind the last end");
    server.stop(case);
}
