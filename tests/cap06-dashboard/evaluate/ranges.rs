//! What is made of the samples of a range.

use support::Case;

use super::{expect, expect_all};
use crate::samples::gauge;

pub(super) fn a_range_of_samples_is_given_as_it_is(case: &mut Case) {
    let samples = gauge("x").at_ms(&[(1000, 1.0), (2500, 2.0), (60_000, 3.0)]);
    expect(
        case,
        &samples,
        "60",
        &[
            ("muster_x[1m]", "muster_x{host=\"web1\"} 1@1 2@2.5 3@60"),
            ("muster_x[10s]", "muster_x{host=\"web1\"} 3@60"),
            ("muster_x[50s] offset 10s", "muster_x{host=\"web1\"} 1@1 2@2.5"),
            ("muster_x[1s] offset 10s", ""),
        ],
    );
}

pub(super) fn both_ends_belong_to_a_range(case: &mut Case) {
    let samples = gauge("x").at(&[(0, 1.0), (10, 2.0), (20, 4.0)]);
    expect(
        case,
        &samples,
        "20",
        &[
            ("count_over_time(muster_x[20s])", "{host=\"web1\"} 3"),
            ("count_over_time(muster_x[19999ms])", "{host=\"web1\"} 2"),
            ("sum_over_time(muster_x[10s])", "{host=\"web1\"} 6"),
            ("sum_over_time(muster_x[10s] offset 1ms)", "{host=\"web1\"} 2"),
        ],
    );
}

pub(super) fn each_step_sees_its_own_range(case: &mut Case) {
    let samples = gauge("x").at(&[(0, 1.0), (10, 2.0), (25, 4.0), (30, 8.0), (400, 16.0)]);
    expect_all(
        case,
        &samples,
        &["--from", "0", "--to", "45", "--step", "15"],
        &[
            ("muster_x", "muster_x{host=\"web1\"} 1@0 2@15 8@30 8@45"),
            (
                "sum_over_time(muster_x[15s])",
                "{host=\"web1\"} 1@0 3@15 12@30 8@45",
            ),
            ("count_over_time(muster_x[4s])", "{host=\"web1\"} 1@0 1@30"),
            ("1 + 1", "{} 2@0 2@15 2@30 2@45"),
        ],
    );
    expect_all(
        case,
        &samples,
        &["--from", "300", "--to", "800", "--step", "1m40s"],
        &[
            (
                "muster_x",
                "muster_x{host=\"web1\"} 8@300 16@400 16@500 16@600 16@700",
            ),
            (
                "muster_x offset 5m",
                "muster_x{host=\"web1\"} 1@300 8@400 8@500 8@600 16@700 16@800",
            ),
            ("muster_x offset 1h", ""),
        ],
    );
}

pub(super) fn functions_of_a_range(case: &mut Case) {
    let samples = gauge("x").at(&[(0, 3.0), (10, -1.0), (20, 5.0), (30, 1.0)]);
    expect(
        case,
        &samples,
        "30",
        &[
            ("min_over_time(muster_x[1m])", "{host=\"web1\"} -1"),
            ("max_over_time(muster_x[1m])", "{host=\"web1\"} 5"),
            ("avg_over_time(muster_x[1m])", "{host=\"web1\"} 2"),
            ("sum_over_time(muster_x[1m])", "{host=\"web1\"} 8"),
            ("count_over_time(muster_x[1m])", "{host=\"web1\"} 4"),
            ("last_over_time(muster_x[1m])", "muster_x{host=\"web1\"} 1"),
            ("max_over_time(muster_x[5s])", "{host=\"web1\"} 1"),
            ("max_over_time(muster_x[1m] offset 15s)", "{host=\"web1\"} 3"),
            ("count_over_time(muster_x[1s] offset 5s)", ""),
            // They have no value of one sample.
            ("rate(muster_x[5s])", ""),
            ("irate(muster_x[5s])", ""),
            ("increase(muster_x[5s])", ""),
            ("delta(muster_x[5s])", ""),
        ],
    );
}

pub(super) fn sums_lose_nothing_small(case: &mut Case) {
    let samples = gauge("x").at(&[(0, 1e100), (1, 1.0), (2, -1e100), (3, 0.25)])
        + &gauge("large").at(&[(0, f64::MAX), (1, f64::MAX)]);
    expect(
        case,
        &samples,
        "3",
        &[
            ("sum_over_time(muster_x[1m])", "{host=\"web1\"} 1.25"),
            ("avg_over_time(muster_x[1m])", "{host=\"web1\"} 0.3125"),
            ("sum_over_time(muster_large[1m])", "{host=\"web1\"} +Inf"),
            (
                "avg_over_time(muster_large[1m]) / 1e308",
                "{host=\"web1\"} 1.7976931348623157",
            ),
        ],
    );
}
