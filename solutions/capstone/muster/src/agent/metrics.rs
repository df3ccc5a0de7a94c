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

const OWN: [&Metric; 3] = [&BATCHES, &DROPPED, &WAITING];

/// Returns all metrics of an agent: those of the host, its own, and those that tell of plug-ins.
pub fn metrics() -> impl Iterator<Item = &'static Metric> {
    collect::metrics()
        .chain(OWN)
        .chain(&plugins::schedule::own::METRICS)
}

/// Says what a metric is, where it comes from, and what it is now. What an agent counts of itself only that one knows, which runs; it is not absent.
pub fn explain(metric: &Metric, readings: &[Reading]) -> String {
    if collect::metrics().any(|known| known == metric) {
        return collect::explain(metric, readings);
    }
    let Metric {
        name,
        kind,
        unit,
        about,
        source,
    } = metric;
    let prometheus = collect::prometheus::name(metric);
    format!(
        "{name} ({kind}, {unit})\n{about}\n\nread from   {source}\nPrometheus  {prometheus}\n\
         now         counted by the agent that runs, and in each of its reports: look at its hub\n"
    )
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
