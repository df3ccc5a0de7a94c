//! Samples as the program reads them.

use std::time::{SystemTime, UNIX_EPOCH};

/// A series of a host.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Series<'a> {
    pub(crate) host: &'a str,
    pub(crate) name: &'a str,
    /// In JSON.
    pub(crate) labels: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) unit: &'a str,
}

/// A gauge of `web1` that is just a number.
pub(crate) fn gauge(name: &str) -> Series<'_> {
    Series {
        host: "web1",
        name,
        labels: "{}",
        kind: "gauge",
        unit: "count",
    }
}

/// A counter of `web1` that is just a number.
pub(crate) fn counter(name: &str) -> Series<'_> {
    Series {
        kind: "counter",
        ..gauge(name)
    }
}

impl<'a> Series<'a> {
    pub(crate) fn of(self, host: &'a str) -> Self {
        Self { host, ..self }
    }

    pub(crate) fn with(self, labels: &'a str) -> Self {
        Self { labels, ..self }
    }

    pub(crate) fn unit(self, unit: &'a str) -> Self {
        Self { unit, ..self }
    }

    /// Writes a line for each sample: a time in milliseconds and a value.
    pub(crate) fn at_ms(self, samples: &[(i64, f64)]) -> String {
        let Self {
            host,
            name,
            labels,
            kind,
            unit,
        } = self;
        let (host, name) = (serde_json::json!(host), serde_json::json!(name));
        samples
            .iter()
            .map(|(time_ms, value)| {
                format!(
                    "{{\"host\":{host},\"name\":{name},\"labels\":{labels},\"kind\":\"{kind}\",\"unit\":\"{unit}\",\
                     \"time_ms\":{time_ms},\"value\":{value:?}}}\n"
                )
            })
            .collect()
    }

    /// Writes a line for each sample: a time in seconds and a value.
    pub(crate) fn at(self, samples: &[(i64, f64)]) -> String {
        let samples: Vec<_> = samples
            .iter()
            .map(|(time, value)| (time * 1000, *value))
            .collect();
        self.at_ms(&samples)
    }
}

/// Returns what the clock says, in milliseconds since 1970-01-01 UTC.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0))
}
