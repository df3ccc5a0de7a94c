//! How a connection begins, and what ends it.

use support::Case;

use crate::wire::{Frame, Server, Wire, kind, sockets};

pub(super) fn hellos_are_exchanged(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    server.play(
        case,
        "a connection that says hello and makes a call",
        "> HELLO 65536 0
         < HELLO 1048576 10000
         > CALL 1 0 echo hi
         < REPLY 1 hi",
    );
    // What is longer is of a later version.
    server.play(
        case,
        "a connection whose HELLO has more to say",
        r"> KIND 1 0 \0\x01\0\0\0\0\0\0and more
          < HELLO 1048576 10000
          > CALL 1 0 echo
          < REPLY 1",
    );
    server.stop(case);
    let mut server = Server::start(case, &["--max-payload", "70000", "--ping", "0"]);
    server.play(
        case,
        "the HELLO of a server that takes 70000 bytes and never asks",
        "> HELLO 4294967295 4294967295
         < HELLO 70000 0",
    );
    server.stop(case);
}

/// Sends `frames` over a connection of its own, expects a violation to be the answer behind `answers` frames, and returns its sentence.
fn violate(case: &mut Case, server: &mut Server, what: &str, bytes: &[u8], answers: usize) -> String {
    let mut wire = server.connect();
    wire.send_bytes(bytes);
    for _ in 0..answers {
        server.expect_next(
            case,
            &mut wire,
            &format!("an answer in front of the violation: {what}"),
        );
    }
    expect_violation(case, server, &mut wire, what)
}

/// Expects `ERROR 0 11 SENTENCE`, the end of the connection, and the sentence on standard error; and returns it.
fn expect_violation(case: &mut Case, server: &mut Server, wire: &mut Wire, what: &str) -> String {
    let error = server.expect_kind(case, wire, kind::ERROR, &format!("the answer to {what}"));
    server.expect(
        case,
        error.is_error(0, 11),
        &format!("`ERROR 0 11 …`, the answer to {what}"),
        &error,
    );
    server.expect_ended(case, wire, &format!("the end of a connection with {what}"));
    let sentence = String::from_utf8_lossy(error.rest(2)).into_owned();
    server.expect_said(&format!("rpc: {}: {sentence}\n", wire.name()));
    sentence
}

pub(super) fn the_first_frame_is_a_hello(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    for (frame, sentence) in [
        (Frame::call(1, 0, "echo", "hi"), "CALL before HELLO"),
        (Frame::ping(*b"01234567"), "PING before HELLO"),
        (Frame::cancel(1), "CANCEL before HELLO"),
        (Frame::hello(65_535, 0), "max_payload 65535 is below 65536"),
        (Frame::hello(5, 0), "max_payload 5 is below 65536"),
    ] {
        let what = format!("`{frame}` as the first frame");
        let found = violate(case, &mut server, &what, &frame.bytes(), 0);
        server.expect_same(case, &what, sentence, &found);
    }
    let twice = [Frame::hello(65_536, 0).bytes(), Frame::hello(65_536, 0).bytes()].concat();
    let found = violate(case, &mut server, "a second HELLO", &twice, 1);
    server.expect_same(case, "the sentence", "a second HELLO", &found);
    server.greeted(case);
    server.stop(case);
}

pub(super) fn violations_are_named_to_both_sides(case: &mut Case) {
    let mut server = Server::start(case, &["--max-payload", "65536"]);
    let before = sockets(server.pid);
    let hello = Frame::hello(65_536, 0).bytes();
    let mut broken = Frame::call(1, 0, "echo", "hi").bytes();
    broken[15] ^= 2;
    let mut version = Frame::ping(*b"01234567").bytes();
    version[4] = 2;
    let header = *version.first_chunk().expect("a header is in front");
    version[..crate::wire::HEADER].copy_from_slice(&crate::wire::checked(header));
    let rows: [(&str, Vec<u8>, &str); 9] = [
        (
            "a browser",
            b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".to_vec(),
            "no rpc frame: begins with 47455420",
        ),
        ("a broken header", broken, "header check failed"),
        ("version 2", version, "version 2 is not spoken here, 1 is"),
        (
            "a payload of 65537 bytes",
            Frame::call(1, 0, "echo", "").header(65_537).to_vec(),
            "a payload of 65537 bytes, where 65536 are allowed",
        ),
        (
            "a payload of 4 GiB",
            Frame::call(1, 0, "echo", "").header(u32::MAX).to_vec(),
            "a payload of 4294967295 bytes, where 65536 are allowed",
        ),
        ("kind 200", Frame::new(200, 0, "").bytes(), "unknown kind 200"),
        (
            "HELLO with id 5",
            Frame::new(kind::HELLO, 5, [0; 8]).bytes(),
            "HELLO with id 5",
        ),
        (
            "CALL with id 0",
            Frame::call(0, 0, "echo", "").bytes(),
            "CALL without an id",
        ),
        (
            "PING with id 1",
            Frame::new(kind::PING, 1, [0; 8]).bytes(),
            "PING with id 1",
        ),
    ];
    for (what, bytes, sentence) in rows {
        // As the first that comes, and behind a HELLO.
        for (front, answers) in [(&b""[..], 0), (&hello, 1)] {
            let bytes = [front, &bytes].concat();
            let found = violate(case, &mut server, what, &bytes, answers);
            server.expect_same(case, &format!("the sentence about {what}"), sentence, &found);
        }
    }
    // All those peers are gone, their sockets too, and the next one is served.
    let pid = server.pid;
    server.wait_until("closed the sockets of peers that broke the protocol", || {
        sockets(pid) <= before
    });
    server.greeted(case);
    server.stop(case);
}

pub(super) fn what_a_client_never_sends_is_refused(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let hello = Frame::hello(65_536, 0).bytes();
    for frame in [
        Frame::reply(1, "hi"),
        Frame::error(1, 3, "hi"),
        Frame::push(1, 1, "hi"),
        Frame::new(kind::PING, 0, [0; 7]),
        Frame::new(kind::CALL, 1, [0; 5]),
        Frame::new(kind::CALL, 1, b"\0\0\0\0\0\x05echo"),
        Frame::new(kind::CALL, 1, b"\0\0\0\0\0\x04\xff\xff\xff\xff"),
    ] {
        let bytes = [&hello[..], &frame.bytes()].concat();
        violate(case, &mut server, &format!("`{frame}`"), &bytes, 1);
    }
    server.greeted(case);
    server.stop(case);
}

pub(super) fn an_id_counts_up(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    for (calls, sentence) in [
        (&[(9, "echo"), (7, "echo")][..], "id 7 after 9"),
        (&[(9, "echo"), (9, "echo")], "id 9 after 9"),
        (
            &[(u64::MAX, "echo"), (1, "echo")],
            "id 1 after 18446744073709551615",
        ),
    ] {
        let mut wire = server.greeted(case);
        for (id, method) in &calls[..calls.len() - 1] {
            server.ask(case, &mut wire, *id, method, "");
        }
        let (id, method) = calls[calls.len() - 1];
        wire.send_bytes(&Frame::call(id, 0, method, "").bytes());
        let found = expect_violation(case, &mut server, &mut wire, "an id that was there");
        server.expect_same(case, "the sentence", sentence, &found);
    }
    let mut wire = server.greeted(case);
    let slow = Frame::call(7, 0, "sleep", r#"{"ms":60000}"#);
    wire.send_all([&slow, &slow]);
    let found = expect_violation(case, &mut server, &mut wire, "the id of a call that is under way");
    server.expect_same(case, "the sentence", "id 7 is in use", &found);
    // Gaps are allowed, and a number has 64 bits.
    server.play(
        case,
        "ids with gaps",
        "> HELLO 65536 0
         < HELLO 1048576 10000
         > CALL 5 0 echo a
         < REPLY 5 a
         > CALL 4294967297 0 echo b
         < REPLY 4294967297 b
         > CALL 18446744073709551615 0 echo c
         < REPLY 18446744073709551615 c",
    );
    server.stop(case);
}

pub(super) fn a_violation_takes_no_answer_away(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    server.play(
        case,
        "three calls and then no frame, by one write",
        r"> HELLO 65536 0
          > CALL 1 0 echo one
          > CALL 2 0 echo two
          > CALL 3 0 echo three
          >> QUIT\r\n0123456789012345678
          < HELLO 1048576 10000
          < REPLY 1 one
          < REPLY 2 two
          < REPLY 3 three
          < ERROR 0 11 no rpc frame: begins with 51554954
          < (closed)",
    );
    server.stop(case);
}
