//! Performance data.

use support::Case;

use crate::plug::{expect_fault, expect_samples, lines, parse};

/// Expects these samples of data, `perf` for the name, beside the status.
fn expect_data(case: &mut Case, data: &str, rows: &str) {
    let rows: Vec<String> = rows
        .lines()
        .filter(|row| !row.trim().is_empty())
        .map(|row| format!("plugin.stdin.{}", row.trim()))
        .collect();
    let rows = rows.join("\n");
    let output = format!("OK - text | {data}\n");
    expect_samples(
        case,
        &["nagios"],
        output,
        &format!("plugin.stdin.status 0 count gauge\n{rows}"),
    );
}

pub(super) fn data_is_read(case: &mut Case) {
    case.file(
        "disk.txt",
        "DISK OK - free space: / 75682MiB | /=18213765120B;243497277849;257024904396;0;270552530944 '/srv/my files'=50%;80;90;0;100\n/boot 68 MiB | /boot=68MB;88;93;0;98\n/home=69357MB;253404;253409\n",
    );
    let ended = case
        .program("plugins")
        .args(["parse", "nagios", "disk.txt", "--name", "disk", "--status", "1"])
        .run();
    case.snapshot(&ended);
    case.expect_quiet(&ended);
}

pub(super) fn units_become_ours(case: &mut Case) {
    for (data, rows) in [
        ("a=7", "perf{perf=\"a\"} 7 count gauge"),
        ("a=7c", "perf{perf=\"a\"} 7 count counter"),
        ("a=7s", "perf{perf=\"a\"} 7 seconds gauge"),
        ("a=500ms", "perf{perf=\"a\"} 0.5 seconds gauge"),
        ("a=250us", "perf{perf=\"a\"} 0.00025 seconds gauge"),
        ("a=12.5%", "perf{perf=\"a\"} 0.125 ratio gauge"),
        // Multiplied by 1e-2, as the chapter has it: another way to the same number ends at its neighbour.
        ("a=57%", "perf{perf=\"a\"} 0.5700000000000001 ratio gauge"),
        ("a=3B", "perf{perf=\"a\"} 3 bytes gauge"),
        ("a=3KB", "perf{perf=\"a\"} 3072 bytes gauge"),
        ("a=3kB", "perf{perf=\"a\"} 3072 bytes gauge"),
        ("a=3KiB", "perf{perf=\"a\"} 3072 bytes gauge"),
        ("a=-1.5MB", "perf{perf=\"a\"} -1572864 bytes gauge"),
        ("a=2GB", "perf{perf=\"a\"} 2147483648 bytes gauge"),
        ("a=1TiB", "perf{perf=\"a\"} 1099511627776 bytes gauge"),
        ("a=1PB", "perf{perf=\"a\"} 1125899906842624 bytes gauge"),
        ("a=21C", "perf{perf=\"a\",uom=\"C\"} 21 count gauge"),
        ("a=5b/s", "perf{perf=\"a\",uom=\"b/s\"} 5 count gauge"),
        ("a=1e", "perf{perf=\"a\",uom=\"e\"} 1 count gauge"),
        (
            "a=1abcdefghijklmnop",
            "perf{perf=\"a\",uom=\"abcdefghijklmnop\"} 1 count gauge",
        ),
        (
            "a=500ms;100;~:2000;0;4000",
            "perf{perf=\"a\"} 0.5 seconds gauge
             perf_warn_low{perf=\"a\"} 0 seconds gauge
             perf_warn_high{perf=\"a\"} 0.1 seconds gauge
             perf_crit_high{perf=\"a\"} 2 seconds gauge
             perf_min{perf=\"a\"} 0 seconds gauge
             perf_max{perf=\"a\"} 4 seconds gauge",
        ),
        (
            "a=7c;9",
            "perf{perf=\"a\"} 7 count counter
             perf_warn_low{perf=\"a\"} 0 count gauge
             perf_warn_high{perf=\"a\"} 9 count gauge",
        ),
    ] {
        expect_data(case, data, rows);
    }
}

pub(super) fn ranges_are_those_of_the_guidelines(case: &mut Case) {
    for (range, rows) in [
        (
            "10",
            "perf_warn_low{perf=\"a\"} 0 count gauge\nperf_warn_high{perf=\"a\"} 10 count gauge",
        ),
        ("10:", "perf_warn_low{perf=\"a\"} 10 count gauge"),
        ("~:10", "perf_warn_high{perf=\"a\"} 10 count gauge"),
        (
            ":10",
            "perf_warn_low{perf=\"a\"} 0 count gauge\nperf_warn_high{perf=\"a\"} 10 count gauge",
        ),
        (
            "10:20",
            "perf_warn_low{perf=\"a\"} 10 count gauge\nperf_warn_high{perf=\"a\"} 20 count gauge",
        ),
        (
            "-2.5:-1",
            "perf_warn_low{perf=\"a\"} -2.5 count gauge\nperf_warn_high{perf=\"a\"} -1 count gauge",
        ),
        (
            "@10:20",
            "perf_warn_low{alert=\"inside\",perf=\"a\"} 10 count gauge\nperf_warn_high{alert=\"inside\",perf=\"a\"} 20 count gauge",
        ),
        (
            "@~:5",
            "perf_warn_high{alert=\"inside\",perf=\"a\"} 5 count gauge",
        ),
        ("~:", ""),
    ] {
        expect_data(
            case,
            &format!("a=1;{range}"),
            &format!("perf{{perf=\"a\"}} 1 count gauge\n{rows}"),
        );
    }
    expect_data(
        case,
        "a=1;;5:6;;",
        "perf{perf=\"a\"} 1 count gauge
         perf_crit_low{perf=\"a\"} 5 count gauge
         perf_crit_high{perf=\"a\"} 6 count gauge",
    );
    expect_data(
        case,
        "a=1;;;;9",
        "perf{perf=\"a\"} 1 count gauge\nperf_max{perf=\"a\"} 9 count gauge",
    );
}

pub(super) fn labels_may_be_quoted(case: &mut Case) {
    for (data, labels) in [
        ("'a b'=1", &["a b"][..]),
        ("'a  b'=1 c=1", &["a  b", "c"]),
        ("'it''s'=1", &["it's"]),
        ("''''=1", &["'"]),
        ("'a=b'=1", &["a=b"]),
        ("'a;b'=1;;;;", &["a;b"]),
        ("'a|b'=1", &["a|b"]),
        ("/=1   C:\\=1", &["/", "C:\\\\"]),
        ("\t'a b'=1\tb=1", &["a b", "b"]),
        ("it's=1", &["it's"]),
    ] {
        let rows: Vec<String> = labels
            .iter()
            .map(|label| format!("plugin.stdin.perf{{perf=\"{label}\"}} 1 count gauge"))
            .collect();
        expect_samples(
            case,
            &["nagios"],
            format!("OK | {data}\n"),
            &format!("plugin.stdin.status 0 count gauge\n{}", rows.join("\n")),
        );
    }
}

pub(super) fn what_could_not_be_found_out_is_left_out(case: &mut Case) {
    expect_data(case, "a=U b=2 c=U;5;6;0;9", "perf{perf=\"b\"} 2 count gauge");
}

pub(super) fn items_that_are_wrong_are_left_out_and_named(case: &mut Case) {
    for wrong in [
        "x",
        "=1",
        "''=1",
        "a=",
        "a=x",
        "a=1,5",
        "a=1.2.3",
        "a=--1",
        "a=1abcdefghijklmnopq",
        "a=1m3",
        "a=1;x",
        "a=1;20:10",
        "a=1;-1",
        "a=1;1:2:3",
        "a=1;;10ms",
        "a=1;;;x",
        "a=1;;;;x",
        "a=1;2;3;4;5;6",
        "a=1;;;;;",
        "a=1;2;3;4;5;",
        "'a'1",
        "'a' =1",
    ] {
        let ended = parse(
            case,
            &["nagios", "--status", "3"],
            format!("UNKNOWN | b=1\nlong | {wrong} c=2\n"),
        );
        let rows = "plugin.stdin.status 3 count gauge
            plugin.stdin.perf{perf=\"b\"} 1 count gauge
            plugin.stdin.perf{perf=\"c\"} 2 count gauge";
        // What stands behind a quoted label without a value may be an item of its own, and a wrong one.
        if wrong != "'a' =1" {
            expect_fault(case, &ended, "standard input, line 2: ");
        }
        case.expect_stdout(&ended, lines(rows));
        case.expect_status(&ended, 1);
    }
    let ended = parse(case, &["nagios"], "OK | b=1 'a=1\n|c=2\n");
    expect_fault(case, &ended, "line 1: ");
}
