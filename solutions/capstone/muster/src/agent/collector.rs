use std::collections::HashSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use collect::{Collectors, Reading};

use super::backlog::Backlog;
use super::metrics;
use crate::error::{Error, Result};
use crate::wire::batch::{self, Stamp};

/// How often the host is read as long as no hub has said otherwise.
const INTERVAL: Duration = Duration::from_secs(10);

/// The most problems that are remembered as said.
const MOST_SAID: usize = 1000;

/// A thread that reads the host each interval: whatever a file system that hangs does to it, commands still run. It ends when this is dropped.
pub(super) struct Collector {
    pace: Arc<Pace>,
}

struct Pace {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    interval: Duration,
    stopped: bool,
}

impl Collector {
    /// Starts it.
    ///
    /// # Errors
    /// [`Error::System`].
    pub(super) fn start(collectors: Collectors, instance: u64, backlog: &Arc<Backlog>) -> Result<Self> {
        let pace = Arc::new(Pace {
            state: Mutex::new(State {
                interval: INTERVAL,
                stopped: false,
            }),
            changed: Condvar::new(),
        });
        let mut work = Work {
            collectors,
            readings: Vec::new(),
            said: HashSet::new(),
            instance,
            sequence: 0,
            backlog: Arc::clone(backlog),
        };
        let own = Arc::clone(&pace);
        thread::Builder::new()
            .name("collect".to_owned())
            .spawn(move || own.work(&mut work))
            .map_err(Error::system("start a thread"))?;
        Ok(Self { pace })
    }

    /// Reads the host so often from now on.
    pub(super) fn set_interval(&self, interval: Duration) {
        let mut state = self.pace.lock();
        if state.interval != interval {
            state.interval = interval;
            drop(state);
            self.pace.changed.notify_one();
        }
    }

    /// Returns how often the host is read.
    pub(super) fn interval(&self) -> Duration {
        self.pace.lock().interval
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.pace.lock().stopped = true;
        self.pace.changed.notify_one();
    }
}

impl Pace {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the host at once, and then each interval. The first of the intervals has a length by chance, so that not all hosts of a fleet report in
    /// the same moment for ever.
    fn work(&self, work: &mut Work) {
        let mut last = Instant::now();
        let mut paced = None;
        loop {
            work.collect();
            let mut state = self.lock();
            loop {
                if state.stopped {
                    return;
                }
                if paced != Some(state.interval) {
                    paced = Some(state.interval);
                    last = Instant::now() - state.interval.mul_f64(fastrand::f64().min(0.9));
                }
                let left = (last + state.interval).saturating_duration_since(Instant::now());
                if left.is_zero() {
                    break;
                }
                let waited = self.changed.wait_timeout(state, left);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            // From the time when it was due, or the intervals would grow; unless the machine has slept.
            last += state.interval;
            if last.elapsed() > state.interval {
                last = Instant::now();
            }
        }
    }
}

/// What the thread has.
struct Work {
    collectors: Collectors,
    readings: Vec<Reading>,
    said: HashSet<String>,
    instance: u64,
    sequence: u64,
    backlog: Arc<Backlog>,
}

impl Work {
    fn collect(&mut self) {
        self.readings.clear();
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        for problem in self.collectors.collect(&mut self.readings) {
            let problem = problem.to_string();
            if self.said.len() < MOST_SAID && !self.said.contains(&problem) {
                eprintln!("muster-agent: {problem}");
                self.said.insert(problem);
            }
        }
        self.sequence += 1;
        self.readings.extend(metrics::own(self.sequence, &self.backlog));
        let stamp = Stamp {
            instance: self.instance,
            sequence: self.sequence,
            time_ms: since.as_millis().try_into().unwrap_or_default(),
        };
        self.backlog
            .push(self.sequence, batch::encode(stamp, &self.readings));
    }
}
