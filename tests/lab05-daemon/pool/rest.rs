//! Who has nothing to do sleeps, whatever it is that it waits for.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::time::Duration;

use rustix::fs::OFlags;
use rustix::process::Signal;
use support::{Case, Program, Running};

use super::jobs::{
    Gate, children, command, expect_rows, job, jobs, lines, pool, state, status_number, wait_for_file,
};

/// What a process has used and done: time on a processor in ticks, and how often it went to sleep.
pub(super) fn used(pid: u32) -> (u64, u64) {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields);
    let ticks = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    let slept = status_number(pid, "voluntary_ctxt_switches").unwrap_or_default();
    (ticks, slept)
}

/// Whether a process sleeps for a while without doing anything. A measure, and tried again, since it may have been about to go to sleep.
fn rests(pid: u32) -> bool {
    (0..12).any(|_| {
        let before = used(pid);
        std::thread::sleep(Duration::from_millis(150));
        state(pid) == Some('S') && used(pid) == before
    })
}

/// Expects the pool to sleep while `what` is so; ends it if it does not, so that this can be told.
fn expect_rest(case: &mut Case, running: Running, what: &str) -> Option<Running> {
    if rests(running.pid()) {
        return Some(running);
    }
    let (ticks, slept) = used(running.pid());
    let ended = running.kill();
    let found = format!(
        "it never slept for 150 ms; so far it has used {} ms of a processor and gone to sleep {slept} times",
        10 * ticks
    );
    case.expect(&ended, false, &format!("to sleep while {what}"), found);
    None
}

/// A named pipe that nobody who opens it waits for.
fn both_ends(case: &Case, name: &str) -> File {
    drop(Gate::new(case, name));
    let open = File::options()
        .read(true)
        .write(true)
        .custom_flags(OFlags::NONBLOCK.bits().cast_signed())
        .open(case.dir().join(name));
    open.unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(super) fn who_waits_for_a_free_worker_sleeps_and_comes_before_new_jobs(case: &mut Case) {
    let mut gate = Gate::new(case, "gate");
    let input = job("again", "exit 1") + &job("held", "echo x > started; read go < gate") + &job("new", ":");
    let mut running = pool(case, &["--workers", "1", "--retries", "1", "--backoff", "1"])
        .stdin(input)
        .spawn();
    wait_for_file(case, &mut running, "started", 1);
    let what = "another try is due and no worker is free";
    let Some(running) = expect_rest(case, running, what) else {
        return;
    };
    gate.open();
    let ended = running.wait();
    let expected = "held done 1\nagain failed 2\nnew done 1";
    expect_rows(case, &ended, 1, &["id", "result", "tries"], expected);
}

pub(super) fn with_a_full_output_nothing_is_read_or_started(case: &mut Case) {
    let mut results = both_ends(case, "results");
    // Full, before the pool comes: no result finds room.
    while results.write(&[b'\n'; 4096]).is_ok() {}
    let mut gate = Gate::new(case, "gate");
    let mut running = pool(case, &["--workers", "2", "--retries", "1", "--backoff", "1"])
        .stdin_piped()
        .stdout_to("results")
        .spawn();
    let fails = "echo $$ >> tries; [ $(wc -l < tries) = 2 ] || read go < gate; exit 1";
    let input = job("big", "head -c 65536 /dev/zero | tr '\\0' x; echo x > big") + &job("fails", fails);
    running.write(input.as_bytes());
    wait_for_file(case, &mut running, "tries", 1);
    wait_for_file(case, &mut running, "big", 1);
    let pid = running.pid();
    running.wait_until("buried the first job", || children(pid).len() == 1);
    running.write(jobs(20, "echo x >> more").as_bytes());
    gate.open();
    running.wait_until("buried both jobs", || children(pid).is_empty());
    running.close_stdin();
    let what = "nobody reads its results, another try is due, and more jobs stand in its input";
    let Some(mut running) = expect_rest(case, running, what) else {
        return;
    };
    let started = ["more", "tries"].map(|name| lines(&case.dir().join(name)).len());
    // There is room again, and it goes on.
    let mut told = Vec::new();
    running.wait_until("told all its results to who reads them at last", || {
        let _ = results.read_to_end(&mut told);
        told.windows(9).filter(|&text| text == b"\"result\":").count() == 22
    });
    let ended = running.wait();
    case.expect_status(&ended, 1);
    case.expect(
        &ended,
        started == [0, 1],
        "no job to be started, and none to be tried again, while 64 KiB wait for who reads them",
        format!(
            "{} new jobs, and {} tries of the one that failed",
            started[0], started[1]
        ),
    );
    let told = String::from_utf8_lossy(&told);
    let last = told
        .lines()
        .find(|line| line.contains("\"fails\""))
        .unwrap_or_default();
    case.expect(
        &ended,
        last.contains("\"tries\":2,"),
        "the job that failed to have its second try then",
        last,
    );
}

/// Prepares a pool whose standard error is the file `name`.
fn complaining_to(case: &Case, name: &str, options: &[&str]) -> Program {
    let program = case.program_path("daemon").display().to_string();
    let script = format!("exec \"$0\" pool \"$@\" 2>{name}");
    let args = ["-c", &script, &program]
        .into_iter()
        .chain(options.iter().copied());
    case.peer("sh", "dash").args(args).args(["--", "sh", "-c"])
}

pub(super) fn who_stops_reading_errors_ends_nothing(case: &mut Case) {
    // While somebody still hears what a pool says that cannot even do this.
    let ended = pool(case, &["--workers", "1"]).stdin(job("first", ":")).run();
    expect_rows(case, &ended, 0, &["id", "result"], "first done");
    let mut errors = both_ends(case, "errors");
    let mut gate = Gate::new(case, "gate");
    let mut running = complaining_to(case, "errors", &["--workers", "2"])
        .stdin_piped()
        .spawn();
    let loud = "head -c 150000 /dev/zero | tr '\\0' x >&2; echo loud";
    running
        .write((job("loud", loud) + &job("after", "read go < gate; echo more >&2; echo after")).as_bytes());
    // It reads a part, and goes away.
    let mut read = 0;
    running.wait_until("passed on what a job says on standard error", || {
        read += errors.read(&mut [0; 4096]).unwrap_or(0);
        read >= 12 << 10
    });
    drop(errors);
    running.wait_for_lines(1);
    gate.open();
    running.wait_for_lines(2);
    let what = "nobody reads its standard error";
    let Some(running) = expect_rest(case, running, what) else {
        return;
    };
    let ended = running.wait();
    expect_rows(
        case,
        &ended,
        0,
        &["id", "result", "out"],
        "loud done loud\n\nafter done after\n",
    );
}

pub(super) fn with_256_that_wait_for_another_try_no_new_jobs_are_read(case: &mut Case) {
    let options = ["--workers", "4", "--retries", "1", "--backoff", "30000"];
    let mut running = command(case, &options, &["sh", "-c", "echo x >> started; exit 1"])
        .stdin_piped()
        .spawn();
    let input: String = (0..500).map(|id| format!("{{\"id\":{id}}}\n")).collect();
    running.write(input.as_bytes());
    wait_for_file(case, &mut running, "started", 256);
    let Some(running) = expect_rest(case, running, "256 jobs wait for their next try") else {
        return;
    };
    let started = lines(&case.dir().join("started")).len();
    running.signal(Signal::TERM);
    let ended = running.wait();
    // Some were read ahead, and some were running.
    case.expect(
        &ended,
        started < 300,
        "256 jobs to wait for their next try, and some that were read already",
        format!("{started} of 500 were started"),
    );
    let told = ended.stdout_text().lines().count();
    case.expect(&ended, told == 500, "500 results", told);
    case.expect_status(&ended, 1);
}

pub(super) fn a_first_term_while_giving_up_changes_nothing(case: &mut Case) {
    const GRACE: Duration = Duration::from_millis(2000);
    let input = job("held", "trap '' TERM; echo x > started; exec sleep 1000")
        + &job("crash", "until [ -s started ]; do sleep 0.02; done; kill -9 $$");
    let mut running = pool(case, &["--workers", "2", "--max-crashes", "0", "--grace", "2000"])
        .stdin_piped()
        .spawn();
    running.write(input.as_bytes());
    running.wait_for_lines(1);
    // The grace is running. Near its end somebody asks for the same again.
    std::thread::sleep(GRACE * 3 / 4);
    let asked = std::time::Instant::now();
    running.signal(Signal::TERM);
    let ended = running.wait();
    let took = asked.elapsed();
    expect_rows(
        case,
        &ended,
        1,
        &["id", "result", "signal"],
        "crash crashed 9\nheld crashed 9",
    );
    case.expect(
        &ended,
        took < GRACE,
        "the grace of 2000 ms not to begin anew by a SIGTERM 1500 ms after it has begun",
        format!("{} ms after that the pool has ended", took.as_millis()),
    );
}
