use collect::{Kind, Labels, Metric, Reading, Unit};

use super::backlog::Backlog;

/// With it the store itself shows whether a batch is missing.
static BATCHES: Metric = Metric {
    name: "agent.batches",
    kind: Kind::Counter,
    unit: Unit::Count,
    about: "Batches since the agent started, this one included: a number that is not there is a batch that was lost.",
    source: "the agent itself",
};

static DROPPED: Metric = Metric {
    name: "agent.dropped_batches",
    kind: Kind::Counter,
    unit: Unit::Count,
    about: "Batches that were given up because the hub was away for too long, or refused them.",
    source: "the agent itself",
};

static WAITING: Metric = Metric {
    name: "agent.waiting_batches",
    kind: Kind::Gauge,
    unit: Unit::Count,
    about: "Batches that the hub has not acknowledged yet, this one not included.",
    source: "the agent itself",
};

/// Returns all metrics of an agent: those of the host, its own, and those that tell of plug-ins.
pub fn metrics() -> impl Iterator<Item = &'static Metric> {
    collect::metrics()
        .chain([&BATCHES, &DROPPED, &WAITING])
        .chain(&plugins::schedule::own::METRICS)
}

/// Returns what an agent says of itself, in its batch of this number.
pub(super) fn own(sequence: u64, backlog: &Backlog) -> [Reading; 3] {
    let values = [
        (&BATCHES, sequence),
        (&DROPPED, backlog.dropped()),
        (&WAITING, backlog.len()),
    ];
    values.map(|(metric, value)| Reading {
        metric,
        labels: Labels::none(),
        value: value as f64,
    })
}
