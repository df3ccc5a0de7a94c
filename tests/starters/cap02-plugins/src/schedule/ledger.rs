use std::time::{Duration, Instant};

use collect::Labels;
use daemon::process::How;

use super::{own, since};
use crate::contain::{Outcome, Reason};
use crate::{Manifest, Sample};

/// For how many intervals the samples of a run are told.
pub const FRESH: u32 = 3;

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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn ended(&mut self, plugin: usize, outcome: Outcome, now: Instant) -> Option<String> {
        todo!(
            "schedule: Count it; keep how it ended; its samples take the place of those of the run before, also if there are none."
        )
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
    #[expect(clippy::ptr_arg, reason = "it will grow")]
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn own(&self, now: Duration, samples: &mut Vec<Sample>) {
        todo!(
            "schedule: Each metric of own.rs that this record has, in their order, with the label `plugin`; failures for every reason, also those with 0."
        )
    }

    /// Says whether the samples of the last run are still told.
    #[expect(unused_variables, reason = "goes with the todo!")]
    fn is_fresh(&self, now: Duration) -> bool {
        todo!("schedule: For FRESH intervals from its end.")
    }
}
