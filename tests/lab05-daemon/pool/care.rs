//! What a pool leaves behind, takes, and costs while it works: nothing, no more than it needs, and nothing.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use support::{Case, Running};

use super::jobs::{
    Gate, children, command, descriptors, expect_rows, is_alive, job, jobs, pool, rows, state, status_number,
    wait_for_file, wait_for_pid,
};
use super::rest::used;

/// Stops a pool and returns how it stood, so that an expectation can be told.
fn stop(running: Running) -> support::Ended {
    running.kill()
}

pub(super) fn nobody_stays_a_zombie_while_others_run(case: &mut Case) {
    let mut running = pool(case, &["--workers", "3"]).stdin_piped().spawn();
    let input = job("held", "echo $$ > held; exec sleep 1000") + &jobs(60, "exit $(($$ % 3))");
    running.write(input.as_bytes());
    wait_for_pid(case, &mut running, "held");
    running.wait_for_lines(60);
    let pid = running.pid();
    running.wait_until("laid its dead jobs to rest", || children(pid).len() == 1);
    stop(running);
}

pub(super) fn strangers_are_laid_to_rest_too(case: &mut Case) {
    let mut gate = Gate::new(case, "gate");
    let mut running = pool(case, &["--workers", "2"]).stdin_piped().spawn();
    // Their parent is gone before they are, so that they become the pool's: it is the one who takes in what jobs leave behind.
    let script = "setsid sh -c 'echo $$ >> strays; : > up-$0; read go < gate' $$ > /dev/null 2>&1 & until [ -e up-$$ ]; do sleep 0.01; done";
    running.write(jobs(5, script).as_bytes());
    let strays = wait_for_file(case, &mut running, "strays", 5);
    running.wait_for_lines(5);
    let strays: Vec<u32> = strays.iter().filter_map(|line| line.parse().ok()).collect();
    let alive = strays.iter().filter(|&&pid| is_alive(pid)).count();
    let pid = running.pid();
    let theirs = children(pid);
    let adopted = strays.iter().all(|stray| theirs.contains(stray));
    if alive < 5 || !adopted {
        let ended = stop(running);
        case.expect(
            &ended,
            false,
            "what left the group of its job to live on as a child of the pool",
            format!("{alive} of 5 alive; the pool's children: {theirs:?}"),
        );
        return;
    }
    for _ in &strays {
        gate.open();
    }
    running.wait_until("laid to rest those whom its jobs had left behind", || {
        strays.iter().all(|&pid| state(pid).is_none())
    });
    let ended = running.wait();
    case.expect_status(&ended, 0);
}

/// Runs jobs, and compares the pool's descriptors with those that it had after the first few. A slow machine may take fewer: each job that
/// leaves one open is one too many.
fn descriptors_after(case: &mut Case, most: usize, time: Duration) {
    const FIRST: usize = 20;
    const STEP: usize = 200;
    let mut running = command(case, &["--workers", "8"], &["cat"]).stdin_piped().spawn();
    let line = format!("{}\n", json!({ "id": "a", "stdin": "text" }));
    let pid = running.pid();
    let since = Instant::now();
    let (mut first, mut last, mut done) = (0, 0, 0);
    while done < most && (done == 0 || since.elapsed() < time) {
        let more = if done == 0 { FIRST } else { STEP.min(most - done) };
        running.write(line.repeat(more).as_bytes());
        done += more;
        running.wait_for_lines(done);
        running.wait_until("came to rest", || {
            children(pid).is_empty() && state(pid) == Some('S')
        });
        last = descriptors(pid);
        if done == FIRST {
            first = last;
        }
    }
    let ended = running.wait();
    case.expect(
        &ended,
        last <= first,
        &format!("as many open descriptors after {done} jobs as after {FIRST}: {first}"),
        last,
    );
    case.expect_status(&ended, 0);
}

pub(super) fn no_descriptor_is_left_open(case: &mut Case) {
    descriptors_after(case, 1000, Duration::from_secs(3));
}

pub(super) fn no_descriptor_is_left_open_by_ten_thousand_jobs(case: &mut Case) {
    descriptors_after(case, 10_000, Duration::from_secs(10));
}

pub(super) fn idle_it_sleeps_and_is_small(case: &mut Case) {
    // Who waits for a job, for a line, for a time limit and for another try has nothing to do either.
    let mut running = pool(
        case,
        &[
            "--workers",
            "2",
            "--time-limit",
            "3600000",
            "--retries",
            "1",
            "--backoff",
            "30000",
        ],
    )
    .stdin_piped()
    .spawn();
    let input =
        jobs(10, "echo x") + &job("again", "exit 1") + &job("held", "echo $$ > held; exec sleep 1000");
    running.write(input.as_bytes());
    wait_for_pid(case, &mut running, "held");
    running.wait_for_lines(10);
    let pid = running.pid();
    running.wait_until("came to rest", || {
        children(pid).len() == 1 && state(pid) == Some('S')
    });
    let (ticks, slept) = used(pid);
    let anonymous = status_number(pid, "RssAnon").unwrap_or(u64::MAX);
    // Meanwhile another pool does some work, and some time passes.
    let since = Instant::now();
    let other = pool(case, &["--workers", "2"]).stdin(jobs(20, ":")).run();
    case.expect_status(&other, 0);
    case.wait_until("some time has passed", || {
        since.elapsed() > Duration::from_millis(600)
    });
    let (ticks_later, slept_later) = used(pid);
    let waited = since.elapsed().as_millis();
    let ended = stop(running);
    case.expect(
        &ended,
        slept_later <= slept + 2,
        &format!("to sleep on while nothing happens for {waited} ms"),
        format!("it woke up {} times", slept_later.saturating_sub(slept)),
    );
    case.expect(
        &ended,
        ticks_later <= ticks + 1,
        "no time on a processor while nothing happens",
        format!("{} ms", 10 * ticks_later.saturating_sub(ticks)),
    );
    case.expect(
        &ended,
        anonymous < 4096,
        "less than 4096 KiB of memory (RssAnon)",
        format!("{anonymous} KiB"),
    );
}

pub(super) fn no_more_jobs_are_read_than_are_needed(case: &mut Case) {
    const SIZE: usize = 100_000;
    const ALL: usize = 40;
    let mut gate = Gate::new(case, "gate");
    let line = format!(
        "{}\n",
        json!({ "id": "big", "args": ["echo x >> started; read go < gate"], "stdin": "x".repeat(SIZE) })
    );
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let mut running = pool(case, &["--workers", "4"])
        .stdin_stream(move |pipe| {
            for _ in 0..ALL {
                pipe.write_all(line.as_bytes())?;
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        })
        .spawn();
    wait_for_file(case, &mut running, "started", 4);
    // It reads on for a while. It is done when it sleeps, and nothing more is taken while it sleeps on.
    let pid = running.pid();
    let (mut last, mut since) = ((0, 0), Instant::now());
    running.wait_until("came to rest", || {
        let now = (used(pid).1, taken.load(Ordering::Relaxed) as u64);
        if now != last || state(pid) != Some('S') {
            (last, since) = (now, Instant::now());
        }
        since.elapsed() > Duration::from_millis(200) || now.1 as usize == ALL
    });
    let before = taken.load(Ordering::Relaxed);
    for _ in 0..ALL {
        gate.open();
    }
    let ended = running.wait();
    // One may be on its way.
    case.expect(
        &ended,
        before <= 10,
        "4 jobs that run and 5 that are read ahead, of lines longer than a pipe holds",
        format!("{before} lines were taken"),
    );
    let done = rows(&ended, &["result"])
        .lines()
        .filter(|&row| row == "done")
        .count();
    case.expect(
        &ended,
        done == ALL,
        &format!("{ALL} results that say `done`"),
        done,
    );
}

pub(super) fn a_flood_of_output_takes_no_memory(case: &mut Case) {
    let input = [
        job("one", "head -c 60000000 /dev/zero"),
        job("two", "head -c 60000000 /dev/zero"),
        // On standard error, and without a line feed.
        job("three", "head -c 6000000 /dev/zero | tr '\\0' x >&2"),
        // A line without an end.
        format!("{{\"id\":\"{}\n", "y".repeat(20_000_000)),
        job("four", "echo four"),
    ];
    let ended = pool(case, &["--workers", "4"]).stdin(input.concat()).run();
    let most = 16 << 10;
    case.expect(
        &ended,
        ended.peak_anonymous_kib < most,
        &format!("less than {most} KiB of memory (RssAnon), all jobs included"),
        format!("{} KiB", ended.peak_anonymous_kib),
    );
    let said: usize = ended
        .stderr
        .split(|&byte| byte == b'\n')
        .filter_map(|line| line.strip_prefix(b"three: "))
        .map(<[u8]>::len)
        .sum();
    case.expect(
        &ended,
        said == 6_000_000,
        "6000000 bytes on standard error, in lines with the job's name before them",
        said,
    );
    case.expect_stderr_names(&ended, "daemon: stdin:4: ");
    case.expect_status(&ended, 1);
}

pub(super) fn many_short_jobs_are_all_told(case: &mut Case) {
    const ALL: usize = 500;
    let input: String = (0..ALL)
        .map(|id| format!("{{\"id\":{id},\"args\":[\"{id}\"]}}\n"))
        .collect();
    let ended = command(case, &["--workers", "16"], &["echo"]).stdin(input).run();
    let mut found: Vec<String> = rows(&ended, &["id", "result", "out"])
        .replace("\n\n", "\n")
        .lines()
        .map(str::to_owned)
        .collect();
    found.sort();
    let mut expected: Vec<String> = (0..ALL).map(|id| format!("{id} done {id}")).collect();
    expected.sort();
    case.expect_same(
        &ended,
        "the results, sorted",
        &expected.join("\n"),
        &found.join("\n"),
    );
    case.expect_status(&ended, 0);
}

pub(super) fn a_pool_in_a_pool_leaves_nothing_either(case: &mut Case) {
    let escape = "setsid sh -c 'echo $$ > left; exec sleep 1000' & until [ -s left ]; do sleep 0.01; done";
    case.file("inner", job("b", escape));
    let daemon = case.program_path("daemon");
    let script = format!("{} pool --workers 2 -- sh -c < inner", daemon.display());
    let ended = pool(case, &["--workers", "1"]).stdin(job("a", &script)).run();
    expect_rows(case, &ended, 0, &["id", "result"], "a done");
    let left = fs::read_to_string(case.dir().join("left")).unwrap_or_default();
    let left: u32 = left.trim().parse().unwrap_or_default();
    case.expect(
        &ended,
        left != 0 && !is_alive(left),
        "nothing alive at the end",
        left,
    );
}
