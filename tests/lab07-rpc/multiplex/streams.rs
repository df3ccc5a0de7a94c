//! Calls that answer with many items: `count` of `rpc serve`.

use support::Case;

use crate::wire::{Frame, Probe, Server, Wire, code, kind};

/// Bytes of an item in cases that are about credit: 65,536 is no multiple of it.
pub(super) const BYTES: usize = 10_000;

/// So many items of [`BYTES`] are sent with the first credit: it is spent within the last of them.
pub(super) const FIRST: u64 = 7;

/// A CALL of `count` whose items have [`BYTES`] each.
pub(super) fn count(id: u64, left_ms: u32, to: u64) -> Frame {
    Frame::call(id, left_ms, "count", format!(r#"{{"to":{to},"bytes":{BYTES}}}"#))
}

/// Expects the items `from..=to` of call `id`.
pub(super) fn expect_items(
    case: &mut Case,
    server: &mut Server,
    wire: &mut Wire,
    id: u64,
    from: u64,
    to: u64,
) {
    for number in from..=to {
        let what = format!("item {number} of call {id}");
        let item = server.expect_kind(case, wire, kind::ITEM, &what);
        let text = String::from_utf8_lossy(&item.payload).into_owned();
        let right =
            item.id == id && item.payload.len() == BYTES && text.trim_matches(' ') == number.to_string();
        server.expect(case, right, &format!("{what}, of {BYTES} bytes"), &item);
    }
}

/// Expects that nothing more comes as long as nothing else happens.
pub(super) fn expect_silence(case: &mut Case, server: &mut Server, wire: &mut Wire, what: &str) {
    server.settle(case);
    let next = match wire.is_silent() {
        true => None,
        false => wire.next(),
    };
    if let Some(next) = next {
        server.expect(case, false, what, &next);
    }
}

pub(super) fn a_stream_is_items_and_a_reply(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    server.play(
        case,
        "streams of some items",
        r#"> HELLO 65536 0
           < HELLO 1048576 10000
           > CALL 1 0 count {"to":3}
           < ITEM 1 1
           < ITEM 1 2
           < ITEM 1 3
           < REPLY 1 {"sent":3}
           > CALL 2 0 count {"to":0}
           < REPLY 2 {"sent":0}
           > CALL 3 0 count {"to":"x"}
           < ERROR 3 2 …"#,
    );
    let mut wire = server.greeted(case);
    wire.send(&count(1, 0, 5));
    expect_items(case, &mut server, &mut wire, 1, 1, 5);
    let expected = Frame::reply(1, r#"{"sent":5}"#);
    server.expect_frame(case, &mut wire, &expected, "the reply behind the items");
    server.stop(case);
}

pub(super) fn a_slow_stream_holds_nobody_up(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "3"]);
    let mut wire = server.greeted(case);
    wire.send_all(&[count(1, 0, 1000), count(2, 0, 1000)]);
    let mut seen = [0; 2];
    for _ in 0..2 * FIRST {
        let item = server.expect_kind(case, &mut wire, kind::ITEM, "items of both streams");
        seen[usize::from(item.id == 2)] += 1;
    }
    server.expect(
        case,
        seen == [FIRST; 2],
        "7 items of each stream",
        format!("{seen:?}"),
    );
    expect_silence(case, &mut server, &mut wire, "no item without credit");
    server.play_on(
        case,
        &mut wire,
        "calls beside two streams that wait for credit",
        r#"> CALL 3 0 echo hi
           < REPLY 3 hi
           > CALL 4 0 count {"to":2}
           < ITEM 4 1
           < ITEM 4 2
           < REPLY 4 {"sent":2}"#,
    );
    // One of them goes on, and the other waits.
    wire.send(&Frame::credit(2, 1 << 30));
    expect_items(case, &mut server, &mut wire, 2, FIRST + 1, 1000);
    let expected = Frame::reply(2, r#"{"sent":1000}"#);
    server.expect_frame(
        case,
        &mut wire,
        &expected,
        "the end of the stream that got credit",
    );
    wire.send(&Frame::credit(1, 1 << 30));
    expect_items(case, &mut server, &mut wire, 1, FIRST + 1, 1000);
    let expected = Frame::reply(1, r#"{"sent":1000}"#);
    server.expect_frame(case, &mut wire, &expected, "the end of the other");
    server.stop(case);
}

pub(super) fn streams_that_wait_can_be_ended(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "1"]);
    let mut probe = Probe::of(case, &mut server);
    let mut wire = server.greeted(case);
    wire.send(&count(1, 0, 1000));
    expect_items(case, &mut server, &mut wire, 1, 1, FIRST);
    expect_silence(case, &mut server, &mut wire, "no item without credit");
    wire.send(&Frame::cancel(1));
    server.expect_error(
        case,
        &mut wire,
        1,
        code::CANCELLED,
        "the answer to a stream that waits and is taken back",
    );
    probe.wait_for(case, &mut server, "running", 0);
    wire.send(&count(2, 500, 1000));
    expect_items(case, &mut server, &mut wire, 2, 1, FIRST);
    server.expect_error(
        case,
        &mut wire,
        2,
        code::DEADLINE,
        "the answer to a stream that waits until its time is over",
    );
    probe.wait_for(case, &mut server, "running", 0);
    let reply = server.ask(case, &mut wire, 3, "sleep", r#"{"ms":0}"#);
    server.expect_same(
        case,
        "the reply to the next call of the only thread",
        r#"{"slept":0}"#,
        &reply,
    );
    server.stop(case);
}

pub(super) fn a_stream_of_somebody_who_left_is_over(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "2"]);
    let mut probe = Probe::of(case, &mut server);
    // One has credit and is in full swing, one waits for credit.
    for credit in [Some(1 << 30), None] {
        let wire = Wire::narrow(server.address);
        let mut wire = server.greet(case, wire);
        wire.send(&count(1, 0, 1 << 40));
        if let Some(credit) = credit {
            wire.send(&Frame::credit(1, credit));
        }
        expect_items(case, &mut server, &mut wire, 1, 1, FIRST);
        probe.wait_for(case, &mut server, "running", 1);
        wire.reset();
        probe.wait_for(case, &mut server, "running", 0);
    }
    server.stop(case);
}
