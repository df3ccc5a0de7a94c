use std::collections::HashSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use collect::{Collectors, Reading};

use super::backlog::Backlog;
use super::metrics;
use super::plugins::Plugins;
use crate::config;
use crate::error::{Error, Result};
use crate::wire;
use crate::wire::batch::{self, Entry, Stamp};

/// How often the host is read as long as no hub has said otherwise.
const INTERVAL: Duration = Duration::from_secs(10);

/// By how much a reading may be off its time and still be stamped with that: as many milliseconds as a thread takes to wake up. Times that are regular
/// cost the store nothing. Prometheus does the same (`scrape.timestamp-tolerance`).
const TOLERANCE_MS: u64 = 5;

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
    pub(super) fn start(
        config: &config::Agent,
        collectors: Collectors,
        instance: u64,
        backlog: &Backlog,
    ) -> Result<Self> {
        let pace = Arc::new(Pace {
            state: Mutex::new(State {
                interval: INTERVAL,
                stopped: false,
            }),
            changed: Condvar::new(),
        });
        let mut work = Work {
            collectors,
            plugins: config.plugins.as_deref().map(Plugins::of),
            readings: Vec::new(),
            said: HashSet::new(),
            instance,
            sequence: 0,
            last_ms: None,
            backlog: backlog.clone(),
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
            let interval = self.lock().interval;
            work.collect(interval);
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
    plugins: Option<Plugins>,
    readings: Vec<Reading>,
    said: HashSet<String>,
    instance: u64,
    sequence: u64,
    /// The time that the last batch was stamped with.
    last_ms: Option<u64>,
    backlog: Backlog,
}

impl Work {
    fn collect(&mut self, interval: Duration) {
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
        let now_ms = since.as_millis().try_into().unwrap_or_default();
        let time_ms = on_time(now_ms, self.last_ms, interval);
        self.last_ms = Some(time_ms);
        let stamp = Stamp {
            instance: self.instance,
            sequence: self.sequence,
            time_ms,
        };
        let samples = self.plugins.as_mut().map(Plugins::take).unwrap_or_default();
        let readings = self.readings.iter().map(Entry::from);
        let mut body = batch::encode(stamp, readings.clone().chain(samples.iter().map(Entry::from)));
        // Whatever plug-ins say, the host's own readings are reported.
        if body.len() > wire::LARGEST as usize {
            eprintln!("muster-agent: plug-ins have said too much for one report: what they said is lost");
            body = batch::encode(stamp, readings);
        }
        self.backlog.push(body);
    }
}

/// Returns the time that is due an interval after the last one, if it is that or nearly that.
fn on_time(now_ms: u64, last_ms: Option<u64>, interval: Duration) -> u64 {
    let interval_ms = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX);
    last_ms
        .map(|last_ms| last_ms.saturating_add(interval_ms))
        .filter(|due_ms| due_ms.abs_diff(now_ms) <= TOLERANCE_MS)
        .unwrap_or(now_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_that_is_nearly_on_time_is_stamped_as_if_it_were() {
        for (now_ms, last_ms, expected) in [
            (20_003, Some(10_000), 20_000),
            (19_995, Some(10_000), 20_000),
            (20_006, Some(10_000), 20_006),
            (20_003, None, 20_003),
            (5_000, Some(10_000), 5_000),
            (3, Some(u64::MAX), 3),
        ] {
            assert_eq!(on_time(now_ms, last_ms, INTERVAL), expected, "{now_ms}");
        }
    }
}
