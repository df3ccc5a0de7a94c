//! Judges what hosts report, tells receivers, and answers operators: one thread with a queue in front of it.
//!
//! | file | what |
//! |---|---|
//! | `keeper` | the judge with all that is around it |
//! | `outbox` | what is owed to receivers |
//! | `state` | the file with what the judge knows and what is owed |
//! | `alertmanager` | has Prometheus' Alertmanagers know what fires |
//!
//! The hub's clock says when something was. It never goes back and never jumps: it is the system's at the start, and goes on by what has passed since.

mod alertmanager;
mod clock;
mod keeper;
mod outbox;
mod state;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use alarm::notify::receivers;
use alarm::rules::SILENT_INTERVALS;
use alarm::{Judge, Kept, Rules};
use store::Sample;

use super::rulebook;
use super::vitals::Told;
use crate::config;
use crate::error::{Error, Result};
use alertmanager::Alertmanagers;
use clock::Clock;
pub(super) use keeper::Keeper;
use outbox::Outbox;
use state::State;

/// The most that waits to be judged. What comes when so much waits is stored all the same, and not judged: the host has reported.
const MOST_WAITING: usize = 4096;

/// How often what is due is looked at, and what is known is kept: four times in an interval, but not more often than the first and not less than the second.
const TICK: [Duration; 2] = [Duration::from_millis(20), Duration::from_millis(500)];

/// Judges in a thread of its own.
pub(super) struct Alarms {
    queue: Mutex<Option<SyncSender<Work>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// What any rule watches. Nothing else needs to be passed on.
    watched: RwLock<HashSet<String>>,
    /// What is older than this when it comes says nothing of now.
    late: Duration,
    missed: AtomicU64,
    told: Arc<Told>,
}

/// What its thread is to do.
enum Work {
    Report(Arc<str>, Vec<Sample>),
    Do(Box<dyn FnOnce(&mut Keeper) + Send>),
}

impl Alarms {
    /// Reads receivers and what was kept, and starts the thread. `hosts` are those that were known before there was anything to keep,
    /// `pages` is where people can look.
    ///
    /// # Errors
    /// What is wrong with which file, and in which line; the system has no thread.
    pub(super) fn start(
        config: &config::Hub,
        rules: Arc<Rules>,
        hosts: Vec<String>,
        board: dashboard::Board,
        pages: SocketAddr,
    ) -> Result<Self> {
        let State {
            owed,
            judge: mut kept,
        } = State::load(&config.alarms)?;
        let clock = Clock::start(kept.now);
        wake(&mut kept, clock.now());
        let is_first = kept.hosts.is_empty();
        let told = Arc::new(Told::default());
        let outbox = Outbox::start(read_receivers(&config.receivers)?, owed, Arc::clone(&told))?;
        let alertmanagers = Alertmanagers::start(config, pages, &told)?;
        let watched = RwLock::new(watched(&rules));
        let judge = Judge::new(Arc::clone(&rules), kept);
        let mut keeper = Keeper::new(judge, clock, outbox, alertmanagers, board, config.alarms.clone());
        for host in hosts.iter().filter(|_| is_first) {
            keeper.report(host, &[]);
        }
        // What it says of a folder in which it cannot write is said now and not at the first alarm.
        keeper.keep()?;
        keeper.tell();
        let (queue, work) = sync_channel(MOST_WAITING);
        let tick = (config.interval / 4).clamp(TICK[0], TICK[1]);
        let thread = super::spawn("alarms", move || run(keeper, tick, &work))?;
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
            watched,
            late: config.interval * SILENT_INTERVALS,
            missed: AtomicU64::new(0),
            told,
        })
    }

    /// Picks from what a host reports what is to be judged; `time_ms` says when it was measured.
    pub(super) fn pick(&self, samples: &[Sample], time_ms: i64) -> Vec<Sample> {
        let age = u64::try_from(store::now_ms().saturating_sub(time_ms)).unwrap_or_default();
        if Duration::from_millis(age) > self.late {
            return Vec::new();
        }
        let watched = self.watched.read().unwrap_or_else(PoisonError::into_inner);
        let is_watched = |sample: &&Sample| watched.contains(&*sample.name);
        samples.iter().filter(is_watched).cloned().collect()
    }

    /// Has a report judged. It never waits.
    pub(super) fn report(&self, host: &str, samples: Vec<Sample>) {
        if !self.hand_over(Work::Report(host.into(), samples)) {
            let missed = self.missed.fetch_add(1, Ordering::Relaxed) + 1;
            if missed.is_power_of_two() {
                eprintln!("muster-hub: alarms: {missed} reports were not judged, the queue is full");
            }
        }
    }

    /// Returns how many reports were not judged.
    pub(super) fn missed(&self) -> u64 {
        self.missed.load(Ordering::Relaxed)
    }

    /// Returns what receivers were to be told.
    pub(super) fn told(&self) -> &Told {
        &self.told
    }

    /// Has something done with what is known; says whether it will be.
    pub(super) fn ask(&self, work: impl FnOnce(&mut Keeper) + Send + 'static) -> bool {
        self.hand_over(Work::Do(Box::new(work)))
    }

    /// Judges by other rules from now on. Says whether it will.
    pub(super) fn adopt(&self, rules: Arc<Rules>) -> bool {
        let metrics = watched(&rules);
        let is_taken = self.ask(move |keeper| keeper.adopt(rules));
        if is_taken {
            *self.watched.write().unwrap_or_else(PoisonError::into_inner) = metrics;
        }
        is_taken
    }

    /// Keeps what is known, and ends the thread. What receivers have not taken by then is not tried again.
    pub(super) fn stop(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // If it has panicked, that was said already.
        let _ = thread.map(JoinHandle::join);
    }

    fn hand_over(&self, work: Work) -> bool {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        match queue.as_ref().map(|queue| queue.try_send(work)) {
            Some(Ok(())) => true,
            Some(Err(TrySendError::Full(_) | TrySendError::Disconnected(_))) | None => false,
        }
    }
}

/// The thread's work, until nobody can hand over more.
fn run(mut keeper: Keeper, tick: Duration, work: &Receiver<Work>) {
    let mut next = Instant::now() + tick;
    loop {
        let wakes = keeper.tells_at().map_or(next, |at| at.min(next));
        match work.recv_timeout(wakes.saturating_duration_since(Instant::now())) {
            Ok(Work::Report(host, samples)) => keeper.report(&host, &samples),
            Ok(Work::Do(work)) => work(&mut keeper),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        keeper.tell();
        if Instant::now() >= next {
            keeper.tick();
            next = Instant::now() + tick;
        }
    }
    keeper.end();
}

/// Returns what any of these rules watches.
fn watched(rules: &Rules) -> HashSet<String> {
    rules
        .all
        .iter()
        .map(|rule| rule.selector.metric.clone())
        .collect()
}

fn read_receivers(path: &Path) -> Result<Vec<alarm::notify::Receiver>> {
    receivers(path, &rulebook::text(path)?).map_err(|fault| Error::Config {
        path: fault.path,
        line: fault.line,
        why: fault.what,
    })
}

/// Goes on after a time in which this hub was not there: no host and no series was silent in it, as far as anybody can know, and nothing is told
/// again because of it.
fn wake(kept: &mut Kept, now: alarm::Time) {
    for host in kept.hosts.values_mut() {
        host.last = now;
        host.up_since = now;
    }
    for alarm in kept.alarms.values_mut() {
        alarm.last = now;
        if alarm.state.is_active() {
            alarm.tried = now;
        }
    }
    kept.now = now;
}
