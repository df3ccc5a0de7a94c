//! The metrics that tell of plug-ins themselves. Each has a label `plugin`, but the last.

use collect::{Kind, Labels, Metric, Unit};

use crate::Sample;

const SOURCE: &str = "the scheduler of plug-ins";

const fn gauge(name: &'static str, unit: Unit, about: &'static str) -> Metric {
    Metric {
        name,
        kind: Kind::Gauge,
        unit,
        about,
        source: SOURCE,
    }
}

const fn counter(name: &'static str, about: &'static str) -> Metric {
    Metric {
        name,
        kind: Kind::Counter,
        unit: Unit::Count,
        about,
        source: SOURCE,
    }
}

/// All of them.
pub static METRICS: [Metric; 9] = [
    UP,
    DURATION,
    AGE,
    RUNS,
    FAILURES,
    EXIT_STATUS,
    MISSED,
    ESCAPED,
    REFUSED,
];

/// Absent before the first run has ended.
pub const UP: Metric = gauge(
    "plugin.up",
    Unit::Count,
    "1 if the last run was in order, 0 if it has failed.",
);
/// Absent before the first run has ended.
pub const DURATION: Metric = gauge("plugin.duration", Unit::Seconds, "How long the last run took.");
/// Absent before the first run that was in order.
pub const AGE: Metric = gauge(
    "plugin.age",
    Unit::Seconds,
    "How long ago the last run that was in order has ended.",
);
/// From the beginning.
pub const RUNS: Metric = counter("plugin.runs", "Runs that have ended, in whichever way.");
/// From the beginning, for each reason.
pub const FAILURES: Metric = counter("plugin.failures", "Runs that have failed, by reason.");
/// Absent if a signal has ended it, or it could not be started.
pub const EXIT_STATUS: Metric = gauge(
    "plugin.exit_status",
    Unit::Count,
    "The exit status of the last run.",
);
/// From the beginning.
pub const MISSED: Metric = counter(
    "plugin.missed",
    "Times at which it was not started, since it still ran or waited.",
);
/// From the beginning.
pub const ESCAPED: Metric = counter(
    "plugin.escaped",
    "Processes that had left its group, and were killed.",
);
/// Without a label.
pub const REFUSED: Metric = gauge(
    "plugin.refused",
    Unit::Count,
    "Manifests that could not be taken.",
);

/// Finds the one that has this name.
pub fn metric(name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.name == name)
}

/// Makes a sample of one.
pub(super) fn sample(metric: &Metric, labels: Labels, value: f64) -> Sample {
    Sample {
        name: metric.name.to_owned(),
        labels,
        kind: metric.kind,
        unit: metric.unit,
        value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::RESERVED;

    #[test]
    fn no_plug_in_can_be_called_as_these_begin() {
        for metric in &METRICS {
            let name = metric.name.strip_prefix("plugin.").unwrap();
            assert!(RESERVED.contains(&name.split('_').next().unwrap()), "{name}");
        }
    }
}
