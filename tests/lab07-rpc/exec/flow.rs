//! Output that nobody takes, output that is too much, and input that nobody reads.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use rustix::fs::OFlags;
use rustix::process::Signal;
use serde_json::json;
use support::Case;

use super::command::{
    Gate, call, call_with, exec, expect, expect_none_left, expect_outcome, finish, mark, marked, serve,
    shell, state, wait_for_file,
};
use crate::wire::{Frame, Subject, code, kind, number_in_status};

/// What each direction of a call may send at first.
const CREDIT: i64 = 65_536;

/// The longest piece of output in an ITEM, and its first byte.
const ITEM: i64 = (32 << 10) + 1;

/// What a server may hold, whatever its commands write, in KiB.
const MEMORY_KIB: u64 = 12 << 10;

fn expect_little_memory(case: &mut Case, subject: &mut Subject, who: &str, what: &str) {
    let memory = number_in_status(subject.pid, "RssAnon:");
    let expected = format!("less than {MEMORY_KIB} KiB of anonymous memory in the {who} {what}");
    subject.expect(case, memory < MEMORY_KIB, &expected, format!("{memory} KiB"));
}

/// The only process of a command that writes without end, once it waits for somebody to read.
/// Waits until the command waits, as long as `subject` runs: whoever that depends on.
fn wait_until_blocked(subject: &mut Subject, mark: &str) {
    let mut looks = 0;
    subject.wait_until("let a command wait whose output nobody takes", || {
        let waits = matches!(&*marked(mark), [pid] if state(*pid) == Some('S'));
        looks = if waits { looks + 1 } else { 0 };
        looks > 5
    });
}

pub(super) fn without_credit_the_command_waits(case: &mut Case) {
    let mut server = serve(case, &[]);
    let mark = mark("flood");
    let (name, value) = mark.split_once('=').unwrap_or_default();
    let mut wire = server.greeted(case);
    wire.send(&call_with(1, json!({ "argv": ["yes"], "env": { name: value } })));
    wait_until_blocked(&mut server, &mark);
    server.settle(case);
    // Items without credit are noticed by the wire itself.
    let mut came = 0;
    let mut allowed = CREDIT;
    for more in [0, 100_000, 1] {
        if more > 0 {
            wire.send(&Frame::credit(1, more));
            allowed += i64::from(more);
            server.settle(case);
        }
        while let Some(frame) = server.next_unless_settled(case, &mut wire) {
            server.expect(case, frame.kind == kind::ITEM, "ITEMs only", &frame);
            came += frame.payload.len() as i64;
        }
        server.expect(
            case,
            (allowed..allowed + ITEM).contains(&came),
            &format!("all of {allowed} bytes of credit used, and no more than one ITEM above"),
            format!("{came} bytes; {}", wire.state()),
        );
        // The next credit begins below zero.
        let blocked = marked(&mark).len();
        server.expect(
            case,
            blocked == 1,
            "the command alive, and waiting",
            format!("{blocked} processes"),
        );
        if more > 0 && i64::from(more) < came - allowed {
            break;
        }
    }
    let reply = server.ask(case, &mut wire, 2, "echo", "1");
    server.expect_same(
        case,
        "the answer to another call on the same connection",
        "1",
        &reply,
    );
    expect_little_memory(
        case,
        &mut server,
        "server",
        "whose client does not take the output of `yes`",
    );
    wire.send(&Frame::cancel(1));
    server.expect_error(case, &mut wire, 1, code::CANCELLED, "the answer to a CANCEL");
    expect_none_left(&mut server, &mark);
}

pub(super) fn a_client_that_is_not_read_makes_the_command_wait(case: &mut Case) {
    let mut server = serve(case, &[]);
    let mark = mark("unread");
    // Somebody holds the other end, and never reads; it is full from the start.
    let reader = Gate::new(case, "output");
    let full = File::options()
        .write(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(case.dir().join("output"));
    let mut full = full.unwrap_or_else(|error| panic!("the pipe of the output: {error}"));
    while full.write(&[b'\n'; 4096]).is_ok() {}
    drop(full);
    let mut client = Subject::spawn(exec(case, &server, &["--env", &mark], &["yes"]).stdout_to("output"));
    wait_until_blocked(&mut client, &mark);
    server.settle(case);
    client.settle(case);
    expect_little_memory(case, &mut server, "server", "whose client's output nobody reads");
    expect_little_memory(case, &mut client, "client", "whose output nobody reads");
    let mut wire = server.greeted(case);
    let reply = server.ask(case, &mut wire, 1, "echo", "1");
    server.expect_same(case, "the answer to another client", "1", &reply);
    client.signal(Signal::INT);
    let ended = client.wait();
    case.expect_status(&ended, 130);
    expect_none_left(&mut server, &mark);
    drop(reader);
}

pub(super) fn what_is_above_the_limit_is_cut_off(case: &mut Case) {
    let mut server = serve(case, &[]);
    let address = server.address;
    let mark = mark("cut");
    let ended = exec(case, &server, &["--limit", "100001", "--env", &mark], &["yes"]).run();
    let said = format!("rpc: {address}: exec: cut after 100001 bytes\n");
    expect(
        case,
        &ended,
        "`yes` with --limit 100001",
        143,
        &("y\n".repeat(50_000) + "y"),
        &said,
    );
    expect_none_left(&mut server, &mark);
    // Just the limit is not above it, whichever output it is on.
    let line = "printf 12345; printf 67890 >&2; exit 3";
    let ended = shell(case, &server, &["--limit", "10"], line).run();
    expect(case, &ended, "10 bytes with --limit 10", 3, "12345", "67890");
    let ended = shell(case, &server, &["--limit", "0"], "exit 4").run();
    expect(case, &ended, "nothing with --limit 0", 4, "", "");
    let mut wire = server.greeted(case);
    for (id, line, limit, outcome, count) in [
        (1, line, 9, r#"{"cut":true,"status":3}"#, 9),
        (2, "exec yes", 70_000, r#"{"cut":true,"signal":15}"#, 70_000),
        (
            3,
            "trap '' TERM; while :; do echo 1234567890123456789; done",
            1000,
            r#"{"cut":true,"signal":9}"#,
            1000,
        ),
        (4, "echo x; exec sleep 1000", 1, r#"{"cut":true,"signal":15}"#, 1),
    ] {
        wire.send(&call_with(
            id,
            json!({ "argv": [line], "shell": true, "limit": limit }),
        ));
        let done = finish(
            case,
            &mut server,
            &mut wire,
            id,
            &format!("`{line}` with limit {limit}"),
        );
        let found = match serde_json::from_str::<serde_json::Value>(&done.outcome()) {
            // It may have ended by itself before it was told to.
            Ok(mut value) if id == 1 => {
                if value["signal"] == 15 {
                    value = json!({ "cut": true, "status": 3 });
                }
                value.to_string()
            }
            _ => done.outcome(),
        };
        server.expect_same(
            case,
            &format!("the reply to `{line}` with limit {limit}"),
            outcome,
            &found,
        );
        let bytes = done.out.len() + done.err.len();
        server.expect(
            case,
            bytes == count,
            &format!("the first {count} bytes of `{line}`"),
            format!("{bytes} bytes"),
        );
    }
}

pub(super) fn input_that_nobody_reads_is_not_taken(case: &mut Case) {
    let mut server = serve(case, &[]);
    // The kernel's pipe, and the credit of the beginning.
    const MOST: i64 = (64 << 10) + CREDIT + ITEM;
    let mut gate = Gate::new(case, "gate");
    let mut wire = server.greeted(case);
    let line = "echo x > started; read go < gate; wc -c";
    wire.send(&call_with(
        1,
        json!({ "argv": [line], "shell": true, "stdin": true }),
    ));
    wait_for_file(case, &mut server, "started", 1);
    let piece = [b'x'; 16 << 10];
    let (mut credit, mut sent) = (CREDIT, 0);
    while credit > 0 && sent < 4 * MOST {
        wire.send(&Frame::item(1, piece));
        credit -= piece.len() as i64;
        sent += piece.len() as i64;
        while let Some(frame) = server.next_unless_settled(case, &mut wire) {
            server.expect(
                case,
                frame.kind == kind::CREDIT && frame.id == 1,
                "CREDIT for the input",
                &frame,
            );
            credit += frame.number(0, 4) as i64;
        }
    }
    server.expect(
        case,
        sent <= MOST,
        &format!("no credit for more than {MOST} bytes of input, of which the command reads nothing"),
        format!("credit for {sent}"),
    );
    gate.open();
    let rest = 1_000_000;
    let mut left = rest;
    while left > 0 {
        while credit <= 0 {
            let frame = server.expect_kind(case, &mut wire, kind::CREDIT, "CREDIT when the command reads");
            credit += frame.number(0, 4) as i64;
        }
        let size = piece.len().min(left);
        wire.send(&Frame::item(1, &piece[..size]));
        credit -= size as i64;
        left -= size;
    }
    wire.send(&Frame::item(1, []).flags(crate::wire::LAST));
    let done = finish(
        case,
        &mut server,
        &mut wire,
        1,
        "a command that reads after a while",
    );
    let found = String::from_utf8_lossy(&done.out).into_owned();
    server.expect_same(
        case,
        "the bytes that it counts",
        &format!("{}\n", sent + rest as i64),
        &found,
    );
    // The client keeps to it as well.
    let started = case.dir().join("started");
    std::fs::remove_file(started).unwrap_or_else(|error| panic!("rm: {error}"));
    let input = |pipe: &mut dyn Write| {
        for _ in 0..1000 {
            pipe.write_all(&[b'x'; 100_000])?;
        }
        Ok(())
    };
    let mut client = Subject::spawn(
        shell(case, &server, &[], "echo x > started; read go < gate; exit 3").stdin_stream(input),
    );
    wait_for_file(case, &mut client, "started", 1);
    server.settle(case);
    client.settle(case);
    expect_little_memory(
        case,
        &mut server,
        "server",
        "with a client that sends 100 MB to a command that does not read",
    );
    expect_little_memory(
        case,
        &mut client,
        "client",
        "that sends 100 MB to a command that does not read",
    );
    gate.open();
    let ended = client.wait();
    case.expect_status(&ended, 3);
}

pub(super) fn a_flood_goes_through_in_little_memory(case: &mut Case) {
    const BYTES: usize = 60_000_000;
    let mut server = serve(case, &[]);
    let mut wire = server.greeted(case);
    wire.send(&call(1, &["head", "-c", &BYTES.to_string(), "/dev/zero"]));
    let (mut came, mut most) = (0, 0);
    let end = loop {
        let frame = server.expect_next(case, &mut wire, "an ITEM or the end");
        if frame.kind != kind::ITEM {
            break frame;
        }
        came += frame.payload.len() - 1;
        wire.send(&Frame::credit(1, frame.payload.len() as u32));
        most = most.max(number_in_status(server.pid, "RssAnon:"));
    };
    server.expect(
        case,
        end.kind == kind::REPLY && came == BYTES,
        &format!("{BYTES} bytes, and then the reply"),
        format!("{came} bytes, and then `{end}`"),
    );
    server.expect(
        case,
        most < MEMORY_KIB,
        &format!("less than {MEMORY_KIB} KiB of anonymous memory meanwhile"),
        format!("{most} KiB"),
    );
    expect_outcome(
        case,
        &mut server,
        &mut wire,
        &call(2, &["true"]),
        r#"{"status":0}"#,
    );
}
