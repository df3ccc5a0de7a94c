use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use alarm::notify::Webhook;

use super::Alert;
use crate::error::Result;
use crate::hub::vitals::Told;

/// How long one post may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most alarms in one post.
const MOST: usize = 256;

/// How long the first wait is after a post that has failed, and the longest.
const WAITS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// One Alertmanager, with a thread that posts the newest that is to be sent.
pub(super) struct Member {
    desk: Arc<Desk>,
    thread: JoinHandle<()>,
}

/// Where its thread finds what to do.
#[derive(Default)]
struct Desk {
    note: Mutex<Note>,
    changed: Condvar,
}

#[derive(Default)]
struct Note {
    /// What is to be sent: only the newest counts, since it is the whole.
    newest: Option<Arc<[Alert]>>,
    is_over: bool,
}

impl Member {
    /// Starts its thread.
    ///
    /// # Errors
    /// The system has none.
    pub(super) fn start(to: Webhook, told: Arc<Told>) -> Result<Self> {
        let desk = Arc::<Desk>::default();
        let of_thread = Arc::clone(&desk);
        let thread = crate::hub::spawn("alertmanager", move || work(&to, &of_thread, &told))?;
        Ok(Self { desk, thread })
    }

    /// Has it sent, in place of what was not sent yet. It never waits.
    pub(super) fn send(&self, alerts: Arc<[Alert]>) {
        self.desk.lock().newest = Some(alerts);
        self.desk.changed.notify_one();
    }

    /// Ends its thread.
    pub(super) fn stop(self) {
        self.desk.lock().is_over = true;
        self.desk.changed.notify_one();
        // If it has panicked, that was said already.
        let _ = self.thread.join();
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Note> {
        self.note.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for something to send; `None` if all is over.
    fn next(&self) -> Option<Arc<[Alert]>> {
        let wait = |note: &mut Note| note.newest.is_none() && !note.is_over;
        let note = self.changed.wait_while(self.lock(), wait);
        let mut note = note.unwrap_or_else(PoisonError::into_inner);
        match note.is_over {
            true => None,
            false => note.newest.take(),
        }
    }

    /// Waits for so long, or until all is over. What has failed is to be sent again then, if there is nothing newer.
    fn rest(&self, alerts: Arc<[Alert]>, time: Duration) {
        let note = self
            .changed
            .wait_timeout_while(self.lock(), time, |note| !note.is_over);
        let mut note = note.unwrap_or_else(PoisonError::into_inner).0;
        note.newest.get_or_insert(alerts);
    }
}

fn work(to: &Webhook, desk: &Desk, told: &Told) {
    let mut wait = WAITS.0;
    let mut is_away = false;
    while let Some(alerts) = desk.next() {
        match alerts.chunks(MOST).try_for_each(|part| post(to, part)) {
            Ok(()) => {
                told.posted.fetch_add(1, Ordering::Relaxed);
                if std::mem::take(&mut is_away) {
                    eprintln!("muster-hub: alertmanager {}: it takes alarms again", to.url);
                }
                wait = WAITS.0;
            }
            Err(why) => {
                told.unposted.fetch_add(1, Ordering::Relaxed);
                if !std::mem::replace(&mut is_away, true) {
                    eprintln!("muster-hub: alertmanager: {why}");
                }
                desk.rest(alerts, wait);
                wait = (wait * 2).min(WAITS.1);
            }
        }
    }
}

fn post(to: &Webhook, alerts: &[Alert]) -> std::result::Result<(), String> {
    let body = serde_json::to_vec(alerts).map_err(|why| why.to_string())?;
    to.send("alarms", &body, TIMEOUT)
}
