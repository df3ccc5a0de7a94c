use std::time::{Duration, Instant};

use collect::Labels;
use daemon::process::How;

use super::{own, since};
use crate::contain::{Outcome, Reason};
use crate::{Manifest, Sample};

/// For how many intervals the samples of a run are told.
pub const FRESH: u32 = 3;

// region:given/ledger
/// What is known of each plug-in: its last run, and what became of all of them.
#[derive(Debug)]
pub struct Ledger {
    records: Vec<Record>,
    refused: usize,
    began: Instant,
    /// Whose new samples are taken first.
    turn: usize,
}

#[derive(Debug)]
struct Record {
    name: String,
    interval: Duration,
    runs: u64,
    /// In the order of [`Reason::ALL`].
    failures: [u64; Reason::ALL.len()],
    escaped: u64,
    missed: u64,
    last: Option<Last>,
    /// When the last run that was in order has ended. Times are since the beginning.
    last_in_order: Option<Duration>,
    /// What the last run has said.
    samples: Vec<Sample>,
    /// Nobody has taken them yet.
    is_new: bool,
}

#[derive(Debug)]
struct Last {
    failed: Option<Reason>,
    took: Duration,
    status: Option<u8>,
    ended: Duration,
}
// endregion:given/ledger

impl Ledger {
    /// Begins with nothing.
    pub fn new(manifests: &[Manifest], refused: usize, began: Instant) -> Self {
        let record = |manifest: &Manifest| Record {
            name: manifest.name.to_string(),
            interval: manifest.interval,
            runs: 0,
            failures: [0; Reason::ALL.len()],
            escaped: 0,
            missed: 0,
            last: None,
            last_in_order: None,
            samples: Vec::new(),
            is_new: false,
        };
        Self {
            records: manifests.iter().map(record).collect(),
            refused,
            began,
            turn: 0,
        }
    }

    /// Takes note of how many of its times a plug-in has missed.
    pub fn missed(&mut self, plugin: usize, times: u64) {
        self.records[plugin].missed = times;
    }

    /// Takes note of a run that has ended. Returns a sentence for the log if it has become another matter.
    pub fn ended(&mut self, plugin: usize, outcome: Outcome, now: Instant) -> Option<String> {
        // region:schedule/record Count it; keep how it ended; its samples take the place of those of the run before, also if there are none.
        let now = since(self.began, now);
        let record = &mut self.records[plugin];
        record.runs += 1;
        record.escaped += u64::from(outcome.escaped);
        let failed = outcome.result.as_ref().err().map(|failed| failed.reason);
        let before = record.last.as_ref().and_then(|last| last.failed);
        let news = (failed != before).then(|| news(&record.name, &outcome));
        match failed {
            Some(reason) => record.failures[reason as usize] += 1,
            None => record.last_in_order = Some(now),
        }
        record.last = Some(Last {
            failed,
            took: outcome.took,
            status: outcome.how.and_then(|how| match how {
                How::Exited(status) => Some(status),
                How::Killed(_) => None,
            }),
            ended: now,
        });
        record.samples = outcome.result.map(|report| report.samples).unwrap_or_default();
        record.is_new = true;
        news
        // endregion:schedule/record
    }

    /// Returns what is known of the plug-ins themselves.
    pub fn own(&self, now: Instant) -> Vec<Sample> {
        let now = since(self.began, now);
        let mut samples = vec![own::sample(&own::REFUSED, Labels::none(), self.refused as f64)];
        for record in &self.records {
            record.own(now, &mut samples);
        }
        samples
    }

    /// Returns what the plug-ins have said in their last runs, as long as that is fresh.
    pub fn said(&self, now: Instant) -> Vec<Sample> {
        let now = since(self.began, now);
        let fresh = self.records.iter().filter(|record| record.is_fresh(now));
        fresh.flat_map(|record| record.samples.iter().cloned()).collect()
    }

    /// Returns what was said since this was last asked, as much as fits `most` bytes of names and labels. What is more waits for the next
    /// time, in its turn; each run is taken whole. One that does not fit at all is never taken: no run has more than 400 KiB.
    pub fn take_new(&mut self, now: Instant, most: usize) -> Vec<Sample> {
        let now = since(self.began, now);
        let (mut taken, mut room) = (Vec::new(), most);
        let count = self.records.len();
        for place in 0..count {
            let record = &mut self.records[(self.turn + place) % count];
            let weight: usize = record.samples.iter().map(weight).sum();
            if !record.is_new {
                continue;
            }
            if weight > room {
                self.turn = (self.turn + place) % count;
                break;
            }
            room -= weight;
            record.is_new = false;
            if record.is_fresh(now) {
                taken.extend(record.samples.iter().cloned());
            }
        }
        taken
    }
}

/// Returns about how many bytes a sample has.
fn weight(sample: &Sample) -> usize {
    let labels = sample.labels.iter().map(|(key, value)| key.len() + value.len());
    sample.name.len() + labels.sum::<usize>() + 16
}

impl Record {
    //~schedule #[expect(clippy::ptr_arg, reason = "it will grow")]
    fn own(&self, now: Duration, samples: &mut Vec<Sample>) {
        // region:schedule/own Each metric of own.rs that this record has, in their order, with the label `plugin`; failures for every reason, also those with 0.
        let labels = Labels::one("plugin", &self.name);
        let mut add = |metric, value| samples.push(own::sample(metric, labels.clone(), value));
        if let Some(last) = &self.last {
            add(&own::UP, f64::from(u8::from(last.failed.is_none())));
            add(&own::DURATION, last.took.as_secs_f64());
        }
        if let Some(then) = self.last_in_order {
            add(&own::AGE, now.saturating_sub(then).as_secs_f64());
        }
        add(&own::RUNS, self.runs as f64);
        if let Some(status) = self.last.as_ref().and_then(|last| last.status) {
            add(&own::EXIT_STATUS, f64::from(status));
        }
        add(&own::MISSED, self.missed as f64);
        add(&own::ESCAPED, self.escaped as f64);
        for (reason, count) in Reason::ALL.into_iter().zip(self.failures) {
            let labels = [("plugin", &*self.name), ("reason", reason.as_str())];
            samples.push(own::sample(
                &own::FAILURES,
                labels.into_iter().collect(),
                count as f64,
            ));
        }
        // endregion:schedule/own
    }

    /// Says whether the samples of the last run are still told.
    fn is_fresh(&self, now: Duration) -> bool {
        // region:schedule/fresh For FRESH intervals from its end.
        let last = self.last.as_ref();
        last.is_some_and(|last| now.saturating_sub(last.ended) <= self.interval * FRESH)
        // endregion:schedule/fresh
    }
}

// region:schedule
/// Says what a run has made of a plug-in.
fn news(name: &str, outcome: &Outcome) -> String {
    match &outcome.result {
        Ok(_) => format!("{name}: in order again"),
        Err(failed) if outcome.complaint.is_empty() => format!("{name}: {}: {}", failed.reason, failed.why),
        Err(failed) => format!(
            "{name}: {}: {}; it says: {}",
            failed.reason, failed.why, outcome.complaint
        ),
    }
}
// endregion:schedule
