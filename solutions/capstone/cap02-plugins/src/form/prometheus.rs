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

// region:given/type
/// What a `# TYPE` line can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Untyped,
}
// endregion:given/type

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

    // region:forms
    fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
            Self::Untyped => "untyped",
        }
    }
    // endregion:forms
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
    fn comment(&mut self, comment: &str) -> Result<(), String> {
        // region:forms/comment HELP and TYPE with a name and something behind it, each once for a family, TYPE before the samples; everything else is a comment.
        let (keyword, rest) = word(comment.trim_start_matches(BLANK));
        if !matches!(keyword, "HELP" | "TYPE") || rest.is_empty() {
            return Ok(());
        }
        let (name, text) = word(rest);
        if name_length(name) != name.len() {
            return Err(format!("{} is no name of a metric", quoted(name)));
        }
        if text.is_empty() {
            return Ok(());
        }
        let (family, of) = self.family(name);
        if keyword == "HELP" {
            check_help(text)?;
            return match self.helped.insert(family.to_owned()) {
                true => Ok(()),
                false if family == name => Err(format!("a second HELP of {name}")),
                false => Err(format!(
                    "{name} is a part of {family}, which has its HELP already"
                )),
            };
        }
        if family != name {
            let of = of.map_or("", Type::as_str);
            return Err(format!(
                "{name} is a part of the {of} {family}, and has no TYPE of its own"
            ));
        }
        let text = text.trim_end_matches(BLANK);
        let kind = Type::from_name(text).ok_or_else(|| format!("{} is no type", quoted(text)))?;
        if self.sampled.contains(name) {
            return Err(format!("the TYPE of {name} comes behind its samples"));
        }
        match self.types.insert(name.to_owned(), kind) {
            None => Ok(()),
            Some(_) => Err(format!("a second TYPE of {name}")),
        }
        // endregion:forms/comment
    }

    /// Adds to a sample what its TYPE says, and takes note of it.
    ///
    /// # Errors
    /// A bound or a rank that is no number.
    fn told<'a>(&mut self, mut sample: Said<'a>) -> Result<Said<'a>, String> {
        // region:forms/told The parts of a histogram and of a summary are counters, but not the quantiles; `le` and `quantile` get other names there, and are numbers wherever they are in such a family.
        let (family, of) = self.family(sample.name);
        self.sampled.insert(family.to_owned());
        check_bounds(of, &sample.labels)?;
        let part = &sample.name[family.len()..];
        let (kind, renamed) = match (of, part) {
            (Some(Type::Counter), "") => (Some(Kind::Counter), None),
            (Some(Type::Gauge), "") => (Some(Kind::Gauge), None),
            (Some(Type::Histogram), "_bucket") => (Some(Kind::Counter), Some(("le", "bound"))),
            (Some(Type::Histogram | Type::Summary), "_sum" | "_count") => (Some(Kind::Counter), None),
            (Some(Type::Summary), "") => (Some(Kind::Gauge), Some(("quantile", "rank"))),
            _ => (None, None),
        };
        sample.kind = kind;
        if let Some((from, to)) = renamed {
            for (name, _) in &mut sample.labels {
                if name == from {
                    to.clone_into(name);
                }
            }
        }
        Ok(sample)
        // endregion:forms/told
    }

    // region:forms/family
    /// Finds the family of a name, and its type if that was said. A name of which something was said before is a family by itself.
    fn family<'a>(&self, name: &'a str) -> (&'a str, Option<Type>) {
        if let Some(of) = self.types.get(name) {
            return (name, Some(*of));
        }
        if self.helped.contains(name) || self.sampled.contains(name) {
            return (name, None);
        }
        for (suffix, types) in [
            ("_bucket", &[Type::Histogram][..]),
            ("_sum", &[Type::Histogram, Type::Summary]),
            ("_count", &[Type::Histogram, Type::Summary]),
        ] {
            if let Some(base) = name.strip_suffix(suffix)
                && let Some(of) = self.types.get(base).filter(|of| types.contains(of))
            {
                return (base, Some(*of));
            }
        }
        (name, None)
    }
    // endregion:forms/family
}

/// Reads a line that is a sample.
fn sample(line: &str) -> Result<Said<'_>, String> {
    // region:forms/sample A name, labels in braces or a blank, a number, and a timestamp if there is one, which is not used.
    let (name, rest) = line.split_at(name_length(line));
    if name.is_empty() {
        return Err(format!("{} does not begin with a name", quoted(line)));
    }
    let behind = rest.trim_start_matches(BLANK);
    let (labels, rest) = match behind.strip_prefix('{') {
        Some(inside) => labels(inside)?,
        None if rest.len() == behind.len() && !rest.is_empty() => {
            return Err(format!("{} is no name of a metric", quoted(word(line).0)));
        }
        None => (Vec::new(), behind),
    };
    let (value, rest) = word(rest.trim_start_matches(BLANK));
    if value.is_empty() {
        return Err(format!("{name} has no value"));
    }
    let value = number(value)?;
    let (time, rest) = word(rest);
    if !time.is_empty() && time.parse::<i64>().is_err() {
        return Err(format!("{} is no timestamp", quoted(time)));
    }
    if !rest.is_empty() {
        return Err(format!("{} stands behind the timestamp", quoted(rest)));
    }
    Ok(Said {
        name,
        labels,
        kind: None,
        unit: None,
        value,
    })
    // endregion:forms/sample
}

// region:given/pairs
type Pairs = Vec<(String, String)>;
// endregion:given/pairs

/// Reads labels, behind their `{`, and returns them with what is behind their `}`.
fn labels(inside: &str) -> Result<(Pairs, &str), String> {
    // region:forms/labels name="value", with a comma between two, and one may stand behind the last. Blanks and tabs may be anywhere between.
    let mut pairs = Vec::new();
    let mut rest = inside.trim_start_matches(BLANK);
    loop {
        if let Some(behind) = rest.strip_prefix('}') {
            return Ok((pairs, behind));
        }
        let (name, behind) = rest.split_at(label_length(rest));
        if name.is_empty() {
            return Err(format!("{} is no label", quoted(rest)));
        }
        if name.starts_with("__") {
            return Err(format!("the label {} is Prometheus' own", quoted(name)));
        }
        let Some(behind) = behind.trim_start_matches(BLANK).strip_prefix('=') else {
            return Err(format!("= is missing behind the label {}", quoted(name)));
        };
        let Some(behind) = behind.trim_start_matches(BLANK).strip_prefix('"') else {
            return Err(format!("the value of the label {} has no quote", quoted(name)));
        };
        let (value, behind) = unescape(behind)?;
        pairs.push((name.to_owned(), value));
        rest = behind.trim_start_matches(BLANK);
        match rest.strip_prefix(',') {
            Some(behind) => rest = behind.trim_start_matches(BLANK),
            None if rest.starts_with('}') => {}
            None => return Err(format!("{} stands behind a label", quoted(rest))),
        }
    }
    // endregion:forms/labels
}

/// Reads a label's value behind its first quote, and returns it with what is behind the second.
fn unescape(text: &str) -> Result<(String, &str), String> {
    // region:forms/unescape A backslash may stand before a backslash, a quote or an n, which is a line feed; before nothing else.
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Ok((value, &text[at + 1..])),
            '\\' => value.push(match chars.next() {
                Some((_, 'n')) => '\n',
                Some((_, char @ ('\\' | '"'))) => char,
                _ => return Err("a backslash that escapes nothing".to_owned()),
            }),
            char => value.push(char),
        }
    }
    Err("the value of a label has no end".to_owned())
    // endregion:forms/unescape
}

// region:forms
/// Checks the labels that are Prometheus' own in a histogram and in a summary.
fn check_bounds(of: Option<Type>, labels: &Pairs) -> Result<(), String> {
    let own = match of {
        Some(Type::Histogram) => "le",
        Some(Type::Summary) => "quantile",
        _ => return Ok(()),
    };
    for (_, value) in labels.iter().filter(|(name, _)| name == own) {
        number(value).map_err(|what| format!("the label {own}: {what}"))?;
    }
    Ok(())
}

/// Checks the text of a HELP line, in which only a backslash and a line feed are escaped.
fn check_help(text: &str) -> Result<(), String> {
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char == '\\' && !matches!(chars.next(), Some('\\' | 'n')) {
            return Err("a backslash that escapes nothing".to_owned());
        }
    }
    Ok(())
}
// endregion:forms

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
