//! What a command inherits, and what it costs.

use serde_json::json;
use support::Case;

use super::command::{
    Gate, call, call_shell, call_with, children, descriptors, expect, expect_outcome, finish, serve, shell,
    wait_for_file,
};
use crate::wire::{Threads, kind};

pub(super) fn a_command_leads_a_group_of_its_own(case: &mut Case) {
    let server = serve(case, &[]);
    let line = "read pid name state parent group session rest < /proc/self/stat; test $$ = $group && echo leader; test $group = $$ -a $pid = $$ && echo alone";
    let ended = shell(case, &server, &[], line).run();
    expect(
        case,
        &ended,
        "a shell that looks at its process group",
        0,
        "leader\nalone\n",
        "",
    );
}

pub(super) fn a_command_inherits_no_signals_and_no_descriptors(case: &mut Case) {
    let mut server = serve(case, &[]);
    // Others have connections open meanwhile.
    let mut wire = server.greeted(case);
    let ended = shell(case, &server, &[], "grep -E '^Sig(Blk|Ign)' /proc/self/status").run();
    case.expect_status(&ended, 0);
    // The C library keeps 32 and 33 for itself, and says so to nobody.
    let mask = |line: &str| u64::from_str_radix(line.split_whitespace().nth(1)?, 16).ok();
    let text = ended.stdout_text();
    let masks: Vec<Option<u64>> = text
        .lines()
        .map(|line| mask(line).map(|mask| mask & !(3 << 31)))
        .collect();
    case.expect(
        &ended,
        masks == [Some(0); 2],
        "no signal blocked or ignored in a command",
        &text,
    );
    // With SIGPIPE ignored, `yes` would complain.
    let ended = shell(case, &server, &[], "yes | head -n 1").run();
    expect(case, &ended, "`yes | head -n 1`", 0, "y\n", "");
    // The listing itself has one more.
    for options in [&["--no-stdin"][..], &[]] {
        let ended = shell(case, &server, options, "ls /proc/self/fd | wc -l").run();
        expect(case, &ended, "the number of descriptors of ls", 0, "4\n", "");
    }
    // Neither has one that is started while others run.
    wire.send(&call_shell(1, "read x"));
    let mut gate = Gate::new(case, "gate");
    wire.send(&call_with(
        2,
        json!({ "argv": ["sh", "-c", "echo x > started; read go < gate"], "stdin": true }),
    ));
    wait_for_file(case, &mut server, "started", 1);
    let ended = shell(case, &server, &[], "ls /proc/self/fd | wc -l").run();
    expect(
        case,
        &ended,
        "the number of descriptors of ls while another command runs",
        0,
        "4\n",
        "",
    );
    gate.open();
}

pub(super) fn many_commands_leave_nothing_behind(case: &mut Case) {
    const ROUNDS: u64 = 300;
    let mut server = serve(case, &[]);
    let mut wire = server.greeted(case);
    let mut before = 0;
    for id in 1..=ROUNDS {
        match id % 4 {
            0 => {
                expect_outcome(
                    case,
                    &mut server,
                    &mut wire,
                    &call_shell(id, "echo x; exit 3"),
                    r#"{"status":3}"#,
                );
            }
            1 => {
                wire.send(&call(id, &["nosuchprogram"]));
                server.expect_error(case, &mut wire, id, 100, "a program that is not there");
            }
            2 => {
                let call = call_with(id, json!({ "argv": ["sh", "-c", "kill -9 $$"], "stdin": true }));
                expect_outcome(case, &mut server, &mut wire, &call, r#"{"signal":9}"#);
            }
            _ => {
                let call = call_with(id, json!({ "argv": ["cat"], "stdin": true }));
                wire.send(&call);
                wire.send(&crate::wire::Frame::item(id, b"x").flags(crate::wire::LAST));
                let done = finish(case, &mut server, &mut wire, id, "cat");
                server.expect_same(case, "the reply to cat", r#"{"status":0}"#, &done.outcome());
            }
        }
        if id == 20 || id == ROUNDS {
            server.settle(case);
            let pid = server.pid;
            server.wait_until("had no child left, not even a zombie", || {
                children(pid).is_empty()
            });
            match id {
                20 => before = descriptors(pid),
                _ => {
                    let after = descriptors(pid);
                    let what =
                        format!("as many open descriptors after {ROUNDS} commands as after 20: {before}");
                    server.expect(case, after <= before, &what, after);
                }
            }
        }
    }
}

pub(super) fn a_command_needs_no_thread(case: &mut Case) {
    const MANY: u64 = 40;
    let mut server = serve(case, &["--exec-at-once", &MANY.to_string()]);
    let mut gate = Gate::new(case, "gate");
    let mut wire = server.greeted(case);
    let start = |id| {
        call_with(
            id,
            json!({ "argv": ["sh", "-c", "echo x >> started; read go < gate"], "stdin": true }),
        )
    };
    wire.send(&start(1));
    wait_for_file(case, &mut server, "started", 1);
    server.settle(case);
    let one = Threads::of(server.pid).count();
    for id in 2..=MANY {
        wire.send(&start(id));
    }
    wait_for_file(case, &mut server, "started", MANY as usize);
    server.settle(case);
    let many = Threads::of(server.pid).count();
    server.expect(
        case,
        many <= one,
        &format!("as many threads with {MANY} commands as with one: {one}"),
        many,
    );
    for _ in 0..MANY {
        gate.open();
    }
    for _ in 0..MANY {
        server.expect_kind(case, &mut wire, kind::REPLY, "the end of each");
    }
}

pub(super) fn a_server_with_a_command_sleeps(case: &mut Case) {
    let mut server = serve(case, &["--ping", "0"]);
    let mut gate = Gate::new(case, "gate");
    let mut wire = server.greeted(case);
    // Its outputs are closed, and its input has ended: nothing of that may wake anybody again and again.
    let line = "exec 1>&- 2>&- 0<&-; echo x > started; read go < gate; exit 3";
    wire.send(&call_with(
        1,
        json!({ "argv": [line], "shell": true, "stdin": true, "timeout_ms": 3_600_000 }),
    ));
    wait_for_file(case, &mut server, "started", 1);
    let sleeps = server.sleeps_for(std::time::Duration::from_millis(300));
    server.expect(
        case,
        sleeps,
        "a server that sleeps while a command runs",
        "its threads wake up again and again",
    );
    gate.open();
    let done = finish(
        case,
        &mut server,
        &mut wire,
        1,
        "a command with everything closed",
    );
    server.expect_same(case, "the reply", r#"{"status":3}"#, &done.outcome());
}
