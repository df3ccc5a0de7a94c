//! Growth, and how it goes on beyond its samples.

use support::Case;

use super::expect;
use crate::samples::{counter, gauge};

pub(super) fn a_rate_goes_on_to_the_ends_of_its_range(case: &mut Case) {
    // A sample every 10 s, the first and the last 10 s and 5 s from the ends.
    let samples = counter("x").at(&[(10, 100.0), (20, 110.0), (30, 120.0), (40, 130.0), (50, 140.0)]);
    expect(
        case,
        &samples,
        "60",
        &[
            ("increase(muster_x_total[1m])", "{host=\"web1\"} 60"),
            ("rate(muster_x_total[1m])", "{host=\"web1\"} 1"),
            ("increase(muster_x_total[55s])", "{host=\"web1\"} 55"),
            ("rate(muster_x_total[55s])", "{host=\"web1\"} 1"),
            ("rate(muster_x_total[40s] offset 10s)", "{host=\"web1\"} 1"),
        ],
    );
}

pub(super) fn an_end_that_is_far_away_is_not_reached(case: &mut Case) {
    let samples =
        counter("x").at(&[(10, 100.0), (20, 110.0)]) + &counter("y").at(&[(20, 100.0), (40, 120.0)]);
    expect(
        case,
        &samples,
        "60",
        &[
            // The beginning is one distance away, and is reached; the end is four, and half a distance is added.
            ("increase(muster_x_total[1m])", "{host=\"web1\"} 25"),
            ("increase(muster_x_total[50s])", "{host=\"web1\"} 15"),
            // 1.1 of the distance is far: 21 s is near, 22 s is not.
            ("increase(muster_y_total[61s])", "{host=\"web1\"} 61"),
            ("increase(muster_y_total[62s])", "{host=\"web1\"} 50"),
            ("increase(muster_y_total[1h])", "{host=\"web1\"} 50"),
            ("rate(muster_y_total[100s])", "{host=\"web1\"} 0.5"),
        ],
    );
}

pub(super) fn a_counter_was_never_below_0(case: &mut Case) {
    let samples = counter("x").at(&[(10, 1.0), (20, 11.0), (30, 21.0), (40, 31.0), (50, 41.0)])
        + &counter("still").at(&[(10, 0.0), (20, 0.0)])
        + &counter("fresh").at(&[(10, 0.0), (20, 10.0), (30, 20.0), (40, 30.0), (50, 40.0)]);
    expect(
        case,
        &samples,
        "60",
        &[
            // It was 0 a second before its first sample.
            ("increase(muster_x_total[1m])", "{host=\"web1\"} 51"),
            ("delta(muster_x_total[1m])", "{host=\"web1\"} 60"),
            ("increase(muster_still_total[1m])", "{host=\"web1\"} 0"),
            // It was 0 at its first sample.
            ("increase(muster_fresh_total[1m])", "{host=\"web1\"} 50"),
        ],
    );
}

pub(super) fn a_gauge_may_fall_below_0(case: &mut Case) {
    let samples = gauge("x").at(&[(10, 50.0), (20, 40.0), (30, 30.0), (40, 20.0), (50, 10.0)])
        + &gauge("rises").at(&[(10, 1.0), (20, 11.0), (30, 21.0), (40, 31.0), (50, 41.0)]);
    expect(
        case,
        &samples,
        "60",
        &[
            ("delta(muster_x[1m])", "{host=\"web1\"} -60"),
            ("delta(muster_rises[1m])", "{host=\"web1\"} 60"),
        ],
    );
}

pub(super) fn a_counter_that_is_lower_began_anew(case: &mut Case) {
    let samples = counter("x").at(&[(0, 100.0), (20, 120.0), (40, 5.0), (60, 10.0)])
        + &counter("same").at(&[(0, 7.0), (20, 7.0), (40, 7.0), (60, 7.0)])
        + &counter("twice").at(&[(0, 100.0), (20, 50.0), (40, 25.0), (60, 25.0)]);
    expect(
        case,
        &samples,
        "60",
        &[
            ("increase(muster_x_total[1m])", "{host=\"web1\"} 30"),
            ("rate(muster_x_total[1m])", "{host=\"web1\"} 0.5"),
            ("delta(muster_x_total[1m])", "{host=\"web1\"} -90"),
            ("increase(muster_same_total[1m])", "{host=\"web1\"} 0"),
            ("increase(muster_twice_total[1m])", "{host=\"web1\"} 75"),
            ("irate(muster_x_total[20s] offset 20s)", "{host=\"web1\"} 0.25"),
        ],
    );
}

pub(super) fn irate_looks_at_the_last_two(case: &mut Case) {
    let samples = counter("x").at(&[(0, 0.0), (10, 1000.0), (20, 1005.0)])
        + &counter("anew").at(&[(0, 0.0), (10, 1000.0), (14, 6.0)]);
    expect(
        case,
        &samples,
        "100",
        &[
            ("irate(muster_x_total[5m])", "{host=\"web1\"} 0.5"),
            ("irate(muster_anew_total[5m])", "{host=\"web1\"} 1.5"),
        ],
    );
}
