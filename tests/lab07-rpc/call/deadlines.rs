//! Calls and time.
//!
//! No case asks how soon something happens, only that it does while the other possibility would take much longer, and that it does not too
//! early.

use std::time::{Duration, Instant};

use support::Case;

use super::answers::FOR_EVER;
use crate::wire::{Frame, Probe, Server, code, kind};

pub(super) fn time_over_is_answered_while_the_call_runs(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut wire = server.greeted(case);
    let since = Instant::now();
    wire.send_all(&[
        Frame::call(1, 0, "sleep", FOR_EVER),
        Frame::call(2, 2000, "sleep", FOR_EVER),
        Frame::call(3, 200, "sleep", FOR_EVER),
        Frame::call(4, 100_000, "sleep", FOR_EVER),
    ]);
    server.expect_error(
        case,
        &mut wire,
        3,
        code::DEADLINE,
        "the answer to a call with 200 ms",
    );
    let first = since.elapsed();
    server.expect_error(
        case,
        &mut wire,
        2,
        code::DEADLINE,
        "the answer to a call with 2 s",
    );
    let second = since.elapsed();
    for (time, least) in [(first, 200), (second, 2000)] {
        let what = format!("an answer when {least} ms are over, and not much later");
        let right = (Duration::from_millis(least)..Duration::from_secs(7)).contains(&time);
        server.expect(
            case,
            right,
            &what,
            format!("it came after {} ms", time.as_millis()),
        );
    }
    // Both were told, and sleep no longer; the others do.
    let mut probe = Probe::of(case, &mut server);
    probe.wait_for(case, &mut server, "running", 2);
    let late = probe.ask(case, &mut server, "late");
    server.expect_same(case, "calls that were late", "2", &late.to_string());
}

pub(super) fn a_late_answer_is_dropped(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "1"]);
    let mut wire = server.greeted(case);
    wire.send(&Frame::call(1, 100, "sleep", FOR_EVER));
    server.expect_error(
        case,
        &mut wire,
        1,
        code::DEADLINE,
        "the answer to a call with 100 ms",
    );
    // The method has ended before the only thread takes this one, and whatever it said was for nobody.
    wire.send_all(&[
        Frame::call(2, 0, "sleep", r#"{"ms":0}"#),
        Frame::call(3, 0, "panic", ""),
        Frame::call(4, 0, "sleep", r#"{"ms":0}"#),
    ]);
    server.play_on(
        case,
        &mut wire,
        "the answers behind a late call",
        r#"< REPLY 2 {"slept":0}
           < ERROR 3 10 …
           < REPLY 4 {"slept":0}"#,
    );
    wire.finish();
    server.expect_ended(case, &mut wire, "nothing more");
    server.stop(case);
}

pub(super) fn a_call_that_waits_too_long_is_not_begun(case: &mut Case) {
    let mut server = Server::start(case, &["--workers", "1"]);
    let mut wire = server.greeted(case);
    wire.send(&Frame::call(1, 3500, "sleep", FOR_EVER));
    let mut probe = Probe::of(case, &mut server);
    probe.wait_for(case, &mut server, "running", 1);
    wire.send_all(&[
        Frame::call(2, 1500, "sleep", r#"{"ms":0}"#),
        Frame::call(3, 100, "panic", ""),
        Frame::call(4, 0, "sleep", r#"{"ms":0}"#),
    ]);
    server.play_on(
        case,
        &mut wire,
        "calls that wait for the only thread, two of them for too long",
        r#"< ERROR 3 3 …
           < ERROR 2 3 …
           < ERROR 1 3 …
           < REPLY 4 {"slept":0}"#,
    );
    let late = probe.ask(case, &mut server, "late");
    server.expect_same(case, "calls that were late", "3", &late.to_string());
    let ended = server.stop(case);
    // `panic` would have said so. Only at the end is it certain that everything it said was read.
    let said = ended.stderr_text();
    case.expect(
        &ended,
        !said.contains("panicked"),
        "calls 2 and 3, which were late before their turn came, not to be begun",
        &said,
    );
}

pub(super) fn a_deadline_is_a_time_left(case: &mut Case) {
    let mut server = Server::start(case, &[]);
    let mut wire = server.greeted(case);
    // None of these is a moment in some calendar, and none is over soon.
    for (id, left) in [(1, 30_000), (2, u32::MAX), (3, 1 << 31), (4, 0)] {
        wire.send(&Frame::call(id, left, "sleep", r#"{"ms":20}"#));
        let what = format!("the answer to a call with {left} ms left that takes 20 ms");
        let reply = server.expect_kind(case, &mut wire, kind::REPLY, &what);
        server.expect(case, reply.id == id, &what, &reply);
    }
    // Each call has its own, whatever came before.
    wire.send(&Frame::call(5, 50, "sleep", FOR_EVER));
    server.expect_error(
        case,
        &mut wire,
        5,
        code::DEADLINE,
        "the answer to a call with 50 ms",
    );
    server.stop(case);
}
