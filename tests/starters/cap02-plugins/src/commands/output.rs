//! How things are printed.

use std::process::ExitCode;

use collect::human;
use plugins::Sample;

/// The most characters of a text that came from outside.
const LONGEST: usize = 200;

/// Writes samples, a line each.
pub(super) fn lines(samples: &[Sample]) -> String {
    let mut text = String::new();
    for Sample {
        name,
        labels,
        kind,
        unit,
        value,
    } in samples
    {
        text += &format!("{name}{}\t{value}\t{unit}\t{kind}\n", human::labels(labels));
    }
    text
}

/// Writes a text that may be anything on one line, so that it cannot steer a terminal or forge a line.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for char in text.chars().take(LONGEST) {
        match char {
            '\'' | '"' | '\\' => shown.push(char),
            _ => shown.extend(char.escape_debug()),
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// Says on standard error what is wrong.
pub(super) fn complain(what: impl ToString) {
    eprintln!("plugins: {}", shown(&what.to_string()));
}

/// Returns the exit status.
pub(super) fn status(is_in_order: bool) -> ExitCode {
    match is_in_order {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}
