//! The codec by itself.

use std::fmt::Write as _;
use std::io::{self, BufRead, Read, Write};

use anyhow::{Context, bail, ensure};
use store::{Value, codec};

/// Reads lines of a time and a value, and prints them as one chunk.
pub(super) fn encode() -> anyhow::Result<()> {
    let mut samples: Vec<Value> = Vec::new();
    for (n, line) in io::stdin().lock().lines().enumerate() {
        let line = line.context("standard input")?;
        let sample =
            sample(&line).with_context(|| format!("line {}: {line:?} is no time and a value", n + 1))?;
        if let Some(last) = samples.last() {
            ensure!(
                last.time_ms < sample.time_ms,
                "line {}: the time is not after the one before",
                n + 1
            );
        }
        ensure!(
            samples.len() < codec::MOST,
            "line {}: a chunk has at most {} samples",
            n + 1,
            codec::MOST
        );
        samples.push(sample);
    }
    ensure!(!samples.is_empty(), "standard input is empty, and a chunk is not");
    let mut text = String::new();
    for byte in codec::encode(&samples) {
        write!(text, "{byte:02x}")?;
    }
    writeln!(io::stdout().lock(), "{text}")?;
    Ok(())
}

fn sample(line: &str) -> Option<Value> {
    let (time, value) = line.split_once(['\t', ' '])?;
    Some(Value {
        time_ms: time.parse().ok()?,
        value: value.parse().ok()?,
    })
}

/// Reads a chunk in hexadecimal digits, and prints its samples.
pub(super) fn decode() -> anyhow::Result<()> {
    // More digits than a chunk can have are no chunk.
    const MOST_DIGITS: u64 = 1 << 20;
    let mut text = String::new();
    io::stdin()
        .lock()
        .take(MOST_DIGITS)
        .read_to_string(&mut text)
        .context("standard input")?;
    let samples = codec::decode(&bytes(text.trim_ascii())?).context("standard input")?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    for Value { time_ms, value } in samples {
        writeln!(out, "{time_ms}\t{value}")?;
    }
    out.flush()?;
    Ok(())
}

fn bytes(digits: &str) -> anyhow::Result<Vec<u8>> {
    if !digits.is_ascii() || !digits.len().is_multiple_of(2) {
        bail!("standard input: no pairs of hexadecimal digits");
    }
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            let pair = str::from_utf8(pair)?;
            u8::from_str_radix(pair, 16)
                .with_context(|| format!("standard input: {pair:?} is no hexadecimal number"))
        })
        .collect()
}
