use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rpc::Failure;
use rpc::methods::Call;

use super::run::{Run, no_such_job};
use crate::wire::{Done, Ended, Piece, State};

/// Commands under way.
pub(super) struct Runs {
    runs: Mutex<HashMap<u64, Run>>,
    next: AtomicU64,
}

impl Runs {
    /// Makes it, without any.
    pub(super) fn new() -> Self {
        // Numbers are not given twice, by a later life of the hub neither: it begins at a later second, and no life begins a million jobs a second.
        let seconds = u64::try_from(store::now_ms()).unwrap_or_default() / 1000;
        Self {
            runs: Mutex::default(),
            next: AtomicU64::new(seconds << 20),
        }
    }

    /// Returns a number for a run.
    pub(super) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Adds a run. Before its orders are sent: the first answer may be quicker than the last order.
    pub(super) fn insert(&self, job: u64, run: Run) {
        self.lock().insert(job, run);
    }

    /// Passes on a piece of output.
    pub(super) fn output(&self, name: &str, piece: Piece<'_>, answer: Arc<Call>) {
        if !self.with(piece.job, |run| run.output(name, piece, Arc::clone(&answer))) {
            answer.fail(no_such_job());
        }
    }

    /// Ends a host's part as its agent says. Returns whether anybody waits for that.
    pub(super) fn done(&self, name: &str, done: Done) -> bool {
        let Done { job, ended } = done;
        self.with(job, |run| run.end(name, State::of(&ended), ended))
    }

    /// Ends a host's part without its agent.
    pub(super) fn end(&self, job: u64, name: &str, state: State, why: &str) {
        self.with(job, |run| run.end(name, state, Ended::not_run(why)));
    }

    /// Takes note that a host's agent is not connected since `lost`, or is again.
    pub(super) fn lost(&self, name: &str, lost: Option<Instant>) {
        self.each(|run| run.lost(name, lost));
    }

    /// Ends all that a host had under way: its agent has died.
    pub(super) fn died(&self, name: &str) {
        self.each(|run| {
            run.end(
                name,
                State::Unknown,
                Ended::not_run("its agent has died meanwhile"),
            )
        });
    }

    /// Ends those of whom nothing more will be heard.
    pub(super) fn tick(&self, now: Instant, silent: Duration) {
        self.each(|run| run.tick(now, silent));
    }

    /// Goes on with what an operator may be sent now.
    pub(super) fn flush(&self, job: u64) {
        self.with(job, Run::flush);
    }

    /// Forgets a run that nobody waits for. Returns the hosts that have no end yet.
    pub(super) fn cancel(&self, job: u64) -> Vec<Arc<str>> {
        let Some(mut run) = self.lock().remove(&job) else {
            return Vec::new();
        };
        run.forget();
        run.open().cloned().collect()
    }

    /// Returns the runs of an operator, and the calls on which they wait.
    pub(super) fn of(&self, operator: &str) -> Vec<(u64, Arc<Call>)> {
        let runs = self.lock();
        let theirs = runs
            .iter()
            .filter_map(|(job, run)| Some((*job, run.call_of(operator)?)));
        theirs.map(|(job, call)| (job, Arc::clone(call))).collect()
    }

    /// Fails a run.
    pub(super) fn fail(&self, job: u64, failure: Failure) {
        if let Some(mut run) = self.lock().remove(&job) {
            run.fail(failure);
        }
    }

    /// Does something with a run, and forgets it when it is over. Returns whether there is one.
    fn with(&self, job: u64, act: impl FnOnce(&mut Run)) -> bool {
        let mut runs = self.lock();
        let Some(run) = runs.get_mut(&job) else {
            return false;
        };
        act(run);
        if run.settle(Instant::now()) {
            runs.remove(&job);
        }
        true
    }

    fn each(&self, act: impl Fn(&mut Run)) {
        let now = Instant::now();
        self.lock().retain(|_, run| {
            act(run);
            !run.settle(now)
        });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, Run>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
