//! What happened, a line each: samples, and what operators did.
//!
//! ```text
//! TIME HOST METRIC{LABELS} VALUE                    a sample
//! TIME HOST                                         a report without a sample
//! TIME @ack RULE HOST{LABELS} BY                    BY looks after it; without LABELS: after all series of RULE on HOST
//! TIME @silence ID KEY=VALUE…                       until=TIME by=NAME and at least one of rule= host= severity= label.KEY=,
//!                                                   from=TIME, and last why=TEXT to the end of the line
//! TIME @unsilence ID                                the silence ends now
//! TIME @retire HOST                                 the host is no more
//! TIME @tick                                        time has passed
//! TIME @mark TEXT                                   TEXT is printed when all before it is done
//! ```
//!
//! Words are separated by blanks. Empty lines, and those that begin with `#`, are skipped. Times never go back.

use crate::silence::Silence;
use crate::{Labels, Name, Pattern, Time};

/// The longest line, in bytes.
pub const LONGEST_LINE: usize = 64 << 10;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A host has measured something.
    Sample {
        /// Which host.
        host: Name,
        /// What was measured.
        metric: String,
        /// Of which part of the host.
        labels: Labels,
        /// What it was: a finite number.
        value: f64,
    },
    /// A host has reported, with nothing that was measured.
    Report {
        /// Which host.
        host: Name,
    },
    /// Somebody looks after what fires.
    Ack {
        /// Which rule.
        rule: Name,
        /// Which host.
        host: Name,
        /// Which series; all if not given.
        labels: Option<Labels>,
        /// Who.
        by: String,
    },
    /// Somebody does not want to be told.
    Silence(Silence),
    /// A silence ends before its time.
    Unsilence {
        /// Which one.
        id: String,
    },
    /// A host is no more: it is forgotten.
    Retire {
        /// Which host.
        host: Name,
    },
    /// Time has passed.
    Tick,
    /// Whoever feeds wants to know how far it is.
    Mark {
        /// What is printed.
        text: String,
    },
}

/// Reads a line, which has no line feed; `None` if it says nothing.
///
/// # Errors
/// Says what is wrong with it.
pub fn line(text: &str) -> Result<Option<(Time, Input)>, String> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    if text.len() > LONGEST_LINE {
        return Err(format!("the line is longer than {LONGEST_LINE} bytes"));
    }
    let (time, rest) = word(text);
    let time: Time = time.parse()?;
    let (who, rest) = word(rest);
    let input = match who.strip_prefix('@') {
        Some(event) => operator(time, event, rest)?,
        None => reading(who, rest)?,
    };
    Ok(Some((time, input)))
}

/// Splits off the first word.
fn word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once([' ', '\t']).unwrap_or((text, ""));
    (word, rest.trim_start())
}

/// Checks the name of a host: letters and digits, `.`, `-` and `_`, the first a letter or a digit, at most 253 bytes.
///
/// # Errors
/// Says what is wrong with it.
pub fn host(name: &str) -> Result<Name, String> {
    let is_right = name.len() <= 253
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    match is_right {
        true => Ok(name.into()),
        false => Err(format!("{name:?} is no name of a host")),
    }
}

fn reading(who: &str, rest: &str) -> Result<Input, String> {
    let host = host(who)?;
    if rest.is_empty() {
        return Ok(Input::Report { host });
    }
    let end = rest.find(['{', ' ', '\t']).unwrap_or(rest.len());
    let (metric, rest) = rest.split_at(end);
    if !metric.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        || !metric
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.')
    {
        return Err(format!("{metric:?} is no name of a metric"));
    }
    let (labels, rest) = Labels::read(rest)?;
    let text = rest.trim();
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Input::Sample {
            host,
            metric: metric.to_owned(),
            labels,
            value,
        }),
        _ => Err(format!("{text:?} is not a number")),
    }
}

fn operator(time: Time, event: &str, rest: &str) -> Result<Input, String> {
    let one = |what: &str| match rest.is_empty() || rest.contains([' ', '\t']) {
        true => Err(format!("@{event}: one {what} is expected")),
        false => Ok(rest),
    };
    match event {
        "ack" => {
            let (rule, rest) = word(rest);
            let end = rest.find(['{', ' ', '\t']).unwrap_or(rest.len());
            let (name, rest) = rest.split_at(end);
            let (labels, by) = Labels::read(rest)?;
            let by = by.trim();
            if by.is_empty() {
                return Err("@ack: RULE HOST{LABELS} BY is expected".to_owned());
            }
            Ok(Input::Ack {
                rule: rule.into(),
                host: host(name)?,
                labels: (!labels.is_empty()).then_some(labels),
                by: by.to_owned(),
            })
        }
        "silence" => silence(time, rest).map(Input::Silence),
        "unsilence" => Ok(Input::Unsilence {
            id: one("ID")?.to_owned(),
        }),
        "retire" => Ok(Input::Retire {
            host: host(one("HOST")?)?,
        }),
        "tick" => Ok(Input::Tick),
        "mark" => Ok(Input::Mark {
            text: rest.to_owned(),
        }),
        _ => Err(format!("@{event}: there is no such event")),
    }
}

fn silence(time: Time, rest: &str) -> Result<Silence, String> {
    let (id, mut rest) = word(rest);
    let (mut from, mut until, mut by) = (time, None, None);
    let mut silence = Silence {
        id: id.to_owned(),
        from: time,
        until: time,
        by: String::new(),
        why: String::new(),
        rule: None,
        host: None,
        severity: None,
        labels: Vec::new(),
    };
    while !rest.is_empty() {
        if let Some(why) = rest.strip_prefix("why=") {
            silence.why = why.to_owned();
            break;
        }
        let (pair, behind) = word(rest);
        rest = behind;
        let (key, value) = pair
            .split_once('=')
            .ok_or_else(|| format!("@silence: {pair:?} is no KEY=VALUE"))?;
        match key {
            "from" => from = value.parse()?,
            "until" => until = Some(value.parse()?),
            "by" => by = Some(value.to_owned()),
            "rule" => silence.rule = Some(Pattern::new(value)),
            "host" => silence.host = Some(Pattern::new(value)),
            "severity" => silence.severity = Some(Pattern::new(value)),
            _ => match key.strip_prefix("label.") {
                Some(label) => silence.labels.push((label.to_owned(), Pattern::new(value))),
                None => return Err(format!("@silence: there is no key {key}")),
            },
        }
    }
    silence.from = from;
    silence.until = until.ok_or("@silence: until=TIME is missing")?;
    silence.by = by.ok_or("@silence: by=NAME is missing")?;
    silence.check()?;
    Ok(silence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read() {
        let (time, input) = line("1.5 web1 cpu.busy{cpu=\"0 1\"} 0.95").unwrap().unwrap();
        assert_eq!(time, Time(1500));
        let Input::Sample {
            host,
            metric,
            labels,
            value,
        } = input
        else {
            panic!("{input:?}");
        };
        assert_eq!((&*host, metric.as_str(), value), ("web1", "cpu.busy", 0.95));
        assert_eq!(labels.get("cpu"), Some("0 1"));
        assert_eq!(line("# nothing"), Ok(None));
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said() {
        for (text, part) in [
            ("x", "\"x\" is not a time"),
            ("1 ../etc m 1", "is no name of a host"),
            ("1 web1 m NaN", "\"NaN\" is not a number"),
            ("1 web1 m", "\"\" is not a number"),
            ("1 web1 1m 1", "is no name of a metric"),
            ("1 @reboot web1", "@reboot: there is no such event"),
            ("1 @silence s rule=x by=me", "until=TIME is missing"),
            ("1 @silence s until=9 rule=x", "by=NAME is missing"),
            ("1 @retire", "one HOST is expected"),
        ] {
            let why = line(text).unwrap_err();
            assert!(why.contains(part), "{text}: {why}");
        }
    }
}
