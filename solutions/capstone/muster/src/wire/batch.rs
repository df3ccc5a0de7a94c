//! Readings of one moment, as an agent reports them.
//!
//! ```text
//! version    1 byte, 1
//! instance   8 bytes, the highest first: which life of the agent
//! sequence   number: which batch of that life, from 1 on
//! time       number: ms since 1970, UTC, by the agent's clock
//! texts      number of them; each a length and UTF-8: every name, key and value of a label once
//! readings   number of them; each:
//!   flags    1 byte: 1 a counter, 2 a whole number; unit in the upper four bits
//!   name     number: which text
//!   labels   number of pairs, each two texts
//!   value    a number if it is whole and not negative, else 8 bytes of IEEE 754, the highest first
//! ```
//!
//! A number has 1 to 10 bytes. So a host's 300 readings are some 4 KB, and a batch needs nothing that was said before: it can be sent again
//! after any loss of connection, to any hub.

use std::collections::HashMap;

use collect::{Kind, Labels, Reading, Unit};
use plugins::Sample;

use super::bytes::{Malformed, Reader, put};

/// What it is, and in which form.
const VERSION: u8 = 1;
/// The longest text, in bytes. A mount point may be that long.
const LONGEST: usize = 4096;
/// The most labels of a reading.
const MOST_LABELS: usize = 16;
/// The fewest bytes of a reading: flags, name, labels, value.
const LEAST: usize = 4;
const COUNTER: u8 = 1;
const WHOLE: u8 = 2;
const UNITS: [Unit; 4] = [Unit::Count, Unit::Bytes, Unit::Seconds, Unit::Ratio];
/// Up to here every whole number is one of an `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Which batch something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Which life of the agent.
    pub instance: u64,
    /// Which batch of that life, from 1 on.
    pub sequence: u64,
    /// ms since 1970, UTC, by the agent's clock.
    pub time_ms: u64,
}

/// A value that is to be written: of a [`Reading`], or of what a plug-in has said.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The name of its metric.
    pub name: &'a str,
    /// Whether that only grows.
    pub kind: Kind,
    /// What one of it is.
    pub unit: Unit,
    /// Of which part of the host.
    pub labels: &'a Labels,
    /// In the unit.
    pub value: f64,
}

/// A reading that came.
#[derive(Debug, Clone, PartialEq)]
pub struct Row<'a> {
    /// The name of its metric.
    pub name: &'a str,
    /// Whether that only grows.
    pub kind: Kind,
    /// What one of it is.
    pub unit: Unit,
    /// Of which part of the host.
    pub labels: Labels,
    /// In the unit; never infinite or no number.
    pub value: f64,
}

impl<'a> From<&'a Reading> for Entry<'a> {
    fn from(reading: &'a Reading) -> Self {
        Self {
            name: reading.metric.name,
            kind: reading.metric.kind,
            unit: reading.metric.unit,
            labels: &reading.labels,
            value: reading.value,
        }
    }
}

impl<'a> From<&'a Sample> for Entry<'a> {
    fn from(sample: &'a Sample) -> Self {
        Self {
            name: &sample.name,
            kind: sample.kind,
            unit: sample.unit,
            labels: &sample.labels,
            value: sample.value,
        }
    }
}

/// Writes a batch. What is infinite or no number is left out.
pub fn encode<'a>(stamp: Stamp, entries: impl IntoIterator<Item = Entry<'a>>) -> Vec<u8> {
    let mut texts = Texts::default();
    let mut rows = Vec::new();
    let mut count = 0;
    for Entry {
        name,
        kind,
        unit,
        labels,
        value,
    } in entries
    {
        if !value.is_finite() {
            continue;
        }
        count += 1;
        let whole = (0.0..=EXACT).contains(&value) && value.fract() == 0.0 && value.is_sign_positive();
        let unit = UNITS.iter().position(|known| *known == unit).unwrap_or_default() as u8;
        let counter = if kind == Kind::Counter { COUNTER } else { 0 };
        rows.push(unit << 4 | counter | if whole { WHOLE } else { 0 });
        put(&mut rows, texts.place(name));
        put(&mut rows, labels.iter().count() as u64);
        for (key, value) in labels.iter() {
            put(&mut rows, texts.place(key));
            put(&mut rows, texts.place(value));
        }
        match whole {
            true => put(&mut rows, value as u64),
            false => rows.extend_from_slice(&value.to_be_bytes()),
        }
    }
    let mut out = Vec::with_capacity(rows.len() + texts.bytes.len() + 40);
    out.push(VERSION);
    out.extend_from_slice(&stamp.instance.to_be_bytes());
    put(&mut out, stamp.sequence);
    put(&mut out, stamp.time_ms);
    put(&mut out, texts.places.len() as u64);
    out.extend_from_slice(&texts.bytes);
    put(&mut out, count);
    out.extend_from_slice(&rows);
    out
}

/// Reads a batch that somebody has sent.
///
/// # Errors
/// What is wrong with it, and where.
pub fn decode(body: &[u8]) -> Result<(Stamp, Vec<Row<'_>>), Malformed> {
    let mut reader = Reader::new(body);
    match reader.byte("the version")? {
        VERSION => {}
        other => return Err(reader.wrong(format_args!("version {other} is not known"))),
    }
    let stamp = Stamp {
        instance: u64::from_be_bytes(reader.array("the instance")?),
        sequence: reader.number("the sequence")?,
        time_ms: reader.number("the time")?,
    };
    let mut texts = Vec::new();
    for _ in 0..reader.count(1, "the texts")? {
        let length = reader.count(1, "the length of a text")?;
        if length > LONGEST {
            return Err(reader.wrong(format_args!(
                "a text of {length} bytes, where {LONGEST} are the most"
            )));
        }
        let text = std::str::from_utf8(reader.take(length, "a text")?);
        texts.push(text.map_err(|_| reader.wrong("a text is not UTF-8"))?);
    }
    let count = reader.count(LEAST, "the readings")?;
    let mut rows = Vec::with_capacity(count);
    for _ in 0..count {
        rows.push(row(&mut reader, &texts)?);
    }
    reader.end()?;
    Ok((stamp, rows))
}

fn row<'a>(reader: &mut Reader<'a>, texts: &[&'a str]) -> Result<Row<'a>, Malformed> {
    let flags = reader.byte("the flags")?;
    let unit = UNITS.get(usize::from(flags >> 4)).copied();
    let unit = unit.filter(|_| flags & 0x0f & !(COUNTER | WHOLE) == 0);
    let unit = unit.ok_or_else(|| reader.wrong(format_args!("flags {flags:#04x} are not known")))?;
    let name = text(reader, texts, "the name")?;
    if !is_name(name) {
        return Err(reader.wrong(format_args!("{name:?} is no name of a metric")));
    }
    let pairs = reader.count(2, "the labels")?;
    if pairs > MOST_LABELS {
        return Err(reader.wrong(format_args!("{pairs} labels, where {MOST_LABELS} are the most")));
    }
    let mut labels = Vec::new();
    for _ in 0..pairs {
        labels.push((
            text(reader, texts, "a label")?,
            text(reader, texts, "a label's value")?,
        ));
    }
    let value = match flags & WHOLE {
        0 => f64::from_be_bytes(reader.array("a value")?),
        _ => reader.number("a value")? as f64,
    };
    if !value.is_finite() {
        return Err(reader.wrong(format_args!("the value of {name} is {value}")));
    }
    Ok(Row {
        name,
        kind: if flags & COUNTER == 0 {
            Kind::Gauge
        } else {
            Kind::Counter
        },
        unit,
        labels: labels.into_iter().collect(),
        value,
    })
}

fn text<'a>(reader: &mut Reader<'a>, texts: &[&'a str], what: &str) -> Result<&'a str, Malformed> {
    let place = reader.number(what)?;
    let found = usize::try_from(place).ok().and_then(|place| texts.get(place));
    found
        .copied()
        .ok_or_else(|| reader.wrong(format_args!("{what} is text {place} of {}", texts.len())))
}

/// Returns whether a text can be the name of a metric: words of lower case with dots between.
fn is_name(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    name.len() <= 128 && name.split('.').all(part)
}

/// Texts that were used, each once, in their order.
#[derive(Default)]
struct Texts<'a> {
    places: HashMap<&'a str, u64>,
    bytes: Vec<u8>,
}

impl<'a> Texts<'a> {
    fn place(&mut self, text: &'a str) -> u64 {
        let next = self.places.len() as u64;
        *self.places.entry(text).or_insert_with(|| {
            put(&mut self.bytes, text.len() as u64);
            self.bytes.extend_from_slice(text.as_bytes());
            next
        })
    }
}

#[cfg(test)]
mod tests {
    use collect::Metric;

    use super::*;

    static READ: Metric = Metric {
        name: "disk.read_bytes",
        kind: Kind::Counter,
        unit: Unit::Bytes,
        about: "",
        source: "",
    };
    static LOAD: Metric = Metric {
        name: "load.1m",
        kind: Kind::Gauge,
        unit: Unit::Ratio,
        about: "",
        source: "",
    };

    const STAMP: Stamp = Stamp {
        instance: 0x0123_4567_89ab_cdef,
        sequence: 300,
        time_ms: 1_790_000_000_000,
    };

    fn readings() -> Vec<Reading> {
        let reading = |metric, disk: &str, value| Reading {
            metric,
            labels: if disk.is_empty() {
                Labels::none()
            } else {
                Labels::one("disk", disk)
            },
            value,
        };
        vec![
            reading(&READ, "sda", 0.0),
            reading(&READ, "sdb <b>\n\"", 9_007_199_254_740_992.0),
            reading(&LOAD, "", 0.25),
            reading(&LOAD, "", -1.0),
            reading(&LOAD, "", 1e300),
            reading(&LOAD, "ü", 127.0),
        ]
    }

    #[test]
    fn what_was_written_is_read() {
        let readings = readings();
        let body = encode(STAMP, readings.iter().map(Entry::from));
        let (stamp, rows) = decode(&body).unwrap();
        assert_eq!(stamp, STAMP);
        assert_eq!(rows.len(), readings.len());
        for (row, reading) in rows.iter().zip(&readings) {
            assert_eq!(row.name, reading.metric.name);
            assert_eq!((row.kind, row.unit), (reading.metric.kind, reading.metric.unit));
            assert_eq!((&row.labels, row.value), (&reading.labels, reading.value));
        }
        assert!(body.len() < 130, "{}", body.len());
    }

    #[test]
    fn what_is_no_number_is_not_written() {
        let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0];
        let readings = values.map(|value| Reading {
            metric: &LOAD,
            labels: Labels::none(),
            value,
        });
        assert_eq!(
            decode(&encode(STAMP, readings.iter().map(Entry::from)))
                .unwrap()
                .1
                .len(),
            1
        );
    }

    #[test]
    fn a_batch_that_is_cut_anywhere_is_an_error_and_so_is_a_longer_one() {
        let mut body = encode(STAMP, readings().iter().map(Entry::from));
        for end in 0..body.len() {
            assert!(decode(&body[..end]).is_err(), "{end}");
        }
        body.push(0);
        assert!(decode(&body).unwrap_err().what.contains("left behind the end"));
    }

    #[test]
    fn no_byte_can_be_changed_into_a_panic() {
        let body = encode(STAMP, readings().iter().map(Entry::from));
        for at in 0..body.len() {
            for byte in 0..=u8::MAX {
                let mut changed = body.clone();
                changed[at] = byte;
                // Some are batches of something else; that none takes more memory than it has bytes is what `count` is for.
                if let Ok((_, rows)) = decode(&changed) {
                    assert!(rows.len() <= changed.len() / LEAST);
                }
            }
        }
    }

    #[test]
    fn lengths_are_not_believed() {
        let head: Vec<u8> = [&[VERSION][..], &[0; 8], &[1, 1]].concat();
        for (rest, part) in [
            (
                &[0xff, 0xff, 0xff, 0xff, 0x0f][..],
                "texts: 4294967295 do not fit",
            ),
            (&[1, 0xff, 0xff, 0x03], "length of a text: 65535 do not fit"),
            (&[1, 1, 0xff, 0], "not UTF-8"),
            (&[0, 0xff, 0xff, 0x7f], "readings: 2097151 do not fit"),
            (&[0, 1, 0, 0, 0, 0], "the name is text 0 of 0"),
            (&[1, 1, b'A', 1, 0, 0, 0, 0], "\"A\" is no name"),
            (&[1, 1, b'a', 1, 0xf0, 0, 0, 0], "flags 0xf0"),
            (&[1, 1, b'a', 1, 4, 0, 0, 0], "flags 0x04"),
            (&[1, 1, b'a', 1, 2, 0, 99, 0], "labels: 99 do not fit"),
            (&[1, 1, b'a', 1, 0, 0, 0, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], "is inf"),
        ] {
            let error = decode(&[&head, rest].concat()).unwrap_err().to_string();
            assert!(error.contains(part), "{rest:?}: {error}");
        }
        assert!(decode(&[2]).unwrap_err().what.contains("version 2"));
    }
}
