use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use collect::Unit;
use forward::{Limits, Malformed, Series, is_stale, request};
use store::{Batch, Sample};

use super::series::Foreign;

/// How far a sender's clock may be ahead, in ms: an hour, as an agent's.
const AHEAD_MS: i64 = 3_600_000;

/// A request as batches of hosts.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    pub(super) batches: Vec<Batch>,
    /// Samples that cannot be kept, and why the first one cannot.
    pub(super) unfit: usize,
    pub(super) why: Option<String>,
    /// Marks that a series has ended.
    pub(super) stale: usize,
    /// Other values that are no finite numbers.
    pub(super) no_number: usize,
}

/// Sorts what is in a message by hosts.
///
/// # Errors
/// [`Malformed`]: then nothing of it is taken.
pub(super) fn sort(message: &[u8], now_ms: i64) -> Result<Sorted, Malformed> {
    let mut reader = request::Reader::new(message, Limits::default());
    let (mut sorted, mut series) = (Sorted::default(), Series::default());
    let mut places: HashMap<Arc<str>, usize> = HashMap::new();
    while reader.next_into(&mut series)? {
        match Foreign::new(&series.labels) {
            Ok(foreign) => {
                let place = match places.entry(Arc::clone(&foreign.host)) {
                    Entry::Occupied(found) => *found.get(),
                    Entry::Vacant(free) => {
                        let host = Arc::clone(&foreign.host);
                        sorted.batches.push(Batch {
                            host,
                            received_ms: now_ms,
                            samples: Vec::new(),
                        });
                        *free.insert(sorted.batches.len() - 1)
                    }
                };
                sorted.add(place, &foreign, &series.samples, now_ms);
            }
            Err(why) => sorted.is_unfit(series.samples.len(), || why),
        }
    }
    sorted.batches.retain(|batch| !batch.samples.is_empty());
    Ok(sorted)
}

impl Sorted {
    fn add(&mut self, place: usize, foreign: &Foreign, samples: &[forward::Sample], now_ms: i64) {
        for sample in samples {
            let forward::Sample { time_ms, value } = *sample;
            if is_stale(value) {
                self.stale += 1;
            } else if !value.is_finite() {
                self.no_number += 1;
            } else if time_ms > now_ms + AHEAD_MS {
                let ahead = (time_ms - now_ms) / 1000;
                self.is_unfit(1, || {
                    format!("{}: a sample is {ahead} s ahead of the hub's clock", foreign.name)
                });
            } else {
                self.batches[place].samples.push(Sample {
                    name: Arc::clone(&foreign.name),
                    labels: foreign.labels.clone(),
                    kind: foreign.kind,
                    unit: Unit::Count,
                    time_ms,
                    value,
                });
            }
        }
    }

    fn is_unfit(&mut self, samples: usize, why: impl FnOnce() -> String) {
        self.unfit += samples;
        self.why.get_or_insert_with(why);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use forward::{Labels, Request, STALE};

    #[test]
    fn samples_go_to_their_hosts_and_what_is_none_is_counted() {
        let mut request = Request::default();
        let now_ms = 1_800_000_000_000;
        let sample = |time_ms, value| forward::Sample { time_ms, value };
        let up = |instance| Labels::new([("__name__", "up"), ("instance", instance)]);
        request.push(
            &up("a"),
            &[sample(now_ms, 1.0), sample(now_ms + 1, f64::from_bits(STALE))],
        );
        request.push(
            &up("b"),
            &[sample(now_ms, f64::NAN), sample(now_ms, f64::INFINITY)],
        );
        request.push(
            &up("c"),
            &[sample(now_ms + AHEAD_MS + 9000, 1.0), sample(i64::MAX, 1.0)],
        );
        request.push(&Labels::new([("a", "b")]), &[sample(now_ms, 1.0)]);
        request.push(
            &Labels::new([("__name__", "x"), ("instance", "a")]),
            &[sample(now_ms, 2.0)],
        );
        let sorted = sort(request.bytes(), now_ms).unwrap();
        assert_eq!(sorted.batches.len(), 1);
        let values: Vec<_> = sorted.batches[0]
            .samples
            .iter()
            .map(|sample| (&*sample.name, sample.value))
            .collect();
        assert_eq!(
            (&*sorted.batches[0].host, &values[..]),
            ("remote/a", &[("up", 1.0), ("x", 2.0)][..])
        );
        assert_eq!((sorted.stale, sorted.no_number, sorted.unfit), (1, 2, 3));
        assert_eq!(
            sorted.why.unwrap(),
            "up: a sample is 3609 s ahead of the hub's clock"
        );
    }
}
