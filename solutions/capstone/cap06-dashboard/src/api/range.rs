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
    pub(crate) fn new(from_ms: i64, to_ms: i64, step_ms: u64) -> Result<Self, Failure> {
        // region:api Two sentences for what is wrong: an end before the beginning, also where the difference is no `i64`; a step of 0, or more than `MOST_POINTS` steps.
        let Some(length_ms) = to_ms
            .checked_sub(from_ms)
            .and_then(|length| u64::try_from(length).ok())
        else {
            return Err(Failure::wrong("`from_ms` is after `to_ms`."));
        };
        if step_ms == 0 || length_ms / step_ms > MOST_POINTS {
            return Err(Failure::wrong(format!(
                "`step_ms` makes more than {MOST_POINTS} steps of the time."
            )));
        }
        Ok(Self {
            from_ms,
            to_ms,
            step: Duration::from_millis(step_ms),
        })
        // endregion:api
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
    pub(super) fn new(id: SeriesId, points: &[Point]) -> Self {
        // region:api A column for each of them, the extremes too: a peak must not vanish in a mean.
        Self {
            id: id.0,
            time_ms: points.iter().map(|point| point.time_ms).collect(),
            avg: points.iter().map(|point| point.avg).collect(),
            min: points.iter().map(|point| point.min).collect(),
            max: points.iter().map(|point| point.max).collect(),
        }
        // endregion:api
    }

    /// When the last step with a value begins.
    pub(super) fn newest_ms(&self) -> Option<i64> {
        self.time_ms.last().copied()
    }
}

/// Answers `/api/v1/range`.
pub(crate) async fn range(
    Shared(state): Shared<State>,
    question: Result<Query<Question>, QueryRejection>,
) -> Result<Json<Ranges>, Failure> {
    // region:api Check the question before a reader is taken for it; one question for all series; the first series that is not there is told.
    let Query(Question {
        series,
        from_ms,
        to_ms,
        step_ms,
    }) = question?;
    let ids = numbers(&series)?;
    let span = Span::new(from_ms, to_ms, step_ms)?;
    let found = state.parts().readers.ask(move |reader| {
        let mut all = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(series) = reader.one(id)? else {
                return Ok(Err(id));
            };
            all.push(Columns::new(id, &points(reader, &series, span)?));
        }
        Ok(Ok(all))
    });
    match found.await? {
        Ok(series) => Ok(Json(Ranges {
            from_ms,
            to_ms,
            step_ms,
            series,
        })),
        Err(SeriesId(id)) => Err(Failure::absent(format!("There is no series {id}."))),
    }
    // endregion:api
}

/// Reads the numbers of series, with commas between.
pub(super) fn numbers(text: &str) -> Result<Vec<SeriesId>, Failure> {
    // region:api Numbers with commas between, and no more than `MOST_SERIES` of them.
    let ids = text
        .split(',')
        .map(|number| number.parse().map(SeriesId))
        .collect::<Result<Vec<_>, _>>();
    match ids {
        Ok(ids) if ids.len() <= MOST_SERIES => Ok(ids),
        Ok(_) => Err(Failure::wrong(format!(
            "`series` has more than {MOST_SERIES} numbers."
        ))),
        Err(_) => Err(Failure::wrong("`series` is numbers with commas between.")),
    }
    // endregion:api
}

/// Sums a series up as its kind wants it.
pub(super) fn points(reader: &Reader, series: &Series, span: Span) -> store::Result<Vec<Point>> {
    // region:api A gauge is summed up by its values, a counter by how it grew.
    let Span { from_ms, to_ms, step } = span;
    match series.kind {
        Kind::Gauge => reader.range(series.id, from_ms, to_ms, step),
        Kind::Counter => reader.rate(series.id, from_ms, to_ms, step),
    }
    // endregion:api
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
