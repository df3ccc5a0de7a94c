//! Clients that leave, and a server that ends.

use std::net::TcpStream;

use rustix::process::Signal;
use support::Case;

use super::answers::FOR_EVER;
use crate::wire::{End, Frame, Probe, Server};

pub(super) fn calls_of_a_client_that_left_are_over(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "3"]);
    let mut probe = Probe::of(case, &mut server);
    // Each way to leave: in order, with half of the connection open, with a reset.
    for way in ["close", "half", "reset"] {
        let mut wire = server.greeted(case);
        wire.send_all(&[
            Frame::call(1, 0, "sleep", FOR_EVER),
            Frame::call(2, 50_000, "sleep", FOR_EVER),
        ]);
        probe.wait_for(case, &mut server, "running", 2);
        let mut open = None;
        match way {
            "close" => drop(wire),
            "reset" => wire.reset(),
            _ => {
                wire.finish();
                open = Some(wire);
            }
        }
        probe.wait_for(case, &mut server, "running", 0);
        probe.wait_for(case, &mut server, "connections", 1);
        if let Some(mut wire) = open {
            wire.rest();
            let ended = wire.end().is_some_and(End::is_an_end);
            server.expect(
                case,
                ended,
                "the end of a connection that is half closed",
                wire.state(),
            );
        }
    }
    server.stop(case);
}

pub(super) fn what_waits_for_a_client_that_left_is_not_begun(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "1"]);
    let mut probe = Probe::of(case, &mut server);
    let mut wire = server.greeted(case);
    wire.send(&Frame::call(1, 0, "sleep", FOR_EVER));
    probe.wait_for(case, &mut server, "running", 1);
    let calls: Vec<Frame> = (2..20).map(|id| Frame::call(id, 0, "sleep", FOR_EVER)).collect();
    wire.send_all(&calls);
    probe.wait_for(case, &mut server, "waiting", 18);
    drop(wire);
    probe.wait_for(case, &mut server, "running", 0);
    probe.wait_for(case, &mut server, "waiting", 0);
    // The thread is free, and nobody's answer goes to the next one.
    let mut other = server.greeted(case);
    let reply = server.ask(case, &mut other, 1, "sleep", r#"{"ms":0}"#);
    server.expect_same(case, "the reply to the next one", r#"{"slept":0}"#, &reply);
    server.stop(case);
}

pub(super) fn a_half_closed_client_gets_what_was_answered(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut wire = server.connect();
    let calls = (1..=100).map(|id| Frame::call(id, 0, "echo", format!("body {id}")));
    let frames: Vec<Frame> = std::iter::once(Frame::hello(65_536, 0)).chain(calls).collect();
    wire.send_all(&frames);
    wire.finish();
    server.expect_next(case, &mut wire, "the server's HELLO");
    for id in 1..=100 {
        let expected = Frame::reply(id, format!("body {id}"));
        server.expect_frame(
            case,
            &mut wire,
            &expected,
            "answers to calls that came in front of the end",
        );
    }
    server.expect_ended(case, &mut wire, "the end behind the last answer");
    server.stop(case);
}

pub(super) fn a_server_with_nothing_to_do_ends_at_once(case: &mut Case) {
    let mut server = Server::start(case, &["--grace", "60000"]);
    let mut wires = [server.greeted(case), server.greeted(case)];
    let reply = server.ask(case, &mut wires[1], 9, "echo", "hi");
    server.expect_same(case, "a reply", "hi", &reply);
    // One that never said anything is no reason to wait either.
    let silent = server.connect();
    server.signal(Signal::TERM);
    for (wire, last) in wires.iter_mut().zip([0, 9]) {
        let expected = Frame::goaway(last, "shutting down");
        server.expect_frame(
            case,
            wire,
            &expected,
            "what a client is told when the server ends",
        );
        server.expect_ended(case, wire, "the end behind it");
    }
    let ended = server.wait();
    case.expect_status(&ended, 0);
    drop(silent);
}

pub(super) fn a_server_that_ends_takes_no_more_calls(case: &mut Case) {
    // The call takes four seconds, which is time enough for all that is to happen meanwhile.
    let mut server = Server::start(case, &["--grace", "60000", "--workers", "1"]);
    let mut probe = Probe::of(case, &mut server);
    let mut wire = server.greeted(case);
    wire.send_all(&[
        Frame::call(3, 0, "sleep", r#"{"ms":4000}"#),
        Frame::call(4, 0, "sleep", r#"{"ms":1}"#),
    ]);
    probe.wait_for(case, &mut server, "running", 1);
    probe.wait_for(case, &mut server, "waiting", 1);
    server.signal(Signal::TERM);
    server.play_on(
        case,
        &mut wire,
        "a server that ends while calls are under way",
        r#"< GOAWAY 4 shutting down
           > CALL 5 0 echo too late
           < ERROR 5 6 …
           > CALL 6 0 sleep {"ms":0}
           < ERROR 6 6 …
           > PING 01234567
           < PONG 01234567"#,
    );
    let refused = TcpStream::connect(server.address).is_err();
    server.expect(case, refused, "nobody to be let in any more", "somebody was");
    server.play_on(
        case,
        &mut wire,
        "the end of the calls that were under way",
        r#"< REPLY 3 {"slept":4000}
           < REPLY 4 {"slept":1}
           < (closed)"#,
    );
    let ended = server.wait();
    case.expect_status(&ended, 0);
}

pub(super) fn a_grace_that_is_over_ends_what_runs(case: &mut Case) {
    let mut server = Server::start(case, &["--grace", "300"]);
    let mut wire = server.greeted(case);
    wire.send(&Frame::call(1, 0, "sleep", FOR_EVER));
    let mut probe = Probe::of(case, &mut server);
    probe.wait_for(case, &mut server, "running", 1);
    server.signal(Signal::TERM);
    let expected = Frame::goaway(1, "shutting down");
    server.expect_frame(
        case,
        &mut wire,
        &expected,
        "what a client is told when the server ends",
    );
    // Whether the call is answered in the last moment is not said; that the server ends is.
    wire.rest();
    let ended = wire.end().is_some_and(End::is_an_end);
    server.expect(case, ended, "the end of the connection", wire.state());
    let ended = server.wait();
    case.expect_status(&ended, 0);
}
