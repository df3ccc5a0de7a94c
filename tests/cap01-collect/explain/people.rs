//! For people.

use support::{Case, Ended};

use crate::host::put;

fn explain(case: &mut Case, name: &str) -> Ended {
    case.program("collect")
        .args(["explain", name, "--root", "host"])
        .run()
}

fn expect_explained(case: &mut Case, name: &str, expected: &str) {
    let ended = explain(case, name);
    case.expect_stdout(&ended, expected);
    case.expect_status(&ended, 0);
    case.expect_quiet(&ended);
}

pub(super) fn a_metric_is_explained_by_either_name(case: &mut Case) {
    put(
        case,
        &[
            (
                "proc/diskstats",
                "8 0 sda 1 2 3 4 5 6 326656\n8 16 sdb 1 2 3 4 5 6 7\n",
            ),
            ("proc/loadavg", "0.52 0.41 0.33 1/2 3\n"),
        ],
    );
    for name in ["disk.written_bytes", "muster_disk_written_bytes_total"] {
        expect_explained(
            case,
            name,
            "disk.written_bytes (counter, bytes)\nBytes written, of 512 a sector.\n\nread from   /proc/diskstats, field 10\n\
             Prometheus  muster_disk_written_bytes_total\nnow         159.5 MiB  {device=\"sda\"}\n            3.5 KiB  {device=\"sdb\"}\n",
        );
    }
    let ended = explain(case, "load.1m");
    case.snapshot(&ended);
}

pub(super) fn what_is_absent_is_said_to_be(case: &mut Case) {
    put(case, &[("proc/loadavg", "0.52\n")]);
    expect_explained(
        case,
        "pressure.io_stalled",
        "pressure.io_stalled (counter, seconds)\nTime in which all threads waited for a disk.\n\n\
         read from   /proc/pressure/io, line full, total\nPrometheus  muster_pressure_io_stalled_seconds_total\n\
         now         absent: this host does not have it\n",
    );
    // `load.1` is no metric, and `load.1m` is not `load.15m`.
    expect_explained(
        case,
        "load.15m",
        "load.15m (gauge, count)\nThe same over 15 minutes.\n\nread from   /proc/loadavg, field 3\n\
         Prometheus  muster_load_15m\nnow         absent: this host does not have it\n",
    );
}

/// Expects the value of a metric as people read it.
fn expect_now(case: &mut Case, name: &str, expected: &str) {
    let ended = explain(case, name);
    let text = ended.stdout_text();
    let now = text.lines().find_map(|line| line.strip_prefix("now         "));
    let now = now.unwrap_or("nothing").to_owned();
    case.expect_same(&ended, &format!("what `{name}` is now"), expected, &now);
}

pub(super) fn bytes_are_shown_in_the_largest_unit(case: &mut Case) {
    for (bytes, expected) in [
        ("0", "0 B"),
        ("1023", "1023 B"),
        ("1024", "1.0 KiB"),
        ("1587", "1.5 KiB"),
        ("1048575", "1.0 MiB"),
        ("1048524", "1023.9 KiB"),
        ("25276502016", "23.5 GiB"),
        ("1099511627776", "1.0 TiB"),
        ("1125899906842624", "1.0 PiB"),
        ("18446744073709551615", "16.0 EiB"),
    ] {
        put(case, &[("proc/net/dev", &format!("x\ny\nlo: {bytes}\n"))]);
        expect_now(
            case,
            "network.received_bytes",
            &format!("{expected}  {{interface=\"lo\"}}"),
        );
    }
}

pub(super) fn decimals_are_few(case: &mut Case) {
    for (file, text, name, expected) in [
        ("proc/loadavg", "9.00", "load.1m", "9"),
        ("proc/loadavg", "0.52", "load.1m", "0.52"),
        ("proc/loadavg", "0.12345", "load.1m", "0.123"),
        ("proc/loadavg", "0.9996", "load.1m", "1"),
        ("proc/uptime", "2041.39", "host.uptime", "2041.39 s"),
        ("proc/stat", "ctxt 9836744", "kernel.context_switches", "9836744"),
        (
            "proc/pressure/io",
            "some avg10=3.94",
            "pressure.io_waiting_10s",
            "3.94 %",
        ),
        (
            "proc/pressure/io",
            "some avg10=3.946",
            "pressure.io_waiting_10s",
            "3.95 %",
        ),
        (
            "proc/pressure/io",
            "some avg10=100.00",
            "pressure.io_waiting_10s",
            "100 %",
        ),
        (
            "proc/pressure/io",
            "some total=1234567",
            "pressure.io_waiting",
            "1.235 s",
        ),
    ] {
        put(case, &[(file, text)]);
        expect_now(case, name, expected);
    }
}

/// Runs the program on a terminal, and returns what it drew.
fn on_a_terminal(case: &mut Case, args: &[&str]) -> (Ended, String) {
    let ended = case
        .program("collect")
        .args(["--root", "host"])
        .args(args)
        .terminal(200, 50)
        .run();
    let text = ended.stdout_text().replace("\r\n", "\n");
    (ended, text)
}

pub(super) fn a_terminal_shows_a_table(case: &mut Case) {
    put(
        case,
        &[
            ("proc/stat", "cpu 5 7\ncpu0 1225\n"),
            ("proc/meminfo", "MemTotal: 2 kB\n"),
            ("proc/uptime", "100000.5 1\n"),
        ],
    );
    let (ended, text) = on_a_terminal(case, &[]);
    case.expect_status(&ended, 0);
    let expected = "\
cpu.user          0.05 s
cpu.nice          0.07 s
core.user        12.25 s  {cpu=\"0\"}
cpu.online             1
host.uptime   100000.5 s
memory.total     2.0 KiB
";
    case.expect_same(&ended, "the table", expected, &text);
}

pub(super) fn a_name_cannot_steer_the_terminal(case: &mut Case) {
    put(case, &[("proc/net/dev", "x\ny\na\u{1b}[2J\u{202e}\"b\\'é: 7\n")]);
    let (ended, text) = on_a_terminal(case, &[]);
    let expected = "network.received_bytes  7 B  {interface=\"a\\u{1b}[2J\\u{202e}\\\"b\\\\'é\"}\n";
    case.expect_same(&ended, "the table", expected, &text);
    expect_now(
        case,
        "network.received_bytes",
        "7 B  {interface=\"a\\u{1b}[2J\\u{202e}\\\"b\\\\'é\"}",
    );
}
