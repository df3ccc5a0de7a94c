//! One instance, and who it is.

use std::fs::{self, File};
use std::time::{Duration, Instant};

use rustix::fs::{FlockOperation, flock};
use rustix::process::Signal;
use support::Case;

use crate::supervised::{
    LIVES, act, command, configure, daemon, expect_well, is_alive, is_there, pid_of_daemon, read, signal,
    start, stop, wait_for_end,
};

pub(super) fn a_second_start_says_that_it_is_running(case: &mut Case) {
    configure(case, LIVES, "");
    let (pid, _) = start(case);
    let second = act(case, "start");
    case.expect_status(&second, 0);
    case.expect_stdout(&second, format!("server is running already, pid {pid}\n"));
    let now = pid_of_daemon(case, &second);
    case.expect(&second, now == pid, "the same process id in d.pid as before", now);
    let run = act(case, "run");
    case.expect_status(&run, 1);
    case.expect_stderr_names(&run, &format!("server is running already, pid {pid}"));
    stop(case);
}

pub(super) fn of_many_starts_at_once_one_wins(case: &mut Case) {
    // A stale file makes it harder.
    case.file("d.pid", "1\n");
    configure(
        case,
        "echo started >>starts; exec sleep 1000",
        "directory = \".\"",
    );
    for round in 1..=3 {
        let running: Vec<_> = (0..8).map(|_| daemon(case, "start", &[]).spawn()).collect();
        let ended: Vec<_> = running.into_iter().map(support::Running::wait).collect();
        let pid = pid_of_daemon(case, &ended[0]);
        for ended in &ended {
            expect_well(case, ended);
        }
        let said = |ended: &&support::Ended| ended.stdout.starts_with(b"server is running already");
        let losers = ended.iter().filter(said).count();
        case.expect(
            &ended[0],
            losers == 7,
            "7 of 8 starts say `server is running already`",
            format!("{losers} do"),
        );
        let starts = read(case, "starts").lines().count();
        case.expect(
            &ended[0],
            starts == round,
            "of 8 starts, one starts the command",
            format!("it was started {starts} times in {round} rounds"),
        );
        let status = act(case, "status");
        case.expect_stdout(&status, format!("server is running, pid {pid}\n"));
        stop(case);
    }
}

pub(super) fn a_pid_file_without_a_lock_is_only_a_file(case: &mut Case) {
    configure(case, LIVES, "");
    let stranger = case.peer("sleep", "coreutils").args(["1000"]).spawn();
    for text in [
        format!("{}\n", stranger.pid()),
        "0\n".to_owned(),
        "-1\n".to_owned(),
        "nonsense".to_owned(),
    ] {
        case.file("d.pid", &text);
        let status = act(case, "status");
        case.expect_status(&status, 1);
        let reload = act(case, "reload");
        case.expect_status(&reload, 7);
        let stopped = stop(case);
        case.expect_stdout(&stopped, "server is not running\n");
        let (pid, started) = start(case);
        case.expect(
            &started,
            pid != stranger.pid(),
            "the daemon's own process id in d.pid",
            pid,
        );
        stop(case);
    }
    let status = act(case, "status");
    case.expect(
        &status,
        is_alive(stranger.pid()),
        "a process is left alone whose number stands in a pid file that nobody has locked",
        format!("process {} has ended", stranger.pid()),
    );
}

pub(super) fn a_daemon_that_was_killed_is_dead_while_its_command_lives(case: &mut Case) {
    configure(case, LIVES, "");
    let (pid, ended) = start(case);
    let of_command = command(case, &ended, pid);
    signal(pid, Signal::KILL);
    wait_for_end(case, pid, "the daemon that was killed");
    case.expect(
        &ended,
        is_alive(of_command),
        "the command is still there",
        "it is not",
    );
    let status = act(case, "status");
    case.expect_status(&status, 1);
    case.expect(
        &status,
        is_there(case, "d.pid"),
        "d.pid is left alone by status",
        "it is gone",
    );
    let (again, _) = start(case);
    case.expect(&status, again != pid, "another daemon", again);
    stop(case);
    signal(of_command, Signal::KILL);
}

pub(super) fn the_lock_decides_and_not_the_number(case: &mut Case) {
    configure(case, LIVES, "");
    let path = case.file("d.pid", "");
    let ours = File::options().write(true).open(&path).expect("it was just made");
    flock(&ours, FlockOperation::NonBlockingLockExclusive).expect("nobody else has it");
    // The last two are no number and a line feed, as a supervisor writes them.
    for text in ["", "0\n", "-1\n", "12abc\n", "12"] {
        fs::write(&path, text).expect("it is ours");
        let status = act(case, "status");
        case.expect_status(&status, 0);
        case.expect_stdout(&status, "server is running\n");
    }
    let second = act(case, "start");
    case.expect_status(&second, 0);
    case.expect_stdout(&second, "server is running already\n");
    drop(ours);
    // Somebody who only looks is no daemon: a shared lock is in nobody's way for long.
    let (pid, _) = start(case);
    fs::write(&path, "").expect("it is ours");
    let status = act(case, "status");
    case.expect_status(&status, 0);
    fs::write(&path, format!("{pid}\n")).expect("it is ours");
    stop(case);
}

pub(super) fn who_only_looks_is_no_daemon(case: &mut Case) {
    configure(case, LIVES, "");
    let path = case.file("d.pid", "");
    let looks = File::open(&path).expect("it was just made");
    flock(&looks, FlockOperation::NonBlockingLockShared).expect("nobody else has it");
    let starting = daemon(case, "start", &[]).spawn();
    // It may try for a second. One that does not try again has ended by then.
    let since = Instant::now();
    case.wait_until("some time has passed", || {
        since.elapsed() > Duration::from_millis(300) || !is_alive(starting.pid())
    });
    drop(looks);
    let ended = starting.wait();
    expect_well(case, &ended);
    case.expect_stdout(&ended, "");
    stop(case);
}

/// Takes a lease on d.pid: whoever opens it waits. Then the file is removed, and whoever waits gets it open without its name.
///
/// Source: fcntl(2), `F_SETLEASE` and `F_GETLEASE`.
const LEASE: &str = r#"
$SIG{IO} = "IGNORE";
open(my $file, "+<", "d.pid") or die "d.pid: $!";
fcntl($file, 1024, 1) or exit 77;
open(my $leased, ">", "leased") or die "leased: $!";
select(undef, undef, undef, 0.003) until fcntl($file, 1025, 0) != 1;
unlink("d.pid") or die "d.pid: $!";
fcntl($file, 1024, 2) or die "the lease: $!";
"#;

pub(super) fn a_lock_on_a_file_that_has_lost_its_name_is_none(case: &mut Case) {
    configure(case, LIVES, "");
    case.file("d.pid", "");
    let holder = case.peer("perl", "perl-base").args(["-e", LEASE]).spawn();
    case.wait_until("somebody else has a lease on d.pid", || {
        is_there(case, "leased") || !is_alive(holder.pid())
    });
    if !is_there(case, "leased") {
        case.not_run("a file system with leases");
    }
    let ended = act(case, "start");
    expect_well(case, &ended);
    let removed = holder.wait();
    case.expect_status(&removed, 0);
    case.expect(
        &ended,
        is_there(case, "d.pid"),
        "d.pid made anew and locked, since the file that was opened was removed before it was locked",
        "there is no d.pid, so the next start finds no lock",
    );
    let pid = pid_of_daemon(case, &ended);
    let second = act(case, "start");
    case.expect_stdout(&second, format!("server is running already, pid {pid}\n"));
    stop(case);
}
