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
fn split(output: &str) -> (&str, Vec<(usize, &str)>) {
    // region:nagios/split Line 1: the text up to the first |, data behind it. In the lines below, all that is behind the next | is data, to the end.
    let mut text = "";
    let mut data = Vec::new();
    let mut is_data = false;
    for (index, line) in output.lines().enumerate() {
        if is_data {
            data.push((index + 1, line));
            continue;
        }
        let (before, behind) = match line.split_once('|') {
            Some((before, behind)) => (before, Some(behind)),
            None => (line, None),
        };
        data.extend(behind.map(|behind| (index + 1, behind)));
        match index {
            0 => text = before.trim(),
            _ => is_data = behind.is_some(),
        }
    }
    (text, data)
    // endregion:nagios/split
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
fn said(item: &Item) -> Vec<Said<'static>> {
    // region:nagios/said `perf`, then `perf_warn_low`, `perf_warn_high`, `perf_crit_low`, `perf_crit_high`, `perf_min`, `perf_max`: all in the item's unit, with its labels.
    let mut labels = vec![("perf".to_owned(), item.label.clone())];
    labels.extend(item.uom.clone().map(|uom| ("uom".to_owned(), uom)));
    let alert = |inside: bool| {
        let mut labels = labels.clone();
        if inside {
            labels.push(("alert".to_owned(), "inside".to_owned()));
        }
        labels
    };
    let of = |name, labels, value| Said {
        unit: Some(item.unit),
        ..gauge(name, labels, value)
    };
    let mut all = vec![Said {
        kind: Some(item.kind),
        ..of("perf", labels.clone(), item.value)
    }];
    let names = [
        ("perf_warn_low", "perf_warn_high"),
        ("perf_crit_low", "perf_crit_high"),
    ];
    for ((low, high), range) in names.into_iter().zip(&item.ranges) {
        if let Some(range) = range {
            all.extend(range.low.map(|value| of(low, alert(range.inside), value)));
            all.extend(range.high.map(|value| of(high, alert(range.inside), value)));
        }
    }
    all.extend(item.min.map(|value| of("perf_min", labels.clone(), value)));
    all.extend(item.max.map(|value| of("perf_max", labels.clone(), value)));
    all
    // endregion:nagios/said
}

// region:nagios
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_stands_behind_two_bars() {
        let output = "OK - fine | a=1\nlong\ntext | b=2\nc=3\nd=4";
        let expected = (
            "OK - fine",
            vec![(1, " a=1"), (3, " b=2"), (4, "c=3"), (5, "d=4")],
        );
        assert_eq!(split(output), expected);
        assert_eq!(split(""), ("", vec![]));
        assert_eq!(split("OK\n|x=1"), ("OK", vec![(2, "x=1")]));
    }
}
// endregion:nagios
