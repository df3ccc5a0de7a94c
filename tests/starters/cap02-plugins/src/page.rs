//! Samples for Prometheus.

use std::collections::BTreeMap;
use std::io::{self, Write};

use collect::{Kind, Labels, prometheus};

use crate::{Sample, schedule::own};

/// What is written of one name.
struct Family<'a> {
    help: String,
    kind: Kind,
    values: Vec<(&'a Labels, f64)>,
}

/// Writes a page of samples in Prometheus' text format, sorted by name.
///
/// The name of a family tells its unit and its kind, so that the same name never comes with two of them.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(samples: &[Sample], mut out: impl Write) -> io::Result<()> {
    let mut families: BTreeMap<String, Family<'_>> = BTreeMap::new();
    for sample in samples {
        let name = prometheus::name_of(&sample.name, sample.kind, sample.unit);
        let family = families.entry(name).or_insert_with(|| Family {
            help: help(&sample.name),
            kind: sample.kind,
            values: Vec::new(),
        });
        family.values.push((&sample.labels, sample.value));
    }
    for (name, family) in families {
        prometheus::write_family(&name, &family.help, family.kind, family.values, &mut out)?;
    }
    Ok(())
}

fn help(name: &str) -> String {
    match own::metric(name) {
        Some(metric) => format!("{} From {}.", metric.about, metric.source),
        None => format!(
            "Said by the plug-in {}.",
            name.split('.').nth(1).unwrap_or_default()
        ),
    }
}
