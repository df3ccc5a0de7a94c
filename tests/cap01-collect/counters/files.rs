//! Memory, load, pressure, and all of it together.

use rustix::param::page_size;
use support::Case;

use crate::host::{check, check_faults, collect, expect_readings, put, put_recorded};

/// The files of this stage.
pub(super) fn is_ours(name: &str) -> bool {
    let files = [
        "proc/stat",
        "proc/loadavg",
        "proc/uptime",
        "proc/meminfo",
        "proc/vmstat",
    ];
    files.contains(&name) || name.starts_with("proc/pressure/")
}

pub(super) fn a_small_host_is_read(case: &mut Case) {
    put(
        case,
        &[
            (
                "proc/stat",
                "cpu  1250 20 300 98000 75 0 5 0 0 0\ncpu0 1250 20 300 98000 75 0 5 0 0 0\nintr 51234 9 0 4\nctxt 88412\n\
                 btime 1764230400\nprocesses 4711\nprocs_running 2\nprocs_blocked 0\nsoftirq 7 1 6\n",
            ),
            ("proc/loadavg", "0.52 0.41 0.33 2/117 4711\n"),
            ("proc/uptime", "1001.25 980.00\n"),
            (
                "proc/meminfo",
                "MemTotal:        2048000 kB\nMemFree:          512000 kB\nMemAvailable:    1433600 kB\nHugePages_Total:       0\n",
            ),
            (
                "proc/pressure/cpu",
                "some avg10=1.50 avg60=0.80 avg300=0.20 total=4200000\n",
            ),
        ],
    );
    let ended = collect(case, &[]);
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

pub(super) fn loads_are_read_as_far_as_they_are_there(case: &mut Case) {
    check(
        case,
        &[
            ("proc/loadavg", "9.00 7.34 120.5 9/151 18154\n"),
            ("proc/uptime", "2041.39 1098.57\n"),
        ],
        "load.1m 9 count
         load.5m 7.34 count
         load.15m 120.5 count
         host.uptime 2041.39 seconds",
    );
    check(case, &[("proc/loadavg", "0.01")], "load.1m 0.01 count");
    // Only the first line is one of theirs.
    check(
        case,
        &[
            ("proc/loadavg", "0.01\n0.02 0.03\n"),
            ("proc/uptime", "\n5.0 1.0\n"),
        ],
        "load.1m 0.01 count",
    );
    check_faults(
        case,
        &[("proc/loadavg", "1.0 many 3.0\n"), ("proc/uptime", "soon\n")],
        "load.1m 1 count
         load.15m 3 count",
        &["proc/loadavg, line 1: ", "proc/uptime, line 1: "],
    );
}

pub(super) fn memory_is_bytes_and_huge_pages_are_counted(case: &mut Case) {
    check(
        case,
        &[(
            "proc/meminfo",
            "HugePages_Free:        3\nSwapTotal: 5 kB\nVendorThing: 3 kB\nMemTotal:       24684084 kB\nActive(anon): 7 kB\n\
             HugePages_Total:       7\nHugepagesize:       2048 kB\nNo unit: 3\nCommitted_AS: 1 kB\nMemFree: 0 kB\n",
        )],
        "memory.huge_pages_free 3 count
         memory.swap_total 5120 bytes
         memory.total 25276502016 bytes
         memory.active_anonymous 7168 bytes
         memory.huge_pages_total 7 count
         memory.huge_page_size 2097152 bytes
         memory.committed 1024 bytes
         memory.free 0 bytes",
    );
}

pub(super) fn memory_without_its_unit_is_a_fault(case: &mut Case) {
    for (line, number) in [
        ("MemTotal: 1 MB", 2),
        ("MemTotal: 1", 2),
        ("HugePages_Total: 1 kB", 2),
        ("MemTotal:", 2),
        ("MemTotal: kB", 2),
        ("MemTotal 1 kB", 2),
    ] {
        check_faults(
            case,
            &[("proc/meminfo", &format!("MemFree: 1 kB\n{line}\nCached: 2 kB\n"))],
            "memory.free 1024 bytes
             memory.cached 2048 bytes",
            &[&format!("host/proc/meminfo, line {number}: ")],
        );
    }
}

pub(super) fn vm_counts_kibibytes_and_pages(case: &mut Case) {
    let page = page_size();
    check(
        case,
        &[(
            "proc/vmstat",
            "nr_free_pages 1\npgpgin 3\npgpgout 5\npswpin 7\npswpout 11\npgfault 70\npgmajfault 13\nunknown x\nnothing\n",
        )],
        &format!(
            "vm.paged_in 3072 bytes
             vm.paged_out 5120 bytes
             vm.swapped_in {} bytes
             vm.swapped_out {} bytes
             vm.page_faults 70 count
             vm.major_page_faults 13 count",
            7 * page,
            11 * page
        ),
    );
    check(case, &[("proc/vmstat", "oom_kill 2\n")], "vm.oom_kills 2 count");
}

pub(super) fn pressure_is_seconds_and_a_part_of_1(case: &mut Case) {
    check(
        case,
        &[
            (
                "proc/pressure/cpu",
                "some avg10=12.50 avg60=0.00 avg300=0.00 total=4\nfull avg10=9.00 avg60=0.00 avg300=0.00 total=9\n",
            ),
            (
                "proc/pressure/io",
                "some avg10=3.90 avg60=2.24 avg300=1.35 total=18674908\nfull avg10=0.00 avg60=7.00 avg300=7.00 total=1000000\n",
            ),
            (
                "proc/pressure/memory",
                "full avg10=100.00 avg60=7.00 avg300=7.00 total=0\n",
            ),
            (
                "proc/pressure/irq",
                "full avg10=1.00 avg60=7.00 avg300=7.00 total=2500000\n",
            ),
        ],
        "pressure.cpu_waiting_10s 0.125 ratio
         pressure.cpu_waiting 0.000004 seconds
         pressure.io_waiting_10s 0.039 ratio
         pressure.io_waiting 18.674908 seconds
         pressure.io_stalled_10s 0 ratio
         pressure.io_stalled 1 seconds
         pressure.memory_stalled_10s 1 ratio
         pressure.memory_stalled 0 seconds
         pressure.irq_stalled_10s 0.01 ratio
         pressure.irq_stalled 2.5 seconds",
    );
    check_faults(
        case,
        &[(
            "proc/pressure/io",
            "none avg10=1.00 total=1\nsome avg10=x total=1\n",
        )],
        "pressure.io_waiting 0.000001 seconds",
        &["host/proc/pressure/io, line 1: "],
    );
}

/// Files that grow over every power of two that a buffer may have, and short ones behind them.
pub(super) fn a_long_file_is_read_whole(case: &mut Case) {
    for count in [300, 3000, 20_000] {
        let stat: String = (0..count).map(|n| format!("cpu{n} {n}00 1 2 3\n")).collect();
        put(
            case,
            &[
                ("proc/stat", &stat),
                ("proc/loadavg", "0.5 0.25 0.125 1/2 3\n"),
                ("proc/meminfo", "MemTotal: 1 kB\n"),
            ],
        );
        let metrics = ["core.user", "cpu.online", "load", "memory"];
        let args: Vec<&str> = metrics.iter().flat_map(|metric| ["--metric", metric]).collect();
        let ended = collect(case, &args);
        let rows: String = (0..count)
            .map(|n| format!("core.user{{cpu=\"{n}\"}} {n} seconds\n"))
            .collect();
        let rest = format!(
            "cpu.online {count} count\nload.1m 0.5 count\nload.5m 0.25 count\nload.15m 0.125 count\nmemory.total 1024 bytes\n"
        );
        expect_readings(case, &ended, &(rows + &rest));
    }
}

pub(super) fn a_recorded_host_is_read(case: &mut Case) {
    put_recorded(case, "linux-6.18", is_ours);
    let ended = collect(case, &[]);
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

pub(super) fn older_hosts_are_read(case: &mut Case) {
    for recorded in ["linux-3.10", "linux-2.6.32", "container"] {
        let _ = std::fs::remove_dir_all(case.dir().join("host"));
        put_recorded(case, recorded, is_ours);
        let ended = collect(case, &[]);
        case.snapshot(&ended);
        case.expect_quiet(&ended);
    }
}
