//! The three streams of a command.

use support::{Case, Rng};

use super::command::{
    Gate, call_shell, exec, expect, expect_outcome, finish, is_alive, serve, shell, wait_for_file,
};
use crate::wire::{Frame, kind};

/// Bytes of all values, among them many that a careless program changes.
fn bytes(count: usize) -> Vec<u8> {
    let mut rng = Rng::with_seed(7);
    let mut bytes: Vec<u8> = (0..=255).collect();
    bytes.extend(b"\r\n\r\r\0\0\n\n");
    bytes.resize_with(count, || rng.u8(..));
    bytes
}

pub(super) fn the_two_outputs_stay_apart(case: &mut Case) {
    let mut server = serve(case, &[]);
    let line = "printf 'one\\n'; printf 'oops\\n' >&2; printf 'two'; printf 'no end' >&2; exit 3";
    let ended = shell(case, &server, &[], line).run();
    expect(
        case,
        &ended,
        "both outputs of a command",
        3,
        "one\ntwo",
        "oops\nno end",
    );
    let mut wire = server.greeted(case);
    let done = expect_outcome(
        case,
        &mut server,
        &mut wire,
        &call_shell(1, line),
        r#"{"status":3}"#,
    );
    server.expect_same(
        case,
        "the items of both outputs",
        "one\ntwo, oops\nno end",
        &format!(
            "{}, {}",
            String::from_utf8_lossy(&done.out),
            String::from_utf8_lossy(&done.err)
        ),
    );
}

pub(super) fn megabytes_go_through_unchanged(case: &mut Case) {
    let server = serve(case, &[]);
    let input = bytes(5_000_000);
    for (line, out, err) in [
        ("cat", &input[..], &b""[..]),
        ("cat >&2", b"", &input),
        ("exec tee /dev/stderr", &input, &input),
    ] {
        let ended = shell(case, &server, &[], line).stdin(input.clone()).run();
        case.expect_status(&ended, 0);
        case.expect_stdout(&ended, out);
        let found = format!("{} bytes, others", ended.stderr.len());
        case.expect(
            &ended,
            ended.stderr == err,
            &format!("{} bytes on standard error, as `{line}` wrote them", err.len()),
            found,
        );
    }
    // The end of the input is the end of the command's.
    let ended = exec(case, &server, &[], &["wc", "-c"]).stdin(input).run();
    expect(case, &ended, "what wc counts", 0, "5000000\n", "");
    let ended = exec(case, &server, &[], &["wc", "-c"]).run();
    expect(case, &ended, "what wc counts of an empty input", 0, "0\n", "");
}

pub(super) fn input_and_output_go_on_as_they_come(case: &mut Case) {
    let server = serve(case, &[]);
    let mut running = exec(case, &server, &[], &["cat"]).stdin_piped().spawn();
    let mut expected = String::new();
    for word in ["one", "two", "three"] {
        running.write(format!("{word}\n").as_bytes());
        expected += &format!("{word}\n");
        running.wait_for_stdout(&format!("printed `{word}`"), |out| out == expected.as_bytes());
    }
    let ended = running.wait();
    expect(case, &ended, "what cat prints", 0, &expected, "");
    let line = "echo a; echo b >&2; read x; echo \"$x\"; echo c >&2; read y; echo $?";
    let mut running = shell(case, &server, &[], line).stdin_piped().spawn();
    running.wait_for_lines(1);
    running.wait_for_stderr("said `b`", |err| err == b"b\n");
    running.write(b"x y");
    running.write(b" z\n");
    running.wait_for_lines(2);
    running.wait_for_stderr("said `c`", |err| err == b"b\nc\n");
    let ended = running.wait();
    expect(case, &ended, "a conversation", 0, "a\nx y z\n1\n", "b\nc\n");
}

pub(super) fn without_input_it_reads_nothing(case: &mut Case) {
    let mut server = serve(case, &[]);
    for (options, line) in [
        (&["--no-stdin"][..], "cat; echo $?"),
        (&[], "echo 0"),
        (&[], "exec 0<&-; echo 0"),
    ] {
        // The client's own input stays open, and has something to read.
        let mut running = shell(case, &server, options, line).stdin_piped().spawn();
        running.write(b"nobody reads this\n");
        let pid = running.pid();
        running.wait_until("ended although its standard input is open", || !is_alive(pid));
        let ended = running.wait();
        expect(
            case,
            &ended,
            &format!("`{line}` with {}", options.join(" ")),
            0,
            "0\n",
            "",
        );
    }
    let mut wire = server.greeted(case);
    let line = "readlink /proc/self/fd/0";
    let done = expect_outcome(
        case,
        &mut server,
        &mut wire,
        &call_shell(1, line),
        r#"{"status":0}"#,
    );
    let found = String::from_utf8_lossy(&done.out).into_owned();
    server.expect_same(
        case,
        "the standard input of a command whose call has none",
        "/dev/null\n",
        &found,
    );
}

pub(super) fn a_command_need_not_read_its_input(case: &mut Case) {
    let server = serve(case, &[]);
    let input = bytes(10_000_000);
    for (line, status, stdout) in [
        ("true", 0, ""),
        ("exec 0<&-; echo x; exit 6", 6, "x\n"),
        ("head -c 5 | od -An -tx1 | tr -d ' '", 0, "0001020304\n"),
        ("read x < /dev/null; exit 7", 7, ""),
    ] {
        let ended = shell(case, &server, &[], line).stdin(input.clone()).run();
        expect(
            case,
            &ended,
            &format!("`{line}`, which is sent 10 MB"),
            status,
            stdout,
            "",
        );
    }
}

pub(super) fn an_output_may_be_closed_before_the_end(case: &mut Case) {
    let mut server = serve(case, &[]);
    let mut gate = Gate::new(case, "gate");
    let mut wire = server.greeted(case);
    let line = "echo first; exec 1>&- 2>&-; echo x > closed; read go < gate; exit 5";
    wire.send(&call_shell(1, line));
    wait_for_file(case, &mut server, "closed", 1);
    let frame = server.expect_kind(case, &mut wire, kind::ITEM, "an ITEM of what it wrote before");
    server.expect(
        case,
        frame.payload == b"\x01first\n",
        "`first` on standard output",
        &frame,
    );
    server.settle(case);
    let silent = wire.is_silent();
    server.expect(
        case,
        silent,
        "no end of the call before that of the command",
        "a frame",
    );
    gate.open();
    let done = finish(
        case,
        &mut server,
        &mut wire,
        1,
        "a command that has closed its outputs",
    );
    server.expect_same(case, "the reply", r#"{"status":5}"#, &done.outcome());
}

pub(super) fn all_output_comes_before_the_end(case: &mut Case) {
    let mut server = serve(case, &[]);
    for (line, status) in [
        ("head -c 3000000 /dev/zero; exit 7", 7),
        ("head -c 3000000 /dev/zero; kill -9 $$", 137),
    ] {
        let ended = shell(case, &server, &[], line).run();
        case.expect_status(&ended, status);
        let count = ended.stdout.len();
        case.expect(
            &ended,
            count == 3_000_000,
            &format!("all 3000000 bytes of `{line}`"),
            count,
        );
    }
    // A client that is slow gets what was written before the end, however long that was ago.
    const BYTES: usize = 120_000;
    let mut wire = server.greeted(case);
    wire.send(&call_shell(
        1,
        &format!("echo x > began; head -c {BYTES} /dev/zero; echo x > ended"),
    ));
    wait_for_file(case, &mut server, "ended", 1);
    let mut out = 0;
    std::thread::sleep(std::time::Duration::from_millis(600));
    while let Some(frame) = server.next_unless_settled(case, &mut wire) {
        server.expect(
            case,
            frame.kind == kind::ITEM,
            "ITEMs as far as there is credit",
            &frame,
        );
        out += frame.payload.len() - 1;
    }
    server.expect(
        case,
        out < BYTES,
        "no more than there is credit for",
        format!("{out} bytes"),
    );
    wire.send(&Frame::credit(1, 10 * BYTES as u32));
    let done = finish(
        case,
        &mut server,
        &mut wire,
        1,
        "a command that had ended long before",
    );
    out += done.out.len();
    server.expect(
        case,
        out == BYTES,
        &format!("all {BYTES} bytes that it wrote"),
        format!("{out} bytes"),
    );
    server.expect_same(case, "the reply", r#"{"status":0}"#, &done.outcome());
}
