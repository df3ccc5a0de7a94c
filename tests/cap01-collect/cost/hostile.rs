//! Files that no kernel writes.

use std::fs;
use std::os::unix::fs::symlink;

use support::Case;

use super::measured::big_table;
use crate::host::{collect, expect_faults, expect_readings, put, put_recorded};

pub(super) fn files_without_an_end_are_not_read(case: &mut Case) {
    put(case, &[("proc/loadavg", "0.5\n"), ("etc/x", ""), ("run/x", "")]);
    let host = case.dir().join("host");
    for name in ["proc/meminfo", "etc/passwd", "run/utmp"] {
        symlink("/dev/zero", host.join(name)).expect("a link is made");
    }
    symlink("uptime", host.join("proc/uptime")).expect("a link is made");
    let ended = collect(case, &[]);
    expect_faults(
        case,
        &ended,
        "load.1m 0.5 count",
        &[
            "host/proc/uptime: ",
            "host/proc/meminfo is longer than 4194304 bytes",
            "host/run/utmp is longer than 4194304 bytes",
            "host/etc/passwd is longer than 4194304 bytes",
        ],
    );
}

pub(super) fn a_file_at_the_limit_is_read_and_one_byte_more_is_not(case: &mut Case) {
    const LIMIT: usize = 4 << 20;
    let start = "MemTotal: 1 kB\nOther: ";
    let whole = start.to_owned() + &"7".repeat(LIMIT - start.len() - 1) + "\n";
    put(case, &[("proc/meminfo", &whole)]);
    let ended = collect(case, &[]);
    expect_readings(case, &ended, "memory.total 1024 bytes");
    put(case, &[("proc/meminfo", &(whole + "\n"))]);
    let ended = collect(case, &[]);
    expect_faults(
        case,
        &ended,
        "",
        &["host/proc/meminfo is longer than 4194304 bytes"],
    );
}

pub(super) fn a_table_of_sockets_without_an_end_is_not_added_up(case: &mut Case) {
    put(case, &[("proc/net/tcp6", "head\n   0: a b 0A 0:0\n")]);
    symlink("/dev/zero", case.dir().join("host/proc/net/tcp")).expect("a link is made");
    let mut running = case.program("collect").args(["--root", "host"]).spawn();
    running.wait_for_stderr(
        "says that the table is longer than 64 MiB, at which it is given up",
        |said| said.ends_with(b"\n"),
    );
    let ended = running.wait();
    case.expect_stdout(&ended, "");
    case.expect_status(&ended, 1);
    case.expect_stderr_names(&ended, "host/proc/net/tcp is longer than 67108864 bytes");
}

pub(super) fn a_table_of_twenty_megabytes_needs_no_more_memory(case: &mut Case) {
    let table = big_table(20);
    let count = table.lines().count() - 1;
    put(case, &[("proc/net/tcp", &table)]);
    drop(table);
    let ended = collect(case, &["--metric", "sockets.tcp"]);
    let text = ended.stdout_text();
    case.expect(
        &ended,
        text.contains(&format!("sockets.tcp{{state=\"listen\"}}\t{count}\tcount\n")),
        &format!("{count} sockets that listen"),
        &text,
    );
    case.expect(
        &ended,
        ended.peak_anonymous_kib < 8 << 10,
        "less than 8 MiB of memory",
        format!("{} KiB", ended.peak_anonymous_kib),
    );
}

pub(super) fn a_broken_host_is_read_as_far_as_it_can_be(case: &mut Case) {
    put_recorded(case, "broken", |_| true);
    put(
        case,
        &[("proc/self/mounts", "a\n/dev/sda1 /gone ext4 rw 0 0\nb c\n\n")],
    );
    let ended = collect(case, &[]);
    case.snapshot(&ended);
    let said = ended.stderr_text();
    let places: String = said
        .lines()
        .map(|line| {
            match line
                .find(": ")
                .and_then(|at| Some((at, line[at + 2..].find(": ")?)))
            {
                Some((at, end)) => line[at + 2..at + 2 + end].to_owned() + "\n",
                None => line.to_owned() + "\n",
            }
        })
        .collect();
    let expected = "\
host/proc/stat, line 1
host/proc/loadavg, line 1
host/proc/uptime, line 1
host/proc/meminfo, line 1
host/proc/vmstat, line 2
host/proc/pressure/cpu, line 1
host/proc/diskstats, line 1
host/proc/self/mounts, line 1
host/proc/net/dev, line 3
host/proc/net/sockstat, line 1
host/proc/net/tcp, line 3
host/proc/7/stat, line 1
host/run/utmp
host/etc/passwd, line 1
host/proc/self/stat, line 1
";
    case.expect_same(&ended, "the files and lines that are named", expected, &places);
}

pub(super) fn a_message_is_one_line_of_a_bounded_length(case: &mut Case) {
    let long = "\u{1b}[2J\u{202e}é".repeat(3000);
    for (name, text) in [
        ("proc/stat", format!("ctxt {long}\n")),
        ("proc/meminfo", format!("{long}\n")),
        ("proc/diskstats", format!("8 0 {long}x -{long}\n")),
        ("proc/net/dev", format!("x\ny\n{long}\n")),
        ("proc/net/sockstat", format!("{long}\n")),
        ("proc/net/tcp", format!("x\n{long}\n")),
        ("proc/self/mounts", format!("{long}\n")),
        ("etc/passwd", format!("{long}:x:y\n")),
        ("proc/self/stat", long.clone()),
    ] {
        let _ = fs::remove_dir_all(case.dir().join("host"));
        put(case, &[(name, &text)]);
        let ended = collect(case, &[]);
        case.expect_status(&ended, 1);
        let said = ended.stderr_text();
        let is_so = said.lines().count() == 1
            && said.len() < 600
            && said.contains(&format!("host/{name}, line "))
            && !said.contains(['\u{1b}', '\u{202e}']);
        case.expect(
            &ended,
            is_so,
            &format!("one line of less than 600 bytes that names host/{name} and a line, without control characters"),
            format!("{} bytes in {} lines", said.len(), said.lines().count()),
        );
    }
}
