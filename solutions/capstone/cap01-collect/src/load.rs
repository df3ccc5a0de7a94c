use crate::{Kind, Labels, Metric, Reading, Unit};

pub(crate) const FILE: &str = "proc/loadavg";

static ONE: Metric = gauge("load.1m", "Tasks that run or wait for a disk, averaged over 1 minute.", "/proc/loadavg, field 1");
static FIVE: Metric = gauge("load.5m", "Tasks that run or wait for a disk, averaged over 5 minutes.", "/proc/loadavg, field 2");
static FIFTEEN: Metric =
    gauge("load.15m", "Tasks that run or wait for a disk, averaged over 15 minutes.", "/proc/loadavg, field 3");

const fn gauge(name: &'static str, about: &'static str, source: &'static str) -> Metric {
    Metric { name, kind: Kind::Gauge, unit: Unit::Count, about, source }
}

/// Reads the three averages.
///
/// Source: proc_loadavg(5).
pub(crate) fn parse(text: &str, into: &mut Vec<Reading>) -> Result<(), (usize, String)> {
    let line = text.lines().next().unwrap_or("");
    for (metric, field) in [&ONE, &FIVE, &FIFTEEN].into_iter().zip(line.split_ascii_whitespace()) {
        let value = field.parse::<f64>().ok().filter(|value| value.is_finite());
        let value = value.ok_or_else(|| (1, format!("{field:?} is not a number")))?;
        into.push(Reading { metric, labels: Labels::none(), value });
    }
    Ok(())
}
