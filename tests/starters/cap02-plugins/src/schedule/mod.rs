//! When runs begin, and what is known of each plug-in.

mod ledger;
pub mod own;
pub mod timetable;

pub use ledger::{FRESH, Ledger};

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use daemon::events::Event;

use crate::Manifest;
use crate::contain::{Outcome, Runs};
use timetable::Timetable;

/// How many plug-ins run at the same time if nothing else is said.
pub const AT_ONCE: usize = 4;

/// Runs plug-ins at their times, in one thread.
#[derive(Debug)]
pub struct Scheduler {
    manifests: Vec<Manifest>,
    runs: Runs,
    table: Timetable,
    /// Which plug-in each run is of.
    plugins: HashMap<u64, usize>,
    ledger: Shared,
    news: Vec<String>,
    began: Instant,
}

/// What is known of plug-ins, which others may look at. Clones share it.
#[derive(Debug, Clone)]
pub struct Shared(Arc<Mutex<Ledger>>);

impl Shared {
    /// Lets nobody else look or write until what this returns is gone.
    pub fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Scheduler {
    /// Begins a schedule of these plug-ins. `refused` is how many manifests could not be taken.
    pub fn new(manifests: Vec<Manifest>, refused: usize, at_once: usize, runs: Runs) -> Self {
        let began = Instant::now();
        let entries = manifests.iter().map(|manifest| {
            (
                timetable::phase(&manifest.name, manifest.interval),
                manifest.interval,
            )
        });
        Self {
            table: Timetable::new(entries, at_once),
            plugins: HashMap::new(),
            ledger: Shared(Arc::new(Mutex::new(Ledger::new(&manifests, refused, began)))),
            news: Vec::new(),
            manifests,
            runs,
            began,
        }
    }

    /// Returns what is known of the plug-ins.
    pub fn ledger(&self) -> Shared {
        self.ledger.clone()
    }

    /// Returns where others can have their descriptors watched, with tokens from [`Runs::OTHERS`] on.
    pub fn runs(&self) -> &Runs {
        &self.runs
    }

    /// Returns what is new since this was last asked, in sentences for a log: that a plug-in fails for another reason than before, or no more.
    pub fn take_news(&mut self) -> Vec<String> {
        std::mem::take(&mut self.news)
    }

    /// Starts what is due, and waits until something happens, or until a moment. Returns what is not the schedule's.
    ///
    /// # Errors
    /// What the system says to a wait.
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn step(&mut self, until: Option<Instant>) -> io::Result<Vec<Event>> {
        todo!(
            "schedule: Let the table look at the time, start whose turn it is, wait at most until its next moment, and settle what has ended."
        )
    }

    fn settle(&mut self, plugin: usize, outcome: Outcome) {
        let news = self.ledger.lock().ended(plugin, outcome, Instant::now());
        self.news.extend(news);
    }
}

/// Returns how long it is from `began` to `now`.
fn since(began: Instant, now: Instant) -> Duration {
    now.saturating_duration_since(began)
}
