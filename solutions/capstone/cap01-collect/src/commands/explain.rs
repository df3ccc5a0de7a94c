//! Says what a metric is.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use collect::{Kind, Labels, Metric, Reading, Unit, explain, metrics, prometheus};
use serde::Serialize;

use super::{Format, Sources, conclude, json};

/// What is known of a metric, as a JSON object.
//~explain #[expect(dead_code, reason = "goes with the todo!")]
#[derive(Debug, Serialize)]
struct Object<'a> {
    name: &'a str,
    about: &'a str,
    kind: Kind,
    unit: Unit,
    source: &'a str,
    prometheus: String,
    values: Vec<Value<'a>>,
}

#[derive(Debug, Serialize)]
struct Value<'a> {
    labels: &'a Labels,
    #[serde(serialize_with = "json::number")]
    value: f64,
}

/// Prints what a metric is, where it is read, and its value now; or all metrics that there are.
///
/// # Errors
/// When what is to be read is wrong, or the output cannot be written.
pub(crate) fn run(
    sources: &Sources,
    metric: Option<&'static Metric>,
    format: Format,
) -> anyhow::Result<ExitCode> {
    let mut readings = Vec::new();
    let problems = sources.collectors()?.collect(&mut readings);
    let text = match (format, metric) {
        (Format::Json, Some(metric)) => object(metric, &readings)?,
        (Format::Json, None) => metrics()
            .map(|metric| object(metric, &readings))
            .collect::<Result<_, _>>()?,
        (_, Some(metric)) => explain(metric, &readings),
        (_, None) => list(),
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(conclude(&problems))
}

fn object(metric: &Metric, readings: &[Reading]) -> serde_json::Result<String> {
    // region:explain Fill an Object from the metric and its readings; one line of JSON.
    let values = readings
        .iter()
        .filter(|reading| reading.metric.name == metric.name)
        .map(|Reading { labels, value, .. }| Value {
            labels,
            value: *value,
        })
        .collect();
    let Metric {
        name,
        kind,
        unit,
        about,
        source,
    } = *metric;
    let object = Object {
        name,
        about,
        kind,
        unit,
        source,
        prometheus: prometheus::name(metric),
        values,
    };
    Ok(serde_json::to_string(&object)? + "\n")
    // endregion:explain
}

fn list() -> String {
    // region:explain The name, padded to the longest one, two blanks, the sentence.
    let width = metrics().map(|metric| metric.name.len()).max().unwrap_or(0);
    metrics()
        .map(|metric| format!("{:width$}  {}\n", metric.name, metric.about))
        .collect()
    // endregion:explain
}
