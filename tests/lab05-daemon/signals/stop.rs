//! How a supervisor stops.

use std::time::Instant;

use rustix::process::Signal;
use support::Case;

use crate::supervised::{
    act, configure, daemon, expect_well, is_alive, is_there, log, read, run, start, until_file, until_number,
    wait_for_end, wait_for_file, wait_for_number,
};

pub(super) fn the_group_gets_the_stop_signal_and_its_time(case: &mut Case) {
    // The command ends at once; what is in its group needs a moment, and has it.
    configure(
        case,
        "trap 'echo >>asked; exit 0' USR1; \
         sh -c 'trap \"sleep 0.3; echo >>member; exit 0\" USR1; >up; while :; do sleep 0.02; done' & \
         while :; do sleep 0.02; done",
        "directory = \".\"\nstop_signal = \"USR1\"\ngrace_ms = 15000",
    );
    let mut running = run(case);
    until_file(&mut running, case, "up");
    running.signal(Signal::TERM);
    let ended = running.wait();
    expect_well(case, &ended);
    for (file, who) in [
        ("asked", "the command"),
        ("member", "another process of its group"),
    ] {
        let found = read(case, file).lines().count();
        case.expect(
            &ended,
            found == 1,
            &format!("{who} gets stop_signal once, and has time for what it does then"),
            format!("{found} times"),
        );
    }
    let log = log(case, "d.log");
    let fits = log.contains("server[PID] stopping\n") && log.contains("server[PID] exited with status 0\n");
    case.expect(
        &ended,
        fits,
        "`stopping` and `exited with status 0` in the log",
        log,
    );
}

pub(super) fn what_does_not_stop_is_killed_after_the_grace(case: &mut Case) {
    configure(
        case,
        "trap '' TERM; sh -c 'echo $$ >member; exec sleep 1000' & >up; while :; do sleep 0.02; done",
        "directory = \".\"\ngrace_ms = 300",
    );
    let mut running = run(case);
    until_file(&mut running, case, "up");
    let member = until_number(&mut running, case, "member");
    running.wait_until("wrote `ready` to its log", || {
        read(case, "d.log").contains("] ready\n")
    });
    let asked = Instant::now();
    running.signal(Signal::TERM);
    let ended = running.wait();
    let took = asked.elapsed().as_millis();
    expect_well(case, &ended);
    case.expect(
        &ended,
        took >= 300,
        "the grace of 300 ms is waited for",
        format!("{took} ms"),
    );
    case.expect(
        &ended,
        !is_alive(member),
        "nothing is left",
        format!("process {member} is running"),
    );
    let log = log(case, "d.log");
    case.snapshot_text(&ended, &log);
    case.expect(
        &ended,
        !is_there(case, "d.pid"),
        "no d.pid at the end",
        "it is there",
    );
}

pub(super) fn grandchildren_with_sessions_of_their_own_are_killed(case: &mut Case) {
    // Three generations, each in a session of its own; the last one has lost its parent already.
    configure(
        case,
        "setsid sh -c 'trap \"\" TERM; echo $$ >first; setsid sh -c \"setsid sleep 1000 & echo \\$! >second\" ; \
         while :; do sleep 0.02; done' & wait",
        "directory = \".\"\ngrace_ms = 15000",
    );
    let (pid, _) = start(case);
    let first = wait_for_number(case, "first");
    let second = wait_for_number(case, "second");
    let asked = Instant::now();
    let stopped = act(case, "stop");
    expect_well(case, &stopped);
    let left: Vec<u32> = [pid, first, second]
        .into_iter()
        .filter(|&pid| is_alive(pid))
        .collect();
    case.expect(
        &stopped,
        left.is_empty(),
        "nothing is left, whatever session it has moved to",
        format!("processes {left:?} are running"),
    );
    let took = asked.elapsed().as_millis();
    case.expect(
        &stopped,
        took < 15_000,
        "once the command and its group have ended, the rest is killed and not waited for",
        format!("{took} ms"),
    );
}

pub(super) fn int_stops_like_term(case: &mut Case) {
    configure(
        case,
        "trap 'echo >>asked; exit 7' TERM; >up; while :; do sleep 0.02; done",
        "directory = \".\"\nrestart = \"always\"",
    );
    let mut running = run(case);
    until_file(&mut running, case, "up");
    running.signal(Signal::INT);
    let ended = running.wait();
    // What the command makes of it does not matter: it was asked to end, and it has.
    expect_well(case, &ended);
    let asked = read(case, "asked").lines().count();
    case.expect(
        &ended,
        asked == 1,
        "the command gets stop_signal, which is TERM",
        asked,
    );
}

pub(super) fn a_stop_ends_a_wait(case: &mut Case) {
    // No wait is longer than half a minute.
    configure(case, "exit 3", "backoff_ms = 45000");
    let mut running = run(case);
    running.wait_until("wrote `starting again in 30000 ms` to its log", || {
        read(case, "d.log").contains("starting again in 30000 ms")
    });
    running.signal(Signal::TERM);
    // In 30 seconds it would be too late for this case.
    let ended = running.wait();
    expect_well(case, &ended);
}

pub(super) fn who_stops_does_not_wait_for_ever(case: &mut Case) {
    configure(
        case,
        "trap '' TERM; >up; while :; do sleep 0.02; done",
        "directory = \".\"\ngrace_ms = 1200",
    );
    let (pid, _) = start(case);
    wait_for_file(case, "up");
    let ended = daemon(case, "stop", &["--timeout", "100"]).run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "server is still running after 100 ms");
    let status = act(case, "status");
    case.expect_status(&status, 0);
    wait_for_end(case, pid, "the daemon, after its grace,");
    let status = act(case, "status");
    case.expect_status(&status, 3);
}
