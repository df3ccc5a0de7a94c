//! Where a metric is highest.

use support::Case;

use crate::db::{T0, compact, expect, line, put_all};

pub(super) fn the_highest_means_come_first(case: &mut Case) {
    let mut lines = String::new();
    for (host, value) in [
        ("web1", 1.0),
        ("web2", 4.0),
        ("db1", -3.0),
        ("web3", 4.0),
        ("db2", 2.5),
    ] {
        for n in 0..3 {
            lines += &line(host, "load.1m", "gauge", T0 + n * 10_000, value + n as f64);
        }
        lines += &line(host, "load.5m", "gauge", T0, 100.0);
    }
    // A counter counts by its growth; one that has not grown yet is nowhere.
    for (host, growth) in [("web1", 50.0), ("web2", 200.0)] {
        for n in 0..3 {
            lines += &line(
                host,
                "disk.reads",
                "counter",
                T0 + n * 10_000,
                1e9 + n as f64 * growth,
            );
        }
    }
    lines += &line("db1", "disk.reads", "counter", T0, 1e12);
    put_all(case, &lines);
    for packed in [false, true] {
        if packed {
            compact(case);
        }
        expect(
            case,
            &["top", "fleet.db", "load.1m"],
            "web2\tload.1m\t5\nweb3\tload.1m\t5\ndb2\tload.1m\t3.5\nweb1\tload.1m\t2\ndb1\tload.1m\t-2\n",
        );
        expect(
            case,
            &[
                "top",
                "fleet.db",
                "load.1m",
                "--most",
                "2",
                "--to",
                "1800000010000",
            ],
            "web2\tload.1m\t4\nweb3\tload.1m\t4\n",
        );
        expect(
            case,
            &["top", "fleet.db", "disk.reads"],
            "web2\tdisk.reads\t20\nweb1\tdisk.reads\t5\n",
        );
        expect(case, &["top", "fleet.db", "load"], "");
        expect(case, &["top", "fleet.db", "load.1m", "--most", "0"], "");
    }
}

pub(super) fn the_mean_of_a_day_is_not_the_mean_of_its_hours(case: &mut Case) {
    let hour = 3_600_000;
    let mut lines = String::new();
    for (after, value) in [(0, 8.0), (hour, 0.0), (hour + 1000, 0.0), (hour + 2000, 0.0)] {
        lines += &line("web1", "a", "gauge", T0 + after, value);
    }
    for (after, value) in [(0, 0.0), (hour - 1000, 3600.0), (4 * hour - 1000, 3600.0)] {
        lines += &line("web1", "b", "counter", T0 + after, value);
    }
    put_all(case, &lines);
    for packed in [false, true] {
        if packed {
            compact(case);
        }
        expect(case, &["top", "fleet.db", "a"], "web1\ta\t2\n");
        expect(
            case,
            &["top", "fleet.db", "b"],
            &format!("web1\tb\t{}\n", 3600.0 / 14_399.0),
        );
    }
}
