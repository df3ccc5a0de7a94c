//! Compares what `collect` and node_exporter say of this host, now: `cargo run -p collect-suite --example collect-agree`.
//!
//! `collect` is asked before node_exporter and after it. What counts can only grow, so that the other's value must lie between the
//! two. What rises and falls may have done so in between.
//!
//! With an argument it asks that program, and else the one that it builds of `capstone/01-collect`. Exit status: 0 if they agree
//! in all that counts, 1 if they do not, 2 if one of them cannot be asked.

#[path = "explain/names.rs"]
mod names;
#[path = "node_exporter.rs"]
mod node_exporter;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

use node_exporter::Peer;

fn main() -> ExitCode {
    let compared = program().and_then(|program| {
        let mut peer = Peer::start()?;
        let before = ask(&program)?;
        let theirs = values(&peer.ask()?);
        Ok(compare(&before, &theirs, &ask(&program)?))
    });
    match compared {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("collect-agree: {error}");
            ExitCode::from(2)
        }
    }
}

/// Returns which `collect` is asked.
fn program() -> io::Result<PathBuf> {
    if let Some(path) = std::env::args_os().nth(1) {
        return Ok(path.into());
    }
    let built = Command::new("cargo")
        .args(["build", "-q", "-p", "collect"])
        .status()?;
    if !built.success() {
        return Err(io::Error::other("collect cannot be built"));
    }
    let examples = std::env::current_exe()?;
    let folder = examples.parent().and_then(Path::parent);
    Ok(folder.unwrap_or(Path::new(".")).join("collect"))
}

fn ask(program: &Path) -> io::Result<Vec<Value>> {
    let ended = Command::new(program)
        .arg("--json")
        .stderr(Stdio::inherit())
        .output();
    let ended = ended.map_err(|error| io::Error::other(format!("{}: {error}", program.display())))?;
    let text = String::from_utf8_lossy(&ended.stdout);
    Ok(text
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect())
}

fn title(reading: &Value) -> String {
    let text = |key: &str| reading[key].as_str().unwrap_or_default();
    let labels: Vec<String> = reading["labels"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    format!("{} {}", text("name"), labels.join(","))
}

/// Prints the list, and returns whether they agree in all that counts.
fn compare(before: &[Value], theirs: &HashMap<String, f64>, after: &[Value]) -> bool {
    let after: HashMap<String, f64> = after
        .iter()
        .map(|reading| (title(reading), reading["value"].as_f64().unwrap_or(f64::NAN)))
        .collect();
    let (mut same, mut between, mut moved, mut wrong) = (0, 0, 0, 0);
    println!(
        "{:<50} {:>22} {:>22} {:>14}  verdict",
        "metric", "collect", "node_exporter", "difference"
    );
    for reading in before {
        let Some((name, factor)) = names::name(reading) else {
            continue;
        };
        let title = title(reading);
        let (Some(value), Some(last)) = (theirs.get(&name), after.get(&title)) else {
            continue;
        };
        let (first, peer) = (reading["value"].as_f64().unwrap_or(f64::NAN), value * factor);
        let near = 1e-9 * first.abs().max(1e-3);
        let verdict = if (peer - first).abs() <= near && (peer - last).abs() <= near {
            same += 1;
            "same"
        } else if (first.min(*last) - near..=first.max(*last) + near).contains(&peer) {
            between += 1;
            "between"
        } else if reading["kind"] == "gauge" {
            moved += 1;
            "moved"
        } else {
            wrong += 1;
            "DIFFERS"
        };
        println!(
            "{:<50} {first:>22} {peer:>22} {:>14}  {verdict}",
            title.trim_end(),
            format!("{:.6}", peer - first)
        );
    }
    println!(
        "{} common: {same} the same, {between} between our values before and after, {moved} that rise and fall and have moved, {wrong} that differ",
        same + between + moved + wrong
    );
    wrong == 0 && same + between > 0
}

/// Reads a page: the value of each name with its labels.
fn values(page: &str) -> HashMap<String, f64> {
    page.lines()
        .filter(|line| line.starts_with("node_"))
        .filter_map(|line| line.rsplit_once(' '))
        .filter_map(|(name, value)| Some((name.to_owned(), value.parse().ok()?)))
        .collect()
}
