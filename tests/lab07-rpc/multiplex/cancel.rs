//! Calls that nobody wants any more: CANCEL to `rpc serve`.

use support::Case;

use crate::call::FOR_EVER;
use crate::wire::{Frame, Probe, Server, code, kind};

pub(super) fn a_call_is_taken_back(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut wire = server.greeted(case);
    let mut probe = Probe::of(case, &mut server);
    wire.send_all(&[
        Frame::call(1, 0, "sleep", FOR_EVER),
        Frame::call(2, 50_000, "sleep", FOR_EVER),
        Frame::call(3, 0, "sleep", FOR_EVER),
    ]);
    probe.wait_for(case, &mut server, "running", 3);
    wire.send(&Frame::cancel(2));
    server.expect_error(
        case,
        &mut wire,
        2,
        code::CANCELLED,
        "the answer to a call that was taken back",
    );
    // The method was told, and the others go on.
    probe.wait_for(case, &mut server, "running", 2);
    wire.send_all(&[Frame::cancel(1), Frame::cancel(3)]);
    server.expect_error(case, &mut wire, 1, code::CANCELLED, "the answer to CANCEL 1");
    server.expect_error(case, &mut wire, 3, code::CANCELLED, "the answer to CANCEL 3");
    probe.wait_for(case, &mut server, "running", 0);
    let cancelled = probe.ask(case, &mut server, "cancelled");
    server.expect_same(case, "calls that were cancelled", "3", &cancelled.to_string());
    server.stop(case);
}

pub(super) fn what_a_cancelled_call_says_is_dropped(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "1"]);
    let mut wire = server.greeted(case);
    wire.send_all(&[
        Frame::call(1, 0, "sleep", FOR_EVER),
        Frame::cancel(1),
        Frame::call(2, 0, "sleep", r#"{"ms":0}"#),
        Frame::cancel(1),
    ]);
    // Once it has answered the second one, the only thread is done with the first.
    server.play_on(
        case,
        &mut wire,
        "a call that was taken back, and the next",
        r#"< ERROR 1 4 …
           < REPLY 2 {"slept":0}"#,
    );
    wire.finish();
    server.expect_ended(case, &mut wire, "nothing more");
    server.stop(case);
}

pub(super) fn a_waiting_call_is_taken_back(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "1", "--queue", "2"]);
    let mut wire = server.greeted(case);
    let mut probe = Probe::of(case, &mut server);
    wire.send(&Frame::call(1, 0, "sleep", FOR_EVER));
    probe.wait_for(case, &mut server, "running", 1);
    wire.send_all(&[
        Frame::call(2, 0, "panic", ""),
        Frame::call(3, 0, "sleep", r#"{"ms":0}"#),
        Frame::cancel(2),
    ]);
    server.expect_error(
        case,
        &mut wire,
        2,
        code::CANCELLED,
        "the answer to a call that waits and is taken back",
    );
    wire.send(&Frame::cancel(1));
    server.expect_error(
        case,
        &mut wire,
        1,
        code::CANCELLED,
        "the answer to the call in front of it",
    );
    let expected = Frame::reply(3, r#"{"slept":0}"#);
    server.expect_frame(case, &mut wire, &expected, "the answer to the call behind it");
    probe.wait_for(case, &mut server, "waiting", 0);
    server.stop(case);
}

pub(super) fn a_cancel_for_nobody_is_ignored(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    server.play(
        case,
        "calls that are taken back too late, twice, or before they were made",
        r#"> HELLO 65536 0
           < HELLO 1048576 10000
           > CANCEL 1
           > CALL 1 0 echo one
           < REPLY 1 one
           > CANCEL 1
           > CANCEL 1
           > CANCEL 5
           > CANCEL 18446744073709551615
           > CALL 2 0 sleep {"ms":0}
           < REPLY 2 {"slept":0}
           > CANCEL 2
           > CALL 5 0 echo five
           < REPLY 5 five"#,
    );
    server.stop(case);
}

pub(super) fn cancels_race_with_replies(case: &mut Case) {
    const CALLS: u64 = 2000;
    let mut server = Server::start(
        case,
        &["--workers", "3", "--max-calls", "5000", "--queue", "5000"],
    );
    let mut wire = server.greeted(case);
    for part in (1..=CALLS).collect::<Vec<_>>().chunks(100) {
        let calls = part.iter().map(|id| Frame::call(*id, 0, "sleep", r#"{"ms":0}"#));
        let cancels = part.iter().map(|id| Frame::cancel(*id));
        let frames: Vec<Frame> = calls.chain(cancels).collect();
        wire.send_all(&frames);
    }
    // Each has one end, whichever; a second one is found by the wire.
    for _ in 0..CALLS {
        let end = server.expect_next(case, &mut wire, "an end of each call");
        let right = end.kind == kind::REPLY || end.is_error(end.id, code::CANCELLED);
        server.expect(case, right, "a REPLY, or an ERROR with code 4", &end);
    }
    let reply = server.ask(case, &mut wire, CALLS + 1, "echo", "hi");
    server.expect_same(case, "the next reply", "hi", &reply);
    server.stop(case);
}

pub(super) fn a_reader_who_has_seen_enough_takes_the_call_back(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "1"]);
    let mut probe = Probe::of(case, &mut server);
    let address = server.address.to_string();
    let ended = case
        .program("rpc")
        .args([
            "call",
            &address,
            "count",
            r#"{"to":1000000000}"#,
            "--timeout",
            "0",
        ])
        .close_stdout_after(6)
        .run();
    case.expect(
        &ended,
        ended.stdout.starts_with(b"1\n2\n3\n"),
        "`1`, `2` and `3` on lines of their own",
        ended.stdout_text().lines().take(5).collect::<Vec<_>>().join("\n"),
    );
    case.expect_quiet(&ended);
    case.expect_status(&ended, 0);
    probe.wait_for(case, &mut server, "running", 0);
    let cancelled = probe.ask(case, &mut server, "cancelled");
    server.expect_same(case, "calls that were cancelled", "1", &cancelled.to_string());
    server.stop(case);
}
