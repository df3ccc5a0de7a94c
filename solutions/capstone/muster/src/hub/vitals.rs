//! What the hub says of itself on its page `/metrics`, beside what the dashboard knows.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use collect::Unit;
use dashboard::Vital;

use super::Shared;

/// Counts since the hub has started.
#[derive(Default)]
pub(super) struct Counts {
    /// Reports that were queued, and those of them that are stored or have failed.
    queued: AtomicU64,
    stored: AtomicU64,
    failed: AtomicU64,
    /// Reports that were not queued.
    refused: AtomicU64,
    /// For how long those that are stored have waited for it, in microseconds.
    waited: AtomicU64,
}

impl Counts {
    pub(super) fn queued(&self) {
        self.queued.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one that was queued at a time.
    pub(super) fn ended(&self, queued: Instant, is_stored: bool) {
        if is_stored {
            let waited = u64::try_from(queued.elapsed().as_micros()).unwrap_or(u64::MAX);
            self.waited.fetch_add(waited, Ordering::Relaxed);
            self.stored.fetch_add(1, Ordering::Relaxed);
        } else {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts one that was taken for queued, and was not.
    pub(super) fn refused(&self) {
        self.queued.fetch_sub(1, Ordering::Relaxed);
        self.refused.fetch_add(1, Ordering::Relaxed);
    }
}

/// Counts what receivers of alarms were to be told.
#[derive(Default)]
pub(super) struct Told {
    pub(super) sent: AtomicU64,
    /// For each receiver: how many had no room, were taken, were given up, and are owed now.
    pub(super) dropped: AtomicU64,
    pub(super) delivered: AtomicU64,
    pub(super) given_up: AtomicU64,
    pub(super) owed: AtomicU64,
    /// Posts to Alertmanagers that were taken, and that were not.
    pub(super) posted: AtomicU64,
    pub(super) unposted: AtomicU64,
}

/// Lets the dashboard ask.
pub(super) fn register(state: &dashboard::State, shared: &Arc<Shared>) {
    // What asks lives as long as the dashboard, which the hub's parts must not.
    let hub = Arc::downgrade(shared);
    state
        .vitals()
        .add(move || hub.upgrade().map_or_else(Vec::new, |hub| vitals(&hub)));
}

fn vitals(hub: &Shared) -> Vec<Vital> {
    let now = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let Counts {
        queued,
        stored,
        failed,
        refused,
        waited,
    } = &*hub.counts;
    // What has ended is read first, so that the difference is never below 0.
    let ended = now(stored) + now(failed);
    let waiting = now(queued).saturating_sub(ended);
    let connected = hub
        .fleet
        .list(Instant::now())
        .iter()
        .filter(|host| host.connected)
        .count();
    let (missed, told) = (hub.alarms.missed(), hub.alarms.told());
    let gauge = |name, about, value| Vital::gauge(name, Unit::Count, about, value);
    let counter = |name, about, value: u64| Vital::counter(name, Unit::Count, about, value as f64);
    let reports = "Reports of agents that were not stored, by why: the queue was full, or the commit failed.";
    let relay = hub.relay.as_ref().map(super::relay::Relay::counts);
    let relay = relay.map(|(waiting, lost)| {
        [
            gauge(
                "hub.spool_length",
                "Reports on the disk that the hub behind this one has not stored yet.",
                waiting as f64,
            ),
            counter(
                "hub.spool_lost",
                "Reports that were in the spool, and that the hub behind this one has refused or the disk has lost.",
                lost,
            ),
        ]
    });
    let posts = "Posts of alarms to Alertmanagers, by what became of them.";
    let mut all = hub.forwards.vitals();
    all.extend(hub.remote.iter().flat_map(|remote| remote.vitals()));
    all.extend([
        gauge(
            "hub.agents_connected",
            "Agents that wait for orders.",
            connected as f64,
        ),
        gauge(
            "hub.queue_length",
            "Reports that wait until they are committed.",
            waiting as f64,
        ),
        counter("hub.reports_rejected", reports, now(refused)).of("reason", "queue"),
        counter("hub.reports_rejected", reports, now(failed)).of("reason", "commit"),
        Vital::counter(
            "hub.commit_wait",
            Unit::Seconds,
            "For how long reports have waited for their commit, added up: divide by muster_hub_commit_waits_total.",
            Duration::from_micros(now(waited)).as_secs_f64(),
        ),
        counter(
            "hub.commit_waits",
            "Reports that have waited for their commit, and were stored.",
            now(stored),
        ),
        counter(
            "hub.reports_unjudged",
            "Reports that were stored and not judged, since the queue was full.",
            missed,
        ),
        counter(
            "hub.notifications_sent",
            "Notifications of alarms that were handed to receivers.",
            now(&told.sent),
        ),
        counter(
            "hub.notifications_dropped",
            "Notifications for which the queue of a receiver had no room, for each receiver.",
            now(&told.dropped),
        ),
        counter(
            "hub.notifications_delivered",
            "Notifications that a receiver has taken, for each receiver.",
            now(&told.delivered),
        ),
        counter(
            "hub.notifications_failed",
            "Notifications that were given up after their last try, for each receiver.",
            now(&told.given_up),
        ),
        gauge(
            "hub.notifications_owed",
            "Notifications that are kept until a receiver has taken them, for each receiver.",
            now(&told.owed) as f64,
        ),
        counter("hub.alertmanager_posts", posts, now(&told.posted)).of("result", "taken"),
        counter("hub.alertmanager_posts", posts, now(&told.unposted)).of("result", "failed"),
    ]);
    all.extend(relay.into_iter().flatten());
    all
}
