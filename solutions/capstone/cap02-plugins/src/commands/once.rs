//! Runs a plug-in once.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use daemon::events::Event;
use nix::sys::signal::Signal;
use plugins::Manifest;
use plugins::contain::{Outcome, Runs};

use super::{check, output};

/// Runs it, and prints its samples, an empty line, and what became of it.
///
/// # Errors
/// When the system refuses to wait, or the output cannot be written.
pub(super) fn run(path: &Path) -> anyhow::Result<ExitCode> {
    let manifest = match Manifest::read(path) {
        Ok(manifest) => manifest,
        Err(error) => return Ok(check::conclude(&[error])),
    };
    let mut runs = Runs::new(&[Signal::SIGTERM, Signal::SIGINT])?;
    runs.start(&manifest);
    let outcome = loop {
        if let Some((_, outcome)) = runs.take_ended().pop() {
            break outcome;
        }
        let others = runs.step(None)?;
        if others.iter().any(|event| matches!(event, Event::Signal { .. })) {
            // All that runs is killed with `runs`.
            anyhow::bail!("ended by a signal, and the plug-in with it");
        }
    };
    io::stdout().lock().write_all(text(&outcome).as_bytes())?;
    Ok(output::status(outcome.result.is_ok()))
}

fn text(outcome: &Outcome) -> String {
    let mut text = String::new();
    let mut rows: Vec<(&str, String)> = Vec::new();
    match &outcome.result {
        Ok(report) => {
            text += &output::lines(&report.samples);
            rows.push(("outcome", "ok".to_owned()));
            rows.extend(report.text.clone().map(|text| ("text", text)));
            rows.extend(report.faults.iter().map(|fault| ("fault", fault.to_string())));
        }
        Err(failed) => {
            rows.push(("outcome", failed.reason.to_string()));
            rows.push(("why", failed.why.clone()));
        }
    }
    rows.extend(outcome.how.map(|how| ("ended", how.to_string())));
    if !outcome.complaint.is_empty() {
        rows.push(("complaint", outcome.complaint.clone()));
    }
    if outcome.escaped > 0 {
        rows.push(("escaped", outcome.escaped.to_string()));
    }
    text += "\n";
    for (key, value) in rows {
        text += &format!("{key}\t{}\n", output::shown(&value));
    }
    text
}
