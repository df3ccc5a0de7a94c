//! Samples from standard input into a database.

use std::io::{self, BufRead, Write};
use std::sync::Arc;

use anyhow::Context;
use collect::{Kind, Unit};
use serde::Deserialize;
use store::{Appended, Batch, Location, Sample, Store, now_ms};

/// The most samples of a batch; a longer one becomes several.
const MOST: usize = 50_000;

/// The longest line, in bytes.
const LONGEST: u64 = 1 << 20;

/// A line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    host: String,
    name: String,
    #[serde(default)]
    labels: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    unit: Option<String>,
    time_ms: i64,
    value: f64,
}

impl Line {
    fn sample(self) -> anyhow::Result<(Arc<str>, Sample)> {
        let kind = self.kind.as_deref().unwrap_or("gauge");
        let unit = self.unit.as_deref().unwrap_or("count");
        let labels = self.labels.into_iter().map(|(key, value)| {
            let text = value
                .as_str()
                .with_context(|| format!("the label {key:?} is no text"))?;
            Ok((key, text.to_owned()))
        });
        let sample = Sample {
            name: self.name.into(),
            labels: labels.collect::<anyhow::Result<_>>()?,
            kind: Kind::from_name(kind).with_context(|| format!("{kind:?} is no kind"))?,
            unit: Unit::from_name(unit).with_context(|| format!("{unit:?} is no unit"))?,
            time_ms: self.time_ms,
            value: self.value,
        };
        Ok((self.host.into(), sample))
    }
}

/// Stores what comes, a transaction for each batch.
pub(super) fn run(db: &Location, now_ms: Option<i64>) -> anyhow::Result<()> {
    let mut store = Store::open(db)?;
    let mut input = io::stdin().lock();
    let mut batches: Vec<Batch> = Vec::new();
    let (mut count, mut number) = (0, 0_u64);
    let mut line = String::new();
    loop {
        line.clear();
        number += 1;
        let mut limited = io::Read::take(&mut input, LONGEST);
        let length = limited
            .read_line(&mut line)
            .with_context(|| format!("line {number}"))?;
        let text = line.trim_end_matches(['\n', '\r']);
        if !text.is_empty() {
            // What is wrong with a line is said of it, and nothing of its batch is stored.
            let parsed = serde_json::from_str::<Line>(text)
                .map_err(anyhow::Error::from)
                .and_then(Line::sample);
            let (host, sample) = parsed.with_context(|| format!("line {number}"))?;
            count += 1;
            match batches.iter_mut().find(|batch| batch.host == host) {
                Some(batch) => batch.samples.push(sample),
                None => batches.push(Batch {
                    host,
                    received_ms: now_ms.unwrap_or_else(self::now_ms),
                    samples: vec![sample],
                }),
            }
        }
        if count > 0 && (text.is_empty() || count >= MOST) {
            commit(&mut store, &batches)?;
            batches.clear();
            count = 0;
        }
        if length == 0 {
            return Ok(());
        }
    }
}

/// Stores batches, and says so when they are on the disk.
#[expect(unused_variables, reason = "goes with the todo!")]
fn commit(store: &mut Store, batches: &[Batch]) -> anyhow::Result<()> {
    todo!(
        "append: Append them in one transaction, and print what became of all of them together: `3 stored, 0 repeated, 0 refused`. Nobody may read that line before it is true, and it must not wait in a buffer."
    )
}
