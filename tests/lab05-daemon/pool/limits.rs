//! So many at a time, so long, so much memory.

use std::fs;

use support::Case;

use super::jobs::{
    Gate, expect_rows, is_alive, job, jobs, number, pool, rows, sorted_rows, wait_for_file, wait_for_pid,
};

pub(super) fn as_many_jobs_run_as_there_are_workers(case: &mut Case) {
    let mut gate = Gate::new(case, "gate");
    // Each job tells how many there are while it runs.
    let script = "mkdir run-$$; echo x >> started; ls -d run-* | wc -l; read go < gate; rmdir run-$$";
    let mut running = pool(case, &["--workers", "3"]).stdin(jobs(8, script)).spawn();
    wait_for_file(case, &mut running, "started", 3);
    for done in 1..=8 {
        gate.open();
        running.wait_for_lines(done);
        // Whoever is done makes room for the next one.
        wait_for_file(case, &mut running, "started", (3 + done).min(8));
    }
    let ended = running.wait();
    let outs = rows(&ended, &["out"]);
    let most = outs
        .lines()
        .filter_map(|line| line.trim().parse::<u32>().ok())
        .max();
    case.expect(
        &ended,
        most == Some(3),
        "at most 3 jobs at a time, and 3 at some",
        format!("{} at some time", most.unwrap_or_default()),
    );
    case.expect_status(&ended, 0);
}

pub(super) fn who_takes_too_long_is_told_to_end(case: &mut Case) {
    let listens = "trap 'echo heard; exit 7' TERM; while :; do sleep 0.02; done";
    let input = [
        job("listens", listens),
        job("does not", "exec sleep 1000"),
        job("in time", "echo quick"),
        job("at last", "trap 'exit 0' TERM; while :; do sleep 0.02; done"),
    ];
    let ended = pool(case, &["--workers", "4", "--time-limit", "1500"])
        .stdin(input.concat())
        .run();
    let expected = "at last timed out 0 null 1 \ndoes not timed out null 15 1 \nin time done 0 null 1 quick\nlistens timed out 7 null 1 heard";
    let keys = ["id", "result", "status", "signal", "tries", "out"];
    let found = sorted_rows(&ended, &keys);
    // The line feed of an `out` makes an empty row.
    let found: Vec<&str> = found.lines().filter(|row| !row.is_empty()).collect();
    case.expect_same(&ended, "the results, sorted", expected, &found.join("\n"));
    case.expect_status(&ended, 1);
    for line in 1..4 {
        let ms = number(&ended, line, "ms").unwrap_or_default();
        case.expect(&ended, ms >= 1500, "at least 1500 ms for who timed out", ms);
    }
}

pub(super) fn who_does_not_listen_is_killed_with_its_group(case: &mut Case) {
    // The group does not listen either, since what is ignored is inherited.
    let script = "trap '' TERM; sleep 1000 & echo $! > child; wait; sleep 1000";
    let mut running = pool(case, &["--workers", "2", "--time-limit", "200", "--grace", "300"])
        .stdin_piped()
        .spawn();
    running.write(job("a", script).as_bytes());
    let child = wait_for_pid(case, &mut running, "child");
    running.wait_for_lines(1);
    // The pool goes on: its end would be no proof.
    running.wait_until("killed the whole group of the job", || !is_alive(child));
    let ended = running.wait();
    expect_rows(
        case,
        &ended,
        1,
        &["id", "result", "status", "signal"],
        "a timed out null 9",
    );
    let ms = number(&ended, 0, "ms").unwrap_or_default();
    case.expect(&ended, ms >= 500, "the time limit, and then the grace", ms);
}

pub(super) fn who_listens_takes_along_those_who_do_not(case: &mut Case) {
    let script = "(trap '' TERM; exec sleep 1000) & echo $! > child; wait";
    let mut running = pool(
        case,
        &["--workers", "2", "--time-limit", "500", "--grace", "60000"],
    )
    .stdin_piped()
    .spawn();
    running.write(job("a", script).as_bytes());
    let child = wait_for_pid(case, &mut running, "child");
    running.wait_for_lines(1);
    running.wait_until("killed the rest of the job's group", || !is_alive(child));
    let ended = running.wait();
    expect_rows(
        case,
        &ended,
        1,
        &["id", "result", "status", "signal"],
        "a timed out null 15",
    );
}

pub(super) fn what_a_job_leaves_in_its_group_ends_with_it(case: &mut Case) {
    let mut running = pool(case, &["--workers", "1"]).stdin_piped().spawn();
    // What is left has the job's output open. The job is over all the same.
    running.write(job("a", "sleep 1000 & echo $! > child; echo done").as_bytes());
    let child = wait_for_pid(case, &mut running, "child");
    running.wait_for_lines(1);
    running.wait_until("killed what the job left behind", || !is_alive(child));
    let ended = running.wait();
    expect_rows(case, &ended, 0, &["id", "result", "out"], "a done done\n");
}

pub(super) fn the_time_limit_begins_with_the_job(case: &mut Case) {
    // All of them together need longer than the limit, and none does by itself, by far: a busy machine may be slow.
    let ended = pool(case, &["--workers", "1", "--time-limit", "4000"])
        .stdin(jobs(11, "sleep 0.4"))
        .run();
    let all_done: Vec<String> = (1..=11).map(|id| format!("{id} done")).collect();
    expect_rows(case, &ended, 0, &["id", "result"], &all_done.join("\n"));
}

pub(super) fn each_try_has_its_own_time_limit(case: &mut Case) {
    let script = "echo x >> tries; [ $(wc -l < tries) = 3 ] || exec sleep 1000";
    let ended = pool(
        case,
        &[
            "--workers",
            "1",
            "--time-limit",
            "1500",
            "--retries",
            "2",
            "--backoff",
            "1",
        ],
    )
    .stdin(job("a", script))
    .run();
    expect_rows(case, &ended, 0, &["id", "result", "tries"], "a done 3");
}

pub(super) fn the_memory_of_a_job_is_limited(case: &mut Case) {
    // sh shows the limit of its address space in KiB.
    let input =
        job("limit", "ulimit -v; ulimit -Hv") + &job("more", "dd if=/dev/zero of=/dev/null bs=200M count=1");
    let ended = pool(case, &["--workers", "1", "--memory", "100"])
        .stdin(input)
        .run();
    let expected = "limit done 0 102400\n102400\n\nmore failed 1 ";
    expect_rows(case, &ended, 1, &["id", "result", "status", "out"], expected);
}

pub(super) fn the_pool_itself_has_no_such_limit(case: &mut Case) {
    let mut gate = Gate::new(case, "gate");
    let mut running = pool(case, &["--workers", "1", "--memory", "100"])
        .stdin(job("a", "echo x > started; read go < gate"))
        .spawn();
    wait_for_file(case, &mut running, "started", 1);
    let limits = fs::read_to_string(format!("/proc/{}/limits", running.pid())).unwrap_or_default();
    gate.open();
    let ended = running.wait();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max address space"))
        .unwrap_or_default();
    case.expect(
        &ended,
        !line.contains(&(100 << 20).to_string()),
        "a limit for the job and not for the pool",
        line,
    );
    case.expect_status(&ended, 0);
}
