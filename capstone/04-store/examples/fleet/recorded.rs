//! What one host was recorded to report, for as long and as often as it is wanted.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use collect::{Kind, Labels, Unit};
use store::codec;

use crate::{BEGIN_MS, INTERVAL_MS};

/// A recording.
pub(crate) struct Recorded {
    pub(crate) series: Vec<Series>,
    /// By how much each round came late, in milliseconds.
    late_ms: Vec<i64>,
}

/// One series of it.
pub(crate) struct Series {
    pub(crate) name: Arc<str>,
    pub(crate) labels: Labels,
    pub(crate) kind: Kind,
    pub(crate) unit: Unit,
    values: Vec<f64>,
}

impl Recorded {
    pub(crate) fn read(path: &Path, every: usize) -> Result<Self, Box<dyn Error>> {
        let text = std::fs::read_to_string(path)?;
        let mut all = Self {
            series: Vec::new(),
            late_ms: Vec::new(),
        };
        for line in text.lines().step_by(every.max(1)) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [name, kind, unit, chunk] = columns[..] else {
                return Err(format!("{}: {line:?} has not four columns", path.display()).into());
            };
            let bytes = chunk
                .as_bytes()
                .chunks(2)
                .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap_or_default(), 16));
            let samples = codec::decode(&bytes.collect::<Result<Vec<u8>, _>>()?)?;
            let (name, labels) = parts(name);
            // A disk that came later has fewer samples; it takes part as if it had always been there.
            if all.late_ms.is_empty() {
                all.late_ms = samples
                    .iter()
                    .map(|sample| sample.time_ms.rem_euclid(INTERVAL_MS))
                    .collect();
            }
            all.series.push(Series {
                name: name.into(),
                labels,
                kind: Kind::from_name(kind).ok_or("no kind")?,
                unit: Unit::from_name(unit).ok_or("no unit")?,
                values: samples.iter().map(|sample| sample.value).collect(),
            });
        }
        Ok(all)
    }

    pub(crate) fn late_ms(&self, host: usize, round: i64) -> i64 {
        let at = host * 17 + usize::try_from(round).unwrap_or_default();
        self.late_ms[at % self.late_ms.len()]
    }

    /// Writes it as OpenMetrics, a metric family at a time.
    pub(crate) fn write_openmetrics(
        &self,
        out: &mut impl Write,
        hosts: usize,
        rounds: i64,
    ) -> Result<(), Box<dyn Error>> {
        let mut order: Vec<&Series> = self.series.iter().collect();
        order.sort_by(|one, two| one.name.cmp(&two.name));
        for family in order.chunk_by(|one, two| one.name == two.name) {
            let name = family[0].name.replace('.', "_");
            writeln!(out, "# TYPE {name} gauge")?;
            for host in 0..hosts {
                for series in family {
                    let mut labels = format!("host=\"host{host:04}\"");
                    for (key, value) in series.labels.iter() {
                        labels += &format!(",{key}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
                    }
                    for round in 0..rounds {
                        let time_ms = BEGIN_MS + round * INTERVAL_MS + self.late_ms(host, round);
                        let value = series.value(host, round);
                        writeln!(
                            out,
                            "{name}{{{labels}}} {value} {}.{:03}",
                            time_ms / 1000,
                            time_ms % 1000
                        )?;
                    }
                }
            }
        }
        writeln!(out, "# EOF")?;
        Ok(())
    }
}

impl Series {
    /// Returns what a host reports in a round.
    pub(crate) fn value(&self, host: usize, round: i64) -> f64 {
        let at = host * 17 + usize::try_from(round).unwrap_or_default();
        let (begun_anew, at) = (at / self.values.len(), at % self.values.len());
        let value = self.values[at];
        match self.kind {
            Kind::Gauge => value,
            Kind::Counter => {
                let grown = self.values[self.values.len() - 1] - self.values[0];
                // As the kernel counts: hundredths and microseconds of seconds, and whole numbers of all else.
                ((value + begun_anew as f64 * grown) * 1e6).round() / 1e6
            }
        }
    }
}

/// Parts `name{key="value"}`.
fn parts(text: &str) -> (&str, Labels) {
    let Some((name, rest)) = text.split_once('{') else {
        return (text, Labels::none());
    };
    let pairs = rest.trim_end_matches('}').split("\",").filter_map(|pair| {
        let (key, value) = pair.split_once("=\"")?;
        Some((key, value.trim_end_matches('"').replace("\\\\", "\\")))
    });
    (name, pairs.collect())
}
