//! Says what a metric is.

use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use collect::{Collectors, Kind, Labels, Metric, Reading, Unit, metrics, prometheus};
use serde::Serialize;

use super::{Format, conclude, print::check_root, value};

/// What is known of a metric, as a JSON object.
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
    #[serde(serialize_with = "value::number")]
    value: f64,
}

/// Prints what a metric is, where it is read, and its value now; or all metrics that there are.
///
/// # Errors
/// When the root is no folder, or the output cannot be written.
pub(crate) fn run(root: &Path, metric: Option<&'static Metric>, format: Format) -> anyhow::Result<ExitCode> {
    check_root(root)?;
    let mut readings = Vec::new();
    let problems = Collectors::new(root).collect(&mut readings);
    let text = match (format, metric) {
        (Format::Json, Some(metric)) => object(metric, &readings)?,
        (Format::Json, None) => metrics()
            .map(|metric| object(metric, &readings))
            .collect::<Result<_, _>>()?,
        (_, Some(metric)) => sentences(metric, &readings),
        (_, None) => list(),
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(conclude(&problems))
}

fn of<'a>(metric: &Metric, readings: &'a [Reading]) -> impl Iterator<Item = &'a Reading> {
    readings
        .iter()
        .filter(|reading| reading.metric.name == metric.name)
}

fn object(metric: &Metric, readings: &[Reading]) -> serde_json::Result<String> {
    let values = of(metric, readings)
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
}

fn list() -> String {
    let width = metrics().map(|metric| metric.name.len()).max().unwrap_or(0);
    metrics()
        .map(|metric| format!("{:width$}  {}\n", metric.name, metric.about))
        .collect()
}

fn sentences(metric: &Metric, readings: &[Reading]) -> String {
    let Metric {
        name,
        kind,
        unit,
        about,
        source,
    } = metric;
    let prometheus = prometheus::name(metric);
    let mut text =
        format!("{name} ({kind}, {unit})\n{about}\n\nread from   {source}\nPrometheus  {prometheus}\n");
    let mut label = "now";
    for reading in of(metric, readings) {
        text += &format!("{label:<10}  {}", value::human(reading.value, *unit));
        match reading.labels.is_empty() {
            true => text += "\n",
            false => text += &format!("  {}\n", value::labels(&reading.labels)),
        }
        label = "";
    }
    if of(metric, readings).next().is_none() {
        text += "now         absent: this host does not have it\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use collect::metrics;

    use super::*;

    #[test]
    fn a_metric_is_told_with_its_file_and_its_values() {
        let metric = metrics()
            .find(|metric| metric.name == "disk.reads")
            .expect("it is one of them");
        let reading = |disk, value| Reading {
            metric,
            labels: Labels::one("device", disk),
            value,
        };
        let head = "disk.reads (counter, count)\nReads that were completed.\n\n\
                    read from   /proc/diskstats, field 4\nPrometheus  muster_disk_reads_total\n";
        assert_eq!(
            sentences(metric, &[]),
            format!("{head}now         absent: this host does not have it\n")
        );
        assert_eq!(
            sentences(metric, &[reading("sda", 7.0), reading("sdb", 8.0)]),
            format!("{head}now         7  {{device=\"sda\"}}\n            8  {{device=\"sdb\"}}\n")
        );
    }
}
