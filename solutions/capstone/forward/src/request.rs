//! The message `prometheus.WriteRequest`.
//!
//! ```text
//! WriteRequest { repeated TimeSeries timeseries = 1; }
//! TimeSeries   { repeated Label labels = 1; repeated Sample samples = 2; }
//! Label        { string name = 1; string value = 2; }
//! Sample       { double value = 1; int64 timestamp = 2; }
//! ```
//!
//! Fields that are not named here (metadata, exemplars, histograms) are passed over, as protobuf wants it.

use crate::Malformed;
use crate::proto::{Fields, Value, length_of, put_bytes, put_number};

/// A value of a series at a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// In milliseconds since 1970-01-01 UTC.
    pub time_ms: i64,
    /// What it was.
    pub value: f64,
}

/// The labels of a series, as they are on the wire: made once, and written as often as it has samples.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Labels(Box<[u8]>);

impl Labels {
    /// Makes them of names and values, the metric's name among them as `__name__`. They are sorted, as receivers want it, and an empty value is left out: it says that
    /// there is no such label.
    pub fn new<N: AsRef<str>, V: AsRef<str>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut pairs: Vec<(N, V)> = pairs
            .into_iter()
            .filter(|(_, value)| !value.as_ref().is_empty())
            .collect();
        pairs.sort_by(|(one, _), (two, _)| one.as_ref().cmp(two.as_ref()));
        let (mut bytes, mut label) = (Vec::new(), Vec::new());
        for (name, value) in &pairs {
            label.clear();
            put_bytes(1, name.as_ref().as_bytes(), &mut label);
            put_bytes(2, value.as_ref().as_bytes(), &mut label);
            put_bytes(1, &label, &mut bytes);
        }
        Self(bytes.into())
    }
}

/// A request that is written.
#[derive(Debug, Clone, Default)]
pub struct Request {
    bytes: Vec<u8>,
    samples: usize,
}

impl Request {
    /// Adds a series. Its samples must be in the order of time.
    pub fn push(&mut self, labels: &Labels, samples: &[Sample]) {
        let bodies: usize = samples.iter().map(|sample| 2 + body_length(sample)).sum();
        put_number(1 << 3 | 2, &mut self.bytes);
        put_number((labels.0.len() + bodies) as u64, &mut self.bytes);
        self.bytes.extend_from_slice(&labels.0);
        for sample in samples {
            // A body has at most 20 bytes, so that its length needs one.
            self.bytes.extend([2 << 3 | 2, body_length(sample) as u8]);
            if sample.value.to_bits() != 0 {
                self.bytes.push(1 << 3 | 1);
                self.bytes.extend(sample.value.to_le_bytes());
            }
            if sample.time_ms != 0 {
                self.bytes.push(2 << 3);
                put_number(sample.time_ms as u64, &mut self.bytes);
            }
        }
        self.samples += samples.len();
    }

    /// Returns the message.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns how many samples it has.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Makes it one without series.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.samples = 0;
    }
}

/// Returns how long a sample is. What is 0 is not written: only of a value are there two zeros, and the other one is.
fn body_length(sample: &Sample) -> usize {
    let value = if sample.value.to_bits() == 0 { 0 } else { 9 };
    let time = match sample.time_ms {
        0 => 0,
        time_ms => 1 + length_of(time_ms as u64),
    };
    value + time
}

/// How much of a request is read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most samples of a request.
    pub samples: usize,
    /// The most series of a request.
    pub series: usize,
    /// The most labels of a series.
    pub labels: usize,
}

impl Default for Limits {
    /// 100,000 samples and as many series, and 64 labels of each.
    fn default() -> Self {
        Self {
            samples: 100_000,
            series: 100_000,
            labels: 64,
        }
    }
}

/// A series that was read. Its texts lie in the message.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series<'a> {
    /// Names and values, in the order of the message.
    pub labels: Vec<(&'a str, &'a str)>,
    /// In the order of the message.
    pub samples: Vec<Sample>,
}

/// Reads the series of a message one after the other, so that no more than one is in memory.
#[derive(Debug)]
pub struct Reader<'a> {
    fields: Fields<'a>,
    left: Limits,
    most: Limits,
}

impl<'a> Reader<'a> {
    /// Begins to read a message.
    pub fn new(message: &'a [u8], limits: Limits) -> Self {
        Self {
            fields: Fields::new(message),
            left: limits,
            most: limits,
        }
    }

    /// Reads the next series into one that was used before, whatever is in it; `false` at the end.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn next_into(&mut self, series: &mut Series<'a>) -> Result<bool, Malformed> {
        series.labels.clear();
        series.samples.clear();
        while let Some((field, value)) = self.fields.next()? {
            if let (1, Value::Bytes(bytes)) = (field, value) {
                let (what, most) = ("series", self.most.series);
                let left = self.left.series.checked_sub(1);
                self.left.series = left.ok_or(Malformed::TooMany { what, most })?;
                self.read(self.fields.inner(bytes), series)?;
                return Ok(true);
            }
            known(field, value, 1, self.fields.at())?;
        }
        Ok(false)
    }

    fn read(&mut self, mut fields: Fields<'a>, series: &mut Series<'a>) -> Result<(), Malformed> {
        while let Some((field, value)) = fields.next()? {
            match (field, value) {
                (1, Value::Bytes(bytes)) => {
                    let (what, most) = ("labels of a series", self.most.labels);
                    if series.labels.len() == most {
                        return Err(Malformed::TooMany { what, most });
                    }
                    series.labels.push(label(fields.inner(bytes))?);
                }
                (2, Value::Bytes(bytes)) => {
                    let (what, most) = ("samples", self.most.samples);
                    let left = self.left.samples.checked_sub(1);
                    self.left.samples = left.ok_or(Malformed::TooMany { what, most })?;
                    series.samples.push(sample(fields.inner(bytes))?);
                }
                _ => known(field, value, 2, fields.at())?,
            }
        }
        Ok(())
    }
}

fn label<'a>(mut fields: Fields<'a>) -> Result<(&'a str, &'a str), Malformed> {
    let (mut name, mut text) = ("", "");
    while let Some((field, value)) = fields.next()? {
        let at = fields.at();
        match (field, value) {
            (1, Value::Bytes(bytes)) => name = utf8(bytes, at)?,
            (2, Value::Bytes(bytes)) => text = utf8(bytes, at)?,
            _ => known(field, value, 2, at)?,
        }
    }
    Ok((name, text))
}

fn sample(mut fields: Fields<'_>) -> Result<Sample, Malformed> {
    // What is not there is 0.
    let (mut number, mut time_ms) = (0.0, 0);
    while let Some((field, value)) = fields.next()? {
        match (field, value) {
            (1, Value::Fixed64(bits)) => number = f64::from_bits(bits),
            (2, Value::Number(time)) => time_ms = time as i64,
            _ => known(field, value, 2, fields.at())?,
        }
    }
    let value = number;
    Ok(Sample { time_ms, value })
}

/// Refuses a field whose number is one of the first `known`, and whose type is another than this field's.
fn known(field: u64, value: Value<'_>, known: u64, at: usize) -> Result<(), Malformed> {
    let kind = match value {
        Value::Number(_) => 0,
        Value::Fixed64(_) => 1,
        Value::Bytes(_) => 2,
        Value::Fixed32(_) => 5,
    };
    match field > known {
        true => Ok(()),
        false => Err(Malformed::Field { field, kind, at }),
    }
}

fn utf8(bytes: &[u8], end: usize) -> Result<&str, Malformed> {
    let at = end - bytes.len();
    str::from_utf8(bytes).map_err(|_| Malformed::Text { at })
}
