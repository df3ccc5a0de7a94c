//! What `rpc serve` answers.

use support::Case;

use crate::wire::{Frame, HEADER, MAY_SKIP, Probe, Server, Split, code, kind};

/// A call that goes on until somebody ends it.
pub(crate) const FOR_EVER: &str = r#"{"ms":60000}"#;

pub(super) fn calls_behind_the_hello_are_answered(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    server.play(
        case,
        "a HELLO and calls by one write",
        r#"> HELLO 65536 0
           > CALL 1 0 echo
           > CALL 2 0 echo {"a":[1,2]}
           > CALL 3 5000 echo \x00\xff\r\n
           > CALL 4 0 nosuch
           > CALL 5 0 sleep {"ms":0}
           < HELLO 1048576 10000
           < REPLY 1
           < REPLY 2 {"a":[1,2]}
           < REPLY 3 \0\xff\r\n
           < ERROR 4 1 …
           < REPLY 5 {"slept":0}"#,
    );
    server.stop(case);
}

pub(super) fn a_call_is_answered_whatever_its_pieces_are(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let frames = [
        Frame::hello(65_536, 0),
        Frame::call(1, 0, "echo", "one"),
        Frame::call(2, 0, "echo", ""),
        Frame::ping(*b"01234567"),
    ];
    let length: usize = frames.iter().map(|frame| HEADER + frame.payload.len()).sum();
    let splits = (1..length).map(Split::At);
    for split in splits.chain([1, 3, 24].map(Split::Every)) {
        let mut wire = server.connect();
        wire.send_split(&frames, split);
        let what = format!("the answers to calls that come by {split:?}");
        server.play_on(
            case,
            &mut wire,
            &what,
            "< HELLO 1048576 10000
             < REPLY 1 one
             < REPLY 2
             < PONG 01234567",
        );
    }
    server.stop(case);
}

pub(super) fn many_calls_at_once_are_answered_once_each(case: &mut Case) {
    const CALLS: u64 = 5000;
    let mut server = Server::start(case, &[]);
    let mut wire = server.greeted(case);
    let body = |id: u64| format!("body {id}");
    let calls: Vec<Frame> = (1..=CALLS)
        .map(|id| Frame::call(id, 0, "echo", body(id)))
        .collect();
    wire.send_all(&calls);
    for id in 1..=CALLS {
        let what = format!("the answer to call {id} of {CALLS}, in order");
        server.expect_frame(case, &mut wire, &Frame::reply(id, body(id)), &what);
    }
    wire.finish();
    server.expect_ended(case, &mut wire, "nothing more behind the last answer");
    server.stop(case);
}

pub(super) fn every_connection_has_its_own_ids(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    server.play(
        case,
        "connections whose calls have the same ids",
        "a> HELLO 65536 0
         b> HELLO 65536 0
         a< HELLO 1048576 10000
         b< HELLO 1048576 10000
         a> CALL 7 0 echo one
         b> CALL 7 0 echo two
         a< REPLY 7 one
         b< REPLY 7 two
         c> HELLO 65536 0
         c< HELLO 1048576 10000
         c> CALL 1 0 echo three
         c< REPLY 1 three
         b> CALL 8 0 echo four
         b< REPLY 8 four",
    );
    let mut wires: Vec<_> = (0..50).map(|_| server.greeted(case)).collect();
    for (number, wire) in wires.iter_mut().enumerate() {
        wire.send(&Frame::call(1, 0, "echo", format!("peer {number}")));
    }
    for (number, wire) in wires.iter_mut().enumerate().rev() {
        let expected = Frame::reply(1, format!("peer {number}"));
        server.expect_frame(
            case,
            wire,
            &expected,
            "an answer on the connection that has asked",
        );
    }
    server.stop(case);
}

pub(super) fn errors_have_their_codes(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    server.play(
        case,
        "calls that go wrong",
        r#"> HELLO 65536 0
           < HELLO 1048576 10000
           > CALL 1 0 nosuch {}
           < ERROR 1 1 …
           > CALL 2 0 ECHO
           < ERROR 2 1 …
           > CALL 3 0  no method has an empty name
           < ERROR 3 1 …
           > CALL 4 0 fail {"code":8,"message":"it is not to be"}
           < ERROR 4 8 it is not to be
           > CALL 5 0 fail {"code":100,"message":"größer"}
           < ERROR 5 100 größer
           > CALL 6 0 fail {"code":65535,"message":""}
           < ERROR 6 65535
           > CALL 7 0 exec {"argv":["true"]}
           < ERROR 7 9 exec is off: start the server with --allow-exec
           > CALL 8 0 echo still there
           < REPLY 8 still there"#,
    );
    server.stop(case);
}

pub(super) fn what_is_no_parameter_is_told(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut wire = server.greeted(case);
    let mut id = 0;
    for (method, body) in [
        ("sleep", ""),
        ("sleep", "{"),
        ("sleep", "{}"),
        ("sleep", "[]"),
        ("sleep", "null"),
        ("sleep", r#"{"ms":"1"}"#),
        ("sleep", r#"{"ms":-1}"#),
        ("sleep", r#"{"ms":1.5}"#),
        ("sleep", r#"{"ms":1} {"ms":1}"#),
        ("fail", ""),
        ("fail", r#"{"code":65536,"message":"x"}"#),
        ("fail", r#"{"code":"8","message":"x"}"#),
        ("sleep", "\u{fffd}"),
    ] {
        id += 1;
        wire.send(&Frame::call(id, 0, method, body));
        let what = format!("the answer to `{method} {body}`");
        server.expect_error(case, &mut wire, id, code::BAD_PARAMS, &what);
    }
    server.stop(case);
}

pub(super) fn the_methods_are_listed(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut wire = server.greeted(case);
    let listed = server.ask(case, &mut wire, 1, "methods", "");
    let mut names: Vec<String> = serde_json::from_str(&listed).unwrap_or_default();
    server.expect(
        case,
        names.is_sorted() && names.len() > 1,
        "a sorted list of names",
        &listed,
    );
    let known = ["echo", "fail", "methods", "panic", "sleep", "stats"];
    names.retain(|name| known.contains(&name.as_str()));
    server.expect_same(case, "names of methods", &known.join(" "), &names.join(" "));
    server.stop(case);
}

pub(super) fn handlers_that_panic_end_their_call_only(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "2"]);
    let mut wire = server.greeted(case);
    // More than there are threads: each must be there again.
    for id in 1..=5 {
        wire.send(&Frame::call(id, 0, "panic", ""));
        server.expect_error(
            case,
            &mut wire,
            id,
            code::INTERNAL,
            "the answer to a method that panics",
        );
    }
    server.play_on(
        case,
        &mut wire,
        "calls behind those that panicked",
        r#"> CALL 10 0 echo still there
           < REPLY 10 still there
           > CALL 11 0 sleep {"ms":0}
           < REPLY 11 {"slept":0}"#,
    );
    server.stop(case);
}

pub(super) fn a_ping_is_answered_with_its_bytes(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    server.play(
        case,
        "questions whether anybody is there",
        r"> HELLO 65536 0
          > PING 01234567
          > PING \0\0\0\0\0\0\0\xff
          < HELLO 1048576 10000
          < PONG 01234567
          < PONG \0\0\0\0\0\0\0\xff
          > PONG anything
          > CALL 1 0 echo x
          < REPLY 1 x",
    );
    server.stop(case);
}

pub(super) fn unknown_kinds_and_flags_are_passed_over(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut wire = server.connect();
    wire.send_all(&[
        Frame::hello(65_536, 0).flags(0x0040),
        Frame::new(200, 0, "of a later version").flags(MAY_SKIP),
        Frame::new(12, 1, vec![0; 60_000]).flags(MAY_SKIP),
        Frame::call(1, 0, "echo", "a").flags(0x4002),
        Frame::new(0, 0, "").flags(MAY_SKIP),
        Frame::call(2, 0, "echo", "b").flags(MAY_SKIP),
    ]);
    server.play_on(
        case,
        &mut wire,
        "the answers to calls between frames that may be skipped",
        "< HELLO 1048576 10000
         < REPLY 1 a
         < REPLY 2 b",
    );
    server.stop(case);
}

pub(super) fn answers_are_ready_in_their_own_order(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "4"]);
    let mut wire = server.greeted(case);
    wire.send_all(&[
        Frame::call(1, 0, "sleep", FOR_EVER),
        Frame::call(2, 0, "sleep", FOR_EVER),
        Frame::call(3, 0, "echo", "three"),
        Frame::call(4, 0, "sleep", r#"{"ms":5}"#),
    ]);
    server.play_on(
        case,
        &mut wire,
        "what does not wait for two calls that sleep for a minute",
        r#"< REPLY 3 three
           < REPLY 4 {"slept":5}
           > CALL 5 0 sleep {"ms":0}
           < REPLY 5 {"slept":0}"#,
    );
    // Many at the same time, in whichever order: each has its own answer.
    let calls: Vec<Frame> = (10..200)
        .map(|id| Frame::call(id, 0, "sleep", format!(r#"{{"ms":{}}}"#, id % 3)))
        .collect();
    wire.send_all(&calls);
    let mut ids: Vec<u64> = (10..200).collect();
    for _ in &calls {
        let reply = server.expect_kind(case, &mut wire, kind::REPLY, "an answer to each of 190 calls");
        let body = format!(r#"{{"slept":{}}}"#, reply.id % 3);
        server.expect_same(
            case,
            "the reply",
            &Frame::reply(reply.id, body).to_string(),
            &reply.to_string(),
        );
        ids.retain(|id| *id != reply.id);
    }
    server.expect(
        case,
        ids.is_empty(),
        "an answer to each call",
        format!("none to {ids:?}"),
    );
}

pub(super) fn a_slow_call_holds_nobody_up(case: &mut Case) {
    let mut server = Server::start(case, &["--threads", "1", "--workers", "1"]);
    let mut slow = server.greeted(case);
    slow.send(&Frame::call(1, 0, "sleep", FOR_EVER));
    let mut probe = Probe::of(case, &mut server);
    probe.wait_for(case, &mut server, "running", 1);
    for (wire, what) in [(0, "another connection"), (1, "the same connection")] {
        let mut other = match wire {
            0 => server.greeted(case),
            _ => std::mem::replace(&mut slow, server.connect()),
        };
        let reply = server.ask(case, &mut other, 2, "echo", "quick");
        server.expect_same(case, &format!("the answer on {what}"), "quick", &reply);
    }
}
