//! `rpc call` beside a server that the case plays itself.

use std::time::Duration;

use support::{Case, Ended};

use crate::wire::{Frame, Host, MAY_SKIP, Subject, Wire, kind};

/// Starts `rpc call ADDR ARGS…`.
pub(super) fn start(case: &mut Case, host: &Host, args: &[&str]) -> Subject {
    let program = case.program("rpc").args(["call", &host.name()]).args(args);
    Subject::spawn(program)
}

/// Starts a call, exchanges HELLOs, and returns what its CALL says.
pub(super) fn called(case: &mut Case, host: &mut Host, args: &[&str]) -> (Subject, Wire, Frame) {
    let mut client = start(case, host, args);
    let mut wire = client.welcome(case, host);
    let call = client.expect_call(case, &mut wire, "a CALL behind the HELLO");
    (client, wire, call)
}

/// Waits for the end of a call that failed, and expects `WHY` to be told as `rpc: ADDR: METHOD: WHY`.
pub(super) fn expect_failure(
    case: &mut Case,
    client: Subject,
    host: &Host,
    method: &str,
    why: &str,
) -> Ended {
    let ended = client.wait();
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "");
    case.expect_stderr_names(&ended, &format!("rpc: {}: {method}: {why}", host.name()));
    ended
}

/// Waits for the end of a call that was answered.
fn expect_printed(case: &mut Case, client: Subject, expected: impl AsRef<[u8]>) {
    let ended = client.wait();
    case.expect_stdout(&ended, expected);
    case.expect_quiet(&ended);
    case.expect_status(&ended, 0);
}

pub(super) fn a_reply_is_printed_on_a_line(case: &mut Case) {
    for (args, body, reply) in [
        (&["echo", "{\"a\": 1}"][..], "{\"a\": 1}", &b"{\"b\": 2}"[..]),
        (&["some.method", "[]"], "[]", b""),
        (&["größe", "\"é\""], "\"é\"", b"not JSON \xff\0"),
    ] {
        let mut host = Host::listen();
        let (mut client, mut wire, call) = called(case, &mut host, args);
        let found = format!("{} {}", call.method(), String::from_utf8_lossy(call.body()));
        client.expect_same(case, "method and body", &format!("{} {body}", args[0]), &found);
        wire.send(&Frame::reply(call.id, reply));
        expect_printed(case, client, [reply, b"\n"].concat());
        let found = host.connections();
        assert_eq!(found, 1, "nobody else connects to a port that the kernel chose");
    }
}

pub(super) fn a_call_says_how_much_time_is_left(case: &mut Case) {
    for (args, most, least) in [
        (&["echo", "1"][..], 5000, 1),
        (&["echo", "1", "--timeout", "100000"], 100_000, 70_000),
        (&["--timeout", "0", "echo", "1"], 0, 0),
    ] {
        let mut host = Host::listen();
        let (mut client, mut wire, call) = called(case, &mut host, args);
        let left = call.number(0, 4);
        let what = format!(
            "between {least} and {most} ms left, from `rpc call {}`",
            args.join(" ")
        );
        client.expect(case, (least..=most).contains(&left), &what, left);
        wire.send(&Frame::reply(call.id, "1"));
        expect_printed(case, client, "1\n");
    }
}

pub(super) fn a_late_answer_is_too_late(case: &mut Case) {
    let mut host = Host::listen();
    let (client, mut wire, call) = called(case, &mut host, &["echo", "1", "--timeout", "300"]);
    let ended = expect_failure(case, client, &host, "echo", "deadline (3)");
    // The program has begun a little before its time is taken.
    let early = ended.wall < Duration::from_millis(250);
    case.expect(
        &ended,
        !early,
        "a client that waits for 300 ms",
        format!("it ran for {} ms", ended.wall.as_millis()),
    );
    wire.send(&Frame::reply(call.id, "1"));
    // What the server says of time is said the same way.
    let mut host = Host::listen();
    let (client, mut wire, call) = called(case, &mut host, &["echo", "1"]);
    wire.send(&Frame::error(call.id, 3, "the server says so"));
    expect_failure(case, client, &host, "echo", "deadline (3): the server says so\n");
}

pub(super) fn errors_are_told_by_name_and_number(case: &mut Case) {
    for (code, name) in [
        (1, "unknown method"),
        (2, "bad params"),
        (3, "deadline"),
        (4, "cancelled"),
        (5, "overloaded"),
        (6, "going away"),
        (7, "too large"),
        (8, "failed"),
        (9, "refused"),
        (10, "internal"),
        (11, "protocol"),
        (100, "application"),
        (65_535, "application"),
    ] {
        let mut host = Host::listen();
        let (client, mut wire, call) = called(case, &mut host, &["a.b", "1"]);
        wire.send(&Frame::error(call.id, code, "for größer reasons"));
        expect_failure(
            case,
            client,
            &host,
            "a.b",
            &format!("{name} ({code}): for größer reasons\n"),
        );
    }
}

pub(super) fn items_are_printed_as_they_come(case: &mut Case) {
    let mut host = Host::listen();
    let (mut client, mut wire, call) = called(case, &mut host, &["count", "{}"]);
    for (number, item) in (1..).zip(["one", "two", ""]) {
        wire.send(&Frame::item(call.id, item));
        // Nothing else comes before this one is seen.
        client.lines(number);
    }
    wire.send(&Frame::reply(call.id, "{\"sent\":3}"));
    expect_printed(case, client, "one\ntwo\n\n{\"sent\":3}\n");
    let mut host = Host::listen();
    let (client, mut wire, call) = called(case, &mut host, &["count", "{}"]);
    wire.send_all(&[Frame::item(call.id, "one"), Frame::error(call.id, 8, "no more")]);
    let ended = client.wait();
    case.expect_status(&ended, 1);
    case.expect_stdout(&ended, "one\n");
    case.expect_stderr_names(&ended, "count: failed (8): no more\n");
}

pub(super) fn credit_is_given_for_items(case: &mut Case) {
    const ITEMS: usize = 300;
    const BYTES: usize = 10_000;
    let mut host = Host::listen();
    let (mut client, mut wire, call) = called(case, &mut host, &["count", "{}", "--timeout", "0"]);
    let item = Frame::item(call.id, "i".repeat(BYTES));
    let mut credit: i64 = 65_536;
    for number in 0..ITEMS {
        while credit <= 0 {
            let what = format!("credit, when {number} items of {BYTES} bytes were sent and none is left");
            let frame = client.expect_kind(case, &mut wire, kind::CREDIT, &what);
            client.expect(case, frame.id == call.id, &what, &frame);
            credit += frame.number(0, 4) as i64;
            client.expect(
                case,
                credit <= 1 << 20,
                "credit for a bounded number of bytes",
                format!("{credit} bytes"),
            );
        }
        wire.send(&item);
        credit -= BYTES as i64;
    }
    wire.send(&Frame::reply(call.id, "done"));
    let mut expected = format!("{}\n", "i".repeat(BYTES)).repeat(ITEMS);
    expected.push_str("done\n");
    expect_printed(case, client, expected);
}

pub(super) fn pings_are_answered_meanwhile(case: &mut Case) {
    let mut host = Host::listen();
    let (mut client, mut wire, call) = called(case, &mut host, &["echo", "1", "--timeout", "0"]);
    for bytes in [*b"01234567", [0, 1, 2, 3, 4, 5, 6, 0xff]] {
        wire.send(&Frame::ping(bytes));
        client.expect_frame(case, &mut wire, &Frame::pong(bytes), "the answer to a PING");
    }
    wire.send_all(&[Frame::pong(b"unasked!"), Frame::reply(call.id, "1")]);
    expect_printed(case, client, "1\n");
}

pub(super) fn what_may_be_skipped_is_skipped(case: &mut Case) {
    let mut host = Host::listen();
    let mut client = start(case, &host, &["echo", "1"]);
    let mut wire = client.accept(&mut host);
    client.expect_kind(case, &mut wire, kind::HELLO, "the client's HELLO");
    let call = client.expect_call(case, &mut wire, "a CALL right behind the HELLO");
    let mut hello = Frame::hello(1 << 20, 0).flags(0x0100);
    hello.payload.extend(b"and more");
    wire.send_all(&[
        hello,
        Frame::new(200, 0, "of a later version").flags(MAY_SKIP),
        Frame::new(77, call.id, vec![0; 60_000]).flags(MAY_SKIP),
        Frame::reply(call.id, "1").flags(0x4000),
    ]);
    expect_printed(case, client, "1\n");
}

pub(super) fn a_large_body_waits_for_the_hello(case: &mut Case) {
    let body = format!("\"{}\"", "b".repeat(100_000));
    let mut host = Host::listen();
    let mut client = start(case, &host, &["echo", &body, "--timeout", "0"]);
    let mut wire = client.accept(&mut host);
    client.expect_kind(case, &mut wire, kind::HELLO, "the client's HELLO");
    client.settle(case);
    client.expect(
        case,
        wire.is_silent(),
        "nothing that is longer than 65536 bytes before the server has said what it takes",
        "something came",
    );
    wire.send(&Frame::hello(100_050, 0));
    let call = client.expect_call(case, &mut wire, "a CALL when the server takes it");
    client.expect(
        case,
        call.body() == body.as_bytes(),
        "the whole body",
        format!("{} bytes", call.body().len()),
    );
    wire.send(&Frame::reply(call.id, "1"));
    expect_printed(case, client, "1\n");
}

pub(super) fn a_body_too_long_for_the_server_is_not_sent(case: &mut Case) {
    let body = format!("\"{}\"", "b".repeat(100_000));
    let mut host = Host::listen();
    let mut client = start(case, &host, &["echo", &body]);
    let mut wire = client.accept(&mut host);
    client.expect_kind(case, &mut wire, kind::HELLO, "the client's HELLO");
    wire.send(&Frame::hello(100_000, 0));
    client.expect_ended(
        case,
        &mut wire,
        "no CALL that the server does not take, and the end",
    );
    expect_failure(case, client, &host, "echo", "too large (7): ");
}
