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
            since_ms: first_ms,
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

    /// Waits for something to send, and then for a moment more, so that much goes at once. `None` when it is over.
    pub(super) fn next(&self, gather: Duration) -> Option<Slice> {
        let idle = |state: &mut State| state.waiting.is_empty() && !state.is_over;
        let state = self.changed.wait_while(self.state(), idle);
        drop(state.unwrap_or_else(PoisonError::into_inner));
        if !self.rest(gather) {
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
        waiting.since_ms = waiting.since_ms.max(waiting.first_ms.min(store::now_ms()));
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
mod tests {
    use super::*;

    const T: i64 = 1_700_000_000_000;

    fn track(sent: &[(&str, i64)]) -> Track {
        Track::new(sent.iter().map(|(host, ms)| ((*host).into(), *ms)).collect())
    }

    fn names(slice: &Slice) -> Vec<&str> {
        slice.hosts.iter().map(|part| &*part.host).collect()
    }

    /// Cuts a slice without waiting.
    fn cut(track: &Track) -> Slice {
        track.state().slice()
    }

    #[test]
    fn what_is_oldest_goes_first_and_others_wait_until_it_is_their_turn() {
        let track = track(&[("a", T - 1)]);
        track.stored("a", T);
        track.stored("b", T + SLICE_MS - 1);
        track.stored("c", T + SLICE_MS);
        let slice = cut(&track);
        assert_eq!((names(&slice), slice.to_ms), (vec!["a", "b"], T + SLICE_MS));
        assert_eq!((slice.hosts[0].from_ms, slice.hosts[1].from_ms), (T, i64::MIN));
        for (part, time_ms) in slice.hosts.iter().zip([T, T + SLICE_MS - 1]) {
            track.is_sent(&part.host, time_ms);
            track.is_done(part, slice.to_ms, None);
        }
        assert_eq!(names(&cut(&track)), ["c"]);
    }

    #[test]
    fn what_comes_while_a_slice_is_sent_is_sent_with_the_next_one_unless_it_was_read_already() {
        let track = track(&[]);
        track.stored("a", T);
        let slice = cut(&track);
        // Both come now; the first was committed before the slice was read, and is read with it.
        track.stored("a", T + 10);
        track.stored("a", T + 20);
        track.is_sent(&slice.hosts[0].host, T + 10);
        track.is_done(&slice.hosts[0], slice.to_ms, None);
        let slice = cut(&track);
        assert_eq!(slice.hosts[0].from_ms, T + 11);
        track.is_sent(&slice.hosts[0].host, T + 20);
        track.is_done(&slice.hosts[0], slice.to_ms, None);
        assert_eq!(track.waiting(T).0, 0);
        // It is told late of what was sent.
        track.stored("a", T + 20);
        assert_eq!(track.waiting(T).0, 0);
    }

    #[test]
    fn what_the_store_has_from_before_is_sent_piece_by_piece() {
        let track = track(&[("a", T)]);
        track.found("a", T + 10);
        let slice = cut(&track);
        assert!(slice.hosts[0].may_go_on);
        track.is_sent(&slice.hosts[0].host, T + SLICE_MS);
        // The store has more, a day later; and something comes.
        let later = T + 86_400_000;
        track.stored("a", later + 5);
        track.is_done(&slice.hosts[0], slice.to_ms, Some(later));
        let slice = cut(&track);
        assert_eq!(slice.to_ms, later + SLICE_MS);
        assert_eq!(track.waiting(later + 60_000), (1, Duration::from_secs(60)));
        track.is_sent(&slice.hosts[0].host, later + 5);
        track.is_done(&slice.hosts[0], slice.to_ms, None);
        assert_eq!(track.waiting(later), (0, Duration::ZERO));
    }

    #[test]
    fn a_host_with_nothing_in_a_slice_is_not_looked_at_for_ever() {
        let track = track(&[]);
        // Its samples have gone with their retention.
        track.stored("a", T);
        let slice = cut(&track);
        track.is_done(&slice.hosts[0], slice.to_ms, None);
        assert_eq!(track.waiting(T).0, 0);
        track.found("b", T);
        let slice = cut(&track);
        track.is_done(&slice.hosts[0], slice.to_ms, Some(T + SLICE_MS));
        assert_eq!(cut(&track).to_ms, T + 2 * SLICE_MS);
    }

    #[test]
    fn who_waits_is_woken_by_the_end() {
        let track = Arc::new(track(&[]));
        let waits = Arc::clone(&track);
        let thread = std::thread::spawn(move || waits.next(Duration::from_secs(3600)));
        track.stored("a", T);
        track.stop();
        assert_eq!(thread.join().unwrap(), None);
    }
}
