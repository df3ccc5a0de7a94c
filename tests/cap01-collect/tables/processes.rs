//! `/proc/PID/stat`.

use std::fs;

use support::Case;

use crate::host::{check, check_faults, collect, expect_readings, put, put_recorded};

const STATES: [&str; 8] = [
    "running", "sleeping", "blocked", "idle", "stopped", "traced", "zombie", "other",
];

/// Writes a `stat` as the kernel does.
pub(super) fn stat(id: u32, name: &str, state: &str, threads: u32) -> String {
    format!(
        "{id} ({name}) {state} 1 1 1 0 -1 4194560 150 0 0 0 25 5 0 0 20 0 {threads} 0 12 8000 300 18446744073709551615 1 1\n"
    )
}

/// Makes the readings of so many processes of each state.
pub(super) fn rows(counts: [u32; 8], threads: u32) -> String {
    let mut rows: String = STATES
        .iter()
        .zip(counts)
        .map(|(state, count)| format!("processes.in_state{{state=\"{state}\"}} {count} count\n"))
        .collect();
    rows += &format!(
        "processes.total {} count\nprocesses.threads {threads} count\n",
        counts.iter().sum::<u32>()
    );
    rows
}

pub(super) fn processes_are_counted_by_state(case: &mut Case) {
    for (id, state, threads) in [
        (1, "S", 1),
        (2, "S", 4),
        (17, "R", 2),
        (300, "D", 1),
        (301, "I", 1),
        (302, "I", 1),
        (4000, "T", 8),
        (4001, "t", 1),
        (4002, "Z", 1),
        (32768, "X", 1),
        (32769, "P", 1),
        (4194303, "R", 16),
    ] {
        put(
            case,
            &[(&format!("proc/{id}/stat"), &stat(id, "cat", state, threads))],
        );
    }
    let ended = collect(case, &[]);
    case.snapshot(&ended);
    case.expect_quiet(&ended);
    expect_readings(case, &ended, &rows([2, 2, 1, 2, 1, 1, 1, 2], 38));
}

pub(super) fn a_process_may_be_called_anything(case: &mut Case) {
    let names = [
        "a) S 1 (b",
        "x\ny",
        "",
        "Web Content",
        "((",
        "))",
        "R) R 1 1 1 0 -1 4194560 150 0 0 0 25 5 0 0 20 0 99 0",
    ];
    for (id, name) in (10..).zip(names) {
        put(case, &[(&format!("proc/{id}/stat"), &stat(id, name, "D", 3))]);
    }
    case.file(
        "host/proc/90/stat",
        [&b"90 (\xff\xfe) Z"[..], &b" 1".repeat(17)].concat(),
    );
    let ended = collect(case, &[]);
    expect_readings(case, &ended, &rows([0, 0, 7, 0, 0, 0, 1, 0], 22));
}

pub(super) fn folders_that_are_no_processes_are_skipped(case: &mut Case) {
    let text = stat(1, "x", "R", 1);
    check(
        case,
        &[
            ("proc/5/stat", &text),
            ("proc/5x/stat", &text),
            ("proc/sys/stat", &text),
            ("proc/6/status", ""),
            ("proc/7", ""),
            ("proc/99999999999/stat", &text),
            ("proc/+8/stat", &text),
        ],
        &rows([1, 0, 0, 0, 0, 0, 0, 0], 1),
    );
    // Where no process can be read, nothing is said of them.
    check(case, &[("proc/6/status", "")], "");
}

pub(super) fn broken_processes_are_counted_and_said(case: &mut Case) {
    check_faults(
        case,
        &[
            ("proc/12/stat", "12 (a"),
            ("proc/9/stat", "9 (a) S 1 1\n"),
            ("proc/100/stat", ""),
            ("proc/8/stat", &stat(8, "b", "S", 2)),
            (
                "proc/33/stat",
                "33 (a) S 1 1 1 0 -1 4194560 150 0 0 0 25 5 0 0 20 0 -7 0\n",
            ),
        ],
        &rows([0, 1, 0, 0, 0, 0, 0, 0], 2),
        &["host/proc/9/stat, line 1: "],
    );
    let ended = collect(case, &[]);
    let said = ended.stderr_text();
    case.expect(
        &ended,
        said.trim_end().ends_with(" (and 3 more)"),
        "the line ends with ` (and 3 more)`",
        &said,
    );
}

pub(super) fn a_state_may_be_any_word(case: &mut Case) {
    for (id, state) in (1..).zip(["5", "RS", "r", "-", "é", "Running"]) {
        put(case, &[(&format!("proc/{id}/stat"), &stat(id, "a", state, 1))]);
    }
    let ended = collect(case, &[]);
    expect_readings(case, &ended, &rows([0, 0, 0, 0, 0, 0, 0, 6], 6));
}

pub(super) fn a_number_of_threads_has_no_sign(case: &mut Case) {
    let with = |threads: &str| stat(9, "a", "S", 77).replace(" 77 ", &format!(" {threads} "));
    for threads in ["+17", "1.0", "0x1", "4294967296", "x"] {
        check_faults(
            case,
            &[
                ("proc/8/stat", &stat(8, "b", "S", 2)),
                ("proc/9/stat", &with(threads)),
            ],
            &rows([0, 1, 0, 0, 0, 0, 0, 0], 2),
            &["host/proc/9/stat, line 1: "],
        );
    }
}

pub(super) fn recorded_tables_are_read(case: &mut Case) {
    for recorded in ["linux-6.18", "linux-2.6.32", "linux-3.10", "container"] {
        let _ = fs::remove_dir_all(case.dir().join("host"));
        put_recorded(case, recorded, |name| {
            let net = [
                "proc/net/tcp",
                "proc/net/tcp6",
                "proc/net/sockstat",
                "proc/net/sockstat6",
            ];
            name.ends_with("/stat") || net.contains(&name) || name == "run/utmp" || name == "etc/passwd"
        });
        let ended = collect(case, &[]);
        case.snapshot(&ended);
        case.expect_quiet(&ended);
    }
}
