//! Processes and arguments that cannot be looked at.

use std::fs;
use std::io;

use support::Case;

use super::smaps::{made, process};

pub(super) fn addresses_are_hexadecimal(case: &mut Case) {
    process(case, 42, &made("00001000-00002000 rw-p 0 0  | 4 4"), &[]);
    for address in [
        "4096",
        "1000",
        "0X1000",
        "0x",
        "x1000",
        "0x+1000",
        "0x1000h",
        "0x10_00",
        "-0x1000",
        "",
        "0x10000000000001000",
    ] {
        let ended = case
            .program("daemon")
            .args(["layout", "--proc", "proc", "42", "--find", address])
            .run();
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, &format!("`{address}`"));
    }
}

pub(super) fn processes_that_cannot_be_looked_at_are_named(case: &mut Case) {
    process(case, 2, "", &[]);
    case.file("proc/44/stat", "");
    for (pid, why) in [
        ("2", "has no memory"),
        ("43", "no such process"),
        ("44", "no such process"),
    ] {
        let ended = case
            .program("daemon")
            .args(["layout", "--proc", "proc", pid])
            .run();
        case.expect_status(&ended, 1);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, &format!("process {pid}: {why}"));
    }
    // A real one that has ended.
    let mut running = case.program("specimen").stdin_piped().spawn();
    running.wait_for_lines(9);
    let pid = running.pid().to_string();
    running.kill();
    let after = case.program("daemon").args(["layout", &pid]).run();
    case.expect_status(&after, 1);
    case.expect_stderr_names(&after, &format!("process {pid}: "));
    // Where this process may look at process 1, so may the one that is tested.
    if fs::read("/proc/1/smaps").is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied) {
        let ended = case.program("daemon").args(["layout", "1"]).run();
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, "process 1: permission denied");
    }
}

pub(super) fn wrong_usage_is_status_2(case: &mut Case) {
    let rows: &[&[&str]] = &[
        &["layout"],
        &["layout", "self"],
        &["layout", "0"],
        &["layout", "-1"],
        &["layout", "+1"],
        &["layout", "99999999999"],
        &["layout", "1", "2"],
        &["layout", "1", "--find"],
        &["layout", "1", "--all"],
    ];
    for args in rows {
        let ended = case.program("daemon").args(*args).run();
        case.expect_status(&ended, 2);
        case.expect_stdout(&ended, "");
        case.expect_stderr_names(&ended, "daemon: ");
    }
}
