//! What has ended is started again, or not.

use std::fs;
use std::time::{Duration, Instant};

use support::Case;

use crate::supervised::{configure, log, read, run};

// What is never ready has no line `ready` in its log, however slow the machine is.

/// Counts in the file `starts`, a line each.
const COUNT: &str = "echo >>starts; n=$(wc -l <starts)";

pub(super) fn a_command_that_fails_is_started_again(case: &mut Case) {
    configure(
        case,
        &format!("{COUNT}; case $n in 1) exit 3;; 2) kill -9 $$;; esac; exit 0"),
        "directory = \".\"\nready = \"notify\"\nbackoff_ms = 20",
    );
    let ended = run(case).wait();
    case.expect_status(&ended, 0);
    let log = log(case, "d.log");
    case.snapshot_text(&ended, &log);
}

pub(super) fn restart_says_what_is_started_again(case: &mut Case) {
    for (restart, end, starts, status) in [
        ("never", "exit 0", 1, 0),
        ("never", "exit 3", 1, 1),
        ("never", "kill -9 $$", 1, 1),
        ("on-failure", "exit 0", 1, 0),
        ("on-failure", "exit 3", 3, 1),
        ("on-failure", "kill -9 $$", 3, 1),
        ("always", "exit 0", 3, 1),
        ("always", "exit 3", 3, 1),
    ] {
        let _ = fs::remove_file(case.dir().join("starts"));
        configure(
            case,
            &format!("{COUNT}; {end}"),
            &format!("directory = \".\"\nrestart = \"{restart}\"\nbackoff_ms = 1\nmax_restarts = 2"),
        );
        let ended = run(case).wait();
        let found = read(case, "starts").lines().count();
        case.expect(
            &ended,
            (found, ended.code()) == (starts, status),
            &format!("restart = \"{restart}\" and a command that does `{end}`: {starts} starts, then exit status {status}"),
            format!("{found} starts, then exit status {}", ended.code()),
        );
    }
}

pub(super) fn the_exit_status_says_whether_it_ended_well(case: &mut Case) {
    for (end, status) in [("exit 0", 0), ("exit 3", 1), ("kill -9 $$", 1)] {
        case.file(
            "d.toml",
            format!("command = [\"sh\", \"-c\", \"{end}\"]\npid_file = \"d.pid\"\nrestart = \"never\"\n"),
        );
        let ended = run(case).wait();
        case.expect_status(&ended, status);
    }
}

pub(super) fn waits_double_and_are_waited_for(case: &mut Case) {
    configure(case, "exit 3", "backoff_ms = 30\nmax_restarts = 4");
    let started = Instant::now();
    let ended = run(case).wait();
    let took = started.elapsed();
    case.expect_status(&ended, 1);
    let log = log(case, "d.log");
    let waits: Vec<&str> = log
        .lines()
        .filter_map(|line| line.split_once("starting again in ")?.1.split_once(" ms"))
        .map(|(wait, _)| wait)
        .collect();
    case.expect(
        &ended,
        waits == ["30", "60", "120", "240"],
        "waits of 30, 60, 120 and 240 ms",
        waits.join(" "),
    );
    case.expect(
        &ended,
        took >= Duration::from_millis(450),
        "at least these 450 ms from the first start to the last",
        format!("{} ms", took.as_millis()),
    );
}

pub(super) fn crash_loops_give_up_loudly(case: &mut Case) {
    configure(
        case,
        "exit 3",
        "ready = \"notify\"\nbackoff_ms = 1\nmax_restarts = 2\nwithin_ms = 45000",
    );
    let ended = run(case).wait();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "3 restarts within 45 s: giving up");
    let log = log(case, "d.log");
    case.snapshot_text(&ended, &log);
    let there = case.dir().join("d.pid").exists();
    case.expect(&ended, !there, "no d.pid at the end", "it is there");
}

/// Those that are longer ago than `within_ms` do not count: three restarts of which never two fall into the same 200 ms.
pub(super) fn restarts_are_counted_within_a_time(case: &mut Case) {
    configure(
        case,
        &format!("{COUNT}; sleep 0.3; case $n in 4) >four; exec sleep 1000;; esac; exit 3"),
        "directory = \".\"\nbackoff_ms = 1\nmax_restarts = 1\nwithin_ms = 200",
    );
    let mut running = run(case);
    let path = case.dir().join("four");
    running.wait_until("started the command for the fourth time", || path.exists());
    running.signal(rustix::process::Signal::TERM);
    let ended = running.wait();
    case.expect_status(&ended, 0);
    let log = log(case, "d.log");
    let again = log.matches("(1 of 1 in 200 ms)").count();
    case.expect(
        &ended,
        again == 3,
        "`(1 of 1 in 200 ms)` three times in the log",
        log,
    );
}

pub(super) fn a_restart_that_cannot_be_counts_as_a_failure(case: &mut Case) {
    case.file("script", "#!/bin/sh\nrm script\nexit 3\n");
    let set = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(case.dir().join("script"), set).expect("it was just made");
    case.file(
        "d.toml",
        "name = \"server\"\ncommand = [\"./script\"]\npid_file = \"d.pid\"\nlog = \"d.log\"\ndirectory = \".\"\n\
         ready = \"notify\"\nbackoff_ms = 1\nmax_restarts = 2\n",
    );
    let ended = run(case).wait();
    case.expect_status(&ended, 1);
    let log = log(case, "d.log");
    let lines: Vec<&str> = log.lines().collect();
    let holds = match lines[..] {
        [_, exited, cannot, giving_up] => {
            exited.ends_with("exited with status 3, starting again in 1 ms (1 of 2 in 60 s)")
                && cannot.starts_with("server cannot start ")
                && cannot.ends_with(", starting again in 2 ms (2 of 2 in 60 s)")
                && giving_up.starts_with("server cannot start ")
                && giving_up.ends_with(", 3 restarts within 60 s: giving up")
        }
        _ => false,
    };
    case.expect(
        &ended,
        holds,
        "in the log: started; exited with status 3, starting again; cannot start …, starting again; cannot start …, giving up",
        log,
    );
}

pub(super) fn a_restart_that_is_not_ready_in_time_counts_as_a_failure(case: &mut Case) {
    configure(
        case,
        &format!("{COUNT}; case $n in 1) echo; exit 3;; esac; trap '' TERM; exec sleep 1000"),
        "directory = \".\"\nready = \"line\"\nstart_timeout_ms = 700\nbackoff_ms = 1\nmax_restarts = 1",
    );
    let ended = run(case).wait();
    case.expect_status(&ended, 1);
    let log = log(case, "d.log");
    case.expect(
        &ended,
        log.ends_with("\nserver[PID] not ready within 700 ms, 2 restarts within 60 s: giving up\n"),
        "`server[PID] not ready within 700 ms, 2 restarts within 60 s: giving up` at the end of the log",
        log,
    );
}
