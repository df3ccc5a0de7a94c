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
        "| measure | input | this program | compared with | takes | ratio | goal |\n|---|---|--:|---|--:|--:|--:|\n",
    );
    for measure in result.items("measures")? {
        let (name, input) = (measure.text("name")?, measure.text("input")?);
        let own = seconds(measure.number("subject_s")?);
        for peer in measure.items("peers")? {
            let goal = if peer.has("goal") {
                format!("{:.2}", peer.number("goal")?)
            } else {
                "none".to_owned()
            };
            let (peer_name, takes) = (peer.text("name")?, seconds(peer.number("peer_s")?));
            let ratio = peer.number("ratio")?;
            writeln!(
                table,
                "| {name} | {input} | {own} | {peer_name} | {takes} | {ratio:.2} | {goal} |"
            )
            .expect("writing into a string cannot fail");
        }
    }
    let machine = result.text("machine")?;
    write!(
        table,
        "\nMeasured on {machine}. The ratio is this program's time over the other's: less is better."
    )
    .expect("writing into a string cannot fail");
    Ok(table)
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
                      {"name": "tr | sort", "peer_s": 12.5, "ratio": 0.016, "goal": null}]}]}"#;
        let table = table(Path::new("bench.json"), text).unwrap();
        assert!(
            table.contains("| count -w | 100 MB | 200 ms | wc -w | 400 ms | 0.50 | 0.50 |"),
            "{table}"
        );
        assert!(
            table.contains(r"| tr \| sort | 12.50 s | 0.02 | none |"),
            "{table}"
        );
        assert!(table.contains("Measured on 2 cores."), "{table}");
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
