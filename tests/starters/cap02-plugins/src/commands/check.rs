//! Looks at manifests and scripts.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use daemon::duration::written;
use plugins::schedule::timetable::phase;
use plugins::{Error, Manifest, manifest, script};

use super::output;

/// Checks manifests and their scripts, and prints a line for each that is in order: name, form, interval, timeout, phase and script.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn run(paths: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        match path.is_dir() {
            true => match manifest::list(path) {
                Ok(found) => files.extend(found),
                Err(error) => errors.push(error),
            },
            false => files.push(path.clone()),
        }
    }
    let (manifests, wrong) = manifest::read_set(&files);
    errors.extend(wrong);
    let mut text = String::new();
    for manifest in &manifests {
        match manifest.check_script() {
            Ok(()) => text += &line(manifest),
            Err(error) => errors.push(error),
        }
    }
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(conclude(&errors))
}

fn line(manifest: &Manifest) -> String {
    let Manifest {
        name,
        form,
        interval,
        timeout,
        script,
        ..
    } = manifest;
    let [interval, timeout, phase] = [*interval, *timeout, phase(name, *interval)].map(written);
    let script = output::shown(&script.display().to_string());
    format!("{name}\t{form}\t{interval}\t{timeout}\t{phase}\t{script}\n")
}

/// Says what is wrong, and returns the exit status for it.
pub(super) fn conclude(errors: &[Error]) -> ExitCode {
    errors.iter().for_each(output::complain);
    output::status(errors.is_empty())
}

/// Prints the sha256 of scripts, each with its path.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn hash(paths: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let mut is_in_order = true;
    for path in paths {
        match script::hash(path) {
            Ok(digest) => writeln!(io::stdout().lock(), "{digest}  {}", path.display())?,
            Err(why) => {
                output::complain(format!("{}: cannot read it: {why}", path.display()));
                is_in_order = false;
            }
        }
    }
    Ok(output::status(is_in_order))
}
