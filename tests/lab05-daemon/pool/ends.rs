//! Ends that are not the end of the jobs.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;

use rustix::fs::OFlags;
use rustix::process::Signal;
use support::{Case, Running};

use super::jobs::{
    Gate, command, expect_rows, is_alive, job, jobs, pool, rows, sorted_rows, wait_for_file, wait_for_pid,
};

/// Waits for the end of a pool whose standard input stays open.
fn wait_without_closing(mut running: Running) -> support::Ended {
    let pid = running.pid();
    running.wait_until("ended although its standard input is open", || !is_alive(pid));
    running.wait()
}

pub(super) fn term_starts_nothing_more_and_loses_nothing(case: &mut Case) {
    for signal in [Signal::TERM, Signal::INT] {
        let mut gate = Gate::new(case, &format!("gate-{}", signal.as_raw()));
        let started = format!("started-{}", signal.as_raw());
        let script = format!(
            "echo x >> {started}; read go < gate-{}; echo finished",
            signal.as_raw()
        );
        let mut running = pool(case, &["--workers", "2", "--grace", "60000"])
            .stdin_piped()
            .spawn();
        // Far more than are read ahead.
        running.write(jobs(40, &script).as_bytes());
        wait_for_file(case, &mut running, &started, 2);
        running.signal(signal);
        running.wait_for_lines(38);
        gate.open();
        gate.open();
        let ended = wait_without_closing(running);
        let found = sorted_rows(&ended, &["result", "id"]);
        let found: Vec<&str> = found.lines().filter(|row| !row.is_empty()).collect();
        let mut expected: Vec<String> = (3..=40).map(|id| format!("not run {id}")).collect();
        expected.extend(["done 1".to_owned(), "done 2".to_owned()]);
        expected.sort();
        case.expect_same(
            &ended,
            "the results, sorted",
            &expected.join("\n"),
            &found.join("\n"),
        );
        let first = rows(
            &ended,
            &["id", "result", "status", "signal", "tries", "ms", "out"],
        );
        let first = first.lines().next().unwrap_or_default();
        case.expect(
            &ended,
            first == "3 not run null null 0 0 ",
            "a job that was not run to have no status, no signal, no tries, 0 ms and no output",
            first,
        );
        case.expect_status(&ended, 1);
    }
}

pub(super) fn term_with_nothing_left_undone_is_success(case: &mut Case) {
    let mut running = pool(case, &["--workers", "2"]).stdin_piped().spawn();
    running.write(jobs(3, ":").as_bytes());
    running.wait_for_lines(3);
    running.signal(Signal::TERM);
    let ended = wait_without_closing(running);
    case.expect_status(&ended, 0);
    let mut gate = Gate::new(case, "gate");
    let mut running = pool(case, &["--workers", "2"]).stdin_piped().spawn();
    running.write(job("a", "echo x > started; read go < gate").as_bytes());
    wait_for_file(case, &mut running, "started", 1);
    running.signal(Signal::TERM);
    gate.open();
    let ended = wait_without_closing(running);
    expect_rows(case, &ended, 0, &["id", "result"], "a done");
}

pub(super) fn after_the_grace_what_still_runs_is_killed(case: &mut Case) {
    let script = "sleep 1000 & echo $! > child; wait";
    let mut running = pool(case, &["--workers", "1", "--grace", "300"])
        .stdin(job("a", script))
        .spawn();
    let child = wait_for_pid(case, &mut running, "child");
    running.signal(Signal::TERM);
    let ended = running.wait();
    expect_rows(
        case,
        &ended,
        1,
        &["id", "result", "signal", "tries"],
        "a crashed 9 1",
    );
    let at_least = ended.wall.as_millis();
    case.expect(&ended, at_least >= 300, "300 ms of grace", at_least);
    case.expect(&ended, !is_alive(child), "nothing alive at the end", child);
}

pub(super) fn a_second_term_kills_at_once(case: &mut Case) {
    let mut running = pool(
        case,
        &[
            "--workers",
            "1",
            "--grace",
            "3600000",
            "--retries",
            "5",
            "--backoff",
            "1",
        ],
    )
    .stdin_piped()
    .spawn();
    let input = job("held", "sleep 1000 & echo $! > child; wait") + &job("left", ":");
    running.write(input.as_bytes());
    let child = wait_for_pid(case, &mut running, "child");
    running.signal(Signal::TERM);
    // Two signals of a kind that nobody has looked at yet are one.
    running.wait_for_lines(1);
    running.signal(Signal::TERM);
    let ended = wait_without_closing(running);
    expect_rows(
        case,
        &ended,
        1,
        &["id", "result", "signal"],
        "left not run null\nheld crashed 9",
    );
    case.expect(&ended, !is_alive(child), "nothing alive at the end", child);
}

pub(super) fn of_a_folder_every_file_is_told(case: &mut Case) {
    for name in 10..60 {
        case.file(&format!("spool/{name}"), "");
    }
    let mut gate = Gate::new(case, "gate");
    let mut running = command(
        case,
        &["--workers", "1", "--jobs", "spool", "--grace", "60000"],
        &["sh", "-c", "echo x >> started; read go < gate"],
    )
    .spawn();
    gate.open();
    wait_for_file(case, &mut running, "started", 2);
    running.signal(Signal::TERM);
    running.wait_for_lines(49);
    gate.open();
    let ended = running.wait();
    let expected: Vec<String> = (10..60)
        .map(|name| format!("{name} {}", if name < 12 { "done" } else { "not run" }))
        .collect();
    case.expect_same(
        &ended,
        "the results, sorted",
        &expected.join("\n"),
        &sorted_rows(&ended, &["id", "result"]),
    );
    case.expect_status(&ended, 1);
}

pub(super) fn a_closed_stdout_ends_it_quietly(case: &mut Case) {
    let mut gate = Gate::new(case, "gate");
    let mut running = pool(case, &["--workers", "2"])
        .stdin_piped()
        .close_stdout_after(1)
        .spawn();
    let input = job("held", "echo $$ > held; exec sleep 1000") + &job("first", "read go < gate");
    running.write(input.as_bytes());
    let held = wait_for_pid(case, &mut running, "held");
    gate.open();
    running.wait_for_stdout("printed a result", |bytes| !bytes.is_empty());
    // These results find nobody any more.
    running.write(jobs(100, ":").as_bytes());
    let ended = wait_without_closing(running);
    case.expect_quiet(&ended);
    case.expect_status(&ended, 0);
    case.expect(&ended, !is_alive(held), "no job alive at the end", held);
}

pub(super) fn results_that_cannot_be_written_are_an_error(case: &mut Case) {
    let ended = pool(case, &["--workers", "2"])
        .stdin(jobs(3, ":"))
        .stdout_to("/dev/full")
        .run();
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "standard output");
}

pub(super) fn nothing_escapes_by_a_session_of_its_own(case: &mut Case) {
    // Three of them: a child, one whose parent is gone, and one that has done all that daemons do.
    let escape = |name: &str| format!("echo $$ > {name}; exec sleep 1000");
    let script = format!(
        "setsid sh -c '{}' & (setsid sh -c '{}' &) ; setsid sh -c '(trap \"\" TERM HUP INT; {}) > /dev/null 2>&1 < /dev/null & exit 0'; until [ -s one ] && [ -s two ] && [ -s three ]; do sleep 0.01; done; echo all",
        escape("one"),
        escape("two"),
        // The id of the subshell and not of its parent.
        "sh -c \"echo \\$\\$ > three; exec sleep 1000\"",
    );
    let ended = pool(case, &["--workers", "1"]).stdin(job("a", &script)).run();
    expect_rows(case, &ended, 0, &["id", "result", "out"], "a done all\n");
    for name in ["one", "two", "three"] {
        let pid = fs::read_to_string(case.dir().join(name)).unwrap_or_default();
        let pid: u32 = pid.trim().parse().unwrap_or_default();
        case.expect(
            &ended,
            pid != 0 && !is_alive(pid),
            "nothing alive after the end of the pool",
            format!("process {pid}"),
        );
    }
}

pub(super) fn who_does_not_read_results_keeps_the_pool_from_nothing(case: &mut Case) {
    let reader = Gate::new(case, "results");
    // Full, before the pool comes: no result finds room.
    let full = File::options()
        .write(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(case.dir().join("results"));
    let mut full = full.unwrap_or_else(|error| panic!("the pipe of the results: {error}"));
    while full.write(&[b'\n'; 4096]).is_ok() {}
    drop(full);
    let mut running = pool(case, &["--workers", "2", "--time-limit", "500"])
        .stdin_piped()
        .stdout_to("results")
        .spawn();
    let late = "trap 'echo x > heard; exit 0' TERM; echo x > started; while :; do sleep 0.02; done";
    let input = jobs(4, "echo result") + &job("late", late);
    running.write(input.as_bytes());
    // Time limits hold on.
    wait_for_file(case, &mut running, "heard", 1);
    // So do signals: the first one drains, the second one needs no reader.
    running.signal(Signal::TERM);
    running.signal(Signal::INT);
    let ended = wait_without_closing(running);
    case.expect_status(&ended, 1);
    drop(reader);
}

pub(super) fn the_status_says_whether_all_jobs_are_done(case: &mut Case) {
    for (script, status) in [
        (":", 0),
        ("exit 1", 1),
        ("kill -15 $$", 1),
        ("exec no-such-program", 1),
    ] {
        let input = job("a", ":") + &job("b", script) + &job("c", ":");
        let ended = pool(case, &["--workers", "2"]).stdin(input).run();
        case.expect_status(&ended, status);
        let count = rows(&ended, &["id"]).lines().count();
        case.expect(&ended, count == 3, "three results", count);
    }
}
