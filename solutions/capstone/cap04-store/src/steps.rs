//! Many values made into few, without losing the peaks.

use std::time::Duration;

use collect::Kind;

use crate::sample::Value;

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

// region:given/bucket
/// Sums up some values such that two of it can be put together; a mean could not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bucket {
    pub(crate) time_ms: i64,
    /// The least and the most; of a counter, of its growth a second, rounded to an `f32`.
    pub(crate) min: f64,
    pub(crate) max: f64,
    /// The sum; of a counter, by how much it grew. Never infinite: what is beyond is the largest number there is.
    pub(crate) sum: f64,
    /// By what the sum is divided for the mean: the count; of a counter, the milliseconds in which it grew.
    pub(crate) weight: f64,
    pub(crate) count: u64,
}
// endregion:given/bucket

/// Returns the nearest number that is finite. Values are finite, what they add up to need not be: and an infinite sum less another is no
/// number at all, which no table takes.
pub(crate) fn saturated(number: f64) -> f64 {
    number.clamp(f64::MIN, f64::MAX)
}

impl Bucket {
    /// Sums up one value of a gauge.
    pub(crate) fn of_gauge(now: Value) -> Self {
        Self {
            time_ms: now.time_ms,
            min: now.value,
            max: now.value,
            sum: now.value,
            weight: 1.0,
            count: 1,
        }
    }

    /// Sums up the growth of a counter from one value to the next, which is later.
    pub(crate) fn of_growth(older: Value, newer: Value) -> Self {
        // region:query A counter that is below what it was has begun anew at 0. Growth and its rate belong to the time of the newer value; the rate is rounded to an f32. Neither is infinite: `saturated`, and the largest f32.
        let growth = if newer.value < older.value {
            newer.value
        } else {
            saturated(newer.value - older.value)
        };
        let weight = newer.time_ms.wrapping_sub(older.time_ms) as f64;
        // Seven digits of a peak are enough, and a minute's least and most rates need half as many bytes.
        let rate = f64::from(((growth * 1000.0 / weight) as f32).clamp(f32::MIN, f32::MAX));
        Self {
            time_ms: newer.time_ms,
            min: rate,
            max: rate,
            sum: growth,
            weight,
            count: 1,
        }
        // endregion:query
    }

    /// Puts another one together with this, which keeps its time.
    pub(crate) fn add(&mut self, other: &Self) {
        // region:query Each number by itself; the sum stays finite (`saturated`).
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.sum = saturated(self.sum + other.sum);
        self.weight += other.weight;
        self.count += other.count;
        // endregion:query
    }

    /// Returns the mean; of a counter, by how much it grew a second.
    pub(crate) fn mean(&self, kind: Kind) -> f64 {
        // region:query The sum divided by the weight; a counter's weight is in milliseconds, and the product with 1000 may be too large (`saturated`).
        match kind {
            Kind::Gauge => self.sum / self.weight,
            Kind::Counter => saturated(self.sum * 1000.0 / self.weight),
        }
        // endregion:query
    }

    /// Returns the point that this is.
    pub(crate) fn point(&self, kind: Kind) -> Point {
        Point {
            time_ms: self.time_ms,
            min: self.min,
            max: self.max,
            avg: self.mean(kind),
            count: self.count,
        }
    }
}

/// Puts buckets that come in the order of time together, step by step.
pub(crate) struct Steps {
    step_ms: i64,
    done: Vec<Bucket>,
}

impl Steps {
    pub(crate) fn new(step: Duration) -> Self {
        let step_ms = i64::try_from(step.as_millis()).unwrap_or(i64::MAX).max(1);
        Self {
            step_ms,
            done: Vec::new(),
        }
    }

    /// Returns the length of a step in milliseconds.
    pub(crate) fn length(&self) -> i64 {
        self.step_ms
    }

    pub(crate) fn add(&mut self, bucket: &Bucket) {
        // region:query It belongs to the step that begins at the last multiple of the length, also before 1970; that is the last step, or a new one.
        let begin = bucket
            .time_ms
            .div_euclid(self.step_ms)
            .saturating_mul(self.step_ms);
        match self.done.last_mut() {
            Some(open) if open.time_ms == begin => open.add(bucket),
            _ => self.done.push(Bucket {
                time_ms: begin,
                ..*bucket
            }),
        }
        // endregion:query
    }

    pub(crate) fn finish(self) -> Vec<Bucket> {
        self.done
    }
}

/// Sums up values that come in the order of time. Of a counter, `last` is the value before the first one.
pub(crate) struct Summing {
    kind: Kind,
    last: Option<Value>,
}

impl Summing {
    pub(crate) fn new(kind: Kind, last: Option<Value>) -> Self {
        Self { kind, last }
    }

    /// Returns what the next value adds; nothing for the first one of a counter.
    pub(crate) fn next(&mut self, now: Value) -> Option<Bucket> {
        match self.kind {
            Kind::Gauge => Some(Bucket::of_gauge(now)),
            Kind::Counter => {
                let last = self.last.replace(now)?;
                Some(Bucket::of_growth(last, now))
            }
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
            let growth = Bucket::of_growth(older, newer);
            assert_eq!(growth.mean(Kind::Counter), expected, "{older:?} {newer:?}");
        }
    }

    #[test]
    fn a_mean_is_weighted_and_steps_without_values_are_absent() {
        let bucket = |time_ms, min, max, sum, weight| Bucket {
            time_ms,
            min,
            max,
            sum,
            weight,
            count: 1,
        };
        let mut steps = Steps::new(Duration::from_secs(10));
        for one in [
            bucket(-1, 5.0, 5.0, 5.0, 1.0),
            bucket(0, 1.0, 1.0, 1.0, 1.0),
            bucket(9_999, 4.0, 4.0, 8.0, 2.0),
            bucket(30_000, 7.0, 7.0, 35.0, 5.0),
        ] {
            steps.add(&one);
        }
        let done = steps.finish();
        let means: Vec<_> = done
            .iter()
            .map(|bucket| (bucket.time_ms, bucket.mean(Kind::Gauge), bucket.count))
            .collect();
        assert_eq!(means, [(-10_000, 5.0, 1), (0, 3.0, 2), (30_000, 7.0, 1)]);
    }
}
