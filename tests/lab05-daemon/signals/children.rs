//! Children: those that end, those that stay, and those of others.

use std::fs;
use std::time::Duration;

use rustix::process::Signal;
use support::Case;

use crate::supervised::{
    LIVES, children, configure, expect_well, is_alive, log, read, run, signal, start, stat, status, stop,
    until_file, until_number,
};

/// The supervisor is stopped while they end. When it goes on there are many ends, and one SIGCHLD.
pub(super) fn many_ends_at_once_leave_no_zombie(case: &mut Case) {
    configure(
        case,
        "for i in 1 2 3 4 5 6 7 8; do sh -c 'sleep 1000 & echo $! >>orphans'; done; >up; exec sleep 1000",
        "directory = \".\"",
    );
    let mut running = run(case);
    until_file(&mut running, case, "up");
    let daemon = running.pid();
    let orphans: Vec<u32> = read(case, "orphans")
        .lines()
        .filter_map(|line| line.parse().ok())
        .collect();
    let belongs = |pid: &u32| stat(*pid).is_some_and(|stat| stat.parent == daemon);
    running.wait_until(
        "became the parent of what the command left behind (PR_SET_CHILD_SUBREAPER)",
        || orphans.len() == 8 && orphans.iter().all(belongs),
    );
    running.signal(Signal::STOP);
    running.wait_until("stopped", || stat(daemon).is_some_and(|stat| stat.state == 'T'));
    for &orphan in &orphans {
        signal(orphan, Signal::KILL);
    }
    let is_zombie = |pid: &u32| stat(*pid).is_some_and(|stat| stat.state == 'Z');
    running.wait_until("had eight children that have ended", || {
        orphans.iter().all(is_zombie)
    });
    running.signal(Signal::CONT);
    running.wait_until("laid all eight to rest (waitpid until nobody is left)", || {
        children(daemon).len() == 1
    });
    running.signal(Signal::TERM);
    let ended = running.wait();
    expect_well(case, &ended);
}

pub(super) fn what_a_crash_leaves_behind_is_killed(case: &mut Case) {
    configure(
        case,
        "[ -e second ] && { kill -0 $(cat left) 2>/dev/null && echo it is still there; >up; exec sleep 1000; }; \
         setsid sh -c 'echo $$ >left.new; mv left.new left; exec sleep 1000' & while ! [ -e left ]; do sleep 0.02; done; >second; exit 3",
        "directory = \".\"\nbackoff_ms = 1",
    );
    let mut running = run(case);
    let left = until_number(&mut running, case, "left");
    until_file(&mut running, case, "up");
    running.signal(Signal::TERM);
    let ended = running.wait();
    expect_well(case, &ended);
    let log = log(case, "d.log");
    case.expect(
        &ended,
        !is_alive(left) && !log.contains("it is still there"),
        "what a command has left behind is killed before it is started again",
        log,
    );
}

pub(super) fn as_process_1_it_reaps_strangers(case: &mut Case) {
    let probe = case
        .peer("unshare", "util-linux")
        .args(["--pid", "--fork", "--map-root-user", "--mount-proc", "true"])
        .run();
    if probe.code() != 0 {
        case.not_run("a kernel that lets users make namespaces");
    }
    configure(
        case,
        "trap 'echo >>heard' USR1; (sleep 0.1 & echo) >orphaned; echo $$ >inner; echo $PPID >parent; >up; \
         while :; do sleep 0.02; done",
        "directory = \".\"\nready = \"started\"",
    );
    let program = case.program_path("daemon").display().to_string();
    let mut running = case
        .peer("unshare", "util-linux")
        .args(["--pid", "--fork", "--map-root-user", "--mount-proc", &program])
        .args(["run", "--config", "d.toml"])
        .spawn();
    until_file(&mut running, case, "up");
    let unshare = running.pid();
    let daemon = children(unshare).first().copied().unwrap_or_default();
    let parent = read(case, "parent");
    running.wait_until("laid to rest what the command has left behind", || {
        let children = children(daemon);
        children.len() == 1 && children.iter().all(|&pid| is_alive(pid))
    });
    signal(daemon, Signal::USR1);
    until_file(&mut running, case, "heard");
    signal(daemon, Signal::TERM);
    let ended = running.wait();
    expect_well(case, &ended);
    case.expect(&ended, parent == "1\n", "a supervisor that is process 1", parent);
    let log = log(case, "d.log");
    case.expect(
        &ended,
        log.ends_with("stopping\nserver[PID] killed by signal 15 (SIGTERM)\n"),
        "`stopping` and `killed by signal 15 (SIGTERM)` at the end of the log",
        log,
    );
}

/// A measure and no condition: a supervisor that looks around every so often does so in this time, too.
pub(super) fn while_nothing_happens_it_sleeps(case: &mut Case) {
    configure(case, LIVES, "");
    let (pid, ended) = start(case);
    // Readiness is over, and its line is in the log.
    case.wait_until("the log says `ready`", || {
        read(case, "d.log").contains("] ready\n")
    });
    let switches = || {
        let fields = status(pid);
        ["voluntary_ctxt_switches", "nonvoluntary_ctxt_switches"].map(|name| fields.get(name).cloned())
    };
    let asleep = || stat(pid).is_some_and(|stat| stat.state == 'S');
    case.wait_until("the daemon sleeps", asleep);
    let before = switches();
    std::thread::sleep(Duration::from_millis(500));
    let after = switches();
    case.expect(
        &ended,
        before == after,
        "a daemon that is not woken while nothing happens: no polling",
        format!("context switches before {before:?}, half a second later {after:?}"),
    );
    let there = fs::exists(case.dir().join("d.pid")).unwrap_or(false);
    case.expect(&ended, there, "d.pid is there", "it is not");
    stop(case);
}
