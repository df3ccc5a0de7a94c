//! Log-ins, accounts, and the program itself.

use rustix::param::page_size;
use support::{Case, Ended};

use crate::host::{check, check_faults, collect, expect_faults, expect_readings};

pub(super) fn record(size: usize, kind: i16, user: &[u8]) -> Vec<u8> {
    let mut record = vec![0; size];
    record[..2].copy_from_slice(&kind.to_ne_bytes());
    record[4..8].copy_from_slice(&4711_i32.to_ne_bytes());
    record[8..13].copy_from_slice(b"pts/0");
    record[44..44 + user.len()].copy_from_slice(user);
    record
}

fn collect_records(case: &mut Case, records: &[(i16, &[u8])], size: usize) -> Ended {
    let bytes: Vec<u8> = records
        .iter()
        .flat_map(|(kind, user)| record(size, *kind, user))
        .collect();
    case.file("host/run/utmp", bytes);
    collect(case, &[])
}

const RECORDS: [(i16, &[u8]); 8] = [
    (2, b"reboot"),
    (1, b"runlevel"),
    (7, b"ann"),
    (6, b"LOGIN"),
    (7, b"ann"),
    (7, b"a-name-that-fills-its-32-bytes--"),
    // What stands behind the 0 is of somebody who was there before.
    (7, b"ann\0bob"),
    (8, b"bob"),
];

pub(super) fn sessions_are_counted_and_users_once(case: &mut Case) {
    let ended = collect_records(case, &RECORDS, 384);
    expect_readings(
        case,
        &ended,
        "users.logged_in 2 count
         users.sessions 4 count",
    );
    let ended = collect_records(case, &[], 384);
    expect_readings(
        case,
        &ended,
        "users.logged_in 0 count
         users.sessions 0 count",
    );
}

pub(super) fn records_of_either_size_are_read(case: &mut Case) {
    let ended = collect_records(case, &RECORDS, 400);
    expect_readings(
        case,
        &ended,
        "users.logged_in 2 count
         users.sessions 4 count",
    );
}

pub(super) fn records_that_are_cut_are_said(case: &mut Case) {
    case.file("host/run/utmp", vec![7; 383]);
    let ended = collect(case, &[]);
    expect_faults(case, &ended, "", &["host/run/utmp: "]);
    case.expect_stderr_names(&ended, "383");
}

pub(super) fn accounts_are_told_apart_by_shell_and_number(case: &mut Case) {
    check(
        case,
        &[(
            "etc/passwd",
            "root:x:0:0:root:/root:/bin/bash\n# a comment\n\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\ntoor:x:0:0::/:\n\
             sync:x:4:65534:sync:/bin:/bin/sync\nold:x:5:5::/:/bin/false\nhalt:x:7:0::/:/sbin/halt\noff:x:6:0::/:/sbin/shutdown\n\
             ann:x:1000:1000:Ann, Room 3,,:/home/ann:/usr/bin/fish\nno:x:1001:1001::/:/opt/nologin/sh\n+bob::::::\n-carl::::::\n+::::::\n",
        )],
        "accounts.total 9 count
         accounts.login 4 count
         accounts.superusers 2 count",
    );
    check(case, &[("etc/passwd", "\n# none\n+::::::\n")], "");
    // Short lines have no shell, which is /bin/sh.
    check(
        case,
        &[("etc/passwd", "a:x:7\n")],
        "accounts.total 1 count
         accounts.login 1 count
         accounts.superusers 0 count",
    );
}

pub(super) fn accounts_without_a_number_are_said(case: &mut Case) {
    check_faults(
        case,
        &[(
            "etc/passwd",
            "root:x:0:0::/:\n\na:x:minus:1::/:/bin/sh\nb:x:-1:1::/:/bin/sh\nc\n",
        )],
        "accounts.total 1 count
         accounts.login 1 count
         accounts.superusers 1 count",
        &["host/etc/passwd, line 3: "],
    );
}

pub(super) fn numbers_of_accounts_fit_32_bits(case: &mut Case) {
    check_faults(
        case,
        &[(
            "etc/passwd",
            "a:x:4294967295:1::/:\nb:x:4294967296:1::/:\nc:x:18446744073709551616:1::/:\nd:x:+0:1::/:\ne:x: 0:1::/:\nf:x:00:1::/:\n",
        )],
        "accounts.total 2 count
         accounts.login 2 count
         accounts.superusers 1 count",
        &["host/etc/passwd, line 2: "],
    );
}

pub(super) fn the_program_says_what_it_costs(case: &mut Case) {
    let memory = 379 * page_size();
    check(
        case,
        &[(
            "proc/self/stat",
            "18153 (a) b) R 18135 18135 9905 0 -1 4194304 121 0 0 0 250 55 0 0 20 0 3 0 204139 3133440 379 18446744073709551615\n",
        )],
        &format!(
            "agent.cpu 3.05 seconds
             agent.threads 3 count
             agent.start_time 2041.39 seconds
             agent.virtual_memory 3133440 bytes
             agent.memory {memory} bytes"
        ),
    );
    check(
        case,
        &[("proc/self/stat", "1 (a) R 1 1 1 0 -1 1 1 0 0 0 250 5 0 0 20 0 7")],
        "agent.cpu 2.55 seconds
         agent.threads 7 count",
    );
    // Half of a sum is none.
    check(
        case,
        &[("proc/self/stat", "1 (a) R 1 1 1 0 -1 1 1 0 0 0 250\n")],
        "",
    );
    check_faults(
        case,
        &[(
            "proc/self/stat",
            "1 (a\n) R 1 1 1 0 -1 1 1 0 0 0 250 x 0 0 20 0 7\n",
        )],
        "agent.threads 7 count",
        &["host/proc/self/stat, line 1: "],
    );
    check_faults(
        case,
        &[("proc/self/stat", "1 a R 1\n")],
        "",
        &["host/proc/self/stat, line 1: "],
    );
}
