//! Stage 4, the cases about `follow`. Each waits for what it wrote to be printed before it goes on, so that nothing here
//! depends on how often the program looks.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use support::{Case, Running};

use crate::log::get;

fn start(case: &Case, args: &[&str]) -> Running {
    let args: Vec<&str> = ["follow"].iter().chain(args).copied().collect();
    case.program("loganalysis")
        .args(args)
        .wall(Duration::from_secs(4))
        .spawn()
}

/// Opens a log as a server does: for appending.
fn server(path: &Path) -> File {
    File::options()
        .create(true)
        .append(true)
        .open(path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn write(mut server: &File, targets: &[&str]) {
    for target in targets {
        server.write_all(get(target).as_bytes()).expect("a line");
    }
}

/// Waits until the program has printed as many lines as `expected` has, and expects nothing more or else to stand there.
fn expect_targets(case: &mut Case, mut running: Running, expected: &[&str]) -> Running {
    running.wait_for_lines(expected.len());
    let printed = running.stdout();
    let seen = targets(&String::from_utf8_lossy(&printed));
    if seen != expected || !printed.ends_with(b"\n") {
        let ended = running.kill();
        let printed = support::text::visible(&printed);
        case.expect(
            &ended,
            false,
            &format!("lines for {}", expected.join(", ")),
            printed,
        );
        unreachable!("an expectation that does not hold ends the case");
    }
    running
}

fn targets(lines: &str) -> Vec<String> {
    lines
        .lines()
        .map(|line| line.split(' ').nth(6).unwrap_or(line).to_owned())
        .collect()
}

/// Ends the program, and expects that in the end it has printed exactly what was expected all along.
fn finish(case: &mut Case, running: Running, expected: &[&str]) {
    let ended = running.kill();
    let seen = targets(&ended.stdout_text());
    let whole = ended.stdout.is_empty() || ended.stdout.ends_with(b"\n");
    case.expect(
        &ended,
        whole && seen == expected,
        &expected.join("\n"),
        seen.join("\n"),
    );
}

pub(crate) fn a_line_is_printed_when_it_is_whole(case: &mut Case) {
    let path = case.file("access.log", get("/1"));
    let mut server = server(&path);
    let mut running = start(case, &["--all", "access.log"]);
    running = expect_targets(case, running, &["/1"]);
    let line = get("/2");
    let (head, tail) = line.split_at(40);
    server.write_all(head.as_bytes()).expect("half a line");
    // Time enough to print the half, for a program that would: it has slept and woken some times, or slept all along.
    let (pid, since) = (running.pid(), Instant::now());
    let before = switches(pid);
    case.wait_until("the program has looked again", || {
        switches(pid) > before + 6 || since.elapsed() > Duration::from_millis(300)
    });
    running = expect_targets(case, running, &["/1"]);
    server.write_all(tail.as_bytes()).expect("the other half");
    running = expect_targets(case, running, &["/1", "/2"]);
    finish(case, running, &["/1", "/2"]);
}

/// How often a process gave up the processor by itself: once for every sleep.
fn switches(pid: u32) -> u64 {
    fs::read_to_string(format!("/proc/{pid}/status"))
        .ok()
        .and_then(|status| {
            status
                .lines()
                .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")?.trim().parse().ok())
        })
        .unwrap_or(u64::MAX)
}

pub(crate) fn without_all_only_what_is_new_is_printed(case: &mut Case) {
    let path = case.file("access.log", get("/old") + get("/half").trim_end());
    let mut server = server(&path);
    let mut running = start(case, &["access.log"]);
    wait_until_it_follows(case, &running);
    server.write_all(b"\n").expect("the end of the line");
    write(&server, &["/new"]);
    running = expect_targets(case, running, &["/half", "/new"]);
    finish(case, running, &["/half", "/new"]);
}

/// The program says on standard error what it follows; from then on nothing new may be lost.
fn wait_until_it_follows(case: &Case, running: &Running) {
    case.wait_until("the program says what it follows", || {
        !running.stderr().is_empty()
    });
}

pub(crate) fn a_log_that_is_not_there_yet_is_waited_for(case: &mut Case) {
    let mut running = start(case, &["access.log"]);
    wait_until_it_follows(case, &running);
    write(&server(&case.dir().join("access.log")), &["/first"]);
    running = expect_targets(case, running, &["/first"]);
    finish(case, running, &["/first"]);
}

pub(crate) fn a_file_that_is_renamed_is_still_read_while_the_server_writes_to_it(case: &mut Case) {
    let path = case.file("access.log", get("/1"));
    let old = server(&path);
    let mut running = start(case, &["--all", "access.log"]);
    running = expect_targets(case, running, &["/1"]);
    // logrotate: rename, create, and only then tell the server, which goes on writing to the old file until it hears of it.
    fs::rename(&path, case.dir().join("access.log.1")).expect("renamed");
    write(&old, &["/2"]);
    running = expect_targets(case, running, &["/1", "/2"]);
    let new = server(&path);
    write(&old, &["/3"]);
    running = expect_targets(case, running, &["/1", "/2", "/3"]);
    write(&new, &["/4"]);
    running = expect_targets(case, running, &["/1", "/2", "/3", "/4"]);
    // One worker is slow to hear of it.
    write(&old, &["/5"]);
    let all = ["/1", "/2", "/3", "/4", "/5"];
    running = expect_targets(case, running, &all);
    // Another name for the same file is no rotation.
    fs::hard_link(&path, case.dir().join("same")).expect("a link");
    fs::rename(case.dir().join("same"), &path).expect("renamed");
    write(&new, &["/6"]);
    let all = ["/1", "/2", "/3", "/4", "/5", "/6"];
    running = expect_targets(case, running, &all);
    finish(case, running, &all);
}

pub(crate) fn a_log_that_is_copied_and_truncated_is_read_from_its_start(case: &mut Case) {
    let path = case.file("access.log", get("/1") + &get("/2") + &get("/3"));
    let server = server(&path);
    let mut running = start(case, &["--all", "access.log"]);
    running = expect_targets(case, running, &["/1", "/2", "/3"]);
    fs::copy(&path, case.dir().join("access.log.1")).expect("copied");
    server.set_len(0).expect("truncated");
    write(&server, &["/4"]);
    running = expect_targets(case, running, &["/1", "/2", "/3", "/4"]);
    finish(case, running, &["/1", "/2", "/3", "/4"]);
}

pub(crate) fn a_file_cut_and_grown_beyond_its_old_length_is_noticed(case: &mut Case) {
    let path = case.file("access.log", get("/1") + &get("/2"));
    let mut running = start(case, &["--all", "access.log"]);
    running = expect_targets(case, running, &["/1", "/2"]);
    // All between two looks: the program is stopped meanwhile.
    running.signal(rustix::process::Signal::STOP);
    case.wait_until("the program stands still", || stopped(running.pid()));
    let server = server(&path);
    server.set_len(0).expect("truncated");
    write(&server, &["/3", "/4", "/5"]);
    running.signal(rustix::process::Signal::CONT);
    let all = ["/1", "/2", "/3", "/4", "/5"];
    running = expect_targets(case, running, &all);
    finish(case, running, &all);
}

fn stopped(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T')))
}

pub(crate) fn renaming_and_truncating_at_once_loses_and_repeats_nothing(case: &mut Case) {
    let path = case.file("access.log", get("/1") + &get("/2"));
    let old = server(&path);
    let mut running = start(case, &["--all", "access.log"]);
    running = expect_targets(case, running, &["/1", "/2"]);
    running.signal(rustix::process::Signal::STOP);
    case.wait_until("the program stands still", || stopped(running.pid()));
    fs::copy(&path, case.dir().join("access.log.copy")).expect("copied");
    fs::rename(&path, case.dir().join("access.log.1")).expect("renamed");
    old.set_len(0).expect("truncated");
    write(&old, &["/3"]);
    write(&server(&path), &["/4"]);
    running.signal(rustix::process::Signal::CONT);
    running = expect_targets(case, running, &["/1", "/2", "/3", "/4"]);
    // And once more, with the files that the first rotation left.
    fs::rename(&path, case.dir().join("access.log.1")).expect("renamed");
    write(&server(&path), &["/5"]);
    let all = ["/1", "/2", "/3", "/4", "/5"];
    running = expect_targets(case, running, &all);
    finish(case, running, &all);
}
