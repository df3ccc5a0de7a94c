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
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn of(reader: &Reader, host: HostId) -> store::Result<Self> {
        todo!(
            "api: Only `MODES` count; the sum of all processors if it is reported, else each of them. Add up what the last rates are, and apart from it what of that is idle."
        )
    }

    fn count(&self) -> Option<f64> {
        (self.all_rate > 0.0).then(|| self.all_rate.round().max(1.0))
    }

    fn busy(&self) -> Option<f64> {
        todo!("api: What part is not idle; nothing is known of processors that never did anything.")
    }

    /// Reads only how long they were idle: the rest of the time they were not.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn history(&self, reader: &Reader, span: Span) -> store::Result<Vec<Option<f64>>> {
        todo!(
            "api: What was not idle was busy: add up the idle rates step by step, and a step without any stays empty. Rounded to thousandths."
        )
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

#[expect(unused_variables, reason = "goes with the todo!")]
fn part_in_use(total: Option<f64>, available: Option<f64>) -> Option<f64> {
    todo!("api: From 0 to 1; there is none of a total of 0.")
}

/// Finds the filesystem with the least room. One that is not mounted any more is as old as its last value, and does not count.
#[expect(unused_variables, reason = "goes with the todo!")]
fn fullest(reader: &Reader, host: HostId) -> store::Result<Option<f64>> {
    todo!(
        "api: Size and available room of a filesystem have the same labels. Only those count that were reported last, all at the same time."
    )
}
