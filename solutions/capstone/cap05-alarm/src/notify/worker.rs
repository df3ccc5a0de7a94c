use std::sync::mpsc::Receiver as Queue;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::receivers::{How, Receiver};
use super::{Done, Failure, Log, Report, command, smtp, webhook};
use crate::Message;

/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Says that all is to end soon.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    is_set: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    pub(crate) fn set(&self) {
        *self.is_set.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }

    fn is_set(&self) -> bool {
        *self.is_set.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for so long, or until it is set; says whether it is.
    fn wait(&self, time: Duration) -> bool {
        let is_set = self.is_set.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(is_set, time, |is_set| !*is_set);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

/// Delivers what waits for a receiver, one after the other, until nothing more will come.
pub(super) fn work(
    receiver: &Receiver,
    queue: &Queue<Arc<Message>>,
    stop: &Stop,
    log: &Log,
    done: &Done,
) -> Report {
    let mut report = Report::default();
    for message in queue {
        let is_delivered = deliver(receiver, &message, stop, log);
        match is_delivered {
            true => report.delivered += 1,
            false => report.failed += 1,
        }
        // What was not tried as often as it may be is still to be told.
        if is_delivered || !stop.is_set() {
            done(&receiver.name, &message, is_delivered);
        }
    }
    report
}

/// Tries until it succeeds, cannot succeed, or was tried often enough. Says whether it is delivered.
fn deliver(receiver: &Receiver, message: &Message, stop: &Stop, log: &Log) -> bool {
    // region:notify After a failure: log `NAME: KEY: WHY`. No further try if it will never do, after the last try, or if `stop.wait` says that all is to end; else wait the backoff, which doubles up to LONGEST_WAIT. Before the first try `stop.wait` of no time at all.
    let mut backoff = receiver.backoff;
    let mut wait = Duration::ZERO;
    for attempt in 1..=receiver.attempts {
        if stop.wait(wait) {
            return false;
        }
        let Err(failure) = attempt_once(receiver, message) else {
            return true;
        };
        log(&format!("{}: {}: {failure}", receiver.name, message.key));
        if matches!(failure, Failure::Never(_)) || attempt == receiver.attempts {
            return false;
        }
        wait = backoff.min(LONGEST_WAIT);
        backoff = wait.saturating_mul(2);
    }
    false
    // endregion:notify
}

fn attempt_once(receiver: &Receiver, message: &Message) -> Result<(), Failure> {
    let deadline = Instant::now() + receiver.timeout;
    match &receiver.how {
        How::Webhook(to) => {
            let body = serde_json::to_vec(message).map_err(|why| Failure::Never(why.to_string()))?;
            webhook::post(to, &message.key, &body, deadline)
        }
        How::Command(argv) => command::run(argv, message, deadline),
        How::Smtp { relay, from, to } => smtp::submit(relay, from, to, message, deadline),
    }
}
