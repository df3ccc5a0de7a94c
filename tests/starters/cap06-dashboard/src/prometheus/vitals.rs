use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use collect::{Kind, Labels, Unit};
use store::Committed;

/// What a hub says of itself at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Vital {
    /// As collectors write it, such as `hub.agents_connected`; [`collect::prometheus::name_of`] makes Prometheus' name of it.
    pub name: &'static str,
    /// A sentence for people.
    pub about: &'static str,
    /// Whether it only grows.
    pub kind: Kind,
    /// What one of it is.
    pub unit: Unit,
    /// Of which part.
    pub labels: Labels,
    /// How much it is now.
    pub value: f64,
}

impl Vital {
    /// Makes one that counts since the start.
    pub fn counter(name: &'static str, unit: Unit, about: &'static str, value: f64) -> Self {
        let (kind, labels) = (Kind::Counter, Labels::none());
        Self {
            name,
            about,
            kind,
            unit,
            labels,
            value,
        }
    }

    /// Makes one that is as it stands.
    pub fn gauge(name: &'static str, unit: Unit, about: &'static str, value: f64) -> Self {
        let kind = Kind::Gauge;
        Self {
            kind,
            ..Self::counter(name, unit, about, value)
        }
    }

    /// Says of which part it is.
    #[must_use]
    pub fn of(self, key: &str, part: &str) -> Self {
        let all = self.labels.iter().chain([(key, part)]).collect();
        Self { labels: all, ..self }
    }
}

type Source = Box<dyn Fn() -> Vec<Vital> + Send + Sync>;

/// Where `/metrics` asks what the hub says of itself. A clone is the same.
#[derive(Clone, Default)]
pub struct Vitals(Arc<Inner>);

#[derive(Default)]
struct Inner {
    sources: Mutex<Vec<Source>>,
    reports: AtomicU64,
    stored: AtomicU64,
    repeated: AtomicU64,
    refused: AtomicU64,
}

impl Vitals {
    /// Adds whom to ask, each time. It should be quick.
    pub fn add(&self, source: impl Fn() -> Vec<Vital> + Send + Sync + 'static) {
        self.0
            .sources
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Box::new(source));
    }

    /// Counts a batch that is stored.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub(crate) fn count(&self, committed: &Committed) {
        // Stage prometheus: one report more, and its samples by what became of them.
    }

    /// Asks all.
    pub(crate) fn all(&self) -> Vec<Vital> {
        let Inner {
            sources,
            reports,
            stored,
            repeated,
            refused,
        } = &*self.0;
        let now = |counter: &AtomicU64| counter.load(Ordering::Relaxed) as f64;
        let mut all = vec![Vital::counter(
            "hub.reports_committed",
            Unit::Count,
            "Reports of hosts that this hub has committed since it started.",
            now(reports),
        )];
        for (result, counter) in [("stored", stored), ("repeated", repeated), ("refused", refused)] {
            let about = "Samples in these reports, by what became of them.";
            all.push(Vital::counter("hub.samples", Unit::Count, about, now(counter)).of("result", result));
        }
        for source in sources.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            all.append(&mut source());
        }
        all
    }
}

impl fmt::Debug for Vitals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vitals").finish_non_exhaustive()
    }
}
