use std::fmt;

use serde::Serialize;

/// Describes what is measured: one of these exists for each name, as a constant.
///
/// ```
/// let metric = collect::metric("disk.read_bytes").expect("it is one of them");
/// assert_eq!((metric.kind, metric.unit), (collect::Kind::Counter, collect::Unit::Bytes));
/// assert_eq!(metric.source, "/proc/diskstats, field 6");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// `group.noun` in lower case, such as `cpu.user`.
    pub name: &'static str,
    /// Whether the value only grows.
    pub kind: Kind,
    /// What one of it is.
    pub unit: Unit,
    /// A sentence for people.
    pub about: &'static str,
    /// The file and the field the value is read from, such as `/proc/stat, line cpu, field 1`.
    pub source: &'static str,
}

impl Metric {
    pub(crate) const fn gauge(
        name: &'static str,
        unit: Unit,
        about: &'static str,
        source: &'static str,
    ) -> Metric {
        Metric {
            name,
            kind: Kind::Gauge,
            unit,
            about,
            source,
        }
    }

    pub(crate) const fn counter(
        name: &'static str,
        unit: Unit,
        about: &'static str,
        source: &'static str,
    ) -> Metric {
        Metric {
            name,
            kind: Kind::Counter,
            unit,
            about,
            source,
        }
    }

    /// Returns the last part of the source: what the field is called in its file.
    pub(crate) fn field(&self) -> &'static str {
        self.source
            .rsplit_once(", ")
            .map_or(self.source, |(_, field)| field)
    }
}

/// Tells a value that is read as it stands from one whose growth is what matters.
///
/// ```
/// assert_eq!(collect::Kind::from_name("counter"), Some(collect::Kind::Counter));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// May rise and fall.
    Gauge,
    /// Counts since some start, and goes back to 0 when that which is counted starts again.
    Counter,
}

impl Kind {
    /// Returns the name: `gauge` or `counter`.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
        }
    }

    /// Finds the kind that has this name.
    pub fn from_name(name: &str) -> Option<Kind> {
        [Kind::Gauge, Kind::Counter]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Says what a value counts; always the base unit, never a multiple of it.
///
/// ```
/// assert_eq!(collect::Unit::Ratio.to_string(), "ratio");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Things: packets, processes, inodes.
    Count,
    /// Bytes; a disk's sectors and the kernel's pages are converted.
    Bytes,
    /// Seconds, of work done or since 1970-01-01 UTC.
    Seconds,
    /// A part of a whole, from 0 to 1.
    Ratio,
}

impl Unit {
    const ALL: [Unit; 4] = [Unit::Count, Unit::Bytes, Unit::Seconds, Unit::Ratio];

    /// Returns the name: `count`, `bytes`, `seconds` or `ratio`.
    pub fn as_str(self) -> &'static str {
        match self {
            Unit::Count => "count",
            Unit::Bytes => "bytes",
            Unit::Seconds => "seconds",
            Unit::Ratio => "ratio",
        }
    }

    /// Finds the unit that has this name.
    pub fn from_name(name: &str) -> Option<Unit> {
        Unit::ALL.into_iter().find(|unit| unit.as_str() == name)
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
