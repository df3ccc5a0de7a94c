//! Many values made into few, without losing the peaks.

use std::time::Duration;

use crate::reader::Value;

/// What a series was in one step of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When the step begins, in milliseconds since 1970-01-01 UTC.
    pub time_ms: i64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
    /// The mean; of rates, weighted by the time that each is for.
    pub avg: f64,
    /// How many values there were.
    pub count: u64,
}

/// Returns by how much a counter grew a second from one value to the next, which is later.
pub(crate) fn rate(older: Value, newer: Value) -> f64 {
    let growth = if newer.value < older.value {
        newer.value
    } else {
        newer.value - older.value
    };
    growth * 1000.0 / (newer.time_ms - older.time_ms) as f64
}

/// Sums up values that come in the order of time.
pub(crate) struct Steps {
    step_ms: i64,
    done: Vec<Point>,
    /// The step that is not over. Its `avg` is the weighted sum so far.
    open: Option<(Point, f64)>,
}

impl Steps {
    pub(crate) fn new(step: Duration) -> Self {
        let step_ms = i64::try_from(step.as_millis()).unwrap_or(i64::MAX).max(1);
        Self {
            step_ms,
            done: Vec::new(),
            open: None,
        }
    }

    pub(crate) fn add(&mut self, time_ms: i64, value: f64, weight: f64) {
        let begin = time_ms.div_euclid(self.step_ms) * self.step_ms;
        match &mut self.open {
            Some((point, weights)) if point.time_ms == begin => {
                point.min = point.min.min(value);
                point.max = point.max.max(value);
                point.avg += value * weight;
                point.count += 1;
                *weights += weight;
            }
            _ => {
                self.close();
                let point = Point {
                    time_ms: begin,
                    min: value,
                    max: value,
                    avg: value * weight,
                    count: 1,
                };
                self.open = Some((point, weight));
            }
        }
    }

    pub(crate) fn finish(mut self) -> Vec<Point> {
        self.close();
        self.done
    }

    fn close(&mut self) {
        if let Some((mut point, weights)) = self.open.take() {
            point.avg /= weights;
            self.done.push(point);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_that_begins_anew_has_grown_from_0() {
        let value = |time_ms, value| Value { time_ms, value };
        for (older, newer, expected) in [
            (value(0, 10.0), value(1000, 30.0), 20.0),
            (value(0, 10.0), value(2000, 10.0), 0.0),
            (value(0, 1000.0), value(10_000, 50.0), 5.0),
        ] {
            assert_eq!(rate(older, newer), expected, "{older:?} {newer:?}");
        }
    }

    #[test]
    fn a_mean_is_weighted_and_steps_without_values_are_absent() {
        let mut steps = Steps::new(Duration::from_secs(10));
        for (time_ms, value, weight) in [(0, 1.0, 1.0), (9_999, 4.0, 2.0), (30_000, 7.0, 5.0)] {
            steps.add(time_ms, value, weight);
        }
        let point = |time_ms, min, max, avg, count| Point {
            time_ms,
            min,
            max,
            avg,
            count,
        };
        assert_eq!(
            steps.finish(),
            [point(0, 1.0, 4.0, 3.0, 2), point(30_000, 7.0, 7.0, 7.0, 1)]
        );
    }
}
