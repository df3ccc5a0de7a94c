//! Source: <https://prometheus.io/docs/instrumenting/exposition_formats/>

use std::collections::{HashMap, HashSet};

use collect::Kind;
use collect::human::quoted;

use super::Fault;
use super::lines::lines;
use super::number::number;
use crate::sample::{Said, Sheet};

/// Reads Prometheus' text format, and refuses what its own parser refuses.
///
/// # Errors
/// The first fault.
pub(super) fn parse(output: &[u8], sheet: &mut Sheet) -> Result<(), Fault> {
    let mut families = Families::default();
    for line in lines(output) {
        let (number, line) = line?;
        let line = line.trim_start_matches(BLANK);
        let read = match line.strip_prefix('#') {
            Some(comment) => families.comment(comment),
            None if line.is_empty() => Ok(()),
            None => sample(line)
                .and_then(|sample| families.told(sample))
                .and_then(|sample| sheet.add(sample)),
        };
        read.map_err(|what| Fault { line: number, what })?;
    }
    Ok(())
}

const BLANK: [char; 2] = [' ', '\t'];

/// What a `# TYPE` line can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Untyped,
}

impl Type {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "counter" => Self::Counter,
            "gauge" => Self::Gauge,
            "histogram" => Self::Histogram,
            "summary" => Self::Summary,
            "untyped" => Self::Untyped,
            _ => return None,
        })
    }
}

/// What has been said of metrics so far.
#[derive(Debug, Default)]
struct Families {
    types: HashMap<String, Type>,
    helped: HashSet<String>,
    sampled: HashSet<String>,
}

impl Families {
    /// Reads what stands behind a `#`.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn comment(&mut self, comment: &str) -> Result<(), String> {
        todo!(
            "forms: HELP and TYPE with a name and something behind it, each once for a family, TYPE before the samples; everything else is a comment."
        )
    }

    /// Adds to a sample what its TYPE says, and takes note of it.
    ///
    /// # Errors
    /// A bound or a rank that is no number.
    #[expect(unused_variables, unused_mut, reason = "goes with the todo!")]
    fn told<'a>(&mut self, mut sample: Said<'a>) -> Result<Said<'a>, String> {
        todo!(
            "forms: The parts of a histogram and of a summary are counters, but not the quantiles; `le` and `quantile` get other names there, and are numbers wherever they are in such a family."
        )
    }
}

/// Reads a line that is a sample.
#[expect(unused_variables, reason = "goes with the todo!")]
fn sample(line: &str) -> Result<Said<'_>, String> {
    todo!(
        "forms: A name, labels in braces or a blank, a number, and a timestamp if there is one, which is not used."
    )
}

type Pairs = Vec<(String, String)>;

/// Reads labels, behind their `{`, and returns them with what is behind their `}`.
#[expect(unused_variables, reason = "goes with the todo!")]
fn labels(inside: &str) -> Result<(Pairs, &str), String> {
    todo!(
        "forms: name=\"value\", with a comma between two, and one may stand behind the last. Blanks and tabs may be anywhere between."
    )
}

/// Reads a label's value behind its first quote, and returns it with what is behind the second.
#[expect(unused_variables, reason = "goes with the todo!")]
fn unescape(text: &str) -> Result<(String, &str), String> {
    todo!(
        "forms: A backslash may stand before a backslash, a quote or an n, which is a line feed; before nothing else."
    )
}

/// Splits a text at its first blank or tab, and takes the blanks off what is behind.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(BLANK).unwrap_or(text.len());
    (&text[..end], text[end..].trim_matches(BLANK))
}

/// Returns how many bytes at the beginning of a text are the name of a metric.
fn name_length(text: &str) -> usize {
    length(text, |byte| {
        byte == b'_' || byte == b':' || byte.is_ascii_alphabetic()
    })
}

/// Returns how many bytes at the beginning of a text are the name of a label.
fn label_length(text: &str) -> usize {
    length(text, |byte| byte == b'_' || byte.is_ascii_alphabetic())
}

fn length(text: &str, is_letter: impl Fn(u8) -> bool) -> usize {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(first) if is_letter(*first) => bytes
            .iter()
            .take_while(|byte| is_letter(**byte) || byte.is_ascii_digit())
            .count(),
        _ => 0,
    }
}
