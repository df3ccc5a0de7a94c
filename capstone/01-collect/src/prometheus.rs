//! Prometheus' text format.
use std::io::{self, Write};

use crate::{Kind, Labels, Metric, Reading, Unit};

/// What the name of a host begins with, in a store, whose series another Prometheus has written there: no host of a fleet has a `/` in its name. Such series
/// are called what their sender calls them.
pub const REMOTE: &str = "remote/";

/// Returns what Prometheus calls a metric: the unit is in the name, and `_total` ends a counter's.
///
/// ```
/// let metric = collect::metric("network.received_bytes").expect("it is one of them");
/// assert_eq!(collect::prometheus::name(metric), "muster_network_received_bytes_total");
/// ```
///
/// Source: <https://prometheus.io/docs/practices/naming/>
pub fn name(metric: &Metric) -> String {
    name_of(metric.name, metric.kind, metric.unit)
}

/// Returns what Prometheus calls a metric that has this name, kind and unit.
///
/// ```
/// use collect::{Kind, Unit, prometheus};
///
/// assert_eq!(prometheus::name_of("queue.age", Kind::Gauge, Unit::Seconds), "muster_queue_age_seconds");
/// ```
#[expect(unused_variables, reason = "goes with the todo!")]
pub fn name_of(name: &str, kind: Kind, unit: Unit) -> String {
    todo!(
        "export: muster_, the name with _ for the dot, the unit at its end unless it is a count or there already, and _total for counters only."
    )
}

/// Writes the lines of one metric: what it is, its kind, and its values.
///
/// # Errors
/// When `out` cannot be written.
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
pub fn write_family<'a>(
    name: &str,
    help: &str,
    kind: Kind,
    values: impl IntoIterator<Item = (&'a Labels, f64)>,
    mut out: impl Write,
) -> io::Result<()> {
    todo!("export: HELP, in which a backslash and a line feed are escaped; TYPE; and a line for each value.")
}

/// Writes readings, sorted by metric as the format wants it.
///
/// # Errors
/// When `out` cannot be written.
///
/// Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>
#[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
pub fn write(readings: &[Reading], mut out: impl Write) -> io::Result<()> {
    todo!("export: Sort by the name, stably; a HELP and a TYPE line before the first reading of each metric.")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::metrics;

    #[test]
    fn names_are_those_of_prometheus_and_none_is_there_twice() {
        let mut seen = HashSet::new();
        for metric in metrics() {
            let name = name(metric);
            assert!(
                name.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
                "{name}"
            );
            assert!(seen.insert(name), "{}", metric.name);
        }
    }

    #[test]
    fn a_family_is_written_in_one_piece() {
        let reading = |name: &str, label: &str, value| Reading {
            metric: metrics()
                .find(|metric| metric.name == name)
                .expect("it is one of them"),
            labels: Labels::one("x", label),
            value,
        };
        let readings = [
            reading("load.1m", "a", 0.5),
            reading("core.user", "\"", 1e21),
            reading("load.1m", "b", 2.0),
        ];
        let mut text = Vec::new();
        write(&readings, &mut text).expect("a vector takes all");
        let text = String::from_utf8(text).expect("it is text");
        let lines: Vec<_> = text.lines().filter(|line| !line.starts_with("# HELP")).collect();
        assert_eq!(
            lines,
            [
                "# TYPE muster_core_user_seconds_total counter",
                "muster_core_user_seconds_total{x=\"\\\"\"} 1000000000000000000000",
                "# TYPE muster_load_1m gauge",
                "muster_load_1m{x=\"a\"} 0.5",
                "muster_load_1m{x=\"b\"} 2",
            ]
        );
    }
}
