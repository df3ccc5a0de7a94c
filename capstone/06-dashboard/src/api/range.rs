use std::time::Duration;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as Shared};
use collect::Kind;
use serde::{Deserialize, Serialize};
use store::{Point, Reader, Series, SeriesId};

use super::Failure;
use crate::state::State;

/// The most steps of a range, and the most series of one question.
const MOST_POINTS: u64 = 5_000;
const MOST_SERIES: usize = 500;

/// A time that is cut into steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from_ms: i64,
    pub(crate) to_ms: i64,
    pub(crate) step: Duration,
}

impl Span {
    /// Checks a span that somebody asks for.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn new(from_ms: i64, to_ms: i64, step_ms: u64) -> Result<Self, Failure> {
        todo!(
            "api: Two sentences for what is wrong: an end before the beginning, also where the difference is no `i64`; a step of 0, or more than `MOST_POINTS` steps."
        )
    }
}

/// What is asked.
#[derive(Deserialize)]
pub(crate) struct Question {
    series: String,
    from_ms: i64,
    to_ms: i64,
    step_ms: u64,
}

/// What a few series were.
#[derive(Serialize)]
pub(crate) struct Ranges {
    from_ms: i64,
    to_ms: i64,
    step_ms: u64,
    series: Vec<Columns>,
}

/// The points of a series, by column: half as long as a list of objects.
#[derive(Serialize)]
pub(super) struct Columns {
    id: i64,
    time_ms: Vec<i64>,
    avg: Vec<f64>,
    min: Vec<f64>,
    max: Vec<f64>,
}

impl Columns {
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(super) fn new(id: SeriesId, points: &[Point]) -> Self {
        todo!("api: A column for each of them, the extremes too: a peak must not vanish in a mean.")
    }

    /// When the last step with a value begins.
    pub(super) fn newest_ms(&self) -> Option<i64> {
        self.time_ms.last().copied()
    }
}

/// Answers `/api/v1/range`.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(crate) async fn range(
    Shared(state): Shared<State>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<Ranges>, Failure> {
    todo!(
        "api: Check the question before a reader is taken for it; one question for all series; the first series that is not there is told."
    )
}

/// Reads the numbers of series, with commas between.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn numbers(text: &str) -> Result<Vec<SeriesId>, Failure> {
    todo!("api: Numbers with commas between, and no more than `MOST_SERIES` of them.")
}

/// Sums a series up as its kind wants it.
#[expect(unused_variables, reason = "goes with the todo!")]
pub(super) fn points(reader: &Reader, series: &Series, span: Span) -> store::Result<Vec<Point>> {
    todo!("api: A gauge is summed up by its values, a counter by how it grew.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_an_end_after_its_beginning_and_not_too_many_steps() {
        for (from_ms, to_ms, step_ms, expected) in [
            (0, 5_000, 1, true),
            (0, 5_001_000, 1, false),
            (10, 10, 1, true),
            (10, 9, 1, false),
            (0, 10, 0, false),
            (i64::MIN, i64::MAX, 1, false),
            (i64::MAX, i64::MIN, 1, false),
            (0, i64::MAX, u64::MAX, true),
        ] {
            assert_eq!(
                Span::new(from_ms, to_ms, step_ms).is_ok(),
                expected,
                "{from_ms} {to_ms} {step_ms}"
            );
        }
    }

    #[test]
    fn numbers_are_read_or_refused() {
        assert_eq!(numbers("1,22"), Ok(vec![SeriesId(1), SeriesId(22)]));
        for wrong in [
            "",
            "1,",
            "x",
            "1;DROP TABLE sample",
            &"1,".repeat(MOST_SERIES + 1),
        ] {
            assert!(numbers(wrong).is_err(), "{wrong}");
        }
    }
}
