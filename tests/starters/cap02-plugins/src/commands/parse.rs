//! Says what an output says.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use plugins::form::MOST_OUTPUT;
use plugins::{Form, Name};

use super::output;

/// Parses a file or standard input, and prints the samples.
///
/// # Errors
/// When it cannot be read, is too long, or the output cannot be written.
pub(super) fn run(form: Form, file: Option<&Path>, name: &Name, status: u8) -> anyhow::Result<ExitCode> {
    let shown = file.map_or("standard input".to_owned(), |file| file.display().to_string());
    let bytes = read(file).with_context(|| format!("cannot read {shown}"))?;
    if bytes.len() > MOST_OUTPUT {
        bail!("{shown} is longer than {MOST_OUTPUT} bytes");
    }
    let report = match form.parse(name, &bytes, status) {
        Ok(report) => report,
        Err(fault) => {
            output::complain(format!("{shown}, {fault}"));
            return Ok(ExitCode::FAILURE);
        }
    };
    io::stdout()
        .lock()
        .write_all(output::lines(&report.samples).as_bytes())?;
    for fault in &report.faults {
        output::complain(format!("{shown}, {fault}"));
    }
    Ok(output::status(report.faults.is_empty()))
}

/// Reads as much as may be there, and a byte more.
fn read(file: Option<&Path>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = MOST_OUTPUT as u64 + 1;
    match file {
        Some(file) => File::open(file)?.take(limit).read_to_end(&mut bytes)?,
        None => io::stdin().lock().take(limit).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}
