use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use forward::names::NAME;
use forward::{Labels, Request, Sample};
use store::{Host, HostId, Reader, SeriesId, Value};

use crate::config;

/// How long what a series is called is remembered. It changes when its kind or its unit does.
const REMEMBERED: Duration = Duration::from_secs(600);

/// The most series that are remembered, of all hosts.
const MOST_REMEMBERED: usize = 300_000;

/// What one host has said of one moment.
pub(super) struct Report {
    pub(super) host: Arc<str>,
    pub(super) time_ms: i64,
    /// Each with what its series is called there.
    samples: Vec<(SeriesId, Arc<Labels>, f64)>,
}

/// How labels are changed on their way.
pub(super) struct Mapping {
    labels: BTreeMap<String, String>,
    rename: BTreeMap<String, String>,
}

/// What series are called at a receiver.
pub(super) struct Called {
    mapping: Mapping,
    hosts: HashMap<HostId, OfHost>,
}

struct OfHost {
    since: Instant,
    series: HashMap<SeriesId, Arc<Labels>>,
}

impl Report {
    /// Returns how many samples it has.
    pub(super) fn len(&self) -> usize {
        self.samples.len()
    }
}

/// Writes reports as a request. Samples of a series stand together, in the order of the reports, which is that of time.
pub(super) fn write(reports: &[Report], into: &mut Request) {
    into.clear();
    let mut samples: Vec<(SeriesId, &Labels, Sample)> = reports
        .iter()
        .flat_map(|report| {
            let time_ms = report.time_ms;
            let samples = report.samples.iter();
            samples.map(move |(series, labels, value)| {
                let value = *value;
                (*series, &**labels, Sample { time_ms, value })
            })
        })
        .collect();
    samples.sort_by_key(|(series, ..)| *series);
    let mut of_one = Vec::new();
    for group in samples.chunk_by(|one, two| one.0 == two.0) {
        of_one.clear();
        of_one.extend(group.iter().map(|(.., sample)| *sample));
        into.push(group[0].1, &of_one);
    }
}

impl Mapping {
    pub(super) fn new(receiver: &config::Forward) -> Self {
        let (labels, rename) = (receiver.labels.clone(), receiver.rename.clone());
        Self { labels, rename }
    }

    /// Changes the labels of a series. One that takes the name of another pushes that aside, as Prometheus does it.
    fn apply(&self, labels: Vec<(String, String)>) -> Labels {
        let (renamed, mut all): (Vec<_>, BTreeMap<_, _>) = {
            let (renamed, kept): (Vec<_>, Vec<_>) = labels
                .into_iter()
                .partition(|(name, _)| self.rename.contains_key(name));
            (renamed, kept.into_iter().collect())
        };
        for (name, value) in renamed {
            let to = &self.rename[&name];
            if to.is_empty() {
                continue;
            }
            if let Some(other) = all.insert(to.clone(), value) {
                let mut aside = format!("exported_{to}");
                while all.contains_key(&aside) {
                    aside.insert_str(0, "exported_");
                }
                all.insert(aside, other);
            }
        }
        for (name, value) in &self.labels {
            if !all.contains_key(name) {
                all.insert(name.clone(), value.clone());
            }
        }
        debug_assert!(all.contains_key(NAME));
        Labels::new(all)
    }
}

impl Called {
    pub(super) fn new(mapping: Mapping) -> Self {
        Self {
            mapping,
            hosts: HashMap::new(),
        }
    }

    /// Makes reports of the samples of a host, which are sorted by time. A sample whose series is gone by now is left out.
    pub(super) fn reports(
        &mut self,
        reader: &Reader,
        host: &Host,
        samples: &[(SeriesId, Value)],
    ) -> store::Result<Vec<Report>> {
        let name: Arc<str> = host.name.as_str().into();
        self.know(reader, host, samples)?;
        let known = self.hosts.get(&host.id).map(|of_host| &of_host.series);
        let at_one_time = samples.chunk_by(|(_, one), (_, two)| one.time_ms == two.time_ms);
        let reports = at_one_time.map(|group| Report {
            host: Arc::clone(&name),
            time_ms: group[0].1.time_ms,
            samples: group
                .iter()
                .filter_map(|(series, value)| {
                    let labels = known?.get(series)?;
                    Some((*series, Arc::clone(labels), value.value))
                })
                .collect(),
        });
        Ok(reports.collect())
    }

    /// Reads what the series of a host are called, if that is not known or may have changed.
    fn know(&mut self, reader: &Reader, host: &Host, samples: &[(SeriesId, Value)]) -> store::Result<()> {
        let is_known = self.hosts.get(&host.id).is_some_and(|of_host| {
            let all = || {
                samples
                    .iter()
                    .all(|(series, _)| of_host.series.contains_key(series))
            };
            of_host.since.elapsed() < REMEMBERED && all()
        });
        if is_known {
            return Ok(());
        }
        if self
            .hosts
            .values()
            .map(|of_host| of_host.series.len())
            .sum::<usize>()
            > MOST_REMEMBERED
        {
            self.hosts.clear();
        }
        let series = reader
            .series(host.id)?
            .into_iter()
            .map(|series| {
                let labels = dashboard::labels_of(&host.name, &series);
                (series.id, Arc::new(self.mapping.apply(labels)))
            })
            .collect();
        let since = Instant::now();
        self.hosts.insert(host.id, OfHost { since, series });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(labels: &[(&str, &str)], rename: &[(&str, &str)], more: &[(&str, &str)]) -> Labels {
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect()
        };
        let mapping = Mapping {
            labels: owned(more).into_iter().collect(),
            rename: owned(rename).into_iter().collect(),
        };
        mapping.apply(owned(labels))
    }

    #[test]
    fn labels_are_renamed_left_out_and_added() {
        let series = [
            ("__name__", "x"),
            ("host", "web01"),
            ("instance", "a"),
            ("mode", "user"),
        ];
        for (rename, more, expected) in [
            (&[][..], &[][..], &series[..]),
            (
                &[("mode", "")],
                &[("fleet", "f"), ("host", "never")],
                &[
                    ("__name__", "x"),
                    ("fleet", "f"),
                    ("host", "web01"),
                    ("instance", "a"),
                ],
            ),
            (
                &[("host", "instance")],
                &[],
                &[
                    ("__name__", "x"),
                    ("exported_instance", "a"),
                    ("instance", "web01"),
                    ("mode", "user"),
                ],
            ),
            // Two that change places.
            (
                &[("host", "instance"), ("instance", "host")],
                &[],
                &[
                    ("__name__", "x"),
                    ("host", "a"),
                    ("instance", "web01"),
                    ("mode", "user"),
                ],
            ),
        ] {
            let expected = Labels::new(expected.iter().copied());
            assert_eq!(applied(&series, rename, more), expected, "{rename:?}");
        }
    }

    #[test]
    fn samples_of_a_series_stand_together_and_in_the_order_of_time() {
        let labels: Vec<_> = ["a", "b"]
            .map(|name| Arc::new(Labels::new([(NAME, name)])))
            .into();
        let report = |time_ms: i64| Report {
            host: "web01".into(),
            time_ms,
            samples: (0..2)
                .map(|n| (SeriesId(n), Arc::clone(&labels[n as usize]), time_ms as f64))
                .collect(),
        };
        let mut request = Request::default();
        write(&[report(1), report(2), report(3)], &mut request);
        assert_eq!(request.samples(), 6);
        let mut reader = forward::request::Reader::new(request.bytes(), forward::Limits::default());
        let mut series = forward::Series::default();
        for name in ["a", "b"] {
            assert!(reader.next_into(&mut series).unwrap());
            assert_eq!(series.labels, [(NAME, name)]);
            let times: Vec<_> = series.samples.iter().map(|sample| sample.time_ms).collect();
            assert_eq!(times, [1, 2, 3]);
        }
        assert!(!reader.next_into(&mut series).unwrap());
    }
}
