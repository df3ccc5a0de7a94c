//! Samples as lines of JSON.

use std::io::{BufRead, Read};
use std::sync::Arc;

use anyhow::Context;
use serde::Deserialize;
use serde_json::Value;
use store::{Batch, now_ms};

/// The most samples that are stored at once; more become several transactions.
const MOST: usize = 50_000;

/// The longest line, in bytes.
const LONGEST: u64 = 1 << 20;

/// A line.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Sample(store::Line),
    Alarms { alarms: Vec<Value> },
}

/// What stands before an empty line.
#[derive(Debug, Default)]
pub(super) struct Piece {
    /// A batch for each host.
    pub(super) batches: Vec<Batch>,
    /// The alarms there are from now on.
    pub(super) alarms: Option<Vec<Value>>,
}

/// Reads lines, batch by batch.
#[derive(Debug)]
pub(super) struct Batches<R> {
    input: R,
    number: u64,
    is_over: bool,
}

impl<R: BufRead> Batches<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            number: 0,
            is_over: false,
        }
    }

    fn read(&mut self) -> anyhow::Result<Option<Piece>> {
        let mut found = Piece::default();
        let mut hosts = std::collections::HashMap::<Arc<str>, usize>::new();
        let mut count = 0;
        let mut line = String::new();
        loop {
            line.clear();
            self.number += 1;
            let number = self.number;
            let mut limited = self.input.by_ref().take(LONGEST);
            let length = limited
                .read_line(&mut line)
                .with_context(|| format!("standard input:{number}"))?;
            let text = line.trim_end_matches(['\n', '\r']);
            if !text.is_empty() {
                let parsed =
                    serde_json::from_str(text).with_context(|| format!("standard input:{number}"))?;
                match parsed {
                    Line::Alarms { alarms } => found.alarms = Some(alarms),
                    Line::Sample(one) => {
                        let (host, sample) =
                            one.sample().with_context(|| format!("standard input:{number}"))?;
                        let place = *hosts.entry(Arc::clone(&host)).or_insert(found.batches.len());
                        match found.batches.get_mut(place) {
                            Some(batch) => batch.samples.push(sample),
                            None => found.batches.push(Batch {
                                host,
                                received_ms: now_ms(),
                                samples: vec![sample],
                            }),
                        }
                        count += 1;
                    }
                }
            }
            let is_something = count > 0 || found.alarms.is_some();
            if is_something && (text.is_empty() || count >= MOST) {
                return Ok(Some(found));
            }
            if length == 0 {
                return Ok(None);
            }
        }
    }
}

impl<R: BufRead> Iterator for Batches<R> {
    type Item = anyhow::Result<Piece>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let next = self.read().transpose();
        self.is_over = !matches!(next, Some(Ok(_)));
        next
    }
}
