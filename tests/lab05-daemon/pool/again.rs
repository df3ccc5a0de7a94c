//! Another try, and one too many.

use rustix::process::Signal;
use support::Case;

use super::jobs::{Gate, command, expect_rows, job, jobs, lines, pool, sorted_rows};

/// A script that counts its tries in the file `NAME`, and goes on with `then`, which sees the count as `$n`.
fn counted(name: &str, then: &str) -> String {
    format!("echo x >> {name}; n=$(wc -l < {name}); {then}")
}

pub(super) fn who_fails_crashes_or_is_late_is_tried_again(case: &mut Case) {
    let input = [
        job("fails", &counted("fails", "exit $n")),
        job("crashes", &counted("crashes", "kill -9 $$")),
        job("late", &counted("late", "exec sleep 1000")),
        job(
            "well at last",
            &counted("well", "echo try $n; [ $n = 3 ] || exit 1"),
        ),
        job("well at once", &counted("once", "echo try $n")),
    ];
    let ended = pool(
        case,
        &[
            "--workers",
            "5",
            "--retries",
            "2",
            "--backoff",
            "1",
            "--time-limit",
            "700",
        ],
    )
    .stdin(input.concat())
    .run();
    let expected = "crashes crashed null 9 3\nfails failed 3 null 3\nlate timed out null 15 3\nwell at last done 0 null 3\nwell at once done 0 null 1";
    let keys = ["id", "result", "status", "signal", "tries"];
    case.expect_same(
        &ended,
        "the results, sorted",
        expected,
        &sorted_rows(&ended, &keys),
    );
    case.expect_status(&ended, 1);
    for (name, tries) in [
        ("fails", 3),
        ("crashes", 3),
        ("late", 3),
        ("well", 3),
        ("once", 1),
    ] {
        let found = lines(&case.dir().join(name)).len();
        case.expect(
            &ended,
            found == tries,
            &format!("{tries} tries of `{name}`"),
            found,
        );
    }
    let last = ended.stdout_text().contains("\"out\":\"try 3\\n\"");
    case.expect(
        &ended,
        last,
        "the output of the last try alone",
        ended.stdout_text(),
    );
}

pub(super) fn without_retries_there_is_one_try(case: &mut Case) {
    let ended = pool(case, &["--workers", "1"])
        .stdin(job("a", &counted("a", "exit 1")))
        .run();
    expect_rows(case, &ended, 1, &["id", "result", "tries"], "a failed 1");
}

pub(super) fn the_wait_doubles_with_each_try(case: &mut Case) {
    let script = "date +%s%N >> times; exit 1";
    let ended = pool(case, &["--workers", "1", "--retries", "3", "--backoff", "150"])
        .stdin(job("a", script))
        .run();
    expect_rows(case, &ended, 1, &["id", "result", "tries"], "a failed 4");
    let times: Vec<u64> = lines(&case.dir().join("times"))
        .iter()
        .filter_map(|line| line.parse().ok())
        .collect();
    for (pair, least) in times.windows(2).zip([150, 300, 600]) {
        let waited = pair[1].saturating_sub(pair[0]) / 1_000_000;
        case.expect(
            &ended,
            waited >= least,
            &format!("at least {least} ms before the next try"),
            format!("{waited} ms"),
        );
    }
}

pub(super) fn while_one_waits_for_its_next_try_others_run(case: &mut Case) {
    // The longest wait is half a minute: nobody waits for it here.
    let mut running = pool(case, &["--workers", "1", "--retries", "5", "--backoff", "100000"])
        .stdin_piped()
        .spawn();
    let input = job("a", "echo so far; exit 4") + &jobs(3, ":");
    running.write(input.as_bytes());
    running.wait_for_lines(3);
    running.signal(Signal::TERM);
    let ended = running.wait();
    // Who has been tried is no job that was not run.
    let expected = "1 done 0 1 \n2 done 0 1 \n3 done 0 1 \na failed 4 1 so far\n";
    expect_rows(
        case,
        &ended,
        1,
        &["id", "result", "status", "tries", "out"],
        expected,
    );
}

pub(super) fn too_many_crashes_and_the_pool_gives_up(case: &mut Case) {
    let input = [
        job("fails", "exit 1"),
        job("one", "kill -11 $$"),
        job("well", ":"),
        job("two", "kill -9 $$"),
        job("three", "kill -6 $$"),
        job("four", ":"),
        job("five", "kill -9 $$"),
    ];
    let ended = pool(
        case,
        &["--workers", "1", "--max-crashes", "2", "--within", "60000"],
    )
    .stdin(input.concat())
    .run();
    let expected = "fails failed 1\none crashed 1\nwell done 1\ntwo crashed 1\nthree crashed 1\nfour not run 0\nfive not run 0";
    expect_rows(case, &ended, 1, &["id", "result", "tries"], expected);
    case.expect_stderr_names(&ended, "daemon: 3 crashes within 60000 ms: giving up\n");
}

pub(super) fn each_try_that_crashes_counts(case: &mut Case) {
    let ended = pool(
        case,
        &[
            "--workers",
            "1",
            "--retries",
            "9",
            "--backoff",
            "1",
            "--max-crashes",
            "1",
        ],
    )
    .stdin(job("a", "kill -9 $$"))
    .run();
    expect_rows(
        case,
        &ended,
        1,
        &["id", "result", "signal", "tries"],
        "a crashed 9 2",
    );
    case.expect_stderr_names(&ended, "daemon: 2 crashes within 10000 ms: giving up\n");
}

pub(super) fn crashes_far_from_each_other_are_borne(case: &mut Case) {
    let ended = pool(case, &["--workers", "1", "--max-crashes", "1", "--within", "100"])
        .stdin(jobs(4, "sleep 0.2; kill -9 $$"))
        .run();
    expect_rows(
        case,
        &ended,
        1,
        &["id", "result"],
        "1 crashed\n2 crashed\n3 crashed\n4 crashed",
    );
    case.expect_quiet(&ended);
}

pub(super) fn a_start_that_fails_counts_as_a_crash(case: &mut Case) {
    let input: String = (1..=4).map(|id| format!("{{\"id\":{id}}}\n")).collect();
    let ended = command(
        case,
        &["--workers", "1", "--max-crashes", "1"],
        &["./no-such-program"],
    )
    .stdin(input)
    .run();
    expect_rows(
        case,
        &ended,
        1,
        &["id", "result", "tries"],
        "1 not started 1\n2 not started 1\n3 not run 0\n4 not run 0",
    );
    case.expect_stderr_names(&ended, "daemon: 2 crashes within 10000 ms: giving up\n");
}

pub(super) fn whoever_is_late_has_not_crashed(case: &mut Case) {
    let ended = pool(
        case,
        &["--workers", "2", "--max-crashes", "0", "--time-limit", "300"],
    )
    .stdin(jobs(2, "exec sleep 1000"))
    .run();
    case.expect_same(
        &ended,
        "the results, sorted",
        "1 timed out 15\n2 timed out 15",
        &sorted_rows(&ended, &["id", "result", "signal"]),
    );
    case.expect_quiet(&ended);
}

pub(super) fn when_the_pool_gives_up_running_jobs_may_finish(case: &mut Case) {
    let mut gate = Gate::new(case, "gate");
    let input =
        job("held", "read go < gate; echo finished") + &job("crash", "kill -9 $$") + &job("left", ":");
    let mut running = pool(
        case,
        &["--workers", "2", "--max-crashes", "0", "--grace", "60000"],
    )
    .stdin_piped()
    .spawn();
    running.write(input.as_bytes());
    // Nobody closes standard input: what the pool has given up it does not wait for.
    running.wait_for_lines(2);
    gate.open();
    let ended = running.wait();
    expect_rows(
        case,
        &ended,
        1,
        &["id", "result", "out"],
        "crash crashed \nleft not run \nheld done finished\n",
    );
}
