//! A hub in front of another one: it keeps what agents report in a spool on its disk, and passes it on.
//!
//! The spool is cap03's, and so are the batches that go to the other hub (`transfer.put`). A record is a host's name, its length in a byte before it, and the
//! report as the agent has sent it. Numbers are the spool's own. Two records may hold the same report, when an agent has sent it again since this hub's
//! answer was lost: the store knows a sample by series and time, and keeps it once.
//!
//! Whoever reports for others is a hub of the same fleet: its certificate says so.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rpc::client::Options;
use rpc::methods::Call;
use rpc::{Code, Failure};
use tokio::runtime;
use tokio::sync::{Notify, oneshot};
use transfer::book::Reason;
use transfer::send;
use transfer::spool::{Full, Settings, Spool};
use transfer::wire::Answer;
use transfer::{Ranges, wire as batches};

use super::{Shared, spawn};
use crate::config;
use crate::error::{Error, Result};
use crate::identity::Role;
use crate::name;

/// The most reports that wait until they are on the disk.
const MOST_WAITING: usize = 4096;

/// The most of them that are made durable by one sync.
const AT_ONCE: usize = 1000;

/// Passes on what comes, over a spool.
pub(super) struct Relay {
    spool: Arc<Mutex<Spool>>,
    queue: Mutex<Option<SyncSender<Waiting>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Dropped, it ends the one that sends.
    stop: Mutex<Option<oneshot::Sender<()>>>,
}

/// A report whose agent waits for an answer.
struct Waiting {
    record: Vec<u8>,
    call: Arc<Call>,
}

impl Relay {
    /// Opens the spool, and starts a thread that fills it and one that empties it.
    ///
    /// # Errors
    /// What the spool's files or the system do not do.
    pub(super) fn start(upstream: &config::Upstream) -> Result<Self> {
        let settings = Settings {
            most: upstream.most,
            // What agents have been told is stored is not given up: rather they keep theirs.
            full: Full::Refuse,
            ..Settings::default()
        };
        let spool = Spool::open(&upstream.folder, "hub", settings)?;
        let spool = Arc::new(Mutex::new(spool));
        let more = Arc::new(Notify::new());
        let (queue, waiting) = sync_channel(MOST_WAITING);
        let (filled, notify) = (Arc::clone(&spool), Arc::clone(&more));
        let fills = spawn("relay in", move || fill(&filled, &notify, &waiting))?;
        let (stop, stopped) = oneshot::channel();
        let (address, options) = (upstream.hub.clone(), options(upstream));
        let sent = Arc::clone(&spool);
        let sends = spawn("relay out", move || {
            if let Err(why) = empty(sent, more, address, options, stopped) {
                // What comes is still kept, and sent by the next life.
                eprintln!("muster-hub: nothing is passed on any more: {why}");
            }
        })?;
        Ok(Self {
            spool,
            queue: Mutex::new(Some(queue)),
            threads: Mutex::new(vec![fills, sends]),
            stop: Mutex::new(Some(stop)),
        })
    }

    /// Queues a host's report, and never waits. Its agent is answered when it is durable here.
    ///
    /// # Errors
    /// [`Code::OVERLOADED`] if too many wait.
    pub(super) fn pass_on(
        &self,
        host: &str,
        report: &[u8],
        call: Arc<Call>,
    ) -> std::result::Result<(), Failure> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = Waiting {
            record: record(host, report),
            call,
        };
        let sent = queue.as_ref().map(|queue| queue.try_send(waiting));
        match sent {
            Some(Ok(())) => Ok(()),
            Some(Err(TrySendError::Full(_))) => Err(Failure::new(
                Code::OVERLOADED,
                format!("{MOST_WAITING} reports wait for the disk"),
            )),
            _ => Err(Failure::new(Code::GOING_AWAY, "the hub ends")),
        }
    }

    /// Returns how many reports are in the spool, and how many it has given up: those that the hub behind has refused, and what the disk has lost.
    pub(super) fn counts(&self) -> (u64, u64) {
        let spool = self.spool.lock().unwrap_or_else(PoisonError::into_inner);
        let lost = spool.book().counts();
        let lost = lost
            .iter()
            .filter(|(reason, _)| ![Reason::Torn, Reason::Disk].contains(reason));
        (spool.waiting().count(), lost.map(|(_, count)| count).sum())
    }

    /// Ends it when all that was queued is on the disk. What waits there is sent by the next life.
    pub(super) fn stop(&self) {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).take();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // If one has panicked, that was said already.
            let _ = thread.join();
        }
    }
}

fn options(upstream: &config::Upstream) -> Options {
    Options {
        tls: Some(upstream.tls.clone()),
        ..Options::default()
    }
}

/// Writes what comes, and answers it when it is durable.
fn fill(spool: &Mutex<Spool>, more: &Notify, queue: &Receiver<Waiting>) {
    while let Ok(first) = queue.recv() {
        let mut group = VecDeque::from([first]);
        group.extend(queue.try_iter().take(AT_ONCE - 1));
        let mut spool = spool.lock().unwrap_or_else(PoisonError::into_inner);
        let appended: Vec<transfer::Result<u64>> = group
            .iter()
            .map(|waiting| spool.append(&waiting.record))
            .collect();
        let synced = spool.sync();
        drop(spool);
        more.notify_waiters();
        for (waiting, appended) in group.into_iter().zip(appended) {
            match appended.as_ref().and(synced.as_ref()) {
                Ok(_) => waiting.call.reply(&[]),
                Err(why) => waiting.call.fail(failure(why)),
            }
        }
    }
}

/// Says to an agent why its report is not kept. It comes again.
fn failure(why: &transfer::Error) -> Failure {
    match why {
        transfer::Error::Full { .. } => Failure::new(Code::OVERLOADED, why.to_string()),
        _ => Failure::failed(why),
    }
}

/// Sends what is in the spool until it is told to end.
fn empty(
    spool: Arc<Mutex<Spool>>,
    more: Arc<Notify>,
    address: String,
    connect: Options,
    stopped: oneshot::Receiver<()>,
) -> Result<()> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::system("begin to pass on"))?;
    let settings = send::Settings {
        connect,
        ..send::Settings::default()
    };
    let stores = [address];
    runtime.block_on(async {
        let sending = send::run(Arc::clone(&spool), more, &stores, settings);
        tokio::select! {
            never = sending => never.map_err(Error::from),
            _ = stopped => Ok(()),
        }
    })
}

/// Makes a record of a host's report.
fn record(host: &str, report: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(1 + host.len() + report.len());
    record.push(u8::try_from(host.len()).unwrap_or(u8::MAX));
    record.extend_from_slice(host.as_bytes());
    record.extend_from_slice(report);
    record
}

/// Reads whose report a record is, and the report.
fn read(record: &[u8]) -> Option<(&str, &[u8])> {
    let (&length, rest) = record.split_first()?;
    let (host, report) = rest.split_at_checked(length.into())?;
    let host = std::str::from_utf8(host).ok()?;
    name::check(host).ok()?;
    Some((host, report))
}

/// What another hub has sent in one call, until something has become of each record.
struct Passed {
    call: Arc<Call>,
    state: Mutex<(Answer, usize)>,
}

impl Passed {
    /// Notes what has become of one, and answers after the last one. Of what was not stored nothing is said: it comes again.
    fn note(&self, note: impl FnOnce(&mut Answer)) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, left) = &mut *state;
        note(answer);
        *left -= 1;
        if *left == 0 {
            self.call.reply(&crate::wire::write(answer));
        }
    }
}

impl Shared {
    /// Stores what another hub passes on.
    pub(super) fn passed_on(&self, call: Arc<Call>, body: &[u8]) -> std::result::Result<(), Failure> {
        self.caller(&call, Role::Hub)?;
        let items = batches::decode(body).map_err(Failure::bad_params)?;
        if items.is_empty() {
            call.reply(&crate::wire::write(&Answer::default()));
            return Ok(());
        }
        let passed = Arc::new(Passed {
            call,
            state: Mutex::new((Answer::default(), items.len())),
        });
        for item in &items {
            let number: Ranges = [item.number].into_iter().collect();
            let accepted = match read(&item.body) {
                None => Err(Failure::bad_params("no report of a host")),
                Some((host, report)) => {
                    let (passed, number) = (Arc::clone(&passed), number.clone());
                    self.accept(host, report, move |stored| {
                        passed.note(|answer| {
                            if stored.is_ok() {
                                answer.stored.add(&number);
                            }
                        });
                    })
                }
            };
            match accepted {
                Ok(()) => {}
                Err(why) if why.code == Code::BAD_PARAMS => passed.note(|answer| {
                    answer.refused.add(&number);
                    answer.why = why.message;
                }),
                Err(_) => passed.note(|_| {}),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_whose_it_is_and_what_is_none_is_nobodys() {
        let written = record("web01", b"report");
        assert_eq!(read(&written), Some(("web01", &b"report"[..])));
        assert_eq!(read(&record("web01", b"")), Some(("web01", &b""[..])));
        for spoilt in [&b""[..], b"\x05web0", b"\x00report", b"\x02..", b"\x02\xff\xfe"] {
            assert_eq!(read(spoilt), None, "{spoilt:?}");
        }
    }
}
