//! `/proc/net/dev`.

use support::Case;

use crate::host::{check, check_faults, collect, put_recorded};

const HEAD: &str = "Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";

const COLUMNS: [&str; 16] = [
    "received_bytes",
    "received_packets",
    "received_errors",
    "received_dropped",
    "received_fifo",
    "received_frame",
    "received_compressed",
    "received_multicast",
    "sent_bytes",
    "sent_packets",
    "sent_errors",
    "sent_dropped",
    "sent_fifo",
    "sent_collisions",
    "sent_carrier",
    "sent_compressed",
];

pub(super) fn each_column_has_its_name(case: &mut Case) {
    let (mut table, mut rows) = (HEAD.to_owned(), String::new());
    for (name, factor) in [("lo", 1), ("eth0", 1000), ("wg-home", 77)] {
        let values: Vec<String> = (1..=16).map(|n| (n * factor).to_string()).collect();
        table += &format!("{name:>6}: {}\n", values.join("   "));
        for (column, value) in COLUMNS.iter().zip(&values) {
            let unit = if column.ends_with("_bytes") {
                "bytes"
            } else {
                "count"
            };
            rows += &format!("network.{column}{{interface=\"{name}\"}} {value} {unit}\n");
        }
    }
    check(case, &[("proc/net/dev", &table)], &rows);
}

pub(super) fn names_of_interfaces_are_read_as_they_are(case: &mut Case) {
    for (line, label) in [
        ("eth0:7", "eth0"),
        ("eth0:1: 7", "eth0:1"),
        ("  br\"0: 7", "br\\\"0"),
        ("a.b-c_d@e: 7", "a.b-c_d@e"),
        ("é: 7", "é"),
    ] {
        check(
            case,
            &[("proc/net/dev", &format!("{HEAD}{line}"))],
            &format!("network.received_bytes{{interface=\"{label}\"}} 7 bytes"),
        );
    }
}

pub(super) fn a_line_without_a_colon_is_said(case: &mut Case) {
    check_faults(
        case,
        &[("proc/net/dev", &format!("{HEAD}lo: 1 -2\neth0 7\neth1: 9\n"))],
        "network.received_bytes{interface=\"lo\"} 1 bytes
         network.received_bytes{interface=\"eth1\"} 9 bytes",
        &["host/proc/net/dev, line 3: "],
    );
    check(case, &[("proc/net/dev", HEAD)], "");
    // An empty line has none either; in the head nobody looks for one.
    check_faults(
        case,
        &[("proc/net/dev", &format!("{HEAD}\nlo: 1\n"))],
        "network.received_bytes{interface=\"lo\"} 1 bytes",
        &["host/proc/net/dev, line 3: "],
    );
    check(
        case,
        &[("proc/net/dev", "\n\nlo: 1\n")],
        "network.received_bytes{interface=\"lo\"} 1 bytes",
    );
}

pub(super) fn recorded_devices_are_read(case: &mut Case) {
    for recorded in ["linux-6.18", "linux-2.6.32"] {
        let _ = std::fs::remove_dir_all(case.dir().join("host"));
        put_recorded(case, recorded, |name| {
            name == "proc/diskstats" || name == "proc/net/dev"
        });
        let ended = collect(case, &[]);
        case.snapshot(&ended);
        case.expect_quiet(&ended);
    }
}
