//! Finds series by their labels, and reads their samples.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use collect::prometheus::REMOTE;
use collect::{Kind, Unit};
use store::{HostId, Reader, Series, SeriesId, Value};

use super::fault::Fault;
use super::labels::{Labels, NAME, metric_name};
use super::matcher::Matcher;

/// The most series of one selector.
const MOST_SERIES: usize = 20_000;

/// What is stored, as Prometheus sees it.
pub(super) struct Catalog<'a> {
    reader: &'a Reader,
    hosts: HashMap<HostId, Arc<str>>,
    names: Vec<String>,
}

/// A series of Prometheus'. Two of the store's that have the same labels there are one.
pub(super) struct Found {
    pub(super) labels: Labels,
    ids: Vec<SeriesId>,
}

/// What is known of a metric.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct About {
    pub(super) kind: Kind,
    pub(super) help: String,
}

const KINDS: [Kind; 2] = [Kind::Counter, Kind::Gauge];
const UNITS: [Unit; 4] = [Unit::Count, Unit::Bytes, Unit::Seconds, Unit::Ratio];

impl<'a> Catalog<'a> {
    pub(super) fn new(reader: &'a Reader) -> Result<Self, Fault> {
        let hosts = reader
            .hosts()?
            .into_iter()
            .map(|host| (host.id, host.name.into()))
            .collect();
        let names = reader.names()?;
        Ok(Self { reader, hosts, names })
    }

    /// Finds the series that have all these labels, sorted by them.
    pub(super) fn find(&self, matchers: &[Matcher]) -> Result<Vec<Found>, Fault> {
        let of_name: Vec<_> = matchers.iter().filter(|matcher| matcher.name == NAME).collect();
        let is_named = |name: &str| of_name.iter().all(|matcher| matcher.matches(name));
        let mut found: BTreeMap<Labels, Vec<SeriesId>> = BTreeMap::new();
        let mut shared = HashMap::<String, Arc<str>>::new();
        for name in &self.names {
            let may_be = KINDS.iter().any(|kind| {
                UNITS
                    .iter()
                    .any(|unit| is_named(&metric_name(name, *kind, *unit)))
            });
            if !may_be && !is_named(name) {
                continue;
            }
            for series in self.reader.named(name)? {
                let Some(host) = self.hosts.get(&series.host) else {
                    // It came while this looked.
                    continue;
                };
                let (name, host) = called(host, &series);
                let name = shared.entry(name).or_insert_with_key(|name| name.as_str().into());
                let labels = Labels::of(name, &host, &series.labels);
                if matchers
                    .iter()
                    .all(|matcher| matcher.matches(labels.get(&matcher.name)))
                {
                    found.entry(labels).or_default().push(series.id);
                    if found.len() > MOST_SERIES {
                        return Err(Fault::execution(format!(
                            "the selector has more than {MOST_SERIES} series"
                        )));
                    }
                }
            }
        }
        Ok(found
            .into_iter()
            .map(|(labels, ids)| Found { labels, ids })
            .collect())
    }

    /// Reads the samples of a series from one time to another, both included.
    pub(super) fn samples(&self, found: &Found, from_ms: i64, to_ms: i64) -> Result<Vec<Value>, Fault> {
        let mut all = Vec::new();
        for id in &found.ids {
            all.append(&mut self.reader.samples(*id, from_ms, to_ms.saturating_add(1))?);
        }
        if found.ids.len() > 1 {
            // The sort is stable: of two of the same time the one of the older series stays.
            all.sort_by_key(|value| value.time_ms);
            all.dedup_by_key(|value| value.time_ms);
        }
        Ok(all)
    }

    /// Returns what is known of all metrics, by their names.
    pub(super) fn about(&self) -> Result<BTreeMap<String, About>, Fault> {
        let mut all = BTreeMap::new();
        for name in &self.names {
            for series in self.reader.named(name)? {
                let host = self.hosts.get(&series.host);
                if host.is_none_or(|host| host.starts_with(REMOTE)) {
                    // What its sender knows of it is not known here.
                    continue;
                }
                all.entry(metric_name(name, series.kind, series.unit))
                    .or_insert_with(|| About {
                        kind: series.kind,
                        help: help(name),
                    });
            }
        }
        Ok(all)
    }
}

/// Returns what a series is called, and the host that is named beside it. What came by remote write is called as it came, and names its host itself.
fn called(host: &Arc<str>, series: &Series) -> (String, Arc<str>) {
    match host.starts_with(REMOTE) {
        true => (series.name.clone(), "".into()),
        false => (
            metric_name(&series.name, series.kind, series.unit),
            Arc::clone(host),
        ),
    }
}

/// Returns the labels that Prometheus is shown of a series of a host, its name among them as `__name__`, sorted.
pub(super) fn labels_of(host: &str, series: &Series) -> Vec<(String, String)> {
    let (name, host) = called(&host.into(), series);
    let labels = Labels::of(&name.into(), &host, &series.labels);
    let pairs = labels.iter();
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Returns a sentence on a metric.
pub(super) fn help(name: &str) -> String {
    match collect::metric(name) {
        Some(metric) => format!("{} From {}.", metric.about, metric.source),
        None => format!("What hosts report as {name}."),
    }
}
