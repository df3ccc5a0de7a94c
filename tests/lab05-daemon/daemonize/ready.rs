//! `start` comes back when the command is ready, or when nothing is left of it.

use std::fs;

use rustix::process::Signal;
use support::{Case, Ended};

use crate::supervised::{
    LIVES, act, configure, daemon, expect_well, is_alive, is_there, log, pids_in_log, read, signal, stop,
    wait_for_number,
};

/// Both kinds of readiness come after the file `done` and a while; `start` must not be back before.
fn check_that_start_waits(case: &mut Case, script: &str, ready: &str) {
    configure(case, script, &format!("directory = \".\"\nready = \"{ready}\""));
    let notify = case.program_path("notify");
    let ended = daemon(case, "start", &[]).env("NOTIFY", notify).run();
    // Looked at first: a start that is back too early gives the command time to make up for it.
    let was_done = is_there(case, "done");
    expect_well(case, &ended);
    case.expect(
        &ended,
        was_done,
        "start ends when the command is ready, and not before",
        "start has ended, but the command is not there yet",
    );
    stop(case);
}

pub(super) fn start_waits_for_the_first_line(case: &mut Case) {
    let script =
        "echo no line of standard output >&2; printf beginning; sleep 0.3; >done; echo; exec sleep 1000";
    check_that_start_waits(case, script, "line");
}

pub(super) fn start_waits_for_the_notification(case: &mut Case) {
    let script = "\
        echo this is no notification; $NOTIFY STATUS=warming; $NOTIFY READY=0; sleep 0.3; >done; \
        $NOTIFY \"STATUS=at work\" READY=1; exec sleep 1000";
    check_that_start_waits(case, script, "notify");
    let log = log(case, "d.log");
    let found = log
        .find("] status: warming\n")
        .zip(log.find("] status: at work\n"));
    let ended = act(case, "status");
    case.expect(
        &ended,
        found.is_some_and(|(first, second)| first < second),
        "`status: warming` and then `status: at work` in the log, as lines about the command",
        log,
    );
}

/// Expects `start` to have failed with this sentence, and to have left nothing.
fn expect_no_daemon(case: &mut Case, ended: &Ended, sentence: &str) {
    case.expect_status(ended, 1);
    case.expect_stderr_names(ended, sentence);
    case.expect(
        ended,
        !is_there(case, "d.pid"),
        "no d.pid when start has failed",
        "it is there",
    );
    let status = act(case, "status");
    case.expect_status(&status, 3);
}

pub(super) fn a_command_that_ends_too_early_is_no_daemon(case: &mut Case) {
    for (script, ready, sentence) in [
        ("exit 3", "started", "exited with status 3 before it was ready"),
        ("exit 0", "started", "exited with status 0 before it was ready"),
        (
            "kill -9 $$",
            "started",
            "killed by signal 9 (SIGKILL) before it was ready",
        ),
        (
            "echo >&2; exit 4",
            "line",
            "exited with status 4 before it was ready",
        ),
        (
            "echo; exit 5",
            "notify",
            "exited with status 5 before it was ready",
        ),
    ] {
        configure(
            case,
            script,
            &format!("ready = \"{ready}\"\nrestart = \"always\""),
        );
        let mut ended = act(case, "start");
        // On a machine that is very busy, even `exit` may take 100 ms, and then it was ready.
        for _ in 0..5 {
            if ready == "started" && ended.code() == 0 {
                case.expect_quiet(&ended);
                stop(case);
                ended = act(case, "start");
            }
        }
        expect_no_daemon(case, &ended, &format!("server: {sentence}"));
        let log = log(case, "d.log");
        case.expect(
            &ended,
            log.ends_with(&format!("server[PID] {sentence}\n")),
            &format!("`TIME server[PID] {sentence}` as the last line of the log"),
            read(case, "d.log"),
        );
    }
}

pub(super) fn a_command_that_cannot_be_started_is_named(case: &mut Case) {
    case.file("plain", "#!/bin/sh\n");
    for (command, directory, sentence) in [
        ("./nowhere", ".", "server: cannot start "),
        ("./plain", ".", "server: cannot start "),
        ("sleep", "./nowhere", "server: cannot change to "),
    ] {
        case.file(
            "d.toml",
            format!(
                "name = \"server\"\ncommand = [\"{command}\", \"1000\"]\npid_file = \"d.pid\"\nlog = \"d.log\"\n\
                 directory = \"{directory}\"\n"
            ),
        );
        let ended = act(case, "start");
        expect_no_daemon(case, &ended, sentence);
        let what = if command == "sleep" { directory } else { command };
        case.expect_stderr_names(&ended, what.trim_start_matches("./"));
    }
}

pub(super) fn a_command_that_is_not_ready_in_time_is_no_daemon(case: &mut Case) {
    let script = "trap '' TERM; setsid sh -c 'echo $$ >child; exec sleep 1000' & wait";
    for (ready, millis) in [("line", 1200), ("notify", 600)] {
        configure(
            case,
            script,
            &format!("directory = \".\"\nready = \"{ready}\"\nstart_timeout_ms = {millis}"),
        );
        let ended = act(case, "start");
        expect_no_daemon(case, &ended, &format!("server: not ready within {millis} ms"));
        let mut left = pids_in_log(case, "d.log");
        left.push(wait_for_number(case, "child"));
        left.retain(|&pid| is_alive(pid));
        case.expect(
            &ended,
            left.is_empty(),
            "nothing of the command is running when start has failed, not even what has a session of its own",
            format!("processes {left:?}"),
        );
        fs::remove_file(case.dir().join("child")).expect("it was just read");
    }
}

pub(super) fn a_supervisor_that_dies_is_no_success(case: &mut Case) {
    configure(case, LIVES, "ready = \"notify\"");
    let mut starting = daemon(case, "start", &[]).spawn();
    starting.wait_until("let the supervisor start the command", || {
        read(case, "d.log").contains("] started\n")
    });
    let supervisor = read(case, "d.pid").trim().parse().unwrap_or_default();
    signal(supervisor, Signal::KILL);
    let ended = starting.wait();
    for command in pids_in_log(case, "d.log") {
        signal(command, Signal::KILL);
    }
    case.expect_status(&ended, 1);
    case.expect_stderr_names(
        &ended,
        "server: its supervisor died before it was ready, see the log",
    );
}

pub(super) fn a_log_that_cannot_be_opened_is_named(case: &mut Case) {
    configure(case, LIVES, "");
    fs::create_dir(case.dir().join("d.log")).expect("the folder is empty");
    let ended = act(case, "start");
    expect_no_daemon(case, &ended, "d.log");
}
