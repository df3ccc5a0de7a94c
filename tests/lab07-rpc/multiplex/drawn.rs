//! Batches and streams drawn from a seed.

use serde_json::{Value, json};
use support::{Case, Rng};

use super::lines::{calls, expect_answers, start};
use crate::wire::{Frame, Host, MAY_SKIP, Server, Wire, kind};

/// What a scripted server does with one call.
struct Drawn {
    line: Value,
    items: Vec<Value>,
    /// The body of its REPLY, or the code of its ERROR.
    end: Result<Value, u16>,
}

fn drawn(rng: &mut Rng, number: usize) -> Drawn {
    let some = |rng: &mut Rng| match rng.u8(..4) {
        0 => Value::Null,
        1 => json!({"drawn": rng.u32(..)}),
        2 => json!(["größe", rng.u8(..)]),
        _ => json!("x".repeat(rng.usize(..2000))),
    };
    let count = [0, 0, 1, 5][rng.usize(..4)];
    Drawn {
        line: json!({"method": "m", "params": number}),
        items: (0..count).map(|_| some(rng)).collect(),
        end: match rng.u8(..5) {
            0 => Err([1, 2, 3, 8, 10, 100][rng.usize(..6)]),
            _ => Ok(some(rng)),
        },
    }
}

fn name(code: u16) -> &'static str {
    match code {
        1 => "unknown method",
        2 => "bad params",
        3 => "deadline",
        8 => "failed",
        10 => "internal",
        _ => "application",
    }
}

/// All frames of all calls, shuffled, with those of each call in their order.
fn shuffled(rng: &mut Rng, rows: Vec<Vec<Frame>>) -> Vec<Frame> {
    let mut rows: Vec<_> = rows.into_iter().map(Vec::into_iter).collect();
    let mut all = Vec::new();
    while !rows.is_empty() {
        let at = rng.usize(..rows.len());
        match rows[at].next() {
            Some(frame) => all.push(frame),
            None => drop(rows.swap_remove(at)),
        }
        if rng.u8(..10) == 0 {
            all.push(Frame::new(rng.u8(20..), 0, "skipped").flags(MAY_SKIP));
        }
    }
    all
}

pub(super) fn drawn_batches_are_answered(case: &mut Case) {
    for round in 0..6 {
        let mut rng = case.rng(round);
        let count = rng.usize(1..60);
        let drawn: Vec<Drawn> = (1..=count).map(|number| drawn(&mut rng, number)).collect();
        let lines: String = drawn.iter().map(|drawn| format!("{}\n", drawn.line)).collect();
        let mut host = Host::listen();
        let mut client = start(case, &host, &["--timeout", "0"], lines);
        let mut wire = client.welcome(case, &mut host);
        let calls = calls(case, &mut client, &mut wire, count);
        let rows = calls.iter().map(|call| {
            let number: usize = String::from_utf8_lossy(call.body()).parse().unwrap_or(1);
            let drawn = &drawn[(number - 1).min(count - 1)];
            let items = drawn
                .items
                .iter()
                .map(|item| Frame::item(call.id, item.to_string()));
            let end = match &drawn.end {
                Ok(body) => Frame::reply(call.id, body.to_string()),
                Err(code) => Frame::error(call.id, *code, "drawn"),
            };
            items.chain([end]).collect()
        });
        let rows: Vec<Vec<Frame>> = rows.collect();
        let frames = shuffled(&mut rng, rows);
        let split = crate::wire::Split::Drawn(rng.u64(..), 3000);
        wire.send_split(&frames, split);
        let ended = client.wait();
        let expected: Vec<Value> = (1..)
            .zip(&drawn)
            .map(|(line, drawn)| match (&drawn.end, drawn.items.is_empty()) {
                (Err(code), _) => json!({"line": line, "error": {"code": code, "name": name(*code)}}),
                (Ok(body), true) => json!({"line": line, "result": body}),
                (Ok(body), false) => json!({"line": line, "result": body, "items": drawn.items}),
            })
            .collect();
        expect_answers(case, &ended, &expected);
        let failed = drawn.iter().any(|drawn| drawn.end.is_err());
        case.expect_status(&ended, i32::from(failed));
    }
}

/// Streams with drawn lengths and drawn credit: the wire itself finds an item without credit, the case finds what is missing.
pub(super) fn drawn_streams_arrive_whole(case: &mut Case) {
    const STREAMS: u64 = 12;
    let mut rng = case.rng(0);
    let mut server = Server::start(case, &["--workers", "12"]);
    let mut wire = server.greeted(case);
    let shapes: Vec<(u64, usize)> = (0..STREAMS)
        .map(|_| (rng.u64(..300), [10, 700, 5000, 40_000][rng.usize(..4)]))
        .collect();
    let calls: Vec<Frame> = (1..)
        .zip(&shapes)
        .map(|(id, (to, bytes))| Frame::call(id, 0, "count", format!("{{\"to\":{to},\"bytes\":{bytes}}}")))
        .collect();
    wire.send_all(&calls);
    let mut came = vec![0; shapes.len()];
    let mut owed = vec![0; shapes.len()];
    let mut open = shapes.len();
    while open > 0 {
        let frame = server.expect_next(case, &mut wire, "items and a reply of each stream");
        let at = (frame.id - 1) as usize;
        let (to, bytes) = shapes[at];
        if frame.kind == kind::REPLY {
            let expected = Frame::reply(frame.id, format!("{{\"sent\":{to}}}"));
            server.expect_same(case, "a reply", &expected.to_string(), &frame.to_string());
            server.expect(case, came[at] == to, "all items in front of the reply", came[at]);
            open -= 1;
            continue;
        }
        came[at] += 1;
        let right = frame.kind == kind::ITEM && frame.payload.len() == bytes;
        server.expect(case, right, &format!("an item of {bytes} bytes"), &frame);
        owed[at] += frame.payload.len() as u32;
        give(&mut rng, &mut wire, frame.id, &mut owed[at]);
    }
    server.stop(case);
}

/// Gives credit for what came, now or later, all or a part of it; never so late that the stream stands still.
fn give(rng: &mut Rng, wire: &mut Wire, id: u64, owed: &mut u32) {
    let part = match (*owed > 20_000, rng.u8(..3)) {
        (true, _) => *owed,
        (false, 0) => rng.u32(..=*owed),
        _ => 0,
    };
    if part > 0 {
        wire.send(&Frame::credit(id, part));
        *owed -= part;
    }
}
