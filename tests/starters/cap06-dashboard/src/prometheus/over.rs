//! What is made of the samples of a range.
//!
//! Source: <https://prometheus.io/docs/prometheus/2.42/querying/functions/>, and, for how far `rate` goes beyond the samples,
//! <https://promlabs.com/blog/2021/01/29/how-exactly-does-promql-calculate-rates/>.

use store::Value;

use super::tree::Over;

/// The range that samples are of, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
}

impl Over {
    /// Returns the value for a range; `None` if there are too few samples. There is at least one.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn of(self, samples: &[Value], window: Window) -> Option<f64> {
        todo!(
            "evaluate: The formula of each function, of the samples alone; only `rate`, `increase` and `delta` know the window. `irate` looks at the last two samples."
        )
    }

    /// Says whether the result is still the same metric.
    pub(super) fn keeps_name(self) -> bool {
        self == Self::Last
    }
}

fn seconds(from_ms: i64, to_ms: i64) -> f64 {
    (to_ms - from_ms) as f64 / 1000.0
}

/// By how much a counter grew, which began anew at 0 if it is lower than before.
#[expect(unused_variables, reason = "goes with the todo!")]
fn growth(before: f64, after: f64) -> f64 {
    todo!("evaluate: The difference; but a counter that is lower than before has begun anew at 0.")
}

/// By how much a series changed in a window, of which its samples see a part, divided by a number.
///
/// The change between the first and the last sample is taken to go on as it was, up to the ends of the window; but if an end is farther away than
/// 1.1 of the mean distance of samples, the series is taken to begin, or to end, half that distance beyond its samples. A counter does not
/// begin before it was 0.
#[expect(unused_variables, reason = "goes with the todo!")]
fn extrapolated(samples: &[Value], window: Window, is_counter: bool, divisor: f64) -> Option<f64> {
    todo!(
        "evaluate: The change from the first sample to the last, and what resets hid of it; stretched to the ends of the window as the sentence above says."
    )
}

/// Adds up without losing what is small beside what is large.
///
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974.
#[expect(unused_variables, reason = "goes with the todo!")]
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    todo!("evaluate: Add up, and beside it what each addition has lost; both together are the sum.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(over: Over, samples: &[(i64, f64)]) -> Option<f64> {
        let samples: Vec<_> = samples
            .iter()
            .map(|&(seconds, value)| Value {
                time_ms: seconds * 1000,
                value,
            })
            .collect();
        let (from_ms, to_ms) = (0, 60_000);
        over.of(&samples, Window { from_ms, to_ms })
    }

    #[test]
    fn rates_go_beyond_their_samples_but_not_far() {
        // From 10 s to 50 s, a sample every 10 s: both ends are near.
        let near: Vec<_> = (1..=5).map(|n| (n * 10, 100.0 + n as f64 * 10.0)).collect();
        assert_eq!(of(Over::Increase, &near), Some(60.0));
        assert_eq!(of(Over::Rate, &near), Some(1.0));
        // The end is 40 s away: half a distance is added there, and all 10 s at the beginning.
        assert_eq!(of(Over::Increase, &near[..2]), Some(25.0));
        // It was 0 only 1 s before its first sample.
        assert_eq!(
            of(
                Over::Increase,
                &[(10, 1.0), (20, 11.0), (30, 21.0), (40, 31.0), (50, 41.0)]
            ),
            Some(51.0)
        );
        // A gauge goes below 0.
        assert_eq!(
            of(
                Over::Delta,
                &[(10, 50.0), (20, 40.0), (30, 30.0), (40, 20.0), (50, 10.0)]
            ),
            Some(-60.0)
        );
        assert_eq!(of(Over::Rate, &[(10, 1.0)]), None);
    }

    #[test]
    fn a_counter_that_is_lower_began_anew() {
        assert_eq!(
            of(Over::Increase, &[(0, 100.0), (20, 120.0), (40, 5.0), (60, 10.0)]),
            Some(30.0)
        );
        assert_eq!(of(Over::Irate, &[(0, 100.0), (10, 5.0)]), Some(0.5));
        assert_eq!(of(Over::Irate, &[(0, 100.0), (10, 105.0)]), Some(0.5));
    }

    #[test]
    fn sums_lose_nothing_small_and_means_do_not_overflow() {
        assert_eq!(of(Over::Sum, &[(0, 1e100), (1, 1.0), (2, -1e100)]), Some(1.0));
        assert_eq!(of(Over::Avg, &[(0, f64::MAX), (1, f64::MAX)]), Some(f64::MAX));
        assert_eq!(
            of(Over::Sum, &[(0, f64::MAX), (1, f64::MAX)]),
            Some(f64::INFINITY)
        );
        assert_eq!(of(Over::Count, &[(0, 1.0), (1, 2.0)]), Some(2.0));
        assert_eq!(of(Over::Min, &[(0, 1.0), (1, -2.0)]), Some(-2.0));
    }
}
