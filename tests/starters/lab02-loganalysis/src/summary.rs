//! Everything that a report counts.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;

use crate::filter::Filter;
use crate::lines::{Line, Lines};
use crate::record::{Parser, Record};

/// How many malformed lines a report shows.
pub const SAMPLES: usize = 5;

/// Bytes of a malformed line that a report shows.
pub const SAMPLE_LENGTH: usize = 100;

/// Requests and the bytes of their bodies.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Requests.
    pub hits: u64,
    /// Bytes of their bodies. A log may claim more than 64 bits can count, and then this stays at the most that they can.
    pub bytes: u64,
}

impl Count {
    /// Adds one request.
    pub fn add(&mut self, bytes: u64) {
        self.hits += 1;
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// Adds what another counted.
    pub fn merge(&mut self, other: Self) {
        self.hits += other.hits;
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

/// A [`Count`] for every key that occurred.
///
/// Whoever writes a log chooses its keys, so the hash is seeded anew in every process. What comes out is always sorted.
#[derive(Debug, Default)]
pub struct Tally {
    counts: HashMap<Box<[u8]>, Count, RandomState>,
}

impl Tally {
    /// Counts a request under `key`. Only a key that was never seen is copied.
    #[inline]
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn add(&mut self, key: &[u8], bytes: u64) {
        todo!("report: Look the borrowed key up first, and own it only when it is new.")
    }

    /// Returns how many keys there are.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Returns the `n` keys with the most hits, most first; equal ones in the order of their bytes.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn top(&self, n: usize) -> Vec<(&[u8], Count)> {
        todo!(
            "report: Sort by hits, falling, then by key, and keep `n`; of a million keys only those have to be sorted."
        )
    }

    /// Adds what another tally counted.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn merge(&mut self, other: Self) {
        todo!("parallel: Move the keys of the smaller tally over into the larger.")
    }
}

/// A malformed line that the report shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its number, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub why: String,
    /// Its first [`SAMPLE_LENGTH`] bytes.
    pub text: Vec<u8>,
}

/// What a report says of one log or of a part of it. Summaries can be merged, in the order of their parts.
#[derive(Debug)]
pub struct Summary {
    /// Lines read.
    pub lines: u64,
    /// Fragments that are no record.
    pub malformed: u64,
    /// The first [`SAMPLES`] of them.
    pub samples: Vec<Sample>,
    /// Records that the filter let pass. Everything below is about them.
    pub requests: Count,
    /// Those among them whose request has no method and target.
    pub pathless: u64,
    /// The earliest and the latest time, in seconds since 1970.
    pub span: Option<(i64, i64)>,
    /// By status, 0 to 999.
    pub statuses: Vec<Count>,
    /// By minute since 1970 in UTC; minutes without a request are left out.
    pub minutes: BTreeMap<i64, Count>,
    /// By target, as the log writes it, query and all.
    pub paths: Tally,
    /// By client.
    pub clients: Tally,
    /// The minute that is being counted. Most records fall into the same as the one before, and spare a search in `minutes`.
    current: (i64, Count),
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            lines: 0,
            malformed: 0,
            samples: Vec::new(),
            requests: Count::default(),
            pathless: 0,
            span: None,
            statuses: vec![Count::default(); 1000],
            minutes: BTreeMap::new(),
            paths: Tally::default(),
            clients: Tally::default(),
            current: (i64::MIN, Count::default()),
        }
    }
}

impl Summary {
    /// Counts everything that `lines` yields and `filter` lets pass, up to the first line that starts at or after `end`.
    ///
    /// # Errors
    /// What reading says.
    pub fn read<R: std::io::Read>(
        &mut self,
        lines: &mut Lines<R>,
        end: u64,
        filter: &Filter,
    ) -> std::io::Result<()> {
        let mut parser = Parser::default();
        let filter = (!filter.is_empty()).then_some(filter);
        while let Some(line) = lines.next()?.filter(|line| line.start < end) {
            self.add_line(&mut parser, line, filter);
        }
        self.turn_to(i64::MIN);
        Ok(())
    }

    #[inline]
    fn add_line(&mut self, parser: &mut Parser, line: Line<'_>, filter: Option<&Filter>) {
        self.lines += 1;
        parser.each(line, |found| match found {
            Ok(record) if filter.is_none_or(|filter| filter.matches(&record)) => self.add(&record),
            Ok(_) => {}
            Err(fragment) => self.add_malformed(&fragment.why.to_string(), fragment.text),
        });
    }

    /// Counts one record in every table.
    #[inline]
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn add(&mut self, record: &Record<'_>) {
        todo!("report: Count it under its status, client, target and minute (`turn_to`), and widen the span.")
    }

    /// Returns the count of a minute. When it is another than before, the one before goes to the table first.
    #[inline]
    fn turn_to(&mut self, minute: i64) -> &mut Count {
        if self.current.0 != minute {
            let (before, count) = std::mem::replace(&mut self.current, (minute, Count::default()));
            if count.hits > 0 {
                self.minutes.entry(before).or_default().merge(count);
            }
        }
        &mut self.current.1
    }

    /// Counts one fragment of the current line, and keeps it when it is among the first.
    fn add_malformed(&mut self, why: &str, text: &[u8]) {
        self.malformed += 1;
        if self.samples.len() < SAMPLES {
            self.samples.push(Sample {
                line: self.lines,
                why: why.to_owned(),
                text: text[..text.len().min(SAMPLE_LENGTH)].to_vec(),
            });
        }
    }

    /// Adds the summary of the part that follows this one: its line numbers go on where this one's end.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn merge(&mut self, next: Self) {
        todo!("parallel: Add up, keep the first samples, and move their line numbers on.")
    }
}
