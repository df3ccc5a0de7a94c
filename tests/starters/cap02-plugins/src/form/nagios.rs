//! Source: <https://www.monitoring-plugins.org/doc/guidelines.html>

use super::perfdata::{Item, items};
use super::{Fault, MOST_FAULTS, Report};
use crate::sample::{Said, Sheet};

/// Reads what a Nagios plug-in says: the status, a line for people, performance data.
///
/// Whatever is wrong with the data, the status stays: it is what the plug-in is for.
pub(super) fn parse(output: &[u8], status: u8, mut sheet: Sheet) -> Report {
    let output = String::from_utf8_lossy(output);
    // The first value of an empty sheet is taken.
    let _ = sheet.add(gauge("status", Vec::new(), status.into()));
    let (text, data) = split(&output);
    let mut faults = Vec::new();
    for (line, data) in data {
        for item in items(data) {
            let added = item.and_then(|item| sheet.add_all(said(&item)));
            if let Err(what) = added
                && faults.len() < MOST_FAULTS
            {
                faults.push(Fault { line, what });
            }
        }
    }
    Report {
        samples: sheet.into_samples(),
        text: Some(text.to_owned()),
        faults,
    }
}

/// Parts an output into the text of its first line and its performance data, with the number of the line for each piece.
#[expect(unused_variables, reason = "goes with the todo!")]
fn split(output: &str) -> (&str, Vec<(usize, &str)>) {
    todo!(
        "nagios: Line 1: the text up to the first |, data behind it. In the lines below, all that is behind the next | is data, to the end."
    )
}

fn gauge(name: &'static str, labels: Vec<(String, String)>, value: f64) -> Said<'static> {
    Said {
        name,
        labels,
        kind: Some(collect::Kind::Gauge),
        unit: Some(collect::Unit::Count),
        value,
    }
}

/// Makes samples of an item: its value, and those bounds that it has.
#[expect(unused_variables, reason = "goes with the todo!")]
fn said(item: &Item) -> Vec<Said<'static>> {
    todo!(
        "nagios: `perf`, then `perf_warn_low`, `perf_warn_high`, `perf_crit_low`, `perf_crit_high`, `perf_min`, `perf_max`: all in the item's unit, with its labels."
    )
}
