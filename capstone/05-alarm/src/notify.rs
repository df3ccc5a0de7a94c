//! Tells receivers, in threads of their own: whoever judges never waits for one that is slow.
//!
//! | file | what |
//! |---|---|
//! | `receivers` | the file that says who they are |
//! | `worker` | a receiver's thread: tries, waits, tries again |
//! | `webhook`, `command`, `smtp` | the three ways |
//! | `mail` | a notification as a mail |
//! | `timed` | a connection with one deadline for all of it |

mod command;
mod mail;
mod receivers;
mod smtp;
mod timed;
mod webhook;
mod worker;

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::{fmt, io};

pub use mail::mail;
pub use receivers::{How, Receiver, receivers};
pub use smtp::stuffed;

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

impl Notifier {
    /// Starts a thread for each receiver. `log` is called with a line for each try that fails.
    ///
    /// # Errors
    /// The system has no thread for it.
    pub fn start(receivers: Vec<Receiver>, log: Arc<Log>) -> io::Result<Notifier> {
        let stop = Arc::new(Stop::default());
        let mut lines = Vec::new();
        for receiver in receivers {
            let receiver = Arc::new(receiver);
            let (queue, waiting) = sync_channel(receiver.queue);
            let (of, log, stop) = (Arc::clone(&receiver), Arc::clone(&log), Arc::clone(&stop));
            let worker = thread::Builder::new()
                .name("receiver".to_owned())
                .spawn(move || work(&of, &waiting, &stop, &*log))?;
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
    #[expect(unused_variables, reason = "goes with the todo!")]
    pub fn send(&mut self, message: &Message) {
        todo!("notify: Each line whose receiver wants at least this severity gets the same Arc.")
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
