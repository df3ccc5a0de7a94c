//! Answers in JSON, as Prometheus' interface has them.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::eval::{Column, Steps};
use super::labels::Labels;

/// What succeeded.
#[derive(Serialize)]
pub(super) struct Success<T> {
    status: &'static str,
    data: T,
}

impl<T> Success<T> {
    pub(super) fn new(data: T) -> Self {
        let status = "success";
        Self { status, data }
    }
}

/// What a query gives.
#[derive(Debug, Serialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
pub(super) enum Data {
    Scalar(Point),
    Vector(Vec<Instant>),
    Matrix(Vec<Range>),
}

#[derive(Debug, Serialize)]
pub(super) struct Instant {
    pub(super) metric: Labels,
    pub(super) value: Point,
}

#[derive(Debug, Serialize)]
pub(super) struct Range {
    pub(super) metric: Labels,
    pub(super) values: Vec<Point>,
}

impl Data {
    /// Makes a vector of columns of one step.
    pub(super) fn vector(columns: Vec<Column>, at_ms: i64) -> Self {
        let one = |column: Column| {
            let value = Point(at_ms, column.values.first().copied()??);
            let metric = column.labels;
            Some(Instant { metric, value })
        };
        Self::Vector(columns.into_iter().filter_map(one).collect())
    }

    /// Makes a matrix of columns, sorted by labels.
    pub(super) fn matrix(mut columns: Vec<Column>, steps: Steps) -> Self {
        columns.sort_by(|one, other| one.labels.cmp(&other.labels));
        let one = |column: Column| {
            let values = steps.iter().zip(column.values);
            let values: Vec<_> = values
                .filter_map(|(at_ms, value)| Some(Point(at_ms, value?)))
                .collect();
            let metric = column.labels;
            (!values.is_empty()).then_some(Range { metric, values })
        };
        Self::Matrix(columns.into_iter().filter_map(one).collect())
    }
}

/// A time in milliseconds, which is told in seconds, and a value, which is told as text: JSON has no infinity.
#[derive(Debug)]
pub(super) struct Point(pub(super) i64, pub(super) f64);

impl Serialize for Point {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = number(self.1);
        match self.0 % 1000 {
            0 => (self.0 / 1000, text).serialize(serializer),
            _ => (self.0 as f64 / 1000.0, text).serialize(serializer),
        }
    }
}

impl Serialize for Labels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Writes a number as Prometheus does.
pub(super) fn number(value: f64) -> String {
    match value {
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        _ => value.to_string(),
    }
}
