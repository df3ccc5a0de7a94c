//! Stage 4, the cases about `follow`. Each waits for what it wrote to be printed before it goes on, so that nothing here
//! depends on how often the program looks.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use support::{Case, Ended, Running};

use crate::log::get;

fn start(case: &Case, args: &[&str]) -> Running {
    let args: Vec<&str> = ["follow"].iter().chain(args).copied().collect();
    case.program("loganalysis")
        .args(args)
        .wall(Duration::from_secs(6))
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
    let what = format!("printed lines for {}", expected.join(", "));
    let feeds = |bytes: &[u8]| bytes.iter().filter(|&&byte| byte == b'\n').count();
    let printed = running.wait_for_stdout(&what, |stdout| feeds(stdout) >= expected.len());
    let seen = targets(&String::from_utf8_lossy(&printed));
    if seen != expected || !printed.ends_with(b"\n") {
        let ended = running.kill();
        expect_printed(case, &ended, &printed, expected);
        unreachable!("an expectation that does not hold ends the case");
    }
    running
}

fn expect_printed(case: &mut Case, ended: &Ended, printed: &[u8], expected: &[&str]) {
    let mut seen = targets(&String::from_utf8_lossy(printed)).join("\n");
    if !printed.is_empty() && !printed.ends_with(b"\n") {
        seen.push_str(" (without a line feed)");
    }
    case.expect_same(
        ended,
        "the targets of the lines printed",
        &expected.join("\n"),
        &seen,
    );
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
    expect_printed(case, &ended, &ended.stdout, expected);
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
    running.wait_until("looked again", || {
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
    wait_until_it_follows(&mut running);
    server.write_all(b"\n").expect("the end of the line");
    write(&server, &["/new"]);
    running = expect_targets(case, running, &["/half", "/new"]);
    finish(case, running, &["/half", "/new"]);
}

/// The program says on standard error what it follows; from then on nothing new may be lost.
fn wait_until_it_follows(running: &mut Running) {
    running.wait_for_stderr("said what it follows", |stderr| !stderr.is_empty());
}

pub(crate) fn a_log_that_is_not_there_yet_is_waited_for(case: &mut Case) {
    let mut running = start(case, &["access.log"]);
    wait_until_it_follows(&mut running);
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
    // All between two looks.
    stop(&mut running);
    let server = server(&path);
    server.set_len(0).expect("truncated");
    write(&server, &["/3", "/4", "/5"]);
    running.signal(Signal::CONT);
    let all = ["/1", "/2", "/3", "/4", "/5"];
    running = expect_targets(case, running, &all);
    finish(case, running, &all);
}

/// Stops the program, so that what follows happens between two of its looks.
fn stop(running: &mut Running) {
    running.signal(Signal::STOP);
    let stat = format!("/proc/{}/stat", running.pid());
    running.wait_until("stood still", || {
        fs::read_to_string(&stat)
            .is_ok_and(|stat| stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T')))
    });
}

pub(crate) fn renaming_and_truncating_at_once_loses_and_repeats_nothing(case: &mut Case) {
    let path = case.file("access.log", get("/1") + &get("/2"));
    let old = server(&path);
    let mut running = start(case, &["--all", "access.log"]);
    running = expect_targets(case, running, &["/1", "/2"]);
    stop(&mut running);
    fs::copy(&path, case.dir().join("access.log.copy")).expect("copied");
    fs::rename(&path, case.dir().join("access.log.1")).expect("renamed");
    old.set_len(0).expect("truncated");
    write(&old, &["/3"]);
    write(&server(&path), &["/4"]);
    running.signal(Signal::CONT);
    running = expect_targets(case, running, &["/1", "/2", "/3", "/4"]);
    // And once more, with the files that the first rotation left.
    fs::rename(&path, case.dir().join("access.log.1")).expect("renamed");
    write(&server(&path), &["/5"]);
    let all = ["/1", "/2", "/3", "/4", "/5"];
    running = expect_targets(case, running, &all);
    finish(case, running, &all);
}

pub(crate) fn a_line_of_any_length_is_printed_once(case: &mut Case) {
    // Longer than what is read at once, and such that a power of two ends in the middle of it and at its end.
    let long = [
        format!("/{}", "x".repeat(200_000)),
        format!("/{}", "y".repeat((64 << 10) - get("").len() - 1)),
        format!("/{}", "z".repeat((64 << 10) - get("").len())),
        "/short".to_owned(),
    ];
    let targets: Vec<&str> = long.iter().map(String::as_str).collect();
    let path = case.file("access.log", get(targets[0]));
    let server = server(&path);
    let mut running = start(case, &["--all", "access.log"]);
    for count in 1..=targets.len() {
        if count > 1 {
            write(&server, &targets[count - 1..count]);
        }
        running.wait_for_stdout(&format!("printed {count} of the lines written"), |stdout| {
            stdout.iter().filter(|&&byte| byte == b'\n').count() >= count
        });
    }
    let ended = running.kill();
    let expected: String = targets.iter().map(|target| get(target)).collect();
    case.expect_stdout(&ended, expected);
}

/// Waits until the program has said that another file has the name.
fn wait_until_replaced(running: &mut Running, times: usize) {
    let what = format!("said {times} times that the name leads to another file");
    running.wait_for_stderr(&what, |stderr| {
        String::from_utf8_lossy(stderr).matches("replaced").count() >= times
    });
}

pub(crate) fn grace_begins_when_the_name_is_lost(case: &mut Case) {
    let path = case.file("access.log", get("/1"));
    let old = server(&path);
    let mut running = start(case, &["--all", "--grace", "1", "access.log"]);
    running = expect_targets(case, running, &["/1"]);
    // A log of the night: longer than its grace, nothing comes.
    thread::sleep(Duration::from_millis(1_200));
    fs::rename(&path, case.dir().join("access.log.1")).expect("renamed");
    write(&server(&path), &["/2"]);
    wait_until_replaced(&mut running, 1);
    // And some time passes until the server opens the new file, though less than the grace.
    thread::sleep(Duration::from_millis(400));
    write(&old, &["/3"]);
    running = expect_targets(case, running, &["/1", "/2", "/3"]);
    // A line of which only the first half was written is waited for, and in the end printed as it is.
    (&old).write_all(b"half a line").expect("half a line");
    let fds = format!("/proc/{}/fd", running.pid());
    running.wait_until("closed the file whose grace was over", || {
        let links = fs::read_dir(&fds).into_iter().flatten().flatten();
        let files: Vec<_> = links.filter_map(|link| fs::read_link(link.path()).ok()).collect();
        let held = |name: &str| files.iter().any(|file| file.ends_with(name));
        held("access.log") && !held("access.log.1")
    });
    let all = ["/1", "/2", "/3", "half a line"];
    running = expect_targets(case, running, &all);
    finish(case, running, &all);
}

pub(crate) fn a_file_that_gets_its_name_back_is_gone_on_with(case: &mut Case) {
    let path = case.file("access.log", get("/1"));
    let first = server(&path);
    let mut running = start(case, &["--all", "access.log"]);
    running = expect_targets(case, running, &["/1"]);
    let (aside, other) = (case.dir().join("aside"), case.dir().join("other"));
    fs::rename(&path, &aside).expect("renamed");
    let second = server(&path);
    write(&second, &["/2"]);
    running = expect_targets(case, running, &["/1", "/2"]);
    // The rotation is taken back.
    fs::rename(&path, &other).expect("renamed");
    fs::rename(&aside, &path).expect("renamed back");
    wait_until_replaced(&mut running, 2);
    write(&first, &["/3"]);
    running = expect_targets(case, running, &["/1", "/2", "/3"]);
    write(&second, &["/4"]);
    let all = ["/1", "/2", "/3", "/4"];
    running = expect_targets(case, running, &all);
    finish(case, running, &all);
}

pub(crate) fn what_happens_to_the_log_is_said(case: &mut Case) {
    let path = case.file("access.log", get("/1"));
    let old = server(&path);
    let mut running = start(case, &["--all", "access.log"]);
    running = expect_targets(case, running, &["/1"]);
    stop(&mut running);
    fs::rename(&path, case.dir().join("access.log.1")).expect("renamed");
    old.set_len(0).expect("truncated");
    write(&old, &["/2"]);
    let new = server(&path);
    write(&new, &["/3"]);
    running.signal(Signal::CONT);
    running = expect_targets(case, running, &["/1", "/2", "/3"]);
    let inode = |file: &File| file.metadata().map_or(0, |metadata| metadata.ino());
    let ended = running.kill();
    let expected = format!(
        "loganalysis: access.log: following inode {0}\n\
         loganalysis: access.log: replaced: inode {0}, now inode {1}\n\
         loganalysis: access.log: truncated: inode {0}, read from its start\n",
        inode(&old),
        inode(&new)
    );
    case.expect_same(&ended, "standard error", &expected, &ended.stderr_text());
}
