//! Which series, and which of their samples.

use support::Case;

use super::{expect, expect_fault};
use crate::samples::{counter, gauge};

pub(super) fn a_sample_is_a_value_for_five_minutes(case: &mut Case) {
    let samples = gauge("x").at_ms(&[(1_000_000, 1.5), (1_060_000, -2.0)]);
    for (time, value) in [
        ("999.999", None),
        ("1000", Some("1.5")),
        ("1059.999", Some("1.5")),
        ("1060", Some("-2")),
        ("1360", Some("-2")),
        ("1360.001", None),
        ("1970-01-01T00:16:40Z", Some("1.5")),
    ] {
        let expected = value.map_or(String::new(), |value| {
            format!("muster_x{{host=\"web1\"}} {value}")
        });
        expect(case, &samples, time, &[("muster_x", &expected)]);
    }
}

fn three_hosts() -> String {
    let core = |host, cpu, mode, value| {
        let labels = format!("{{\"cpu\":\"{cpu}\",\"mode\":\"{mode}\"}}");
        counter("core")
            .unit("seconds")
            .of(host)
            .with(&labels)
            .at(&[(0, value)])
    };
    [
        core("web1", 0, "user", 1.0),
        core("web1", 0, "idle", 2.0),
        core("web1", 1, "user", 3.0),
        core("web2", 0, "user", 4.0),
        core("db", 0, "idle", 5.0),
        gauge("load").of("db").at(&[(0, 6.0)]),
    ]
    .concat()
}

pub(super) fn a_selector_finds_by_all_its_matchers(case: &mut Case) {
    expect(
        case,
        &three_hosts(),
        "0",
        &[
            (
                "muster_core_seconds_total",
                "muster_core_seconds_total{cpu=\"0\",host=\"db\",mode=\"idle\"} 5
                 muster_core_seconds_total{cpu=\"0\",host=\"web1\",mode=\"idle\"} 2
                 muster_core_seconds_total{cpu=\"0\",host=\"web1\",mode=\"user\"} 1
                 muster_core_seconds_total{cpu=\"0\",host=\"web2\",mode=\"user\"} 4
                 muster_core_seconds_total{cpu=\"1\",host=\"web1\",mode=\"user\"} 3",
            ),
            (
                "muster_core_seconds_total{host=\"web1\",mode=\"user\"}",
                "muster_core_seconds_total{cpu=\"0\",host=\"web1\",mode=\"user\"} 1
                 muster_core_seconds_total{cpu=\"1\",host=\"web1\",mode=\"user\"} 3",
            ),
            (
                "muster_core_seconds_total{host!=\"web1\",mode!=\"user\"}",
                "muster_core_seconds_total{cpu=\"0\",host=\"db\",mode=\"idle\"} 5",
            ),
            (
                "{host=\"db\"}",
                "muster_core_seconds_total{cpu=\"0\",host=\"db\",mode=\"idle\"} 5
                 muster_load{host=\"db\"} 6",
            ),
            ("{__name__=~\".*load\"}", "muster_load{host=\"db\"} 6"),
            ("muster_core_seconds_total{host=\"web\"}", ""),
            ("nothing", ""),
        ],
    );
}

pub(super) fn a_label_that_is_not_there_is_empty(case: &mut Case) {
    expect(
        case,
        &three_hosts(),
        "0",
        &[
            ("muster_load{cpu=\"\"}", "muster_load{host=\"db\"} 6"),
            ("muster_load{cpu!=\"0\"}", "muster_load{host=\"db\"} 6"),
            ("muster_load{cpu=~\".*\"}", "muster_load{host=\"db\"} 6"),
            ("muster_load{cpu!~\".+\"}", "muster_load{host=\"db\"} 6"),
            ("muster_load{cpu=~\".+\"}", ""),
            ("muster_load{cpu!=\"\"}", ""),
            ("{host=\"db\",cpu=\"\"}", "muster_load{host=\"db\"} 6"),
        ],
    );
}

pub(super) fn patterns_match_a_whole_value(case: &mut Case) {
    expect(
        case,
        &three_hosts(),
        "0",
        &[
            ("count by (host) (muster_core_seconds_total{host=~\"web\"})", ""),
            (
                "count by (host) (muster_core_seconds_total{host=~\"web.\"})",
                "{host=\"web1\"} 3
                 {host=\"web2\"} 1",
            ),
            (
                "count by (host) (muster_core_seconds_total{host!~\"web1|d\"})",
                "{host=\"db\"} 1
                 {host=\"web2\"} 1",
            ),
            (
                "count by (host) (muster_core_seconds_total{host=~\"eb1|db\"})",
                "{host=\"db\"} 1",
            ),
        ],
    );
    expect_fault(
        case,
        &three_hosts(),
        "0",
        "muster_load{host=~\"(\"}",
        "1:19: parse error: bad regular expression",
    );
}

pub(super) fn an_offset_looks_back_or_ahead(case: &mut Case) {
    let samples = gauge("x").at(&[(0, 1.0), (600, 2.0), (1200, 3.0)]);
    expect(
        case,
        &samples,
        "600",
        &[
            ("muster_x", "muster_x{host=\"web1\"} 2"),
            ("muster_x offset 10m", "muster_x{host=\"web1\"} 1"),
            ("muster_x offset -10m", "muster_x{host=\"web1\"} 3"),
            ("muster_x offset 5m", "muster_x{host=\"web1\"} 1"),
            ("muster_x offset 299s", ""),
            ("count_over_time(muster_x[10m] offset 5m)", "{host=\"web1\"} 1"),
            ("count_over_time(muster_x[20m] offset -10m)", "{host=\"web1\"} 3"),
        ],
    );
}
