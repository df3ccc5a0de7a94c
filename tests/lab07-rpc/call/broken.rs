//! `rpc call` beside servers that are late, broken, or not there.

use support::Case;

use super::client::{called, expect_failure, start};
use crate::wire::{Frame, HEADER, Host, Split, Subject, code, kind};

pub(super) fn a_call_waits_for_an_answer_in_pieces(case: &mut Case) {
    let mut host = Host::listen();
    let mut client = start(case, &host, &["echo", "1", "--timeout", "0"]);
    let mut wire = client.accept(&mut host);
    client.expect_kind(case, &mut wire, kind::HELLO, "the client's HELLO");
    let call = client.expect_call(case, &mut wire, "a CALL right behind the HELLO");
    let frames = [
        Frame::hello(1 << 20, 0),
        Frame::item(call.id, "one"),
        Frame::reply(call.id, "two"),
    ];
    wire.send_split(&frames, Split::Every(1));
    let ended = client.wait();
    case.expect_stdout(&ended, "one\ntwo\n");
    case.expect_status(&ended, 0);
}

pub(super) fn a_server_that_says_nothing_is_late(case: &mut Case) {
    // It does not even say HELLO, as a server does that was stopped.
    let mut host = Host::listen();
    let mut client = start(case, &host, &["echo", "1", "--timeout", "300"]);
    let wire = client.accept(&mut host);
    expect_failure(case, client, &host, "echo", "deadline (3)");
    drop(wire);
    // It stops within its answer.
    let mut host = Host::listen();
    let (client, mut wire, call) = called(case, &mut host, &["echo", "1", "--timeout", "300"]);
    let reply = Frame::reply(call.id, "12345678").bytes();
    wire.send_bytes(&reply[..HEADER + 4]);
    expect_failure(case, client, &host, "echo", "deadline (3)");
    // It has more and more to say, and none of it ends the call.
    let mut host = Host::listen();
    let (mut client, mut wire, _) = called(case, &mut host, &["echo", "1", "--timeout", "300"]);
    let mut pings = 0_u64;
    while wire.end().is_none() {
        pings += 1;
        wire.send(&Frame::ping(pings.to_be_bytes()));
        if wire.next().is_none() {
            break;
        }
        let late = pings > 1_000_000;
        client.expect(
            case,
            !late,
            "an end of a call with 300 ms",
            "it goes on for a million PINGs",
        );
    }
    expect_failure(case, client, &host, "echo", "deadline (3)");
}

pub(super) fn nobody_listens(case: &mut Case) {
    let address = Host::nobody().to_string();
    let ended = case.program("rpc").args(["call", &address, "echo", "1"]).run();
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    case.expect_stderr_names(&ended, &format!("rpc: {address}: echo: "));
    case.expect_stderr_names(&ended, "refused");
}

pub(super) fn a_connection_that_is_cut_is_told(case: &mut Case) {
    for (what, bytes) in [
        ("behind the CALL", 0),
        ("within a header", 10),
        ("within a payload", HEADER + 3),
    ] {
        for reset in [false, true] {
            let mut host = Host::listen();
            let (client, mut wire, call) = called(case, &mut host, &["echo", "1", "--timeout", "0"]);
            let reply = Frame::reply(call.id, "12345678").bytes();
            wire.send_bytes(&reply[..bytes]);
            match reset {
                true => wire.reset(),
                false => drop(wire),
            }
            let ended = expect_failure(case, client, &host, "echo", "");
            let cause = !ended.stderr_text().trim_end().ends_with("echo:");
            case.expect(
                &ended,
                cause,
                &format!("why the call failed that was cut {what}"),
                ended.stderr_text(),
            );
        }
    }
    // Before it was greeted.
    let mut host = Host::listen();
    let mut client = start(case, &host, &["echo", "1", "--timeout", "0"]);
    drop(client.accept(&mut host));
    expect_failure(case, client, &host, "echo", "");
}

/// Expects the client to say `ERROR 0 11 …` for what it was sent, to close, and to fail.
pub(super) fn expect_violation(case: &mut Case, frames: &[Frame], sentence: &str) {
    let mut host = Host::listen();
    let (mut client, mut wire, _) = called(case, &mut host, &["echo", "1", "--timeout", "0"]);
    wire.send_all(frames);
    let shown: String = frames.iter().map(|frame| format!("`{frame}` ")).collect();
    let what = format!("the answer to {shown}");
    let error = client.expect_next(case, &mut wire, &what);
    client.expect(
        case,
        error.is_error(0, code::PROTOCOL) && error.rest(2).starts_with(sentence.as_bytes()),
        &format!("`ERROR 0 11 {sentence}…`, {what}"),
        &error,
    );
    client.expect_ended(case, &mut wire, "the end behind it");
    let ended = expect_failure(case, client, &host, "echo", "");
    case.expect_stderr_names(&ended, sentence);
}

pub(super) fn an_answer_that_nobody_asked_for_is_not_taken(case: &mut Case) {
    for frame in [
        Frame::reply(u64::MAX, "not yours"),
        Frame::error(u64::MAX, 8, "not yours"),
        Frame::item(u64::MAX, "not yours"),
        Frame::call(u64::MAX, 0, "echo", "a server calls nobody"),
        Frame::cancel(u64::MAX),
    ] {
        let mut host = Host::listen();
        let (client, mut wire, _) = called(case, &mut host, &["echo", "1", "--timeout", "400"]);
        wire.send(&frame);
        // Whether it takes that for a violation or goes on to wait, it has no answer.
        expect_failure(case, client, &host, "echo", "");
    }
}

pub(super) fn a_second_hello_is_a_violation(case: &mut Case) {
    expect_violation(case, &[Frame::hello(65_536, 0)], "a second HELLO");
    expect_violation(case, &[Frame::new(99, 0, "")], "unknown kind 99");
    expect_violation(case, &[Frame::new(kind::PING, 7, [0; 8])], "PING with id 7");
    // The first frame is none.
    for (frame, sentence) in [
        (Frame::hello(65_535, 0), "max_payload 65535 is below 65536"),
        (Frame::ping(*b"01234567"), "PING before HELLO"),
    ] {
        let mut host = Host::listen();
        let mut client = start(case, &host, &["echo", "1", "--timeout", "0"]);
        let mut wire = client.accept(&mut host);
        client.expect_kind(case, &mut wire, kind::HELLO, "the client's HELLO");
        client.expect_call(case, &mut wire, "a CALL right behind the HELLO");
        wire.send(&frame);
        let expected = Frame::error(0, code::PROTOCOL, sentence);
        client.expect_frame(case, &mut wire, &expected, &format!("the answer to `{frame}`"));
        let ended = expect_failure(case, client, &host, "echo", "");
        case.expect_stderr_names(&ended, sentence);
    }
    // No frame at all.
    let mut host = Host::listen();
    let mut client = start(case, &host, &["echo", "1", "--timeout", "0"]);
    let mut wire = client.accept(&mut host);
    wire.send_bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    let ended = expect_failure(case, client, &host, "echo", "");
    case.expect_stderr_names(&ended, "no rpc frame: begins with 48545450");
}

pub(super) fn a_payload_too_long_is_refused_by_its_header(case: &mut Case) {
    let mut host = Host::listen();
    let mut client = start(case, &host, &["echo", "1", "--timeout", "0"]);
    let mut wire = client.accept(&mut host);
    let hello = client.expect_kind(case, &mut wire, kind::HELLO, "the client's HELLO");
    let limit = hello.number(0, 4);
    let call = client.expect_call(case, &mut wire, "a CALL right behind the HELLO");
    wire.send(&Frame::hello(65_536, 0));
    wire.send_bytes(&Frame::reply(call.id, "").header(u32::MAX));
    let sentence = format!("a payload of 4294967295 bytes, where {limit} are allowed");
    let expected = Frame::error(0, code::PROTOCOL, &sentence);
    client.expect_frame(
        case,
        &mut wire,
        &expected,
        "the answer to a header that announces 4 GiB",
    );
    client.expect_ended(case, &mut wire, "the end behind it");
    let ended = expect_failure(case, client, &host, "echo", "");
    case.expect_stderr_names(&ended, &sentence);
}

pub(super) fn an_error_of_the_connection_is_told(case: &mut Case) {
    let mut host = Host::listen();
    let (client, mut wire, _) = called(case, &mut host, &["echo", "1", "--timeout", "0"]);
    wire.send(&Frame::error(0, code::PROTOCOL, "id 7 after 9"));
    let ended = expect_failure(case, client, &host, "echo", "");
    case.expect_stderr_names(&ended, "id 7 after 9");
}

pub(super) fn a_server_that_goes_away_is_not_waited_for(case: &mut Case) {
    // The call was taken: its answer comes.
    let mut host = Host::listen();
    let (mut client, mut wire, call) = called(case, &mut host, &["echo", "1", "--timeout", "0"]);
    wire.send(&Frame::goaway(call.id, "shutting down"));
    client.settle(case);
    wire.send(&Frame::reply(call.id, "done"));
    let ended = client.wait();
    case.expect_stdout(&ended, "done\n");
    case.expect_status(&ended, 0);
    // It was not, and no answer will come.
    let mut host = Host::listen();
    let (client, mut wire, _) = called(case, &mut host, &["echo", "1", "--timeout", "0"]);
    wire.send(&Frame::goaway(0, "shutting down"));
    expect_failure(case, client, &host, "echo", "going away (6)");
}

pub(super) fn a_server_that_reads_nothing_is_late(case: &mut Case) {
    // More than the buffers of both kernels hold: the CALL itself cannot be sent.
    let mut host = Host::listen();
    let program = case
        .program("rpc")
        .args(["call", &host.name(), "echo", "-", "--timeout", "500"])
        .stdin(vec![b'b'; 15 << 20]);
    let mut client = Subject::spawn(program);
    let mut wire = client.accept(&mut host);
    client.expect_kind(case, &mut wire, kind::HELLO, "the client's HELLO");
    wire.send(&Frame::hello(16 << 20, 0));
    expect_failure(case, client, &host, "echo", "deadline (3)");
    drop(wire);
}
