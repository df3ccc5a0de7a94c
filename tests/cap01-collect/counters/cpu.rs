//! `/proc/stat`.

use std::fs;

use support::Case;

use crate::host::{check, put};

pub(super) fn lines_are_found_by_their_names(case: &mut Case) {
    check(
        case,
        &[(
            "proc/stat",
            "btime 1764254137\nsoftirq 3 4 5\nprocs_blocked 3\nctxt 12\nintr 9836744 1 22 333\nprocesses 77\npage 1 2\nprocs_running 5\n",
        )],
        "host.boot_time 1764254137 seconds
         processes.blocked 3 count
         kernel.context_switches 12 count
         kernel.interrupts 9836744 count
         processes.forks 77 count
         processes.running 5 count",
    );
    // A name without a number, and an empty line.
    check(
        case,
        &[("proc/stat", "ctxt\n\nprocs_running 1")],
        "processes.running 1 count",
    );
}

pub(super) fn an_old_kernel_has_fewer_times(case: &mut Case) {
    check(
        case,
        &[("proc/stat", "cpu  100 20 3 4\ncpu0 7 6 5 4 3 2 1\n")],
        "cpu.user 1 seconds
         cpu.nice 0.2 seconds
         cpu.system 0.03 seconds
         cpu.idle 0.04 seconds
         core.user{cpu=\"0\"} 0.07 seconds
         core.nice{cpu=\"0\"} 0.06 seconds
         core.system{cpu=\"0\"} 0.05 seconds
         core.idle{cpu=\"0\"} 0.04 seconds
         core.iowait{cpu=\"0\"} 0.03 seconds
         core.irq{cpu=\"0\"} 0.02 seconds
         core.softirq{cpu=\"0\"} 0.01 seconds
         cpu.online 1 count",
    );
    // A newer one has one more than we know.
    check(
        case,
        &[("proc/stat", "cpu 1 2 3 4 5 6 7 8 9 10 11\n")],
        "cpu.user 0.01 seconds
         cpu.nice 0.02 seconds
         cpu.system 0.03 seconds
         cpu.idle 0.04 seconds
         cpu.iowait 0.05 seconds
         cpu.irq 0.06 seconds
         cpu.softirq 0.07 seconds
         cpu.steal 0.08 seconds
         cpu.guest 0.09 seconds
         cpu.guest_nice 0.1 seconds",
    );
}

pub(super) fn processors_are_counted_and_not_their_numbers(case: &mut Case) {
    check(
        case,
        &[("proc/stat", "cpu 600\ncpu0 100\ncpu2 200\ncpu11 300\n")],
        "cpu.user 6 seconds
         core.user{cpu=\"0\"} 1 seconds
         core.user{cpu=\"2\"} 2 seconds
         core.user{cpu=\"11\"} 3 seconds
         cpu.online 3 count",
    );
    // Without any of them it is not known how many there are.
    check(case, &[("proc/stat", "cpu 600\n")], "cpu.user 6 seconds");
}

/// Lets a running program read one `/proc/stat` after the other; `user` tells which one it has read.
pub(super) fn times_that_go_back_a_little_stand_still(case: &mut Case) {
    // All together and each alone.
    let stat = |user: u32, idle: u32| format!("cpu {user} 0 0 {idle}\ncpu0 {user} 0 0 {idle}\n");
    put(case, &[("proc/stat", &stat(100, 40_000))]);
    let mut running = case
        .program("collect")
        .args([
            "--root",
            "host",
            "--metric",
            "core.user",
            "--metric",
            "core.idle",
            "--metric",
            "cpu.idle",
            "--every",
            "10",
        ])
        .spawn();
    // The second is 2 s behind the first, the third further but still behind by less than 3 s, the fourth ahead again;
    // the fifth was taken out and put back, and so was the sixth, which is 3 s behind to the tick.
    let steps = [
        (100, 40_000, "400"),
        (200, 39_800, "400"),
        (300, 39_701, "400"),
        (400, 40_001, "400.01"),
        (500, 1_000, "10"),
        (600, 700, "7"),
    ];
    for (user, idle, expected) in steps {
        case.file("next", stat(user, idle));
        let from = case.dir().join("next");
        fs::rename(from, case.dir().join("host/proc/stat")).expect("a file is renamed");
        let head = format!("core.user{{cpu=\"0\"}}\t{}\tseconds\n", user / 100);
        let found = running.wait_for_stdout(
            &format!("prints the round in which user is {}", user / 100),
            |out| {
                String::from_utf8_lossy(out)
                    .split_once(&head)
                    .is_some_and(|(_, rest)| rest.contains("\n\n"))
            },
        );
        let text = String::from_utf8_lossy(&found).into_owned();
        let (before, rest) = text.split_once(&head).unwrap_or_default();
        let line = [before.lines().last(), rest.lines().next()]
            .map(Option::unwrap_or_default)
            .join("\n");
        let expected = format!("cpu.idle\t{expected}\tseconds\ncore.idle{{cpu=\"0\"}}\t{expected}\tseconds");
        if line != expected {
            let ended = running.kill();
            case.expect_same(
                &ended,
                &format!(
                    "idle in the round in which user is {} s, where {:.2} s of idle were read",
                    user / 100,
                    f64::from(idle) / 100.0
                ),
                &expected,
                &line,
            );
            return;
        }
    }
    running.kill();
}
