//! Tells receivers, in threads of their own: whoever judges never waits for one that is slow.
//!
//! | file | what |
//! |---|---|
//! | `receivers` | the file that says who they are |
//! | `worker` | a receiver's thread: tries, waits, tries again |
//! | `webhook`, `command`, `smtp` | the three ways |
//! | `mail` | a notification as a mail |
//! | `timed` | a connection with one deadline for all of it |
//! | `trust`, `login` | TLS, with the feature `tls`; who one is to a relay |

mod command;
mod login;
mod mail;
mod receivers;
mod smtp;
mod timed;
mod trust;
mod webhook;
mod worker;

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::{fmt, io};

pub use login::Login;
pub use mail::mail;
pub use receivers::{How, Receiver, receivers};
pub use smtp::{Relay, Security, stuffed};
pub use trust::Trust;
pub use webhook::{Url, Webhook};

use crate::Message;
use worker::{Stop, work};

/// Tells receivers.
#[derive(Debug)]
pub struct Notifier {
    lines: Vec<Line>,
    stop: Arc<Stop>,
}

/// The way to one receiver.
#[derive(Debug)]
struct Line {
    receiver: Arc<Receiver>,
    queue: SyncSender<Arc<Message>>,
    dropped: usize,
    worker: JoinHandle<Report>,
}

/// What became of the notifications for a receiver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Its name.
    pub name: String,
    /// How many it has taken.
    pub delivered: usize,
    /// How many it has not, however often that was tried.
    pub failed: usize,
    /// How many its queue had no room for.
    pub dropped: usize,
}

/// What is said when one try, or the last one, fails.
pub type Log = dyn Fn(&str) + Send + Sync;

/// What is called when a receiver is done with a notification: with its name, and whether it has it.
pub type Done = dyn Fn(&str, &Message, bool) + Send + Sync;

impl Notifier {
    /// Starts a thread for each receiver. `log` is called with a line for each try that fails.
    ///
    /// # Errors
    /// The system has no thread for it.
    pub fn start(receivers: Vec<Receiver>, log: Arc<Log>) -> io::Result<Notifier> {
        Notifier::reporting(receivers, log, Arc::new(|_: &str, _: &Message, _| {}))
    }

    /// The same, and `done` is called when a receiver has taken a notification or will never. Of what is left when all is to end it is not.
    ///
    /// # Errors
    /// The system has no thread for it.
    pub fn reporting(receivers: Vec<Receiver>, log: Arc<Log>, done: Arc<Done>) -> io::Result<Notifier> {
        let stop = Arc::new(Stop::default());
        let mut lines = Vec::new();
        for receiver in receivers {
            let receiver = Arc::new(receiver);
            let (queue, waiting) = sync_channel(receiver.queue);
            let (of, stop) = (Arc::clone(&receiver), Arc::clone(&stop));
            let (log, done) = (Arc::clone(&log), Arc::clone(&done));
            let worker = thread::Builder::new()
                .name("receiver".to_owned())
                .spawn(move || work(&of, &waiting, &stop, &*log, &*done))?;
            lines.push(Line {
                receiver,
                queue,
                dropped: 0,
                worker,
            });
        }
        Ok(Notifier { lines, stop })
    }

    /// Hands a notification to all receivers that want it, and never waits: for a queue that is full it is dropped, and counted.
    pub fn send(&mut self, message: &Message) {
        // region:notify Each line whose receiver wants at least this severity gets the same Arc (`hand_over`).
        let message = Arc::new(message.clone());
        for line in &mut self.lines {
            if message.severity < line.receiver.severity {
                continue;
            }
            line.hand_over(&message);
        }
        // endregion:notify
    }

    /// Hands a notification to one receiver, whatever it wants, and never waits; says whether it has one of this name that has room.
    pub fn send_to(&mut self, name: &str, message: &Arc<Message>) -> bool {
        let line = self.lines.iter_mut().find(|line| line.receiver.name == name);
        line.is_some_and(|line| line.hand_over(message))
    }

    /// Goes through the receivers.
    pub fn receivers(&self) -> impl Iterator<Item = &Receiver> {
        self.lines.iter().map(|line| &*line.receiver)
    }

    /// Returns how many were dropped so far.
    pub fn dropped(&self) -> usize {
        self.lines.iter().map(|line| line.dropped).sum()
    }

    /// Waits until all that was handed over is delivered or has failed.
    pub fn finish(self) -> Vec<Report> {
        let end = |line: Line| {
            drop(line.queue);
            // A worker does not panic; if it did, that was said, and nothing is known of what it did.
            let report = line.worker.join().unwrap_or_default();
            Report {
                name: line.receiver.name.clone(),
                dropped: line.dropped,
                ..report
            }
        };
        self.lines.into_iter().map(end).collect()
    }

    /// The same, but nothing is tried again, and what has not begun is not begun: for a program that is to end.
    pub fn stop(self) -> Vec<Report> {
        self.stop.set();
        self.finish()
    }
}

impl Line {
    /// Puts a notification into the queue; if there is no room, it is dropped, and counted. Says whether there was.
    fn hand_over(&mut self, message: &Arc<Message>) -> bool {
        // region:notify `try_send` never waits. That nobody is there any more to take it is counted too.
        match self.queue.try_send(Arc::clone(message)) {
            Ok(()) => true,
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.dropped += 1;
                false
            }
        }
        // endregion:notify
    }
}

/// Why a try failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Another try may help.
    Later(String),
    /// No other try will.
    Never(String),
}

impl Failure {
    /// Makes one of what the system says: another try may help.
    pub(crate) fn io(doing: &str, why: &io::Error) -> Failure {
        Failure::Later(match why.kind() {
            // What a socket says when its time is over.
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => format!("{doing}: it took too long"),
            _ => format!("{doing}: {why}"),
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Later(why) | Failure::Never(why) => f.write_str(why),
        }
    }
}

/// One line, as `alarm notify` prints it.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report {
            name,
            delivered,
            failed,
            dropped,
        } = self;
        write!(
            f,
            "{name} delivered={delivered} failed={failed} dropped={dropped}"
        )
    }
}
