//! `rpc serve` and clients that say nothing.
//!
//! Where the case has to answer in time, the time is long; where it is silent, it is short.

use std::time::{Duration, Instant};

use support::Case;

use super::answers::FOR_EVER;
use crate::wire::{End, Frame, MAY_SKIP, Probe, Server, kind};

pub(super) fn a_server_asks_a_silent_client(case: &mut Case) {
    let mut server = Server::start(case, &["--ping", "600"]);
    let mut wire = server.connect();
    wire.keeps_pings();
    let since = Instant::now();
    wire.send(&Frame::hello(65_536, 0));
    let hello = server.expect_kind(case, &mut wire, kind::HELLO, "the server's HELLO");
    server.expect_same(case, "the HELLO", "HELLO 1048576 600", &hello.to_string());
    for number in 1..=3 {
        let ping = server.expect_kind(
            case,
            &mut wire,
            kind::PING,
            "a PING when nothing has come for 600 ms",
        );
        server.expect(case, ping.payload.len() == 8, "8 bytes in a PING", &ping);
        let early = since.elapsed() < Duration::from_millis(600 * number);
        let what = format!("PING {number} when nothing has come for 600 ms, {number} times");
        server.expect(
            case,
            !early,
            &what,
            format!("it came after {} ms", since.elapsed().as_millis()),
        );
        wire.send(&Frame::pong(&ping.payload));
    }
    // A call under way changes nothing.
    wire.send(&Frame::call(1, 0, "sleep", FOR_EVER));
    server.expect_kind(case, &mut wire, kind::PING, "a PING while a call is under way");
    drop(wire);
    server.stop(case);
}

pub(super) fn a_server_gives_up_a_silent_client(case: &mut Case) {
    let mut server = Server::start(case, &["--ping", "150"]);
    // One that listens and does not answer, with a call under way; and one that never said anything.
    let mut wire = server.connect();
    wire.keeps_pings();
    let since = Instant::now();
    wire.send(&Frame::hello(65_536, 0));
    server.expect_kind(case, &mut wire, kind::HELLO, "the server's HELLO");
    wire.send(&Frame::call(1, 0, "sleep", FOR_EVER));
    server.expect_kind(case, &mut wire, kind::PING, "a PING");
    // Perhaps it asks once more, and perhaps it says why it goes.
    wire.rest();
    let ended = wire.end().is_some_and(End::is_an_end);
    server.expect(
        case,
        ended,
        "the end of a connection that is silent",
        wire.state(),
    );
    let early = since.elapsed() < Duration::from_millis(300);
    server.expect(
        case,
        !early,
        "an end when nothing has come for two times 150 ms",
        format!("it came after {} ms", since.elapsed().as_millis()),
    );
    server.expect_said(&format!("rpc: {}: silent for 300 ms\n", wire.name()));
    let mut probe = Probe::of(case, &mut server);
    probe.wait_for(case, &mut server, "running", 0);
    server.stop(case);
}

pub(super) fn any_frame_is_a_sign_of_life(case: &mut Case) {
    let mut server = Server::start(case, &["--ping", "600"]);
    let mut wire = server.connect();
    wire.keeps_pings();
    wire.send(&Frame::hello(65_536, 0));
    server.expect_kind(case, &mut wire, kind::HELLO, "the server's HELLO");
    let frames = [
        Frame::call(1, 0, "echo", "hi"),
        Frame::ping(*b"01234567"),
        Frame::new(200, 0, "").flags(MAY_SKIP),
        Frame::pong(b"unasked!"),
    ];
    for frame in frames {
        // Whatever the client sends, it is there: the server asks again later and does not go.
        let what = format!("another PING instead of the end, when `{frame}` came behind the last one");
        loop {
            let next = server.expect_next(case, &mut wire, &what);
            if next.kind == kind::PING {
                break;
            }
        }
        wire.send(&frame);
    }
    drop(wire);
    server.stop(case);
}

pub(super) fn nobody_asks_who_was_told_not_to(case: &mut Case) {
    let mut server = Server::start(case, &["--ping", "0"]);
    let mut wire = server.connect();
    wire.keeps_pings();
    wire.send(&Frame::hello(65_536, 50));
    let hello = server.expect_kind(case, &mut wire, kind::HELLO, "the server's HELLO");
    server.expect_same(case, "the HELLO", "HELLO 1048576 0", &hello.to_string());
    // The client's ping_ms says how long the client waits, not the server.
    let next = wire.next_within(Duration::from_millis(400));
    let found = next.map_or(wire.state(), |frame| frame.to_string());
    server.expect(
        case,
        wire.end().is_none() && wire.is_silent(),
        "no PING from a server with --ping 0",
        found,
    );
    let reply = server.ask(case, &mut wire, 1, "echo", "hi");
    server.expect_same(case, "the reply after the silence", "hi", &reply);
    server.stop(case);
}
