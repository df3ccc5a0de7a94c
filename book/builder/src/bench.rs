//! Sets the figures of `cargo xtask bench` as a table.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::error::{Error, Result};

/// Turns a bench result into a Markdown table with one row for each measure and peer.
///
/// # Errors
/// [`Error::BenchJson`] and [`Error::BenchField`] when the file is not what `bench` writes.
pub(crate) fn table(path: &Path, text: &str) -> Result<String> {
    let result: Value = serde_json::from_str(text).map_err(|source| Error::BenchJson {
        path: path.to_owned(),
        source,
    })?;
    let result = Field {
        path,
        name: String::new(),
        value: &result,
    };
    let mut table = String::from(
        "| measure | input | this program | compared with | takes | this program is or takes | goal |\n|---|---|--:|---|--:|---|---|\n",
    );
    for measure in result.items("measures")? {
        let (name, input) = (measure.text("name")?, measure.text("input")?);
        let own = took(&measure, "subject", &measure)?;
        for peer in measure.items("peers")? {
            let (peer_name, takes) = (peer.text("name")?, took(&peer, "peer", &measure)?);
            let (beside, goal) = beside(&peer, &measure)?;
            writeln!(
                table,
                "| {name} | {input} | {own} | {peer_name} | {takes} | {beside} | {goal} |"
            )
            .expect("writing into a string cannot fail");
        }
    }
    let machine = result.text("machine")?;
    write!(table, "\nMeasured on {machine}; times are wall clock.")
        .expect("writing into a string cannot fail");
    if result.has("same_urls") {
        for same in result.items("same_urls")? {
            write!(table, "\n\n{}", same_urls(&same)?).expect("writing into a string cannot fail");
        }
    }
    Ok(table)
}

/// What a run took, with the units that it did in a second where they are counted.
fn took(who: &Field<'_>, role: &str, measure: &Field<'_>) -> Result<String> {
    let time = seconds(who.number(&format!("{role}_s"))?);
    if !measure.has("unit") {
        return Ok(time);
    }
    let key = if role == "subject" { "subject_rate" } else { "rate" };
    Ok(format!(
        "{time}, {:.0} {}/s",
        who.number(key)?,
        measure.text("unit")?
    ))
}

/// How the program compares with `peer`, and the goal, both by time or both by units a second.
fn beside(peer: &Field<'_>, measure: &Field<'_>) -> Result<(String, String)> {
    if peer.has("rate_goal") {
        let unit = measure.text("unit")?;
        let words = |ratio: f64| format!("{} times its {unit} a second", digits(ratio));
        let goal = format!("at least {}", words(peer.number("rate_goal")?));
        return Ok((words(peer.number("rate_ratio")?), goal));
    }
    let goal = match peer.has("goal").then(|| peer.number("goal")).transpose()? {
        None => "none".to_owned(),
        Some(1.0) => "not slower".to_owned(),
        Some(goal) if goal < 1.0 => format!("at least {}", in_words(goal)),
        Some(goal) => format!("at most {}", in_words(goal)),
    };
    Ok((in_words(peer.number("ratio")?), goal))
}

/// Says what a ratio of two times means: as factor where that is plain to see, else in percent.
fn in_words(ratio: f64) -> String {
    let (factor, percent) = (ratio.max(ratio.recip()), (ratio - 1.0).abs() * 100.0);
    match (factor >= 1.5, percent < 0.5, ratio < 1.0) {
        (true, _, true) => format!("{} times as fast", digits(factor)),
        (true, _, false) => format!("{} times as long", digits(factor)),
        (_, true, _) => "the same time".to_owned(),
        (_, _, true) => format!("{} % less time", digits(percent)),
        (_, _, false) => format!("{} % more time", digits(percent)),
    }
}

/// As many digits as say something.
fn digits(value: f64) -> String {
    match value {
        ..0.995 => format!("{value:.2}"),
        ..9.95 => format!("{value:.1}").trim_end_matches(".0").to_owned(),
        _ => format!("{value:.0}"),
    }
}

/// Says in a sentence how far two programs asked for the same.
fn same_urls(same: &Field<'_>) -> Result<String> {
    let peers = same.items("peers")?;
    let peer = peers.first().ok_or_else(|| same.fault("peers"))?;
    Ok(format!(
        "This program asked for {} URLs, {} for {}; {} are the same, {} differ for a known reason, {} for none.",
        same.number("subject_urls")?,
        peer.text("name")?,
        peer.number("urls")?,
        same.number("same")?,
        same.number("explained")?,
        same.number("unexplained")?,
    ))
}

/// Shows a time with as many digits as a reader can use.
fn seconds(value: f64) -> String {
    if value < 1.0 {
        format!("{:.0} ms", value * 1000.0)
    } else {
        format!("{value:.2} s")
    }
}

/// A value of the result that knows its name, for messages.
struct Field<'a> {
    path: &'a Path,
    name: String,
    value: &'a Value,
}

impl<'a> Field<'a> {
    fn has(&self, key: &str) -> bool {
        self.value.get(key).is_some_and(|value| !value.is_null())
    }

    fn number(&self, key: &str) -> Result<f64> {
        self.value
            .get(key)
            .and_then(Value::as_f64)
            .ok_or_else(|| self.fault(key))
    }

    /// A text as a cell of a table, in which a bar would begin the next cell.
    fn text(&self, key: &str) -> Result<String> {
        let text = self
            .value
            .get(key)
            .and_then(Value::as_str)
            .ok_or_else(|| self.fault(key))?;
        Ok(text.replace('|', "\\|"))
    }

    fn items(&self, key: &str) -> Result<Vec<Field<'a>>> {
        let items = self
            .value
            .get(key)
            .and_then(Value::as_array)
            .ok_or_else(|| self.fault(key))?;
        let named = |(index, value)| Field {
            path: self.path,
            name: format!("{}{key}[{index}].", self.name),
            value,
        };
        Ok(items.iter().enumerate().map(named).collect())
    }

    fn fault(&self, key: &str) -> Error {
        Error::BenchField {
            path: self.path.to_owned(),
            field: format!("{}{key}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_of_every_measure_gets_a_row() {
        let text = r#"{"machine": "2 cores", "measures": [{"name": "count -w", "input": "100 MB", "subject_s": 0.2,
            "peers": [{"name": "wc -w", "peer_s": 0.4, "ratio": 0.5, "goal": 0.5},
                      {"name": "wc", "peer_s": 0.18, "ratio": 1.13, "goal": 1.2},
                      {"name": "tr | sort", "peer_s": 12.5, "ratio": 0.016, "goal": null}]}]}"#;
        let table = table(Path::new("bench.json"), text).unwrap();
        for row in [
            "| count -w | 100 MB | 200 ms | wc -w | 400 ms | 2 times as fast | at least 2 times as fast |",
            "| wc | 180 ms | 13 % more time | at most 20 % more time |",
            r"| tr \| sort | 12.50 s | 62 times as fast | none |",
        ] {
            assert!(table.contains(row), "{table}");
        }
        assert!(
            table.ends_with("Measured on 2 cores; times are wall clock."),
            "{table}"
        );
    }

    #[test]
    fn units_a_second_and_sets_of_urls_are_shown_where_there_are_any() {
        let text = r#"{"machine": "m", "measures": [{"name": "crawl", "input": "docs", "subject_s": 0.5, "subject_rate": 1112.4,
            "unit": "pages", "peers": [{"name": "wget -r", "peer_s": 2, "ratio": 0.25, "goal": null,
            "rate": 278.1, "rate_ratio": 4.0, "rate_goal": 3}]}],
            "same_urls": [{"name": "s", "subject_urls": 558, "same": 557, "explained": 2, "unexplained": 0,
            "peers": [{"name": "wget -r", "urls": 558}]}]}"#;
        let table = table(Path::new("bench.json"), text).unwrap();
        let row = "| crawl | docs | 500 ms, 1112 pages/s | wget -r | 2.00 s, 278 pages/s | 4 times its pages a second \
                   | at least 3 times its pages a second |";
        assert!(table.contains(row), "{table}");
        let sentence = "This program asked for 558 URLs, wget -r for 558; 557 are the same, 2 differ for a known reason, 0 for none.";
        assert!(table.ends_with(sentence), "{table}");
    }

    #[test]
    fn a_missing_field_is_named() {
        let text = r#"{"machine": "m", "measures": [{"name": "n", "input": "i", "peers": []}]}"#;
        let message = table(Path::new("b.json"), text).unwrap_err().to_string();
        assert_eq!(
            message,
            "b.json: measures[0].subject_s is missing or has the wrong type"
        );
    }
}
