//! Queries in Prometheus' language, outside of the web.

use std::fmt;

use serde_json::{Value, json};
use store::Reader;

use super::answer::{Data, Point, Range, number};
use super::catalog::Catalog;
use super::eval::{Column, Evaluator, Steps};
pub use super::fault::Fault;
use super::labels::{Labels, NAME};
use super::parser::parse;
use super::time::{moment, step};
use super::tree::{Expr, Query, Returns};

/// The most steps of a range, as Prometheus has it.
const MOST_STEPS: i64 = 11_000;

/// The moments that a query is answered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// One, in milliseconds since 1970-01-01 UTC.
    At(i64),
    /// The steps of a range.
    Range(Steps),
}

impl Times {
    /// Reads a moment: seconds since 1970-01-01 UTC, or a date and a time as in RFC 3339.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn at(time: &str) -> Result<Self, Fault> {
        moment(time)
            .map(Self::At)
            .map_err(|fault| fault.of_parameter("time"))
    }

    /// Reads the first moment, the last one, and the distance between two: seconds, or a duration such as `1m30s`.
    ///
    /// # Errors
    /// Says what is wrong with them, or that there are more than 11,000 steps between.
    pub fn range(start: &str, end: &str, distance: &str) -> Result<Self, Fault> {
        let read = |name, text| moment(text).map_err(|fault| fault.of_parameter(name));
        let (from_ms, to_ms) = (read("start", start)?, read("end", end)?);
        //~prometheus // Stage prometheus: an end before the start is told of the parameter `end`, and more than `MOST_STEPS` steps as they are.
        // region:prometheus
        if to_ms < from_ms {
            let why = "end timestamp must not be before start time";
            return Err(Fault::bad_data(why).of_parameter("end"));
        }
        // endregion:prometheus
        let step_ms = step(distance).map_err(|fault| fault.of_parameter("step"))?;
        if step_ms <= 0 {
            let why =
                "zero or negative query resolution step widths are not accepted. Try a positive integer";
            return Err(Fault::bad_data(why).of_parameter("step"));
        }
        // region:prometheus
        if (to_ms - from_ms) / step_ms > MOST_STEPS {
            return Err(Fault::bad_data(
                "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)",
            ));
        }
        // endregion:prometheus
        let count = usize::try_from((to_ms - from_ms) / step_ms + 1).unwrap_or(1);
        Ok(Self::Range(Steps {
            from_ms,
            step_ms,
            count,
        }))
    }
}

/// What a query gives.
#[derive(Debug)]
pub struct Answer(Data);

impl Answer {
    /// Returns it as `/api/v1/query` answers.
    pub fn json(&self) -> Value {
        json!({ "status": "success", "data": self.0 })
    }

    pub(super) fn into_data(self) -> Data {
        self.0
    }
}

/// Answers a query.
///
/// # Errors
/// Says what is wrong with it and where, or that it costs too much, or that the store fails.
pub fn answer(reader: &Reader, query: &str, times: Times) -> Result<Answer, Fault> {
    let query = read(query)?;
    evaluate(reader, &query, times)
}

/// Reads a query.
pub(super) fn read(query: &str) -> Result<Query, Fault> {
    parse(query).map_err(|fault| fault.of_parameter("query"))
}

/// Says what a query gives, and how it is understood, with all brackets.
///
/// # Errors
/// Says what is wrong with it and where.
pub fn explain(query: &str) -> Result<String, Fault> {
    let Query { root, returns } = parse(query)?;
    Ok(format!("{}: {root}", returns.name()))
}

/// Answers a query that has been read.
pub(super) fn evaluate(reader: &Reader, query: &Query, times: Times) -> Result<Answer, Fault> {
    let catalog = Catalog::new(reader)?;
    match times {
        Times::At(at_ms) => at(&catalog, query, at_ms),
        Times::Range(steps) => over(&catalog, query, steps),
    }
    .map(Answer)
}

fn at(catalog: &Catalog<'_>, query: &Query, at_ms: i64) -> Result<Data, Fault> {
    let mut evaluator = Evaluator::new(catalog, Steps::one(at_ms));
    match &query.root {
        Expr::Number(number) => Ok(Data::Scalar(Point(at_ms, *number))),
        Expr::Range(selector, range_ms) => {
            let series = evaluator
                .raw(selector, *range_ms)?
                .into_iter()
                .map(|(metric, samples)| {
                    let values = samples
                        .into_iter()
                        .map(|sample| Point(sample.time_ms, sample.value));
                    let values = values.collect();
                    Range { metric, values }
                });
            Ok(Data::Matrix(series.collect()))
        }
        vector => Ok(Data::vector(evaluator.vector(vector)?, at_ms)),
    }
}

fn over(catalog: &Catalog<'_>, query: &Query, steps: Steps) -> Result<Data, Fault> {
    if query.returns == Returns::Range {
        let why =
            "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector";
        return Err(Fault::bad_data(why).of_parameter("query"));
    }
    let columns = match &query.root {
        Expr::Number(number) => {
            let (labels, values) = (Labels::none(), vec![Some(*number); steps.count]);
            vec![Column { labels, values }]
        }
        vector => Evaluator::new(catalog, steps).vector(vector)?,
    };
    Ok(Data::matrix(columns, steps))
}

/// A line for each series: its name and labels, and its values, in a range with `@` and the time in seconds behind each.
impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Data::Scalar(Point(_, value)) => writeln!(f, "{}", number(*value)),
            Data::Vector(all) => all
                .iter()
                .try_for_each(|one| writeln!(f, "{} {}", name(&one.metric), number(one.value.1))),
            Data::Matrix(all) => all.iter().try_for_each(|one| {
                write!(f, "{}", name(&one.metric))?;
                for Point(at_ms, value) in &one.values {
                    write!(f, " {}@{}", number(*value), *at_ms as f64 / 1000.0)?;
                }
                writeln!(f)
            }),
        }
    }
}

fn name(labels: &Labels) -> String {
    let (name, labels) = (labels.get(NAME), labels.text());
    if name.is_empty() && labels.is_empty() {
        return "{}".to_owned();
    }
    format!("{name}{labels}")
}
