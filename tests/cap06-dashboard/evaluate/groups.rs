//! Aggregation.

use support::Case;

use super::{expect, expect_all};
use crate::samples::gauge;

fn one(name: &str, host: &str, labels: &str, value: f64) -> String {
    gauge(name).of(host).with(labels).at(&[(0, value)])
}

fn cores() -> String {
    [
        one("x", "a", "{\"cpu\":\"0\",\"mode\":\"idle\"}", 1.0),
        one("x", "a", "{\"cpu\":\"1\",\"mode\":\"idle\"}", 2.0),
        one("x", "a", "{\"cpu\":\"0\",\"mode\":\"user\"}", 4.0),
        one("x", "b", "{\"cpu\":\"0\",\"mode\":\"idle\"}", 8.0),
        one("x", "b", "{\"mode\":\"user\"}", -16.0),
    ]
    .concat()
}

pub(super) fn groups_are_made_by_labels(case: &mut Case) {
    expect(
        case,
        &cores(),
        "0",
        &[
            ("sum(muster_x)", "{} -1"),
            ("count(muster_x)", "{} 5"),
            ("min(muster_x)", "{} -16"),
            ("max(muster_x)", "{} 8"),
            ("sum by (host) (muster_x)", "{host=\"a\"} 7\n{host=\"b\"} -8"),
            (
                "sum by (mode, host) (muster_x)",
                "{host=\"a\",mode=\"idle\"} 3
                 {host=\"a\",mode=\"user\"} 4
                 {host=\"b\",mode=\"idle\"} 8
                 {host=\"b\",mode=\"user\"} -16",
            ),
            ("max by (cpu) (muster_x)", "{} -16\n{cpu=\"0\"} 8\n{cpu=\"1\"} 2"),
            ("count by (nothing) (muster_x)", "{} 5"),
            ("count by (__name__) (muster_x)", "muster_x 5"),
            (
                "sum without (cpu, mode) (muster_x)",
                "{host=\"a\"} 7\n{host=\"b\"} -8",
            ),
            (
                "count without () (muster_x{host=\"b\"})",
                "{cpu=\"0\",host=\"b\",mode=\"idle\"} 1\n{host=\"b\",mode=\"user\"} 1",
            ),
            ("sum(nothing)", ""),
        ],
    );
}

pub(super) fn equal_groups_are_one_series(case: &mut Case) {
    let samples = gauge("x").with("{\"n\":\"1\"}").at(&[(0, 1.0)])
        + &gauge("x").with("{\"n\":\"2\"}").at(&[(600, 2.0)]);
    expect_all(
        case,
        &samples,
        &["--from", "0", "--to", "900", "--step", "300"],
        &[
            (
                "sum by (host) (muster_x)",
                "{host=\"web1\"} 1@0 1@300 2@600 2@900",
            ),
            ("count(muster_x)", "{} 1@0 1@300 1@600 1@900"),
            // Two metrics become one where they never meet.
            (
                "{__name__=~\"muster_x\"} * 2",
                "{host=\"web1\",n=\"1\"} 2@0 2@300\n{host=\"web1\",n=\"2\"} 4@600 4@900",
            ),
        ],
    );
}

pub(super) fn least_and_most_are_numbers_if_there_are_any(case: &mut Case) {
    let samples = one("x", "a", "{}", 0.0) + &one("x", "b", "{}", 5.0) + &one("x", "c", "{}", -5.0);
    // 0 / 0 is no number.
    expect(
        case,
        &samples,
        "0",
        &[
            ("min(muster_x / muster_x)", "{} 1"),
            ("max(muster_x / muster_x)", "{} 1"),
            ("max((muster_x / muster_x) * muster_x)", "{} 5"),
            ("min(muster_x * 0 / 0)", "{} NaN"),
            ("sum(muster_x / muster_x)", "{} NaN"),
            ("count(muster_x / muster_x)", "{} 3"),
        ],
    );
}

pub(super) fn a_mean_neither_overflows_nor_hides_infinity(case: &mut Case) {
    let samples = one("x", "a", "{}", 1.5e308)
        + &one("x", "b", "{}", 1.5e308)
        + &one("y", "a", "{}", 1.0)
        + &one("y", "b", "{}", 0.0);
    expect(
        case,
        &samples,
        "0",
        &[
            ("avg(muster_x) / 1e308", "{} 1.5"),
            ("avg(muster_y)", "{} 0.5"),
            ("sum(muster_x)", "{} +Inf"),
            ("avg(muster_y / 0 > 1)", "{} +Inf"),
            ("avg(1 / muster_y)", "{} +Inf"),
            ("avg(-1 / muster_y)", "{} -Inf"),
        ],
    );
}

pub(super) fn the_best_stay_and_come_first(case: &mut Case) {
    let two =
        "muster_x{cpu=\"0\",host=\"b\",mode=\"idle\"} 8\nmuster_x{cpu=\"0\",host=\"a\",mode=\"user\"} 4";
    expect(
        case,
        &cores(),
        "0",
        &[
            ("topk(2, muster_x)", two),
            (
                "bottomk(2, muster_x)",
                "muster_x{host=\"b\",mode=\"user\"} -16\nmuster_x{cpu=\"0\",host=\"a\",mode=\"idle\"} 1",
            ),
            (
                "topk by (host) (1, muster_x)",
                "muster_x{cpu=\"0\",host=\"a\",mode=\"user\"} 4\nmuster_x{cpu=\"0\",host=\"b\",mode=\"idle\"} 8",
            ),
            ("topk(2.9, muster_x)", two),
            ("topk(0, muster_x)", ""),
            ("topk(-1, muster_x)", ""),
            ("count(topk(100, muster_x))", "{} 5"),
            // What is no number is the worst either way.
            (
                "topk(1, (muster_x{mode=\"user\"} - 4) / 0)",
                "{host=\"b\",mode=\"user\"} -Inf",
            ),
            // Two are as good: which one stays is open, but not that it is a number.
            ("count(bottomk(1, (muster_x{host=\"a\"} - 1) / 0) > 0)", "{} 1"),
        ],
    );
}

pub(super) fn the_best_are_chosen_in_each_step(case: &mut Case) {
    let samples = gauge("x").of("a").at(&[(0, 1.0), (10, 5.0), (20, 1.0)])
        + &gauge("x").of("b").at(&[(0, 2.0), (20, 2.0)])
        + &gauge("x").of("c").at(&[(0, 0.0)]);
    expect_all(
        case,
        &samples,
        &["--from", "0", "--to", "20", "--step", "10"],
        &[
            (
                "topk(1, muster_x)",
                "muster_x{host=\"a\"} 5@10\nmuster_x{host=\"b\"} 2@0 2@20",
            ),
            (
                "bottomk(2, muster_x)",
                "muster_x{host=\"a\"} 1@0 1@20
                 muster_x{host=\"b\"} 2@10
                 muster_x{host=\"c\"} 0@0 0@10 0@20",
            ),
        ],
    );
}
