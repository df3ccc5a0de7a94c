//! With processes, and the clocks of this machine.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::Signal;
use support::{Case, Running};

/// Writes a schedule whose only job is a script.
fn schedule(case: &mut Case, head: &str, keys: &str, script: &str) {
    case.file("job.sh", script);
    let jobs = format!("{head}\n[[job]]\nname = \"job\"\ncommand = [\"sh\", \"job.sh\"]\n{keys}\n");
    case.file("jobs.toml", jobs);
}

fn start(case: &mut Case) -> Running {
    case.program("daemon").args(["schedule", "jobs.toml"]).spawn()
}

/// Makes a named pipe. Whoever opens it to read waits until somebody opens it to write, and the other way round.
fn gate(case: &Case, name: &str) -> PathBuf {
    let path = case.dir().join(name);
    mknodat(CWD, &path, FileType::Fifo, Mode::RWXU, 0).unwrap_or_else(|error| panic!("{name}: {error}"));
    path
}

/// Lets one through that waits at the gate, or will.
fn open(gate: &Path) {
    fs::write(gate, "go\n").unwrap_or_else(|error| panic!("{}: {error}", gate.display()));
}

fn wait_for(running: &mut Running, what: &str, count: usize) {
    running.wait_for_stdout(&format!("told {count} times of `{what}`"), |seen| {
        String::from_utf8_lossy(seen).matches(what).count() >= count
    });
}

/// Whether a process is there and has not ended.
fn lives(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    let state = stat
        .rsplit_once(") ")
        .and_then(|(_, fields)| fields.chars().next());
    state.is_some_and(|state| !"ZX".contains(state))
}

/// The lines without their times; what took so many milliseconds took `… ms`.
fn lines(stdout: &str) -> Vec<String> {
    let line = |line: &str| {
        let what = line.split_once("Z ").map_or(line, |(_, what)| what);
        match what.split_once(" after ") {
            Some((before, ms)) if ms.ends_with(" ms") => format!("{before} after … ms"),
            _ => what.to_owned(),
        }
    };
    stdout.lines().map(line).collect()
}

fn count(lines: &[String], what: &str) -> usize {
    lines.iter().filter(|line| line.starts_with(what)).count()
}

pub(super) fn jobs_start_at_their_times_and_never_over_themselves(case: &mut Case) {
    schedule(
        case,
        "grace = \"1h\"",
        "every = \"50ms\"",
        "mkdir alone || echo twice >> wrong\nread word < gate\nrmdir alone\necho $word >> runs\necho printed; exit 3\n",
    );
    let gate = gate(case, "gate");
    let mut running = start(case);
    for round in 1..=3 {
        // While it stands at the gate it is due again and again.
        wait_for(&mut running, " start job\n", round);
        wait_for(&mut running, " skip job: still running\n", 3 * round);
        open(&gate);
        wait_for(&mut running, " end job: exited with status 3 after ", round);
    }
    wait_for(&mut running, " start job\n", 4);
    running.signal(Signal::TERM);
    open(&gate);
    let ended = running.wait();
    case.expect_status(&ended, 0);
    let text = ended.stdout_text();
    let lines = lines(&text);
    let wrong = case.dir().join("wrong").exists();
    case.expect(&ended, !wrong, "never two runs of a job at the same time", "two");
    let runs = fs::read_to_string(case.dir().join("runs")).unwrap_or_default();
    let (starts, ends) = (
        count(&lines, "start job"),
        count(&lines, "end job: exited with status 3 after … ms"),
    );
    case.expect(
        &ended,
        starts == ends && ends == runs.lines().count(),
        "as many starts as ends and as runs of the script",
        format!("{starts} starts, {ends} ends, {} runs", runs.lines().count()),
    );
    // On a slow machine some times are over before anybody looks.
    let skips = count(&lines, "skip job: still running");
    let total = format!("total job: {starts} started, {skips} skipped, ");
    let told = lines.last().is_some_and(|line| line.starts_with(&total));
    case.expect(&ended, told, &format!("at the end: {total}…"), &text);
    let stamped = text
        .lines()
        .all(|line| line.len() > 21 && &line[10..11] == "T" && &line[19..21] == "Z ");
    case.expect(&ended, stamped, "a time before every line", &text);
    case.expect_stderr_names(&ended, "printed");
}

pub(super) fn intervals_that_nobody_saw_are_missed(case: &mut Case) {
    schedule(case, "", "every = \"100ms\"", ":\n");
    let mut running = start(case);
    wait_for(&mut running, " start job\n", 1);
    running.signal(Signal::STOP);
    // At least four due times.
    let nap = case.peer("sleep", "coreutils").args(["0.5"]).run();
    case.expect_status(&nap, 0);
    let starts = |seen: &[u8]| String::from_utf8_lossy(seen).matches(" start job\n").count();
    let before = starts(&running.stdout());
    running.signal(Signal::CONT);
    // One of them may have been under way.
    wait_for(&mut running, " start job\n", before + 3);
    running.signal(Signal::TERM);
    let ended = running.wait();
    case.expect_status(&ended, 0);
    let text = ended.stdout_text();
    let told = text.contains(" missed job: ") && !text.contains(", 0 missed\n");
    case.expect(
        &ended,
        told,
        "of the due times while the scheduler was stopped for half a second, all but the last one to be missed",
        &text,
    );
}

pub(super) fn a_job_past_its_limit_goes_with_its_group(case: &mut Case) {
    schedule(
        case,
        "grace = \"200ms\"",
        // Long enough for the script to come to its loop on a slow machine.
        "every = \"1h\"\nlimit = \"1500ms\"",
        "trap 'echo asked > asked' TERM\n(trap '' TERM; exec sleep 1000) &\necho $! > child.new; mv child.new child\nwhile :; do wait; sleep 1000; done\n",
    );
    let mut running = start(case);
    wait_for(&mut running, " end job: ", 1);
    let child = fs::read_to_string(case.dir().join("child")).unwrap_or_default();
    running.wait_until("killed what the job had started", || {
        !child.is_empty() && !lives(&child)
    });
    running.signal(Signal::TERM);
    let ended = running.wait();
    let lines = lines(&ended.stdout_text());
    case.expect_same(
        &ended,
        "the lines",
        "start job\nstop job: longer than 1500ms\nkill job: still running 200ms later\nend job: killed by signal 9 (SIGKILL) after … ms\ntotal job: 1 started, 0 skipped, 0 missed",
        &lines.join("\n"),
    );
    case.expect_status(&ended, 0);
}

pub(super) fn term_starts_nothing_and_lets_jobs_end(case: &mut Case) {
    schedule(
        case,
        "grace = \"1h\"",
        "every = \"20ms\"",
        "echo $$ > pid\nread word < gate\nread word < gate2\n",
    );
    let other = "[[job]]\nname = \"other\"\ncommand = [\"true\"]\nevery = \"20ms\"\n";
    let jobs = fs::read_to_string(case.dir().join("jobs.toml")).unwrap_or_default();
    case.file("jobs.toml", format!("parallel = 1\n{jobs}{other}"));
    let (first, second) = (gate(case, "gate"), gate(case, "gate2"));
    let mut running = start(case);
    wait_for(&mut running, " wait other: 1 of 1 run\n", 1);
    running.signal(Signal::TERM);
    open(&first);
    // By now it has had its signal: another one of the same kind would end the job.
    open(&second);
    let ended = running.wait();
    case.expect_status(&ended, 0);
    let lines = lines(&ended.stdout_text());
    let after: Vec<&String> = lines
        .iter()
        .skip_while(|line| !line.starts_with("end job"))
        .collect();
    let rest = after.iter().map(|line| line.as_str()).collect::<Vec<_>>();
    let right = matches!(rest[..], ["end job: exited with status 0 after … ms", job, other]
        if job.starts_with("total job: 1 started, ") && other.starts_with("total other: 0 started, "));
    case.expect(
        &ended,
        right,
        "the job ends by itself, nothing starts in its place, then the totals",
        rest.join("\n"),
    );
}

pub(super) fn what_does_not_end_in_its_grace_is_killed(case: &mut Case) {
    schedule(
        case,
        "grace = \"100ms\"",
        "every = \"1h\"",
        "echo $$ > pid.new; mv pid.new pid\ntrap '' TERM\nwhile :; do sleep 1000; done\n",
    );
    let mut running = start(case);
    let pid = case.dir().join("pid");
    running.wait_until("started the job", || pid.exists());
    running.signal(Signal::TERM);
    let ended = running.wait();
    case.expect_status(&ended, 1);
    let lines = lines(&ended.stdout_text());
    case.expect_same(
        &ended,
        "the lines",
        "start job\nend job: killed by signal 9 (SIGKILL) after … ms\ntotal job: 1 started, 0 skipped, 0 missed",
        &lines.join("\n"),
    );
    let pid = fs::read_to_string(pid).unwrap_or_default();
    case.wait_until("the job is gone", || !lives(&pid));
}

pub(super) fn a_second_signal_kills_at_once(case: &mut Case) {
    schedule(
        case,
        "grace = \"1h\"",
        "every = \"1h\"",
        "echo $$ > pid.new; mv pid.new pid\nexec sleep 1000\n",
    );
    let mut running = start(case);
    let pid = case.dir().join("pid");
    running.wait_until("started the job", || pid.exists());
    running.signal(Signal::TERM);
    // Signals of the same kind that come together are one. So the second is of the other kind.
    running.signal(Signal::INT);
    let ended = running.wait();
    case.expect_status(&ended, 1);
    let told = lines(&ended.stdout_text());
    let killed = count(&told, "end job: killed by signal 9 (SIGKILL)") == 1;
    case.expect(&ended, killed, "the job killed by signal 9", told.join("\n"));
}

pub(super) fn a_program_that_is_not_there_is_told_and_the_rest_goes_on(case: &mut Case) {
    case.file(
        "jobs.toml",
        "parallel = 1\n[[job]]\nname = \"bad\"\ncommand = [\"./not-there\"]\nevery = \"1h\"\n[[job]]\nname = \"good\"\ncommand = [\"true\"]\nevery = \"1h\"\n",
    );
    let mut running = start(case);
    wait_for(&mut running, " end good: ", 1);
    running.signal(Signal::TERM);
    let ended = running.wait();
    case.expect_status(&ended, 0);
    let lines = lines(&ended.stdout_text());
    let told = count(&lines, "end bad: cannot start: ") == 1;
    case.expect(&ended, told, "end bad: cannot start: …", lines.join("\n"));
    let good = count(&lines, "end good: exited with status 0") == 1;
    case.expect(&ended, good, "good ran", lines.join("\n"));
}

pub(super) fn a_closed_output_ends_it_and_its_jobs(case: &mut Case) {
    schedule(
        case,
        "",
        "every = \"20ms\"",
        "echo $$ > pid.new; mv pid.new pid\nexec sleep 1000\n",
    );
    let running = case
        .program("daemon")
        .args(["schedule", "jobs.toml"])
        .close_stdout_after(60)
        .spawn();
    let ended = running.wait();
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
    if let Ok(pid) = fs::read_to_string(case.dir().join("pid")) {
        case.wait_until("the job is gone", || !lives(&pid));
    }
}

pub(super) fn nothing_is_done_while_nothing_is_due(case: &mut Case) {
    schedule(case, "", "every = \"1h\"", "");
    let other = "[[job]]\nname = \"yearly\"\ncommand = [\"true\"]\ncron = \"0 0 29 2 *\"\n";
    let jobs = fs::read_to_string(case.dir().join("jobs.toml")).unwrap_or_default();
    case.file("jobs.toml", jobs + other);
    let mut running = start(case);
    wait_for(&mut running, " end job: ", 1);
    let status = format!("/proc/{}/status", running.pid());
    let wakes = || -> Option<u64> {
        let text = fs::read_to_string(&status).ok()?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
        line.trim().parse().ok()
    };
    let sleeps = format!("/proc/{}/stat", running.pid());
    running.wait_until("went to sleep", || {
        fs::read_to_string(&sleeps).is_ok_and(|stat| stat.contains(") S "))
    });
    let before = wakes();
    // There is nothing to wait for: the claim is that nothing happens for a while.
    let nap = case.peer("sleep", "coreutils").args(["0.5"]).run();
    case.expect_status(&nap, 0);
    let after = wakes();
    running.signal(Signal::TERM);
    let ended = running.wait();
    case.expect_status(&ended, 0);
    let woke = after.zip(before).map(|(after, before)| after - before);
    // It may have been about to sleep when it was looked at first.
    case.expect(
        &ended,
        woke.is_some_and(|times| times <= 2),
        "it sleeps until something is due",
        format!("it woke up {} times within half a second", woke.unwrap_or(0)),
    );
}
