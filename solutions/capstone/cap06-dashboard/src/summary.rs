//! What one line of the fleet says of a host.

use std::time::Duration;

use collect::prometheus::REMOTE;
use serde::Serialize;
use store::{Host, HostId, Reader, Series, Value};

use crate::api::Span;

/// Returns the hosts of the fleet. Those that another Prometheus has written are asked for by queries: how often it writes is not known, nor whether it still does.
pub(crate) fn hosts_of(reader: &Reader) -> store::Result<Vec<Host>> {
    let mut hosts = reader.hosts()?;
    hosts.retain(|host| !host.name.starts_with(REMOTE));
    Ok(hosts)
}

/// A host at a glance. What it has not reported is `None`.
#[derive(Debug, Serialize)]
pub(crate) struct Summary {
    id: i64,
    name: String,
    state: &'static str,
    first_ms: i64,
    seen_ms: i64,
    /// Tasks that want to run, averaged over a minute.
    load: Option<f64>,
    cpus: Option<f64>,
    /// What part of the processors is busy.
    cpu: Option<f64>,
    /// What part of the memory cannot be had without swapping.
    memory: Option<f64>,
    memory_bytes: Option<f64>,
    /// How full the fullest filesystem is.
    filesystem: Option<f64>,
    /// The busy part of the processors, a number a step.
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<Vec<Option<f64>>>,
}

impl Summary {
    /// Sums up a host as it is now, with its history if that is asked for.
    pub(crate) fn of(
        reader: &Reader,
        host: Host,
        now_ms: i64,
        interval: Duration,
        history: Option<Span>,
    ) -> store::Result<Self> {
        let cpu = Cpu::of(reader, host.id)?;
        let memory = reader.group(host.id, "memory")?;
        let total = gauge(reader, &memory, "memory.total")?;
        let available = gauge(reader, &memory, "memory.available")?;
        Ok(Self {
            id: host.id.0,
            state: if host.is_down(now_ms, interval) {
                "down"
            } else {
                "up"
            },
            first_ms: host.first_ms,
            seen_ms: host.seen_ms,
            load: gauge(reader, &reader.group(host.id, "load")?, "load.1m")?,
            cpus: cpu.count(),
            cpu: cpu.busy(),
            memory: part_in_use(total, available),
            memory_bytes: total,
            filesystem: fullest(reader, host.id)?,
            history: history.map(|span| cpu.history(reader, span)).transpose()?,
            name: host.name,
        })
    }

    pub(crate) fn is_down(&self) -> bool {
        self.state == "down"
    }
}

/// The processors of a host: what they did, in seconds a second.
struct Cpu {
    idle: Vec<Series>,
    idle_rate: f64,
    all_rate: f64,
}

impl Cpu {
    fn of(reader: &Reader, host: HostId) -> store::Result<Self> {
        // region:api Only `MODES` count; the sum of all processors if it is reported, else each of them. Add up what the last rates are, and apart from it what of that is idle.
        let mut group = reader.group(host, "cpu")?;
        group.retain(|series| MODES.contains(&series.name.as_str()));
        // A host may report the sum and each processor: only one of these counts.
        if group.iter().any(|series| series.labels.is_empty()) {
            group.retain(|series| series.labels.is_empty());
        }
        let mut cpu = Self {
            idle: Vec::new(),
            idle_rate: 0.0,
            all_rate: 0.0,
        };
        for series in group {
            let rate = reader.last_rate(series.id)?.map_or(0.0, |rate| rate.value);
            cpu.all_rate += rate;
            if IDLE.contains(&series.name.as_str()) {
                cpu.idle_rate += rate;
                cpu.idle.push(series);
            }
        }
        Ok(cpu)
        // endregion:api
    }

    fn count(&self) -> Option<f64> {
        (self.all_rate > 0.0).then(|| self.all_rate.round().max(1.0))
    }

    fn busy(&self) -> Option<f64> {
        // region:api What part is not idle; nothing is known of processors that never did anything.
        (self.all_rate > 0.0).then(|| (1.0 - self.idle_rate / self.all_rate).clamp(0.0, 1.0))
        // endregion:api
    }

    /// Reads only how long they were idle: the rest of the time they were not.
    fn history(&self, reader: &Reader, span: Span) -> store::Result<Vec<Option<f64>>> {
        // region:api What was not idle was busy: add up the idle rates step by step, and a step without any stays empty. Rounded to thousandths.
        let Some(count) = self.count() else {
            return Ok(Vec::new());
        };
        let step_ms = i64::try_from(span.step.as_millis()).unwrap_or(i64::MAX);
        let first = span.from_ms.div_euclid(step_ms);
        let steps = usize::try_from((span.to_ms - 1).div_euclid(step_ms) - first + 1).unwrap_or(0);
        let mut idle: Vec<Option<f64>> = vec![None; steps];
        for series in &self.idle {
            for point in reader.rate(series.id, span.from_ms, span.to_ms, span.step)? {
                let at = usize::try_from(point.time_ms / step_ms - first).unwrap_or(usize::MAX);
                if let Some(sum) = idle.get_mut(at) {
                    *sum.get_or_insert(0.0) += point.avg;
                }
            }
        }
        Ok(idle
            .into_iter()
            .map(|idle| idle.map(|idle| thousandths((1.0 - idle / count).clamp(0.0, 1.0))))
            .collect())
        // endregion:api
    }
}

/// Rounds what is drawn a few pixels high: a thousand hosts have many of these.
fn thousandths(part: f64) -> f64 {
    (part * 1000.0).round() / 1000.0
}

const IDLE: [&str; 2] = ["cpu.idle", "cpu.iowait"];

/// What processors do, without what is in another of these already.
const MODES: [&str; 8] = [
    "cpu.user",
    "cpu.nice",
    "cpu.system",
    "cpu.irq",
    "cpu.softirq",
    "cpu.steal",
    IDLE[0],
    IDLE[1],
];

fn gauge(reader: &Reader, group: &[Series], name: &str) -> store::Result<Option<f64>> {
    match group
        .iter()
        .find(|series| series.name == name && series.labels.is_empty())
    {
        Some(series) => Ok(reader.last(series.id)?.map(|Value { value, .. }| value)),
        None => Ok(None),
    }
}

fn part_in_use(total: Option<f64>, available: Option<f64>) -> Option<f64> {
    // region:api From 0 to 1; there is none of a total of 0.
    let total = total.filter(|total| *total > 0.0)?;
    Some((1.0 - available? / total).clamp(0.0, 1.0))
    // endregion:api
}

/// Finds the filesystem with the least room. One that is not mounted any more is as old as its last value, and does not count.
fn fullest(reader: &Reader, host: HostId) -> store::Result<Option<f64>> {
    // region:api Size and available room of a filesystem have the same labels. Only those count that were reported last, all at the same time.
    let group = reader.group(host, "filesystem")?;
    let mut parts = Vec::new();
    for size in group.iter().filter(|series| series.name == "filesystem.size") {
        let available = group
            .iter()
            .find(|series| series.name == "filesystem.available" && series.labels == size.labels);
        let (Some(total), Some(available)) = (reader.last(size.id)?, available) else {
            continue;
        };
        let free = reader.last(available.id)?.map(|free| free.value);
        parts.extend(part_in_use(Some(total.value), free).map(|part| (total.time_ms, part)));
    }
    let newest_ms = parts.iter().map(|(time_ms, _)| *time_ms).max();
    let newest = parts
        .into_iter()
        .filter(|(time_ms, _)| Some(*time_ms) == newest_ms);
    Ok(newest.map(|(_, part)| part).max_by(f64::total_cmp))
    // endregion:api
}
