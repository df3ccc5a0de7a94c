//! Whatever ends a command ends all that it has started, but for who has left its group.

use std::fs;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use support::Case;

use super::command::{
    Gate, call_with, exec, expect, expect_none_left, finish, is_alive, mark, marked, serve, shell,
    wait_for_file, wait_for_pid,
};
use crate::wire::{Frame, Subject, code, kind};

/// A command with a child and a grandchild that do not listen to SIGTERM, and that hold the pipes; a line in `started` says that all are there.
const STUBBORN: &str = "trap '' TERM; (trap '' TERM; (while :; do sleep 0.05; done) & while :; do sleep 0.05; done) & echo x >> started; while :; do sleep 0.05; done";

/// The processes of it: itself and two more, without the sleeps.
const OF_STUBBORN: usize = 3;

fn wait_until_all_run(subject: &mut Subject, mark: &str) {
    subject.wait_until("had started a command with a child and a grandchild", || {
        marked(mark).len() >= OF_STUBBORN
    });
}

pub(super) fn the_time_limit_ends_the_whole_group(case: &mut Case) {
    let mut server = serve(case, &[]);
    let mark = mark("limit");
    let ended = shell(case, &server, &["--timeout", "1.5", "--env", &mark], STUBBORN).run();
    let address = server.address;
    expect(
        case,
        &ended,
        "a command that takes too long",
        124,
        "",
        &format!("rpc: {address}: exec: timed out\n"),
    );
    // SIGTERM after a second and a half, and SIGKILL another one later.
    let wall = ended.wall.as_millis();
    case.expect(
        &ended,
        wall >= 2500,
        "1500 ms for the command and 1000 ms after SIGTERM",
        format!("{wall} ms"),
    );
    expect_none_left(&mut server, &mark);
    // Whoever ends when told to has a status of his own.
    let line =
        "exec 2> /dev/null; trap 'echo bye; exit 3' TERM; echo x > listens; while :; do sleep 0.05; done";
    let ended = shell(case, &server, &["--timeout", "1500ms"], line).run();
    expect(
        case,
        &ended,
        "a command that ends when its time is over",
        124,
        "bye\n",
        &format!("rpc: {address}: exec: timed out\n"),
    );
    let mut wire = server.greeted(case);
    for (id, line, outcome) in [
        (1, line, r#"{"status":3,"timed_out":true}"#),
        (2, "exec sleep 1000", r#"{"signal":15,"timed_out":true}"#),
        (
            3,
            "trap '' TERM; while :; do sleep 0.05; done",
            r#"{"signal":9,"timed_out":true}"#,
        ),
        (4, "exit 9", r#"{"status":9}"#),
    ] {
        wire.send(&call_with(
            id,
            json!({ "argv": [line], "shell": true, "timeout_ms": 1500 }),
        ));
        let done = finish(case, &mut server, &mut wire, id, &format!("`{line}`"));
        server.expect_same(
            case,
            &format!("the reply to `{line}` with timeout_ms 1500"),
            outcome,
            &done.outcome(),
        );
    }
    // 0 is without limit.
    wire.send(&call_with(
        5,
        json!({ "argv": ["sleep", "0.2"], "timeout_ms": 0 }),
    ));
    let done = finish(case, &mut server, &mut wire, 5, "a command without a limit");
    server.expect_same(
        case,
        "the reply with timeout_ms 0",
        r#"{"status":0}"#,
        &done.outcome(),
    );
}

pub(super) fn a_signal_for_the_client_ends_the_group(case: &mut Case) {
    let mut server = serve(case, &[]);
    for (signal, status) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mark = mark(&format!("signal-{status}"));
        let mut client = Subject::spawn(shell(case, &server, &["--env", &mark], STUBBORN).stdin_piped());
        wait_until_all_run(&mut client, &mark);
        client.signal(signal);
        let pid = client.pid;
        client.wait_until("ended although its standard input is open", || !is_alive(pid));
        let ended = client.wait();
        case.expect_status(&ended, status);
        expect_none_left(&mut server, &mark);
    }
    // It is told first, and has a second.
    let line = "trap 'echo x > heard; exit' TERM; echo x > listens; while :; do sleep 0.05; done";
    let mut client = Subject::spawn(shell(case, &server, &[], line));
    wait_for_file(case, &mut client, "listens", 1);
    client.signal(Signal::INT);
    wait_for_file(case, &mut server, "heard", 1);
    let ended = client.wait();
    case.expect_status(&ended, 130);
}

pub(super) fn a_cancel_is_answered_at_once_and_ends_the_group(case: &mut Case) {
    let mut server = serve(case, &[]);
    let mark = mark("cancel");
    let mut wire = server.greeted(case);
    let (name, value) = mark.split_once('=').unwrap_or_default();
    wire.send(&call_with(
        1,
        json!({ "argv": [STUBBORN], "shell": true, "env": { name: value } }),
    ));
    wait_until_all_run(&mut server, &mark);
    let since = Instant::now();
    wire.send(&Frame::cancel(1));
    server.expect_error(case, &mut wire, 1, code::CANCELLED, "the answer to a CANCEL");
    // The command does not listen to SIGTERM: it has a second more. Whoever looks later than that cannot tell.
    let alive = !marked(&mark).is_empty();
    let late = since.elapsed().as_millis() >= 1000;
    server.expect(
        case,
        alive || late,
        "the answer before the command has ended",
        "it has ended",
    );
    expect_none_left(&mut server, &mark);
    let reply = server.ask(case, &mut wire, 2, "echo", "1");
    server.expect_same(case, "the next call on the same connection", "1", &reply);
}

pub(super) fn a_deadline_ends_the_group(case: &mut Case) {
    let mut server = serve(case, &[]);
    let mark = mark("deadline");
    let mut wire = server.greeted(case);
    let (name, value) = mark.split_once('=').unwrap_or_default();
    let params = json!({ "argv": ["sh", "-c", "sleep 1000 & sleep 1000"], "env": { name: value } });
    wire.send(&Frame::call(1, 400, "exec", params.to_string()));
    server.expect_error(case, &mut wire, 1, code::DEADLINE, "a call whose time is over");
    expect_none_left(&mut server, &mark);
}

pub(super) fn a_client_that_is_gone_ends_the_group(case: &mut Case) {
    let mut server = serve(case, &[]);
    let killed = mark("killed");
    let mut client = Subject::spawn(shell(case, &server, &["--env", &killed], STUBBORN).stdin_piped());
    wait_until_all_run(&mut client, &killed);
    client.kill();
    expect_none_left(&mut server, &killed);
    for (name, reset) in [("closed", false), ("reset", true)] {
        let mark = mark(name);
        let mut wire = server.greeted(case);
        let (name, value) = mark.split_once('=').unwrap_or_default();
        wire.send(&call_with(
            1,
            json!({ "argv": [STUBBORN], "shell": true, "env": { name: value } }),
        ));
        wait_until_all_run(&mut server, &mark);
        match reset {
            true => wire.reset(),
            false => drop(wire),
        }
        expect_none_left(&mut server, &mark);
    }
}

pub(super) fn what_a_command_leaves_in_its_group_ends_with_it(case: &mut Case) {
    let mut server = serve(case, &[]);
    for (name, line) in [
        ("holds", "sleep 1000 & exit 3"),
        ("holds none", "sleep 1000 > /dev/null 2>&1 < /dev/null & exit 3"),
        (
            "stubborn",
            "(trap '' TERM HUP INT; echo x > up; while :; do sleep 0.05; done) & until [ -s up ]; do sleep 0.01; done; exit 3",
        ),
        ("deep", "(sh -c 'sleep 1000 & sleep 1000' &) ; exit 3"),
    ] {
        let mark = mark(name);
        let ended = shell(case, &server, &["--env", &mark], line).run();
        expect(case, &ended, &format!("`{line}`"), 3, "", "");
        expect_none_left(&mut server, &mark);
    }
    // It ends after the leader, and not because of a limit.
    let line = "sleep 1000 & kill -9 $$";
    let ended = shell(case, &server, &[], line).run();
    expect(case, &ended, &format!("`{line}`"), 137, "", "");
}

pub(super) fn a_stranger_lives_on_and_is_not_waited_for(case: &mut Case) {
    let mut server = serve(case, &[]);
    let line = "setsid sh -c 'echo $$ > stranger; exec sleep 1000' & until [ -s stranger ]; do sleep 0.01; done; echo done; exit 4";
    let ended = shell(case, &server, &[], line).run();
    expect(
        case,
        &ended,
        "a command that leaves a stranger behind who holds its pipes",
        4,
        "done\n",
        "",
    );
    let stranger = wait_for_pid(case, &mut server, "stranger");
    let alive = is_alive(stranger);
    case.expect(
        &ended,
        alive,
        "a process alive that has left the group",
        "it was killed",
    );
    // Nor is one whose output never stops.
    fs::remove_file(case.dir().join("stranger")).unwrap_or_else(|error| panic!("rm: {error}"));
    let line =
        "setsid sh -c 'echo $$ > stranger; exec yes' & until [ -s stranger ]; do sleep 0.01; done; exit 5";
    let mut wire = server.greeted(case);
    wire.send(&call_with(1, json!({ "argv": [line], "shell": true })));
    let since = Instant::now();
    let done = finish(
        case,
        &mut server,
        &mut wire,
        1,
        "a command that leaves one behind who writes and writes",
    );
    server.expect_same(case, "the reply", r#"{"status":5}"#, &done.outcome());
    server.expect(
        case,
        since.elapsed().as_secs() < 10,
        "an end soon after that of the command",
        "it took 10 s",
    );
    for pid in [stranger, wait_for_pid(case, &mut server, "stranger")] {
        if let Some(pid) = Pid::from_raw(pid.cast_signed()) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

pub(super) fn a_client_whose_output_nobody_reads_any_more_ends_the_command(case: &mut Case) {
    let mut server = serve(case, &[]);
    let mark = mark("pipe");
    let ended = exec(case, &server, &["--env", &mark], &["yes"])
        .close_stdout_after(100_000)
        .run();
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
    expect_none_left(&mut server, &mark);
}

pub(super) fn a_server_that_ends_waits_for_commands_and_then_kills_them(case: &mut Case) {
    // One that ends in time: everything is as if the server went on.
    let mut server = serve(case, &["--grace", "600000"]);
    let mut gate = Gate::new(case, "gate");
    let mut watcher = server.greeted(case);
    let line = "echo x > started; read go < gate; echo done; exit 3";
    let mut client = Subject::spawn(shell(case, &server, &[], line));
    wait_for_file(case, &mut client, "started", 1);
    server.signal(Signal::TERM);
    server.expect_kind(case, &mut watcher, kind::GOAWAY, "GOAWAY after SIGTERM");
    gate.open();
    let ended = client.wait();
    expect(
        case,
        &ended,
        "a command that was under way at SIGTERM",
        3,
        "done\n",
        "",
    );
    drop(watcher);
    let ended = server.wait();
    case.expect_status(&ended, 0);
    // Those that do not are killed, and their clients are told something.
    let mut server = serve(case, &["--grace", "400"]);
    let mark = mark("grace");
    let mut client = Subject::spawn(shell(case, &server, &["--env", &mark], STUBBORN));
    wait_until_all_run(&mut client, &mark);
    server.signal(Signal::TERM);
    let ended = server.wait();
    case.expect_status(&ended, 0);
    // The kernel may need a moment for those who were killed; they never end by themselves.
    case.wait_until("every command is gone when the server has ended", || {
        marked(&mark).is_empty()
    });
    let ended = client.wait();
    case.expect_status(&ended, 125);
    case.expect(
        &ended,
        !ended.stderr.is_empty(),
        "a word on standard error about what happened",
        "none",
    );
}
