//! What is absent, and what is there and is not what a kernel writes.

use std::fs;

use support::Case;

use crate::hang::collect_over;
use crate::host::{check, check_faults, collect, expect_faults, expect_readings, put};

pub(super) fn what_is_absent_is_absent_and_never_0(case: &mut Case) {
    check(
        case,
        &[("proc/loadavg", "0.00 0.00 0.00 1/1 1\n")],
        "load.1m 0 count
         load.5m 0 count
         load.15m 0 count",
    );
    check(
        case,
        &[("proc/meminfo", "MemTotal: 8 kB\n")],
        "memory.total 8192 bytes",
    );
}

pub(super) fn a_host_without_any_file_is_no_failure(case: &mut Case) {
    fs::create_dir_all(case.dir().join("host/proc")).expect("a folder is made");
    let ended = collect(case, &[]);
    expect_readings(case, &ended, "");
    // Where a folder should be there is a file.
    let _ = fs::remove_dir_all(case.dir().join("host"));
    put(case, &[("proc", "")]);
    let ended = collect(case, &[]);
    expect_readings(case, &ended, "");
}

pub(super) fn a_file_that_is_empty_says_nothing(case: &mut Case) {
    check(
        case,
        &[
            ("proc/stat", ""),
            ("proc/loadavg", ""),
            ("proc/uptime", "\n"),
            ("proc/meminfo", ""),
            ("proc/vmstat", ""),
            ("proc/pressure/io", ""),
        ],
        "",
    );
}

pub(super) fn a_folder_is_no_file(case: &mut Case) {
    put(case, &[("proc/stat/x", ""), ("proc/uptime", "5.5 1\n")]);
    let ended = collect(case, &[]);
    expect_faults(case, &ended, "host.uptime 5.5 seconds", &["host/proc/stat: "]);
}

pub(super) fn each_file_has_one_line_for_all_its_faults(case: &mut Case) {
    check_faults(
        case,
        &[
            ("proc/stat", "cpu 1 x 200\ncpux 3\nctxt 7\nintr y\n"),
            ("proc/meminfo", "MemTotal: 1 kB\nMemFree: z kB\n"),
        ],
        "cpu.user 0.01 seconds
         cpu.system 2 seconds
         kernel.context_switches 7 count
         memory.total 1024 bytes",
        &["host/proc/stat, line 1: ", "host/proc/meminfo, line 2: "],
    );
    let ended = collect(case, &[]);
    let said = ended.stderr_text();
    let ends: Vec<bool> = said.lines().map(|line| line.ends_with(" (and 2 more)")).collect();
    case.expect(
        &ended,
        ends == [true, false],
        "the first line ends with ` (and 2 more)`, the second has no more",
        &said,
    );
}

pub(super) fn numbers_may_be_as_large_as_the_kernel_has_them(case: &mut Case) {
    check(
        case,
        &[(
            "proc/stat",
            "ctxt 18446744073709551615\nintr 9007199254740992\nprocesses 007\n",
        )],
        "kernel.context_switches 18446744073709552000 count
         kernel.interrupts 9007199254740992 count
         processes.forks 7 count",
    );
    check_faults(
        case,
        &[("proc/stat", "intr 1\nctxt 18446744073709551616\n")],
        "kernel.interrupts 1 count",
        &["host/proc/stat, line 2: "],
    );
}

pub(super) fn a_sign_is_no_digit(case: &mut Case) {
    for field in ["-1", "+5", "0x10", "1e3", "1.0", "nan"] {
        check_faults(
            case,
            &[("proc/stat", &format!("ctxt {field}\nprocesses 3\n"))],
            "processes.forks 3 count",
            &["host/proc/stat, line 1: "],
        );
    }
    for field in ["-1.0", "+5.0", "1e3", "nan", "inf", "1,5", "."] {
        check_faults(
            case,
            &[("proc/loadavg", &format!("{field} 2.5\n"))],
            "load.5m 2.5 count",
            &["host/proc/loadavg, line 1: "],
        );
    }
}

pub(super) fn a_point_may_stand_first_or_last(case: &mut Case) {
    check(
        case,
        &[("proc/loadavg", ".5 5. 00.50\n")],
        "load.1m 0.5 count
         load.5m 5 count
         load.15m 0.5 count",
    );
    for field in ["1.2.3", "..", "5.0x", "٣.5"] {
        check_faults(
            case,
            &[("proc/uptime", &format!("{field} 2.5\n"))],
            "",
            &["host/proc/uptime, line 1: "],
        );
    }
}

pub(super) fn an_empty_line_is_a_fault_where_each_line_has_a_name(case: &mut Case) {
    check_faults(
        case,
        &[
            ("proc/meminfo", "MemTotal: 1 kB\n\nMemFree: 1 kB\n"),
            ("proc/pressure/io", "\nsome total=1000000\n"),
        ],
        "memory.total 1024 bytes
         memory.free 1024 bytes
         pressure.io_waiting 1 seconds",
        &["host/proc/meminfo, line 2: ", "host/proc/pressure/io, line 1: "],
    );
    // In these two it is one of the lines that nobody asked for.
    check(
        case,
        &[("proc/stat", "\nctxt 1\n \n"), ("proc/vmstat", "\npgfault 2\n\n")],
        "kernel.context_switches 1 count
         vm.page_faults 2 count",
    );
}

pub(super) fn a_word_of_pressure_without_a_value_is_skipped(case: &mut Case) {
    check(
        case,
        &[("proc/pressure/io", "some avg10 5 total=2000000 total\n")],
        "pressure.io_waiting 2 seconds",
    );
    check_faults(
        case,
        &[("proc/pressure/io", "some avg10=1.00 total=\nsome  avg10=x=1\n")],
        "pressure.io_waiting_10s 0.01 ratio",
        &["host/proc/pressure/io, line 1: "],
    );
}

/// Lets a file system in the place of `/proc` refuse every file with an error of the case's choice.
pub(super) fn what_a_kernel_does_not_support_is_absent(case: &mut Case) {
    // ENOENT, ESRCH, ENODEV, ENOTDIR, EOPNOTSUPP.
    for error in [2, 3, 19, 20, 95] {
        let ended = collect_over(case, &[("proc", &format!("lookup:{error}"))], &[]);
        expect_readings(case, &ended, "");
    }
    // EIO and EACCES.
    for error in [5, 13] {
        let ended = collect_over(case, &[("proc", &format!("lookup:{error}"))], &[]);
        case.expect_stdout(&ended, "");
        case.expect_status(&ended, 1);
        case.expect_stderr_names(&ended, "cannot read host/proc/stat: ");
    }
}
