//! What stands on both sides of an operator.

use support::Case;

use super::{expect, expect_fault};
use crate::samples::gauge;

fn one(name: &str, host: &str, labels: &str, value: f64) -> String {
    gauge(name).of(host).with(labels).at(&[(0, value)])
}

pub(super) fn a_number_stays_on_its_side(case: &mut Case) {
    let samples = one("x", "a", "{}", 4.0) + &one("x", "b", "{}", -3.0);
    let two = |a: &str, b: &str| format!("{{host=\"a\"}} {a}\n{{host=\"b\"}} {b}");
    expect(
        case,
        &samples,
        "0",
        &[
            ("muster_x - 1", &two("3", "-4")),
            ("1 - muster_x", &two("-3", "4")),
            ("muster_x / 2", &two("2", "-1.5")),
            ("12 / muster_x", &two("3", "-4")),
            ("muster_x ^ 2", &two("16", "9")),
            ("2 ^ muster_x", &two("16", "0.125")),
            ("muster_x % 3", &two("1", "-0")),
            ("muster_x / 0", &two("+Inf", "-Inf")),
            ("muster_x > bool 0", &two("1", "0")),
            ("0 > bool muster_x", &two("0", "1")),
        ],
    );
}

pub(super) fn a_filter_keeps_what_the_vector_has(case: &mut Case) {
    let samples = one("x", "a", "{}", 4.0) + &one("x", "b", "{}", -3.0);
    expect(
        case,
        &samples,
        "0",
        &[
            ("muster_x > 0", "muster_x{host=\"a\"} 4"),
            ("0 < muster_x", "muster_x{host=\"a\"} 4"),
            ("5 > muster_x", "muster_x{host=\"a\"} 4\nmuster_x{host=\"b\"} -3"),
            ("muster_x == -3", "muster_x{host=\"b\"} -3"),
            ("muster_x > 9", ""),
            (
                "muster_x != NaN",
                "muster_x{host=\"a\"} 4\nmuster_x{host=\"b\"} -3",
            ),
            (
                "muster_x >= muster_x",
                "muster_x{host=\"a\"} 4\nmuster_x{host=\"b\"} -3",
            ),
        ],
    );
}

pub(super) fn what_is_computed_has_another_name(case: &mut Case) {
    let samples = one("x", "a", "{}", 4.0) + &one("y", "a", "{}", 5.0);
    expect(
        case,
        &samples,
        "0",
        &[
            ("-muster_x", "{host=\"a\"} -4"),
            ("muster_x * 1", "{host=\"a\"} 4"),
            ("muster_x + muster_x", "{host=\"a\"} 8"),
            ("sum(muster_x)", "{} 4"),
            ("topk(1, muster_x)", "muster_x{host=\"a\"} 4"),
        ],
    );
    let doubles = "vector cannot contain metrics with the same labelset";
    for query in [
        "-{host=\"a\"}",
        "max_over_time({host=\"a\"}[1m])",
        "{host=\"a\"} * 2",
    ] {
        expect_fault(case, &samples, "0", query, doubles);
    }
}

fn disks() -> String {
    [
        one("read", "a", "{\"disk\":\"sda\",\"mode\":\"r\"}", 10.0),
        one("read", "a", "{\"disk\":\"sdb\",\"mode\":\"r\"}", 20.0),
        one("read", "b", "{\"disk\":\"sda\",\"mode\":\"r\"}", 30.0),
        one("size", "a", "{\"disk\":\"sda\"}", 100.0),
        one("size", "a", "{\"disk\":\"sdb\"}", 50.0),
        one("size", "c", "{\"disk\":\"sda\"}", 1.0),
        one("cpus", "a", "{}", 2.0),
        one("cpus", "b", "{}", 4.0),
        one("load", "a", "{}", 3.0),
        one("load", "b", "{}", 3.0),
    ]
    .concat()
}

pub(super) fn labels_of_a_match_are_those_that_matched(case: &mut Case) {
    expect(
        case,
        &disks(),
        "0",
        &[
            ("muster_load / muster_cpus", "{host=\"a\"} 1.5\n{host=\"b\"} 0.75"),
            // Labels differ: nothing is matched.
            ("muster_read / muster_size", ""),
            (
                "muster_read / ignoring(mode) muster_size",
                "{disk=\"sda\",host=\"a\"} 0.1\n{disk=\"sdb\",host=\"a\"} 0.4",
            ),
            (
                "muster_read / on(host, disk) muster_size",
                "{disk=\"sda\",host=\"a\"} 0.1\n{disk=\"sdb\",host=\"a\"} 0.4",
            ),
            // A filter keeps the value of the left side; with `ignoring` also its name, but not what was ignored.
            (
                "muster_read < ignoring(mode) muster_size",
                "muster_read{disk=\"sda\",host=\"a\"} 10\nmuster_read{disk=\"sdb\",host=\"a\"} 20",
            ),
            ("muster_load < on(host) muster_cpus", "{host=\"b\"} 3"),
            ("muster_load < muster_cpus", "muster_load{host=\"b\"} 3"),
            (
                "muster_load < bool on(host) muster_cpus",
                "{host=\"a\"} 0\n{host=\"b\"} 1",
            ),
            ("muster_load{host=\"a\"} * on() sum(muster_cpus)", "{} 18"),
        ],
    );
}

pub(super) fn a_group_has_one_series_on_either_side(case: &mut Case) {
    let samples = disks();
    let many_right = "found duplicate series for the match group {host=\"a\"} on the right hand-side of the operation: many-to-many matching not allowed: matching labels must be unique on one side";
    let many_left =
        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)";
    expect_fault(
        case,
        &samples,
        "0",
        "muster_load / on(host) muster_read",
        many_right,
    );
    expect_fault(
        case,
        &samples,
        "0",
        "muster_read / on(host) muster_load",
        many_left,
    );
    expect_fault(
        case,
        &samples,
        "0",
        "muster_load * on() sum(muster_cpus)",
        many_left,
    );
    expect(
        case,
        &samples,
        "0",
        &[
            // What a filter lets through is counted, not what it looked at.
            (
                "muster_read > on(host) (muster_load * 5)",
                "{host=\"a\"} 20\n{host=\"b\"} 30",
            ),
            // Where one side has nothing, nothing is wrong.
            ("nothing / on(host) muster_read", ""),
            ("muster_read / on(host) nothing", ""),
        ],
    );
}
