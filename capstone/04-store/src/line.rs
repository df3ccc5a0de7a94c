//! A sample as a line of JSON.

use std::sync::Arc;

use collect::{Kind, Unit};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::sample::Sample;

/// A sample of a host as programs write it, an object a line: `host`, `name`, `time_ms` and `value`, and where they are not these already
/// `labels` (`{}`), `kind` (`gauge`) and `unit` (`count`).
///
/// ```
/// let line: store::Line = serde_json::from_str(r#"{"host": "web1", "name": "load.1m", "time_ms": 10000, "value": 0.5}"#)?;
/// let (host, sample) = line.sample()?;
/// assert_eq!((&*host, &*sample.name, sample.value), ("web1", "load.1m", 0.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    host: String,
    name: String,
    #[serde(default)]
    labels: Map<String, Value>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    unit: Option<String>,
    time_ms: i64,
    value: f64,
}

/// Why a line is no sample, though all of its fields are there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSample {
    /// The value of this label is something else than text.
    #[error("the label {0:?} is no text")]
    Label(String),
    /// Nothing is of this kind.
    #[error("{0:?} is no kind")]
    Kind(String),
    /// Nothing is measured in this.
    #[error("{0:?} is no unit")]
    Unit(String),
}

impl Line {
    /// Returns the host's name and the sample.
    ///
    /// # Errors
    /// [`NoSample`].
    pub fn sample(self) -> Result<(Arc<str>, Sample), NoSample> {
        let kind = self.kind.as_deref().unwrap_or("gauge");
        let unit = self.unit.as_deref().unwrap_or("count");
        let labels = self.labels.into_iter().map(|(key, value)| match value {
            Value::String(text) => Ok((key, text)),
            _ => Err(NoSample::Label(key)),
        });
        let sample = Sample {
            name: self.name.into(),
            labels: labels.collect::<Result<_, _>>()?,
            kind: Kind::from_name(kind).ok_or_else(|| NoSample::Kind(kind.to_owned()))?,
            unit: Unit::from_name(unit).ok_or_else(|| NoSample::Unit(unit.to_owned()))?,
            time_ms: self.time_ms,
            value: self.value,
        };
        Ok((self.host.into(), sample))
    }
}
