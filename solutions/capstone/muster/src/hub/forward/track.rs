use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How much time is sent at once, of all hosts before the next piece: a receiver may refuse what is an hour older than what it got from anybody else.
pub(super) const SLICE_MS: i64 = 600_000;

/// How far a receiver is, and what waits for it. Both sides look into it for a moment only.
pub(super) struct Track {
    state: Mutex<State>,
    changed: Condvar,
    pub(super) counts: Counts,
}

/// Samples and requests since the start.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) sent: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) late: AtomicU64,
    pub(super) unread: AtomicU64,
    pub(super) retries: AtomicU64,
}

struct State {
    /// The time of the last sample of a host that was sent.
    sent: HashMap<Arc<str>, i64>,
    waiting: HashMap<Arc<str>, Waiting>,
    is_over: bool,
}

/// What waits of a host.
#[derive(Debug, Clone, Copy)]
struct Waiting {
    /// No sample of it is earlier.
    first_ms: i64,
    /// The latest that is known of.
    newest_ms: i64,
    /// Whether the store may have more than is known of: what was stored before the start.
    may_go_on: bool,
    /// Since when it waits, by the hub's clock.
    since_ms: i64,
}

/// What is to be sent next: all of these hosts before a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) hosts: Vec<Part>,
    pub(super) to_ms: i64,
}

/// One host of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) host: Arc<str>,
    /// From when on it was not sent.
    pub(super) from_ms: i64,
    /// The latest that was known of when the slice was cut; the rest of the host begins here if there is one.
    newest_ms: i64,
    pub(super) may_go_on: bool,
}

impl Part {
    /// Returns up to which time it is passed over if it cannot be read: to the end of its slice, or to what is known of while that is not over.
    pub(super) fn passed_over(&self, to_ms: i64) -> i64 {
        match to_ms <= store::now_ms() {
            true => to_ms - 1,
            false => self.newest_ms.min(to_ms - 1),
        }
    }
}

impl Track {
    pub(super) fn new(sent: HashMap<Arc<str>, i64>) -> Self {
        let state = State {
            sent,
            waiting: HashMap::new(),
            is_over: false,
        };
        Self {
            state: state.into(),
            changed: Condvar::new(),
            counts: Counts::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the time of the last sample of a host that was sent; the earliest time if there is none.
    pub(super) fn sent(&self, host: &str) -> i64 {
        self.state().sent.get(host).copied().unwrap_or(i64::MIN)
    }

    /// Takes note of what the store has, at the start, of a host from a time on.
    pub(super) fn found(&self, host: &str, first_ms: i64) {
        let waiting = Waiting {
            first_ms,
            newest_ms: first_ms,
            may_go_on: true,
            since_ms: first_ms.min(store::now_ms()),
        };
        self.state().waiting.insert(host.into(), waiting);
    }

    /// Takes note of what is stored now.
    pub(super) fn stored(&self, host: &str, time_ms: i64) {
        let mut state = self.state();
        if state.sent.get(host).is_some_and(|sent| *sent >= time_ms) {
            // It was read and sent before this was told.
            return;
        }
        if let Some(waiting) = state.waiting.get_mut(host) {
            waiting.first_ms = waiting.first_ms.min(time_ms);
            waiting.newest_ms = waiting.newest_ms.max(time_ms);
            return;
        }
        let since_ms = store::now_ms();
        let waiting = Waiting {
            first_ms: time_ms,
            newest_ms: time_ms,
            may_go_on: false,
            since_ms,
        };
        state.waiting.insert(host.into(), waiting);
        self.changed.notify_all();
    }

    /// Waits for something to send, and until it has waited for a moment, so that much goes at once. `None` when it is over.
    pub(super) fn next(&self, gather: Duration) -> Option<Slice> {
        let idle = |state: &mut State| state.waiting.is_empty() && !state.is_over;
        let state = self.changed.wait_while(self.state(), idle);
        drop(state.unwrap_or_else(PoisonError::into_inner));
        // What waits since an outage has waited long enough.
        let (_, waited) = self.waiting(store::now_ms());
        if !self.rest(gather.saturating_sub(waited)) {
            return None;
        }
        Some(self.state().slice())
    }

    /// Waits for a time; `false` if it is over.
    pub(super) fn rest(&self, time: Duration) -> bool {
        let go_on = |state: &mut State| !state.is_over;
        let waited = self.changed.wait_timeout_while(self.state(), time, go_on);
        !waited.unwrap_or_else(PoisonError::into_inner).0.is_over
    }

    /// Takes note that a host's samples up to a time are sent, or will never be.
    pub(super) fn is_sent(&self, host: &Arc<str>, time_ms: i64) {
        let mut state = self.state();
        let sent = state.sent.entry(Arc::clone(host)).or_insert(i64::MIN);
        *sent = time_ms.max(*sent);
    }

    /// Takes note that all of a host before the end of a slice is dealt with; `goes_on` is when the store has more, if it was asked.
    pub(super) fn is_done(&self, part: &Part, to_ms: i64, goes_on: Option<i64>) {
        let mut state = self.state();
        let sent_ms = state.sent.get(&part.host).copied().unwrap_or(i64::MIN);
        let Some(waiting) = state.waiting.get_mut(&part.host) else {
            return;
        };
        waiting.may_go_on = part.may_go_on && goes_on.is_some();
        // What has been told since the slice was cut may have been read in it, or not: that is told by what was sent.
        let known_ms = waiting.newest_ms.max(goes_on.unwrap_or(i64::MIN));
        if known_ms <= sent_ms.max(part.newest_ms.min(to_ms - 1)) {
            state.waiting.remove(&part.host);
            return;
        }
        waiting.newest_ms = known_ms;
        let next_ms = if part.newest_ms < to_ms {
            sent_ms.saturating_add(1)
        } else {
            to_ms
        };
        waiting.first_ms = goes_on.unwrap_or(next_ms).max(next_ms).min(known_ms);
        // It waits no longer than it is old; of what a host dates ahead that says nothing.
        if waiting.first_ms < store::now_ms() {
            waiting.since_ms = waiting.since_ms.max(waiting.first_ms);
        }
    }

    /// Returns how many hosts wait, and for how long the first of them has.
    pub(super) fn waiting(&self, now_ms: i64) -> (usize, Duration) {
        let state = self.state();
        let since_ms = state.waiting.values().map(|waiting| waiting.since_ms).min();
        let lag = since_ms.map_or(0, |since_ms| now_ms.saturating_sub(since_ms));
        (
            state.waiting.len(),
            Duration::from_millis(u64::try_from(lag).unwrap_or_default()),
        )
    }

    /// Returns how far all hosts are.
    pub(super) fn all_sent(&self) -> HashMap<Arc<str>, i64> {
        self.state().sent.clone()
    }

    /// Ends it.
    pub(super) fn stop(&self) {
        self.state().is_over = true;
        self.changed.notify_all();
    }
}

impl State {
    fn slice(&self) -> Slice {
        let first_ms = self.waiting.values().map(|waiting| waiting.first_ms).min();
        let to_ms = first_ms.unwrap_or_default().saturating_add(SLICE_MS);
        let due = self
            .waiting
            .iter()
            .filter(|(_, waiting)| waiting.first_ms < to_ms);
        let mut hosts: Vec<_> = due
            .map(|(host, waiting)| Part {
                host: Arc::clone(host),
                from_ms: self
                    .sent
                    .get(host)
                    .map_or(i64::MIN, |sent| sent.saturating_add(1)),
                newest_ms: waiting.newest_ms,
                may_go_on: waiting.may_go_on,
            })
            .collect();
        hosts.sort_by(|one, two| one.host.cmp(&two.host));
        Slice { hosts, to_ms }
    }
}

#[cfg(test)]
mod tests;
