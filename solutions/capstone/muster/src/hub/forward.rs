//! Sends on by remote write what is stored, to each receiver from a thread of its own.
//!
//! **The store is the spool.** A receiver has a cursor: the time up to which each host's samples have been sent. What comes behind it is read from the store, whether it was
//! committed a second or a week ago, so nothing is written twice, nothing that is committed can miss its way into a queue, and an outage may last for as long as samples are kept.
//! A store's spool beside it (`transfer`'s) would be a second copy of all samples on the same disk, and would need a commit of its own between the store's and the acknowledgement.
//!
//! Whoever stores tells only that there is something: that costs a look into a table, and never waits. Samples of a host go out in the order of time, since
//! receivers want each series so. What comes later than what was sent already is counted, and stays here.
//!
//! | file | what |
//! |---|---|
//! | `track` | how far a receiver is, and what waits for it |
//! | `cursor` | the file that says how far it is |
//! | `message` | what a series is called there, and requests |
//! | `worker` | the thread |

mod cursor;
mod message;
mod track;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use collect::Unit;
use collect::prometheus::REMOTE;
use dashboard::Vital;
use forward::{Client, ClientSettings};
use store::Reader;

use crate::config;
use crate::error::{Error, Result};
use cursor::Cursor;
use message::Mapping;
use track::Track;
use worker::Worker;

/// How long a receiver may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How long the end of a hub waits for requests that are under way. What they say is found again by the cursor.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// All receivers.
pub(super) struct Forwards {
    all: Vec<One>,
}

struct One {
    name: String,
    track: Arc<Track>,
    /// Closed when the thread has ended.
    ended: std::sync::Mutex<Receiver<()>>,
}

/// For which receivers a report comes too late, by a bit each.
#[derive(Clone, Copy)]
pub(super) struct Late(u32);

impl Forwards {
    /// Reads how far each receiver is, and starts the threads.
    ///
    /// # Errors
    /// What is wrong with a cursor's file or a receiver's URL; [`Error::Store`]; the system has no thread.
    pub(super) fn start(config: &config::Hub) -> Result<Self> {
        let mut all = Vec::new();
        for receiver in &config.forward {
            let reader = Reader::open(&config.data)?;
            // A database on a server has no file of its own: then beside the other one that a hub writes.
            let path = beside(config.data.file().unwrap_or(&config.alarms), &receiver.name);
            let mut known = reader.hosts()?;
            known.retain(|host| !host.name.starts_with(REMOTE));
            let first = || match receiver.history {
                true => Ok(Vec::new()),
                false => known.iter().map(|host| newest(&reader, host)).collect(),
            };
            let cursor = Cursor::open(path, first)?;
            let track = Arc::new(Track::new(cursor.sent()));
            for host in &known {
                let sent_ms = track.sent(&host.name);
                if let Some(first_ms) = reader.goes_on(host.id, sent_ms.saturating_add(1))? {
                    track.found(&host.name, first_ms);
                }
            }
            let client = Client::new(ClientSettings {
                url: receiver.url.clone(),
                token: receiver.token.clone(),
                ca: receiver.ca.clone(),
                timeout: TIMEOUT,
            })?;
            let mapping = Mapping::new(receiver);
            let name = receiver.name.clone();
            let worker = Worker::new(name.clone(), reader, client, mapping, Arc::clone(&track), cursor);
            let (end, ended) = channel();
            thread::Builder::new()
                .name(format!("to {name}"))
                .spawn(move || {
                    worker.run();
                    drop::<std::sync::mpsc::Sender<()>>(end);
                })
                .map_err(Error::system("start a thread"))?;
            all.push(One {
                name,
                track,
                ended: ended.into(),
            });
        }
        Ok(Self { all })
    }

    /// Says, before a report is stored, who cannot get it any more since later ones were sent.
    pub(super) fn arrives(&self, host: &str, time_ms: i64) -> Late {
        let is_late = |one: &One| one.track.sent(host) >= time_ms;
        let bits = self
            .all
            .iter()
            .zip(0..)
            .map(|(one, n)| u32::from(is_late(one)) << n);
        Late(bits.sum())
    }

    /// Takes note that samples of a host and a time are stored. It never waits.
    pub(super) fn stored(&self, host: &str, time_ms: i64, samples: usize, late: Late) {
        for (n, one) in self.all.iter().enumerate().filter(|_| samples > 0) {
            match late.0 >> n & 1 {
                0 => one.track.stored(host, time_ms),
                _ => _ = one.track.counts.late.fetch_add(samples as u64, Ordering::Relaxed),
            }
        }
    }

    /// Lets the threads end, and waits a little for what is under way.
    pub(super) fn stop(&self) {
        for one in &self.all {
            one.track.stop();
        }
        let until = std::time::Instant::now() + LAST_ANSWERS;
        for one in &self.all {
            let left = until.saturating_duration_since(std::time::Instant::now());
            let ended = one
                .ended
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            // It is closed, or it takes too long.
            let _ = ended.recv_timeout(left);
        }
    }

    /// Says how it goes.
    pub(super) fn vitals(&self) -> Vec<Vital> {
        self.all.iter().flat_map(One::vitals).collect()
    }
}

impl One {
    fn vitals(&self) -> Vec<Vital> {
        let counts = &self.track.counts;
        let counter = |name, about, count: &std::sync::atomic::AtomicU64| {
            let value = count.load(Ordering::Relaxed) as f64;
            Vital::counter(name, Unit::Count, about, value).of("receiver", &self.name)
        };
        let dropped = "Samples that a receiver did not get, by why: it refused them, or later ones of the host were sent already.";
        let (waiting, lag) = self.track.waiting(store::now_ms());
        let of = |vital: Vital| vital.of("receiver", &self.name);
        vec![
            counter(
                "hub.forward_samples_sent",
                "Samples that a receiver has taken.",
                &counts.sent,
            ),
            counter("hub.forward_samples_dropped", dropped, &counts.refused).of("reason", "refused"),
            counter("hub.forward_samples_dropped", dropped, &counts.late).of("reason", "late"),
            counter(
                "hub.forward_stretches_unread",
                "Ten minutes of a host that could not be read in the store, and were passed over.",
                &counts.unread,
            ),
            counter(
                "hub.forward_retries",
                "Requests that were sent again, since there was no answer or one that asks for it.",
                &counts.retries,
            ),
            of(Vital::gauge(
                "hub.forward_hosts_waiting",
                Unit::Count,
                "Hosts of which something waits to be sent on.",
                waiting as f64,
            )),
            of(Vital::gauge(
                "hub.forward_lag",
                Unit::Seconds,
                "For how long the first of what waits to be sent on has waited.",
                lag.as_secs_f64(),
            )),
        ]
    }
}

/// Returns up to when a receiver that is new does not get what a host has reported: what was measured before, and was not here yet, is news as well.
fn newest(reader: &Reader, host: &store::Host) -> Result<(Arc<str>, i64)> {
    // It was stored at `seen_ms`, and is seldom much older by the host's clock.
    let last = reader.all_samples(host.id, host.seen_ms - track::SLICE_MS, i64::MAX)?;
    let newest_ms = last.last().map_or(host.seen_ms, |(_, value)| value.time_ms);
    Ok((host.name.as_str().into(), newest_ms))
}

/// Returns the file that says how far a receiver is: beside one that a hub writes.
fn beside(database: &Path, name: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(format!(".{name}.forwarded"));
    path.into()
}
