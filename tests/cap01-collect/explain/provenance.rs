//! Follows the source of each reading to its field: whoever reads the file by hand must find the same.

use std::fs;
use std::path::Path;

use rustix::param::page_size;
use serde_json::Value;
use support::Case;

use super::objects::objects;
use crate::host::{collect, put_recorded};

pub(super) fn each_value_is_where_its_source_says(case: &mut Case) {
    let mut followed = 0;
    for recorded in ["linux-6.18", "linux-3.10", "linux-2.6.32", "container"] {
        let host = case.dir().join("host");
        let _ = fs::remove_dir_all(&host);
        put_recorded(case, recorded, |_| true);
        let ended = collect(case, &["--json"]);
        case.expect_status(&ended, 0);
        for reading in objects(case, &ended) {
            let Some(text) = field(&host, &reading) else {
                continue;
            };
            followed += 1;
            let (raw, value): (f64, f64) = (
                text.parse().unwrap_or(f64::NAN),
                reading["value"].as_f64().unwrap_or(f64::NAN),
            );
            let is_so = factors(&reading["unit"])
                .iter()
                .any(|factor| (raw * factor - value).abs() <= value.abs() * 1e-12);
            case.expect(
                &ended,
                is_so,
                &format!(
                    "a value that is in {} of {recorded}, where {text} stands",
                    reading["source"]
                ),
                reading,
            );
        }
    }
    assert!(followed > 600, "only {followed} sources were followed");
}

/// What one of a field may be, in the unit of its metric.
fn factors(unit: &Value) -> Vec<f64> {
    match unit.as_str() {
        Some("count") => vec![1.0],
        Some("bytes") => vec![1.0, 512.0, 1024.0, page_size() as f64],
        Some("seconds") => vec![1.0, 0.01, 1e-3, 1e-6],
        _ => vec![0.01],
    }
}

/// Finds the field that a reading's source names; none for what is counted or asked for and not read.
fn field(root: &Path, reading: &Value) -> Option<String> {
    let mut source = reading["source"].as_str()?.split(", ");
    let file = source.next()?;
    let rest: Vec<&str> = source.collect();
    let bytes = fs::read(root.join(file.strip_prefix('/')?)).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let label = |key: &str| reading["labels"][key].as_str();
    match (file, &rest[..]) {
        ("/proc/stat", &[line, number]) => {
            let name = match (line.strip_prefix("line ")?, label("cpu")) {
                ("cpuN", Some(cpu)) => format!("cpu{cpu}"),
                (name, _) => name.to_owned(),
            };
            let line = text.lines().find(|line| first(line) == name)?;
            nth(line, number, 0)
        }
        ("/proc/loadavg" | "/proc/uptime", &[number]) => nth(&text, number, 1),
        ("/proc/meminfo" | "/proc/vmstat", &[name]) => {
            let line = text
                .lines()
                .find(|line| first(line).trim_end_matches(':') == name)?;
            nth(line, "field 2", 1)
        }
        ("/proc/diskstats", &[number]) => {
            let device = format!(" {} ", label("device")?);
            nth(text.lines().find(|line| line.contains(&device))?, number, 1)
        }
        ("/proc/net/dev", &[column]) => {
            // The columns are those of the table's own head.
            let (direction, name) = column.split_once(' ')?;
            let head: Vec<&str> = text.lines().nth(1)?.split('|').collect();
            let received = head.get(1)?.split_whitespace().map(|name| ("receive", name));
            let sent = head.get(2)?.split_whitespace().map(|name| ("transmit", name));
            let at = received
                .chain(sent)
                .position(|column| column == (direction, name))?;
            let prefix = format!("{}:", label("interface")?);
            let line = text
                .lines()
                .find_map(|line| line.trim_start().strip_prefix(&prefix))?;
            line.split_whitespace().nth(at).map(str::to_owned)
        }
        ("/proc/net/sockstat" | "/proc/net/sockstat6", &[pair]) => {
            let (family, name) = pair.split_once(' ')?;
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix(family)?.strip_prefix(':'))?;
            let words: Vec<&str> = line.split_whitespace().collect();
            words
                .chunks(2)
                .find(|pair| pair[0] == name)?
                .get(1)
                .map(|&word| word.to_owned())
        }
        (_, &[line, name]) if file.starts_with("/proc/pressure/") => {
            let line = text
                .lines()
                .find(|text| first(text) == line.trim_start_matches("line "))?;
            line.split_whitespace()
                .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
                .map(str::to_owned)
        }
        ("/proc/self/stat", &[number]) if number.starts_with("field ") => {
            let (_, rest) = text.rsplit_once(')')?;
            nth(&format!("1 2 {rest}"), number, 1)
        }
        _ => None,
    }
}

fn first(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

/// Reads `field N` of a line whose first word has the number `from`.
fn nth(line: &str, field: &str, from: usize) -> Option<String> {
    let number: usize = field.strip_prefix("field ")?.parse().ok()?;
    line.split_whitespace().nth(number - from).map(str::to_owned)
}
